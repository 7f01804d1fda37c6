/** The weeks of a cycle as a board: a column for each weekday, customers in the order in which they are visited. */
import { useState, type DragEvent, type ReactNode } from 'react'
import type { BeatContent, Weekday } from '../../api/visits'
import { Button, IconButton } from '../../ui/Button'
import { Combobox } from '../../ui/Combobox'
import { cx } from '../../ui/cx'
import { SelectField, TextField } from '../../ui/fields'
import { ChevronIcon, CloseIcon, GripIcon } from '../../ui/icons'
import { DAY_NAMES, DAYS } from '../../util/hours'
import { added, cellOf, changed, CYCLE_WEEKS_MAX, moved, removed, repeated, type BeatDraft, type BeatFlaw, type Cell, type StopDraft } from './beatDraft'

type BeatEditorProps = {
  draft: BeatDraft
  onChange: (draft: BeatDraft) => void
  flaw: BeatFlaw | null
  said: (field: string) => string | null
  territories: readonly { id: string; name: string }[]
  agents: readonly { id: string; name: string }[]
  nameOf: (customer: string) => string
  /** The box that finds customers; it tells whom it has found. */
  finder: (onTake: (customer: string) => void) => ReactNode
}

const HOLIDAYS: Record<BeatContent['on_holiday'], string> = { after: 'is made on the next working day', before: 'is made on the working day before', skip: 'is left out', keep: 'is made all the same' }
const ABSENCES: Record<BeatContent['on_absence'], string> = { unassign: 'stays on its day, for somebody else', after: 'is made on their next working day', skip: 'is left out', keep: 'stays with them' }

export function BeatEditor({ draft, onChange, flaw, said, territories, agents, nameOf, finder }: BeatEditorProps) {
  const [week, setWeek] = useState(1)
  const [day, setDay] = useState<Weekday>('mon')
  const shown = Math.min(week, draft.weeks)
  const complaint = (field: string) => (flaw?.field === field ? flaw.message : said(field))
  const set = <Key extends keyof BeatDraft>(key: Key) => (value: BeatDraft[Key]) => onChange({ ...draft, [key]: value })
  return (
    <div className="space-y-5">
      <div className="grid gap-4 sm:grid-cols-3">
        <TextField label="Name" value={draft.name} onChange={set('name')} maxLength={120} autoFocus placeholder="North, fortnightly" complaint={complaint('name')} />
        <Combobox label="Agent" placeholder="Nobody yet" options={agents} value={draft.agent} onChange={set('agent')} complaint={said('agent_id')} />
        <SelectField label="Territory" value={draft.territory} onChange={set('territory')} complaint={said('territory_id')}>
          <option value="">As each customer’s</option>
          {territories.map(({ id, name }) => <option key={id} value={id}>{name}</option>)}
        </SelectField>
        <SelectField label="Repeats every" value={String(draft.weeks)} onChange={(weeks) => onChange({ ...draft, weeks: Number(weeks) })}>
          {Array.from({ length: CYCLE_WEEKS_MAX }, (_, at) => <option key={at} value={at + 1}>{at === 0 ? 'week' : `${at + 1} weeks`}</option>)}
        </SelectField>
        <TextField label="First week is that of" type="date" value={draft.startsOn} onChange={set('startsOn')} complaint={complaint('starts_on')} />
        <TextField label="Last day" type="date" value={draft.endsOn} onChange={set('endsOn')} hint="Empty: goes on." complaint={complaint('ends_on')} />
        <SelectField label="A visit on a holiday" value={draft.onHoliday} onChange={(value) => onChange({ ...draft, onHoliday: value as BeatContent['on_holiday'] })}>
          {Object.entries(HOLIDAYS).map(([id, name]) => <option key={id} value={id}>{name}</option>)}
        </SelectField>
        <SelectField label="A visit while the agent is away" value={draft.onAbsence} onChange={(value) => onChange({ ...draft, onAbsence: value as BeatContent['on_absence'] })} className="sm:col-span-2">
          {Object.entries(ABSENCES).map(([id, name]) => <option key={id} value={id}>{name}</option>)}
        </SelectField>
      </div>
      <section aria-label="Days" className="space-y-3">
        <div className="flex flex-wrap items-center gap-2">
          <div role="tablist" aria-label="Weeks" className="flex gap-1 rounded-lg bg-sunken p-1">
            {Array.from({ length: draft.weeks }, (_, at) => (
              <button key={at} type="button" role="tab" aria-selected={shown === at + 1} onClick={() => setWeek(at + 1)} className={cx('h-7 rounded-md px-2.5 text-xs font-medium', shown === at + 1 ? 'bg-surface shadow-raised' : 'text-ink-2 hover:bg-hover')}>Week {at + 1}</button>
            ))}
          </div>
          {draft.weeks > 1 && shown === 1 && <Button look="quiet" onClick={() => onChange(repeated(draft, DAYS))}>Copy week 1 to all</Button>}
          <div className="ml-auto w-full sm:w-72">{finder((customer) => onChange(added(draft, cellOf(shown, day), customer)))}</div>
        </div>
        {complaint('stops') !== null && <p role="alert" className="text-xs font-medium text-danger">{complaint('stops')}</p>}
        <div className="grid grid-cols-2 gap-2 sm:grid-cols-4 lg:grid-cols-7">
          {DAYS.map((weekday) => {
            const cell = cellOf(shown, weekday)
            return <Day key={cell} cell={cell} weekday={weekday} stops={draft.cells[cell] ?? []} isChosen={weekday === day} wrong={flaw?.uid ?? null} nameOf={nameOf} onChoose={() => setDay(weekday)} draft={draft} onChange={onChange} />
          })}
        </div>
      </section>
    </div>
  )
}

const DRAGGED = 'application/x-beat-stop'

type DayProps = { cell: Cell; weekday: Weekday; stops: readonly StopDraft[]; isChosen: boolean; wrong: number | null; nameOf: (customer: string) => string; onChoose: () => void; draft: BeatDraft; onChange: (draft: BeatDraft) => void }

function Day({ cell, weekday, stops, isChosen, wrong, nameOf, onChoose, draft, onChange }: DayProps) {
  const [isOver, setOver] = useState(false)
  const drop = (event: DragEvent, position: number) => {
    event.preventDefault()
    event.stopPropagation()
    setOver(false)
    const [from, uid] = event.dataTransfer.getData(DRAGGED).split('|')
    if (from && uid) onChange(moved(draft, from as Cell, Number(uid), cell, position))
  }
  return (
    <section
      aria-label={DAY_NAMES[weekday]} onDragOver={(event) => { if (event.dataTransfer.types.includes(DRAGGED)) { event.preventDefault(); setOver(true) } }} onDragLeave={() => setOver(false)} onDrop={(event) => drop(event, stops.length)}
      className={cx('flex min-h-40 flex-col rounded-xl border bg-sunken/60 p-1.5 transition-colors', isOver ? 'border-accent bg-accent-soft' : isChosen ? 'border-accent/60' : 'border-line')}
    >
      <button type="button" aria-pressed={isChosen} onClick={onChoose} title="Customers found are put into this day" className="flex items-baseline justify-between rounded-md px-1.5 py-1 text-left text-xs font-semibold hover:bg-hover">
        {DAY_NAMES[weekday].slice(0, 3)}<span className="tabular font-normal text-ink-3">{stops.length > 0 && stops.length}</span>
      </button>
      <ol className="mt-1 flex-1 space-y-1">
        {stops.map((stop, at) => (
          <Stop
            key={stop.uid} stop={stop} name={nameOf(stop.customer)} isWrong={wrong === stop.uid} isFirst={at === 0} isLast={at === stops.length - 1} onDragStart={(event) => event.dataTransfer.setData(DRAGGED, `${cell}|${stop.uid}`)} onDrop={(event) => drop(event, at)}
            onChange={(change) => onChange(changed(draft, cell, stop.uid, change))} onRemove={() => onChange(removed(draft, cell, stop.uid))} onShift={(by) => onChange(moved(draft, cell, stop.uid, cell, at + by))}
          />
        ))}
      </ol>
    </section>
  )
}

type StopProps = {
  stop: StopDraft
  name: string
  isWrong: boolean
  isFirst: boolean
  isLast: boolean
  onDragStart: (event: DragEvent) => void
  onDrop: (event: DragEvent) => void
  onChange: (change: Partial<StopDraft>) => void
  onRemove: () => void
  onShift: (by: -1 | 1) => void
}

const TIME = 'tabular w-full min-w-0 rounded border border-line bg-surface px-1 text-[11px] focus:border-accent [&::-webkit-calendar-picker-indicator]:hidden'

function Stop({ stop, name, isWrong, isFirst, isLast, onDragStart, onDrop, onChange, onRemove, onShift }: StopProps) {
  const [isTimed, setTimed] = useState(stop.from !== '' || stop.to !== '')
  return (
    <li draggable onDragStart={onDragStart} onDrop={onDrop} className={cx('group rounded-lg border bg-surface p-1.5 text-xs shadow-raised', isWrong ? 'border-danger' : 'border-line')}>
      <div className="flex items-start gap-1">
        <GripIcon className="mt-px size-3.5 shrink-0 cursor-grab text-ink-3" />
        <span className="min-w-0 flex-1 leading-snug font-medium [overflow-wrap:anywhere]">{name}</span>
        <IconButton label={`Take ${name} out`} className="size-5! rounded" onClick={onRemove}><CloseIcon className="size-3" /></IconButton>
      </div>
      {isTimed && (
        <div className="mt-1 space-y-1">
          <input type="time" aria-label={`Promised to ${name} from`} value={stop.from} onChange={({ target }) => onChange({ from: target.value })} className={TIME} />
          <input type="time" aria-label={`Promised to ${name} until`} value={stop.to} onChange={({ target }) => onChange({ to: target.value })} className={TIME} />
        </div>
      )}
      <div className="mt-1 flex items-center gap-0.5">
        <button
          type="button" aria-expanded={isTimed} onClick={() => { setTimed(!isTimed); if (isTimed) onChange({ from: '', to: '' }) }}
          className="min-w-0 flex-1 truncate rounded text-left text-[11px] text-ink-3 hover:text-ink"
        >
          {isTimed ? 'Any time' : 'Promise…'}
        </button>
        <IconButton label={`${name} earlier`} disabled={isFirst} className="size-5! rounded disabled:opacity-30" onClick={() => onShift(-1)}><ChevronIcon className="size-3 rotate-180" /></IconButton>
        <IconButton label={`${name} later`} disabled={isLast} className="size-5! rounded disabled:opacity-30" onClick={() => onShift(1)}><ChevronIcon className="size-3" /></IconButton>
      </div>
    </li>
  )
}
