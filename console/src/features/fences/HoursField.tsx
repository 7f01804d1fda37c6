/** Weekly hours in a zone, and dates with hours of their own: holidays, long nights. */
import type { DayOfWeek, Exception, Opening } from '../../api/types'
import { Button, IconButton } from '../../ui/Button'
import { CloseIcon } from '../../ui/icons'
import { cx } from '../../ui/cx'
import { Complaint } from './FenceForm'
import { DAYS, EXCEPTIONS_MAX, type Hours } from './draft'

const NAMES: Record<DayOfWeek, string> = { mon: 'Monday', tue: 'Tuesday', wed: 'Wednesday', thu: 'Thursday', fri: 'Friday', sat: 'Saturday', sun: 'Sunday' }
const INPUT = 'tabular h-8 rounded-lg border border-line-strong bg-surface px-2 text-[13px]'

export function HoursField({ hours, onChange, complaint }: { hours: Hours; onChange: (hours: Hours) => void; complaint: string | null }) {
  const set = (at: number, opening: Opening) => onChange({ ...hours, weekly: hours.weekly.with(at, opening) })
  const add = () => onChange({ ...hours, weekly: [...hours.weekly, { days: ['sat'], from: '09:00', to: '13:00' }] })
  return (
    <div className="mt-2 space-y-3 rounded-lg bg-sunken p-3">
      {hours.weekly.map((opening, at) => (
        <fieldset key={at} className="space-y-2">
          <legend className="sr-only">Opening {at + 1}</legend>
          <div className="flex gap-1">
            {DAYS.map((day) => <Day key={day} day={day} opening={opening} onChange={(changed) => set(at, changed)} />)}
          </div>
          <div className="flex items-center gap-1.5 text-[13px]">
            <input type="time" aria-label="From" value={opening.from} onChange={({ target }) => set(at, { ...opening, from: target.value })} className={INPUT} />
            <span aria-hidden="true">–</span>
            {opening.to === '24:00'
              ? <input aria-label="To" readOnly value="24:00" className={cx(INPUT, 'w-20')} />
              : <input type="time" aria-label="To" value={opening.to} onChange={({ target }) => set(at, { ...opening, to: target.value })} className={INPUT} />}
            {opening.to !== '' && opening.to < opening.from && <span className="text-xs text-ink-3">next day</span>}
            <IconButton label={`Remove opening ${at + 1}`} className="ml-auto" onClick={() => onChange({ ...hours, weekly: hours.weekly.filter((_, other) => other !== at) })}><CloseIcon /></IconButton>
          </div>
        </fieldset>
      ))}
      <Button look="quiet" onClick={add}>Add hours</Button>
      <label className="block text-xs text-ink-2">
        Time zone
        <input value={hours.zone} onChange={({ target }) => onChange({ ...hours, zone: target.value })} placeholder="Europe/Berlin" className={cx(INPUT, 'mt-1 block w-full')} />
      </label>
      <Dates dates={hours.exceptions} onChange={(exceptions) => onChange({ ...hours, exceptions })} />
      <Complaint text={complaint} />
    </div>
  )
}

const USUAL = { from: '09:00', to: '13:00' }

/** Dates on which the week does not count: closed, or open at other hours. */
function Dates({ dates, onChange }: { dates: readonly Exception[]; onChange: (dates: readonly Exception[]) => void }) {
  const set = (at: number, changed: Exception) => onChange(dates.with(at, changed))
  return (
    <div className="space-y-2 border-t border-line pt-3">
      <p className="text-xs font-medium text-ink-2">Dates with hours of their own</p>
      {dates.map(({ date, hours = [] }, at) => {
        const [first] = hours
        const change = (part: Partial<typeof USUAL>) => set(at, { date, hours: [{ ...USUAL, ...first, ...part }, ...hours.slice(1)] })
        return (
          <fieldset key={at} className="space-y-1.5">
            <legend className="sr-only">Date {at + 1}</legend>
            <div className="flex items-center gap-1.5">
              <input type="date" aria-label="Date" value={date} onChange={({ target }) => set(at, { date: target.value, hours })} className={INPUT} />
              <select aria-label="On that date" value={first ? 'open' : 'closed'} onChange={({ target }) => set(at, { date, hours: target.value === 'open' ? [USUAL] : [] })} className={INPUT}>
                <option value="closed">closed</option>
                <option value="open">open</option>
              </select>
              <IconButton label={`Remove date ${at + 1}`} className="ml-auto" onClick={() => onChange(dates.filter((_, other) => other !== at))}><CloseIcon /></IconButton>
            </div>
            {first && (
              <div className="flex items-center gap-1.5 text-[13px]">
                <input type="time" aria-label="Open from" value={first.from} onChange={({ target }) => change({ from: target.value })} className={INPUT} />
                <span aria-hidden="true">–</span>
                {first.to === '24:00'
                  ? <input aria-label="Open to" readOnly value="24:00" className={cx(INPUT, 'w-20')} />
                  : <input type="time" aria-label="Open to" value={first.to} onChange={({ target }) => change({ to: target.value })} className={INPUT} />}
                {hours.length > 1 && <span className="text-xs text-ink-3">and {hours.length - 1} more</span>}
              </div>
            )}
          </fieldset>
        )
      })}
      <Button look="quiet" disabled={dates.length >= EXCEPTIONS_MAX} onClick={() => onChange([...dates, { date: '', hours: [] }])}>Add a date</Button>
    </div>
  )
}

function Day({ day, opening, onChange }: { day: DayOfWeek; opening: Opening; onChange: (opening: Opening) => void }) {
  const isOn = opening.days.includes(day)
  const days = DAYS.filter((other) => (other === day ? !isOn : opening.days.includes(other)))
  return (
    <button
      type="button" aria-pressed={isOn} aria-label={NAMES[day]} onClick={() => onChange({ ...opening, days })}
      className={cx('h-7 flex-1 rounded-md text-xs font-medium', isOn ? 'bg-accent text-on-accent' : 'bg-surface text-ink-2 hover:bg-hover')}
    >
      {NAMES[day].slice(0, 2)}
    </button>
  )
}
