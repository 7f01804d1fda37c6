/** Weekly hours in a zone. Dates with hours of their own are kept and counted; they are made over REST. */
import type { DayOfWeek, Opening } from '../../api/types'
import { Button, IconButton } from '../../ui/Button'
import { CloseIcon } from '../../ui/icons'
import { cx } from '../../ui/cx'
import { Complaint } from './FenceForm'
import { DAYS, type Hours } from './draft'

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
      {hours.exceptions.length > 0 && <p className="text-xs text-ink-3">{hours.exceptions.length} dates with hours of their own are kept.</p>}
      <Complaint text={complaint} />
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
