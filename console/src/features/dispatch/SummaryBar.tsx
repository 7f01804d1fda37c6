/** The day in numbers, and what can be done with the plan as a whole. */
import type { ReactNode } from 'react'
import { IconButton } from '../../ui/Button'
import { cx } from '../../ui/cx'
import { BackIcon, CalendarIcon } from '../../ui/icons'
import { count, distance } from '../../util/units'
import { longDate, shiftDate } from '../../util/zone'
import type { Sums } from './plan'
import { span_s } from './words'

export function SummaryBar({ sums, children }: { sums: Sums; children?: ReactNode }) {
  return (
    <dl className="tabular flex items-center gap-x-4 overflow-x-auto text-xs whitespace-nowrap [scrollbar-width:none]">
      <Figure name="Visits" value={count(sums.visits)} note={sums.done > 0 ? `${sums.done} done` : undefined} />
      <Figure name="Unplanned" value={count(sums.unplanned)} tone={sums.unplanned > 0 ? 'warn' : 'plain'} />
      <Figure name="At risk" value={count(sums.atRisk)} tone={sums.atRisk > 0 ? 'danger' : 'plain'} />
      <Figure name="Late" value={count(sums.late)} tone={sums.late > 0 ? 'danger' : 'plain'} />
      <Figure name="Driving" value={span_s(sums.travel_s)} note={distance(sums.distance_m)} />
      {sums.overtime_s >= 60 && <Figure name="Overtime" value={span_s(sums.overtime_s)} tone="warn" />}
      {children}
    </dl>
  )
}

function Figure({ name, value, note, tone = 'plain' }: { name: string; value: string; note?: string; tone?: 'plain' | 'warn' | 'danger' }) {
  return (
    <div className="flex items-baseline gap-1.5">
      <dt className="text-ink-3">{name}</dt>
      <dd className={cx('text-[13px] font-semibold', tone === 'warn' && 'text-warn', tone === 'danger' && 'text-danger')}>
        {value}{note !== undefined && <span className="ml-1 text-xs font-normal text-ink-3">{note}</span>}
      </dd>
    </div>
  )
}

export function DayPicker({ date, today, onChange }: { date: string; today: string; onChange: (date: string) => void }) {
  return (
    <div className="flex items-center rounded-lg border border-line-strong bg-surface shadow-raised">
      <IconButton label="The day before" className="size-8.5 rounded-r-none!" onClick={() => onChange(shiftDate(date, -1))}><BackIcon /></IconButton>
      <label className="relative flex h-8.5 items-center gap-1.5 border-x border-line px-2.5 text-[13px] font-medium whitespace-nowrap hover:bg-hover">
        <CalendarIcon className="size-4 text-ink-3" />{date === today ? <>Today<span className="font-normal text-ink-3 max-[1100px]:hidden">{longDate(date)}</span></> : longDate(date)}
        <input type="date" aria-label="Date" value={date} required onChange={({ target }) => { if (target.value !== '') onChange(target.value) }} onClick={({ currentTarget }) => currentTarget.showPicker?.()} className="absolute inset-0 cursor-pointer opacity-0" />
      </label>
      <IconButton label="The day after" className="size-8.5 rounded-l-none!" onClick={() => onChange(shiftDate(date, 1))}><BackIcon className="size-4 rotate-180" /></IconButton>
    </div>
  )
}
