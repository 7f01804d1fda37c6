/** When an agent works: weeks from a date on, dates that go otherwise, and when they are away. */
import { useState } from 'react'
import { Badge } from '../../ui/Badge'
import { Button, IconButton } from '../../ui/Button'
import { Card } from '../../ui/Card'
import { cx } from '../../ui/cx'
import { PlusIcon, TrashIcon } from '../../ui/icons'
import { DAY_NAMES, DAYS } from '../../util/hours'
import { longDate, shiftDate } from '../../util/zone'
import { HoursRow } from './HoursRow'
import {
  absenceAdded, absenceChanged, absenceRemoved, exceptionAdded, exceptionChanged, exceptionRemoved, exceptionWorked, rotaAdded, rotaDated, rotaRemoved, shiftAdded, shiftChanged, shiftRemoved, type ShiftDraft, type WorkDraft, type WorkFlaw,
} from './workDraft'

const INPUT = 'tabular h-8 rounded-lg border border-line-strong bg-surface px-2 text-[13px] disabled:opacity-60'

type CardProps = { draft: WorkDraft; onChange: (draft: WorkDraft) => void; flaw: WorkFlaw | null; today: string; said: (field: string) => string | null }

function Wrong({ flaw, uid, said }: { flaw: WorkFlaw | null; uid: number; said?: string | null }) {
  const message = flaw?.uid === uid ? flaw.message : (said ?? null)
  return message === null ? null : <p role="alert" className="mt-1.5 text-xs font-medium text-danger first-letter:uppercase">{message}</p>
}

export function RotasCard({ draft, onChange, flaw, today, said }: CardProps) {
  const current = draft.rotas.filter(({ validFrom }) => validFrom <= today).at(-1)?.uid ?? draft.rotas[0]?.uid ?? null
  const [chosen, setChosen] = useState<number | null>(null)
  const shown = draft.rotas.find(({ uid }) => uid === (flaw?.field === 'rotas' && draft.rotas.some((rota) => rota.uid === flaw.uid || rota.shifts.some((shift) => shift.uid === flaw.uid)) ? draft.rotas.find((rota) => rota.uid === flaw.uid || rota.shifts.some((shift) => shift.uid === flaw.uid))!.uid : (chosen ?? current))) ?? draft.rotas.at(-1)
  const at = shown ? draft.rotas.indexOf(shown) : -1
  return (
    <Card
      title="Weekly shifts" hint="A week holds from its date on, until the next one begins."
      aside={<Button onClick={() => { const next = rotaAdded(draft, draft.rotas.length === 0 ? today : shiftDate(draft.rotas.at(-1)!.validFrom > today ? draft.rotas.at(-1)!.validFrom : today, 7)); onChange(next); setChosen(next.rotas.at(-1)!.uid) }}><PlusIcon />{draft.rotas.length === 0 ? 'Set shifts' : 'Another week'}</Button>}
    >
      {draft.rotas.length > 1 && (
        <div role="tablist" aria-label="Weeks" className="mb-4 flex flex-wrap gap-1 rounded-lg bg-sunken p-1">
          {draft.rotas.map(({ uid, validFrom }) => (
            <button key={uid} type="button" role="tab" aria-selected={uid === shown?.uid} onClick={() => setChosen(uid)} className={cx('h-7 rounded-md px-2.5 text-xs font-medium', uid === shown?.uid ? 'bg-surface shadow-raised' : 'text-ink-2 hover:bg-hover')}>
              {validFrom === '' ? 'From …' : `From ${longDate(validFrom).slice(5)}`}{uid === current && ' · now'}
            </button>
          ))}
        </div>
      )}
      {shown ? (
        <div className="space-y-4">
          <div className="flex flex-wrap items-center gap-2 text-[13px]">
            <label className="flex items-center gap-2">Holds from<input type="date" value={shown.validFrom} onChange={({ target }) => onChange(rotaDated(draft, shown.uid, target.value))} className={INPUT} /></label>
            <Button look="quiet" className="ml-auto text-danger!" onClick={() => onChange(rotaRemoved(draft, shown.uid))}>Remove this week</Button>
          </div>
          <Wrong flaw={flaw} uid={shown.uid} said={said(`rotas[${at}].valid_from`)} />
          {shown.shifts.length === 0 && <p className="text-[13px] text-ink-3">No work from then on.</p>}
          {shown.shifts.map((shift, index) => (
            <fieldset key={shift.uid} className="rounded-xl border border-line p-3.5">
              <legend className="sr-only">Shift {index + 1}</legend>
              <div className="flex items-start gap-3">
                <div className="min-w-0 flex-1 space-y-3"><Days shift={shift} onChange={(changed) => onChange(shiftChanged(draft, shown.uid, changed))} /><HoursRow held={shift} noun={`Shift ${index + 1}`} onChange={(changed) => onChange(shiftChanged(draft, shown.uid, changed))} /></div>
                <IconButton label={`Remove shift ${index + 1}`} onClick={() => onChange(shiftRemoved(draft, shown.uid, shift.uid))}><TrashIcon /></IconButton>
              </div>
              <Wrong flaw={flaw} uid={shift.uid} said={said(`rotas[${at}].shifts[${index}]`)} />
            </fieldset>
          ))}
          <Button look="quiet" onClick={() => onChange(shiftAdded(draft, shown.uid))}><PlusIcon />Add a shift</Button>
        </div>
      ) : <p className="text-[13px] text-ink-3">Without shifts nothing is planned for this agent.</p>}
    </Card>
  )
}

function Days({ shift, onChange }: { shift: ShiftDraft; onChange: (shift: ShiftDraft) => void }) {
  return (
    <div className="flex max-w-sm gap-1">
      {DAYS.map((day) => {
        const isOn = shift.days.includes(day)
        return (
          <button key={day} type="button" aria-pressed={isOn} aria-label={DAY_NAMES[day]} onClick={() => onChange({ ...shift, days: DAYS.filter((other) => (other === day ? !isOn : shift.days.includes(other))) })} className={cx('h-7 flex-1 rounded-md text-xs font-medium', isOn ? 'bg-accent text-on-accent' : 'bg-sunken text-ink-2 hover:bg-hover')}>
            {DAY_NAMES[day].slice(0, 2)}
          </button>
        )
      })}
    </div>
  )
}

export function ExceptionsCard({ draft, onChange, flaw, today, said }: CardProps) {
  return (
    <Card title="Dates that go otherwise" hint="Days off, and days with hours of their own." aside={<Button onClick={() => onChange(exceptionAdded(draft, today))}><PlusIcon />Add a date</Button>}>
      {draft.exceptions.length === 0 && <p className="text-[13px] text-ink-3">None.</p>}
      <ul className="divide-y divide-line">
        {draft.exceptions.map((dated, at) => (
          <li key={dated.uid} className="py-3 first:pt-0 last:pb-0">
            <div className="flex flex-wrap items-start gap-2">
              <input type="date" aria-label={`Date ${at + 1}`} value={dated.date} onChange={({ target }) => onChange(exceptionChanged(draft, { ...dated, date: target.value }))} className={INPUT} />
              <select aria-label={`On date ${at + 1}`} value={dated.shifts.length > 0 ? 'works' : 'off'} onChange={({ target }) => onChange(exceptionWorked(draft, dated.uid, target.value === 'works'))} className={INPUT}>
                <option value="off">day off</option>
                <option value="works">works</option>
              </select>
              <div className="min-w-0 flex-1">{dated.shifts.map((shift, index) => <HoursRow key={shift.uid} held={shift} noun={`Date ${at + 1}`} onChange={(changed) => onChange(exceptionChanged(draft, { ...dated, shifts: dated.shifts.with(index, changed) }))} />)}</div>
              <IconButton label={`Remove date ${at + 1}`} onClick={() => onChange(exceptionRemoved(draft, dated.uid))}><TrashIcon /></IconButton>
            </div>
            <Wrong flaw={flaw} uid={dated.uid} said={said(`exceptions[${at}]`)} />
          </li>
        ))}
      </ul>
    </Card>
  )
}

export function AbsencesCard({ draft, onChange, flaw, today, said }: CardProps) {
  return (
    <Card title="Absences" hint="Nothing is planned within them. What is planned already is given to others or waits." aside={<Button onClick={() => onChange(absenceAdded(draft, today, shiftDate(today, 1)))}><PlusIcon />Add an absence</Button>}>
      {draft.absences.length === 0 && <p className="text-[13px] text-ink-3">None.</p>}
      <ul className="divide-y divide-line">
        {draft.absences.map((absence, at) => {
          const set = (change: Partial<typeof absence>) => onChange(absenceChanged(draft, { ...absence, ...change }))
          const isNow = absence.fromDate <= today && today < absence.toDate
          return (
            <li key={absence.uid} className="py-3 first:pt-0 last:pb-0">
              <div className="flex flex-wrap items-center gap-1.5 text-[13px]">
                <input type="date" aria-label={`Absence ${at + 1} from`} value={absence.fromDate} onChange={({ target }) => set({ fromDate: target.value })} className={INPUT} />
                <input type="time" aria-label={`Absence ${at + 1} from, time`} value={absence.fromClock} onChange={({ target }) => set({ fromClock: target.value })} className={INPUT} />
                <span className="px-1 text-ink-3">until</span>
                <input type="date" aria-label={`Absence ${at + 1} until`} value={absence.toDate} onChange={({ target }) => set({ toDate: target.value })} className={INPUT} />
                <input type="time" aria-label={`Absence ${at + 1} until, time`} value={absence.toClock} onChange={({ target }) => set({ toClock: target.value })} className={INPUT} />
                <input aria-label={`Reason of absence ${at + 1}`} placeholder="Reason" maxLength={120} value={absence.reason} onChange={({ target }) => set({ reason: target.value })} className={cx(INPUT, 'min-w-32 flex-1')} />
                {isNow && <Badge tone="warn">Away now</Badge>}
                <IconButton label={`Remove absence ${at + 1}`} onClick={() => onChange(absenceRemoved(draft, absence.uid))}><TrashIcon /></IconButton>
              </div>
              <Wrong flaw={flaw} uid={absence.uid} said={said(`absences[${at}]`)} />
            </li>
          )
        })}
      </ul>
    </Card>
  )
}
