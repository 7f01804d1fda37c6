/** What can be done with several visits at once: all of it, or nothing. */
import { useState, type FormEvent } from 'react'
import { CancelReason } from '../../shell/CancelReason'
import { Button, IconButton } from '../../ui/Button'
import { Combobox } from '../../ui/Combobox'
import { Dialog } from '../../ui/Dialog'
import { TextField } from '../../ui/fields'
import { CloseIcon } from '../../ui/icons'
import { Notice } from '../../ui/Notice'

export type BulkWish =
  | { kind: 'reassign'; agent: string }
  | { kind: 'unassign' }
  | { kind: 'move_day'; date: string }
  | { kind: 'cancel'; reason: string }

type BulkBarProps = {
  visits: readonly { visit: string; name: string }[]
  agents: readonly { id: string; name: string }[]
  date: string
  isBusy: boolean
  /** Why nothing was done, naming the visits that stood in the way. */
  failure: string | null
  onWish: (wish: BulkWish) => Promise<boolean>
  onForgive: () => void
  onClear: () => void
}

export function BulkBar({ visits, agents, date, isBusy, failure, onWish, onForgive, onClear }: BulkBarProps) {
  const [asked, setAsked] = useState<BulkWish['kind'] | null>(null)
  const ask = (kind: BulkWish['kind']) => {
    onForgive()
    setAsked(kind)
  }
  return (
    <>
      <div role="toolbar" aria-label="Chosen visits" className="appear absolute bottom-4 left-1/2 z-30 flex max-w-[calc(100%-1rem)] -translate-x-1/2 items-center gap-1 overflow-x-auto rounded-2xl border border-line bg-surface py-1.5 pr-1.5 pl-4 shadow-panel">
        <span aria-live="polite" className="tabular mr-2 text-[13px] font-semibold whitespace-nowrap">{visits.length} visits</span>
        <Button look="quiet" onClick={() => ask('reassign')}>Reassign…</Button>
        <Button look="quiet" onClick={() => ask('move_day')}>Other day…</Button>
        <Button look="quiet" onClick={() => ask('unassign')}>Take out…</Button>
        <Button look="quiet" className="text-danger!" onClick={() => ask('cancel')}>Cancel…</Button>
        <IconButton label="Choose none" onClick={onClear}><CloseIcon /></IconButton>
      </div>
      {asked !== null && (
        <BulkDialog
          kind={asked} visits={visits} agents={agents} date={date} isBusy={isBusy} failure={failure} onClose={() => setAsked(null)}
          onWish={async (wish) => { if (await onWish(wish)) setAsked(null) }}
        />
      )}
    </>
  )
}

const WORDS: Record<BulkWish['kind'], { title: (n: number) => string; action: string; busy: string }> = {
  reassign: { title: (n) => `Give ${n} visits to somebody else`, action: 'Reassign', busy: 'Reassigning…' },
  move_day: { title: (n) => `Move ${n} visits to another day`, action: 'Move', busy: 'Moving…' },
  unassign: { title: (n) => `Take ${n} visits out of the plan`, action: 'Take out', busy: 'Taking out…' },
  cancel: { title: (n) => `Cancel ${n} visits`, action: 'Cancel the visits', busy: 'Cancelling…' },
}
const SHOWN_MAX = 6

type BulkDialogProps = Omit<BulkBarProps, 'onForgive' | 'onClear' | 'onWish'> & { kind: BulkWish['kind']; onWish: (wish: BulkWish) => void; onClose: () => void }

function BulkDialog({ kind, visits, agents, date, isBusy, failure, onWish, onClose }: BulkDialogProps) {
  const [agent, setAgent] = useState<string | null>(null)
  const [day, setDay] = useState(date)
  const [reason, setReason] = useState('')
  const { title, action, busy } = WORDS[kind]
  const wish = wishOf(kind, agent, day === date ? '' : day, reason.trim())
  const submit = (event: FormEvent) => {
    event.preventDefault()
    if (wish !== null && !isBusy) onWish(wish)
  }
  return (
    <Dialog
      title={title(visits.length)} width="narrow" onClose={onClose} isHeld={isBusy}
      footer={<><Button onClick={onClose} disabled={isBusy}>Back</Button><Button type="submit" form="bulk" look={kind === 'cancel' ? 'danger' : 'primary'} isBusy={isBusy} disabled={wish === null}>{isBusy ? busy : action}</Button></>}
    >
      <form id="bulk" onSubmit={submit} className="space-y-4">
        <ul className="space-y-0.5 rounded-lg bg-sunken px-3 py-2 text-[13px]">
          {visits.slice(0, SHOWN_MAX).map(({ visit, name }) => <li key={visit} className="truncate">{name}</li>)}
          {visits.length > SHOWN_MAX && <li className="text-ink-3">and {visits.length - SHOWN_MAX} more</li>}
        </ul>
        {kind === 'reassign' && <Combobox label="To" placeholder="Whose day?" options={agents} value={agent} onChange={setAgent} />}
        {kind === 'move_day' && <TextField label="To" type="date" value={day} onChange={setDay} required />}
        {kind === 'cancel' && <CancelReason value={reason} onChange={setReason} hint="Kept with each visit." />}
        <p className="text-xs leading-relaxed text-ink-3">All of them, or none: where one cannot be done, nothing is changed and you are told which.</p>
        {failure !== null && <Notice tone="danger" title="Nothing was changed">{failure}</Notice>}
      </form>
    </Dialog>
  )
}

function wishOf(kind: BulkWish['kind'], agent: string | null, date: string, reason: string): BulkWish | null {
  switch (kind) {
    case 'reassign':
      return agent === null ? null : { kind, agent }
    case 'move_day':
      return date === '' ? null : { kind, date }
    case 'cancel':
      return reason === '' ? null : { kind, reason }
    case 'unassign':
      return { kind }
  }
}
