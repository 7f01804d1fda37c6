/** Weekly hours in a zone, and dates with hours of their own: holidays, long nights. */
import { DAY_NAMES, DAYS, EXCEPTIONS_MAX, type DateHours, type DayOfWeek, type Hours, type HourSpan, type Opening } from '../util/hours'
import { Button, IconButton } from './Button'
import { cx } from './cx'
import { Note } from './fields'
import { CloseIcon, PlusIcon } from './icons'

const INPUT = 'tabular h-8 rounded-lg border border-line-strong bg-surface px-2 text-[13px] disabled:opacity-60'

/** What a span of hours is called there: a shop opens, an agent works. */
type HoursFieldProps = { hours: Hours; onChange: (hours: Hours) => void; complaint: string | null; noun?: string }

export function HoursField({ hours, onChange, complaint, noun = 'opening' }: HoursFieldProps) {
  const set = (at: number, opening: Opening) => onChange({ ...hours, weekly: hours.weekly.with(at, opening) })
  const add = () => onChange({ ...hours, weekly: [...hours.weekly, { days: ['sat'], from: '09:00', to: '13:00' }] })
  return (
    <div className="mt-2 space-y-3 rounded-lg bg-sunken p-3">
      {hours.weekly.map((opening, at) => (
        <fieldset key={at} className="space-y-2">
          <legend className="sr-only first-letter:uppercase">{noun} {at + 1}</legend>
          <div className="flex gap-1">
            {DAYS.map((day) => <Day key={day} day={day} opening={opening} onChange={(changed) => set(at, changed)} />)}
          </div>
          <div className="flex items-center gap-1.5 text-[13px]">
            <SpanFields span={opening} labels={['From', 'To']} onChange={(span) => set(at, { ...opening, ...span })} />
            <IconButton label={`Remove ${noun} ${at + 1}`} className="ml-auto" onClick={() => onChange({ ...hours, weekly: hours.weekly.filter((_, other) => other !== at) })}><CloseIcon /></IconButton>
          </div>
        </fieldset>
      ))}
      <Button look="quiet" onClick={add}>Add hours</Button>
      <label className="block text-xs text-ink-2">
        Time zone
        <input value={hours.zone} onChange={({ target }) => onChange({ ...hours, zone: target.value })} placeholder="Europe/Berlin" className={cx(INPUT, 'mt-1 block w-full')} />
      </label>
      <Dates dates={hours.exceptions} onChange={(exceptions) => onChange({ ...hours, exceptions })} />
      <Note complaint={complaint} />
    </div>
  )
}

function SpanFields({ span: { from, to }, labels, onChange }: { span: HourSpan; labels: readonly [string, string]; onChange: (span: HourSpan) => void }) {
  return (
    <>
      <input type="time" aria-label={labels[0]} value={from} onChange={({ target }) => onChange({ from: target.value, to })} className={INPUT} />
      <span aria-hidden="true">–</span>
      {to === '24:00'
        ? <input aria-label={labels[1]} readOnly value="24:00" className={cx(INPUT, 'w-20')} />
        : <input type="time" aria-label={labels[1]} value={to} onChange={({ target }) => onChange({ from, to: target.value })} className={INPUT} />}
      {to !== '' && to < from && <span className="text-xs text-ink-3">next day</span>}
    </>
  )
}

const USUAL: HourSpan = { from: '09:00', to: '13:00' }
const LATER: HourSpan = { from: '14:00', to: '18:00' }

/** Dates on which the week does not count: closed, or open at other hours. */
function Dates({ dates, onChange }: { dates: readonly DateHours[]; onChange: (dates: readonly DateHours[]) => void }) {
  const set = (at: number, changed: DateHours) => onChange(dates.with(at, changed))
  return (
    <div className="space-y-2 border-t border-line pt-3">
      <p className="text-xs font-medium text-ink-2">Dates with hours of their own</p>
      {dates.map(({ date, hours = [] }, at) => (
        <fieldset key={at} className="space-y-1.5">
          <legend className="sr-only">Date {at + 1}</legend>
          <div className="flex items-center gap-1.5">
            <input type="date" aria-label="Date" value={date} onChange={({ target }) => set(at, { date: target.value, hours })} className={INPUT} />
            <select aria-label="On that date" value={hours.length > 0 ? 'open' : 'closed'} onChange={({ target }) => set(at, { date, hours: target.value === 'open' ? [USUAL] : [] })} className={INPUT}>
              <option value="closed">closed</option>
              <option value="open">open</option>
            </select>
            <IconButton label={`Remove date ${at + 1}`} className="ml-auto" onClick={() => onChange(dates.filter((_, other) => other !== at))}><CloseIcon /></IconButton>
          </div>
          {hours.map((span, which) => (
            <div key={which} className="flex items-center gap-1.5 text-[13px]">
              <SpanFields span={span} labels={which === 0 ? ['Open from', 'Open to'] : [`Open from, ${which + 1}`, `Open to, ${which + 1}`]} onChange={(changed) => set(at, { date, hours: hours.with(which, changed) })} />
              {which > 0 && <IconButton label={`Remove hours ${which + 1} of date ${at + 1}`} className="size-7!" onClick={() => set(at, { date, hours: hours.filter((_, other) => other !== which) })}><CloseIcon className="size-3.5" /></IconButton>}
              {which === hours.length - 1 && <IconButton label={`More hours on date ${at + 1}`} className="size-7!" onClick={() => set(at, { date, hours: [...hours, LATER] })}><PlusIcon className="size-3.5" /></IconButton>}
            </div>
          ))}
        </fieldset>
      ))}
      <Button look="quiet" disabled={dates.length >= EXCEPTIONS_MAX} onClick={() => onChange([...dates, { date: '', hours: [] }])}>Add a date</Button>
    </div>
  )
}

function Day({ day, opening, onChange }: { day: DayOfWeek; opening: Opening; onChange: (opening: Opening) => void }) {
  const isOn = opening.days.includes(day)
  const days = DAYS.filter((other) => (other === day ? !isOn : opening.days.includes(other)))
  return (
    <button
      type="button" aria-pressed={isOn} aria-label={DAY_NAMES[day]} onClick={() => onChange({ ...opening, days })}
      className={cx('h-7 flex-1 rounded-md text-xs font-medium', isOn ? 'bg-accent text-on-accent' : 'bg-surface text-ink-2 hover:bg-hover')}
    >
      {DAY_NAMES[day].slice(0, 2)}
    </button>
  )
}
