import { IconButton } from '../../ui/Button'
import { ChevronIcon } from '../../ui/icons'
import { isDate, longDate, shiftDate } from '../../util/zone'

type DateFieldProps = { date: string; today: string; onChange: (date: string) => void }

/** A civil date: a step back and forth, and the browser's own calendar behind the words. */
export function DateField({ date, today, onChange }: DateFieldProps) {
  return (
    <div role="group" aria-label="Date" className="flex items-center">
      <IconButton label="The day before" onClick={() => onChange(shiftDate(date, -1))}><ChevronIcon className="size-4 rotate-90" /></IconButton>
      <label className="relative flex h-8 items-center rounded-lg px-1.5 hover:bg-hover has-focus-visible:outline-2 has-focus-visible:outline-accent">
        <span aria-hidden="true" className="tabular text-[13px] font-medium whitespace-nowrap">{date === today ? 'Today' : longDate(date)}</span>
        <input
          type="date" aria-label="Date" value={date} max={today} required
          onClick={(event) => event.currentTarget.showPicker?.()}
          onChange={(event) => { if (isDate(event.target.value)) onChange(event.target.value) }}
          className="absolute inset-0 w-full cursor-pointer opacity-0"
        />
      </label>
      <IconButton label="The day after" disabled={date >= today} className="disabled:opacity-40" onClick={() => onChange(shiftDate(date, 1))}><ChevronIcon className="size-4 -rotate-90" /></IconButton>
    </div>
  )
}
