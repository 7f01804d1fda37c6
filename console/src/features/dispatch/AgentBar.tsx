/** The agent whose route is looked at: what their day comes to, and how it is ended before its hours, or opened again. */
import { useState } from 'react'
import { Button, IconButton } from '../../ui/Button'
import { ConfirmDialog } from '../../ui/ConfirmDialog'
import { CloseIcon } from '../../ui/icons'
import { distance } from '../../util/units'
import { minuteOf } from '../../util/zone'
import { isMovable, type Route } from './plan'

type AgentBarProps = {
  /** Of the agent's day: one for each of their shifts. */
  routes: readonly Route[]
  name: string
  colour: string
  zone: string
  canAct: boolean
  isBusy: boolean
  onEnd: () => void
  onOpen: () => void
  onClose: () => void
}

export function AgentBar({ routes, name, colour, zone, canAct, isBusy, onEnd, onOpen, onClose }: AgentBarProps) {
  const [isAsking, setAsking] = useState(false)
  const stops = routes.flatMap((route) => route.stops)
  const open = stops.filter(isMovable).length
  const hours = routes.flatMap(({ shift }) => (shift === null ? [] : [`${minuteOf(shift.from, zone)}–${minuteOf(shift.to, zone)}`]))
  const isEnded = routes.some((route) => route.isEnded)
  // What stands last is cut first where the panel is narrow.
  const facts = [
    ...(isEnded ? ['Day ended'] : routes.every(({ isClosed }) => isClosed) ? ['Off duty'] : []),
    hours.length > 0 ? hours.join(', ') : 'No shift',
    stops.length === 1 ? 'one visit' : `${stops.length} visits`,
    distance(routes.reduce((sum, { totals }) => sum + totals.distance_m, 0)),
  ]
  return (
    <section aria-label={`Day of ${name}, in short`} className="flex items-center gap-2.5 border-b border-line bg-sunken px-3 py-2">
      <span aria-hidden="true" className="h-8 w-1 shrink-0 rounded-full" style={{ background: colour }} />
      <div className="min-w-0 flex-1">
        <p className="truncate text-[13px] font-medium">{name}</p>
        <p className="tabular truncate text-xs text-ink-3">{facts.join(' · ')}</p>
      </div>
      {canAct && (isEnded
        ? <Button isBusy={isBusy} onClick={onOpen}>Open the day again</Button>
        : <Button disabled={isBusy} onClick={() => setAsking(true)}>End the day…</Button>)}
      <IconButton label={`Show every route, not only that of ${name}`} className="size-7!" onClick={onClose}><CloseIcon /></IconButton>
      {isAsking && (
        <ConfirmDialog
          title={`End the day of ${name}?`} action="End the day" busy="Ending…" isBusy={isBusy} failure={null}
          onConfirm={() => { setAsking(false); onEnd() }} onClose={() => setAsking(false)}
        >
          <p>
            {open === 0 ? 'No visits are left to be made. ' : `${open === 1 ? 'The visit that has not begun is' : `The ${open} visits that have not begun are`} given to others who can still make ${open === 1 ? 'it' : 'them'}; what nobody can make waits among the unplanned. `}
            Nothing more is planned for {name} until the day is opened again.
          </p>
        </ConfirmDialog>
      )}
    </section>
  )
}
