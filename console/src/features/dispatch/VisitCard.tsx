/** The chosen visit: when, for whom, how sure, how settled; and what can be done with it. */
import type { ReactNode } from 'react'
import { Badge } from '../../ui/Badge'
import { Button, IconButton } from '../../ui/Button'
import { CloseIcon, LockIcon, SwapIcon, UnlockIcon } from '../../ui/icons'
import { count, distance } from '../../util/units'
import { minuteOf } from '../../util/zone'
import { isLockable, isLocked, isMovable, riskLevel, type Place } from './plan'
import { hours, lockInWords, span_s } from './words'

type VisitCardProps = {
  place: Place
  agent: string
  zone: string
  canAct: boolean
  isBusy: boolean
  link: ReactNode
  explanation: ReactNode
  onMove: () => void
  onLock: (isLocked: boolean) => void
  onUnassign: () => void
  onClose: () => void
}

export function VisitCard({ place: { stop, position, route }, agent, zone, canAct, isBusy, link, explanation, onMove, onLock, onUnassign, onClose }: VisitCardProps) {
  const level = riskLevel(stop)
  const isFree = isMovable(stop)
  return (
    <section aria-label={`Visit to ${stop.name}`} className="p-4">
      <header className="flex items-start gap-2">
        <div className="min-w-0 flex-1">
          <h2 className="truncate text-[15px] font-semibold tracking-[-0.01em]">{stop.name}</h2>
          <p className="mt-0.5 text-[13px] text-ink-2">Stop {position + 1} of {route.stops.length} of {agent}</p>
        </div>
        <IconButton label="Back to the lists" className="-mt-1 -mr-1.5" onClick={onClose}><CloseIcon /></IconButton>
      </header>
      <div className="mt-2 flex flex-wrap gap-1.5">
        {stop.commitment === 'done' && <Badge tone="good">Done</Badge>}
        {stop.commitment === 'in_progress' && <Badge tone="accent">In progress</Badge>}
        {stop.isChosen && isFree && !isLocked(stop) && <Badge title={`Stays with ${agent} unless limits would be broken`}>Chosen by hand</Badge>}
        {isLocked(stop) && <Badge><LockIcon className="size-3" />{lockInWords(stop, zone)}</Badge>}
        {level !== 'none' && <Badge tone={level === 'high' ? 'danger' : 'warn'}>{stop.risk ? `${Math.round(stop.risk.probability * 100)} % at risk` : 'At risk'}</Badge>}
      </div>
      <dl className="mt-3.5 grid grid-cols-[auto_1fr] gap-x-5 gap-y-1.5 text-[13px]">
        <Line name={stop.commitment === 'done' ? 'Was' : 'Planned'}>{hours({ from: stop.start, to: stop.end }, zone)}</Line>
        {stop.eta !== null && isFree && <Line name="Expected">{minuteOf(stop.eta.at, zone)}{stop.eta.std_s >= 30 && <span className="text-ink-3"> ± {span_s(stop.eta.std_s)}</span>}</Line>}
        {stop.risk !== null && stop.risk.late_by_s >= 60 && isFree && <Line name="Late by"><span className="text-danger">{span_s(stop.risk.late_by_s)}</span></Line>}
        {stop.promise !== null && <Line name="Promised">{hours(stop.promise, zone)}</Line>}
        {stop.windows.length > 0 && <Line name="May begin">{stop.windows.map((window) => hours(window, zone)).join(', ')}</Line>}
        {stop.exception !== null && <Line name="Let through"><span className="text-warn">{stop.exception.kind === 'overtime' ? 'works' : 'may begin'} until {minuteOf(stop.exception.until, zone)}</span></Line>}
        <Line name="Way there">{span_s(stop.travel_s)} · {distance(stop.distance_m)}</Line>
        {stop.demand > 0 && <Line name="Needs">{count(stop.demand)}{route.capacity !== null && <span className="text-ink-3"> of {count(route.capacity)}</span>}</Line>}
        {stop.wait_s >= 60 && <Line name="Waits">{span_s(stop.wait_s)}</Line>}
      </dl>
      {canAct && isFree && (
        <div className="mt-4 flex flex-wrap gap-2">
          <Button onClick={onMove} disabled={isBusy}><SwapIcon />Move</Button>
          {isLockable(stop) && <Button onClick={() => onLock(!isLocked(stop))} disabled={isBusy}>{isLocked(stop) ? <><UnlockIcon />Unlock</> : <><LockIcon />Lock</>}</Button>}
          {stop.isChosen && !isLocked(stop) && <Button look="quiet" onClick={() => onLock(false)} disabled={isBusy} title="Leaves it to the plan who makes it">Free</Button>}
          <Button look="quiet" onClick={onUnassign} disabled={isBusy}>Take out of the plan</Button>
        </div>
      )}
      {explanation}
      {link}
    </section>
  )
}

function Line({ name, children }: { name: string; children: ReactNode }) {
  return <><dt className="text-ink-3">{name}</dt><dd className="tabular text-right font-medium">{children}</dd></>
}
