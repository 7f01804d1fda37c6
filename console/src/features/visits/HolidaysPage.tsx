/** Days that nobody works, year by year: each is added, renamed or taken out at once, and the visits that beats have made there follow. */
import { useState, type FormEvent } from 'react'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useMay } from '../../api/access'
import { complaintOf, explain, unsaid } from '../../api/problem'
import { useTrackRules } from '../../api/useTrackRules'
import { holidaysQuery } from '../../api/visitQueries'
import { holidays, type Holiday } from '../../api/visits'
import { serverNow } from '../../live/live'
import { Loadable } from '../../shell/Loadable'
import { tell } from '../../shell/toasts'
import { Button, IconButton } from '../../ui/Button'
import { Card } from '../../ui/Card'
import { TextField } from '../../ui/fields'
import { BackIcon, CheckIcon, EditIcon, TrashIcon } from '../../ui/icons'
import { Notice } from '../../ui/Notice'
import { dateOf, longDate } from '../../util/zone'
import { VisitsFrame } from './VisitsFrame'

const NAME_LEN_MAX = 120

export function HolidaysPage() {
  const rules = useTrackRules()
  return <VisitsFrame title="Holidays" width="reading">{rules ? <Holidays thisYear={Number(dateOf(serverNow(), rules.zone).slice(0, 4))} /> : <div className="skeleton h-56" />}</VisitsFrame>
}

function Holidays({ thisYear }: { thisYear: number }) {
  const canEdit = useMay()('settings', 'update')
  const client = useQueryClient()
  const [year, setYear] = useState(thisYear)
  const [renamed, setRenamed] = useState<string | null>(null)
  const query = useQuery(holidaysQuery(year))
  const save = useMutation({
    mutationFn: ({ put = [], remove = [] }: { put?: Holiday[]; remove?: string[] }) => holidays.change(put, remove),
    onSuccess: async () => {
      await Promise.all([client.invalidateQueries({ queryKey: ['holidays'] }), client.invalidateQueries({ queryKey: ['visits'] }), client.invalidateQueries({ queryKey: ['plans'] })])
      setRenamed(null)
    },
  })
  const takeOut = (holiday: Holiday) => save.mutate({ remove: [holiday.date] }, { onSuccess: () => tell(`${holiday.name} is a working day now.`) })
  return (
    <Card
      title={String(year)} hint={query.data ? `${query.data.length === 0 ? 'No' : query.data.length} ${query.data.length === 1 ? 'holiday' : 'holidays'}` : undefined}
      aside={
        <div className="flex items-center gap-1">
          <IconButton label="The year before" onClick={() => setYear(year - 1)}><BackIcon /></IconButton>
          {year !== thisYear && <Button look="quiet" onClick={() => setYear(thisYear)}>This year</Button>}
          <IconButton label="The year after" onClick={() => setYear(year + 1)}><BackIcon className="size-4 rotate-180" /></IconButton>
        </div>
      }
    >
      <Loadable what="The holidays" query={query} skeleton={<div className="skeleton h-32" />}>
        <div className="space-y-4">
          {query.data?.length === 0 && <p className="text-[13px] text-ink-3">Beats make their visits on every day they name.</p>}
          <ul aria-label={`Holidays of ${year}`} className="divide-y divide-line">
            {query.data?.map((holiday) => (
              <li key={holiday.date} className="flex min-h-11 flex-wrap items-center gap-x-4 gap-y-1 py-1 text-[13px]">
                <span className="tabular w-40 shrink-0 text-ink-2 max-sm:w-full">{longDate(holiday.date)}</span>
                {renamed === holiday.date
                  ? <Rename holiday={holiday} isBusy={save.isPending} onSave={(name) => save.mutate({ put: [{ ...holiday, name }] })} onClose={() => setRenamed(null)} />
                  : <span className="min-w-0 flex-1 truncate font-medium">{holiday.name}</span>}
                {canEdit && renamed !== holiday.date && (
                  <span className="flex">
                    <IconButton label={`Rename ${holiday.name}`} onClick={() => setRenamed(holiday.date)}><EditIcon /></IconButton>
                    <IconButton label={`Take out ${holiday.name}`} disabled={save.isPending} onClick={() => takeOut(holiday)}><TrashIcon /></IconButton>
                  </span>
                )}
              </li>
            ))}
          </ul>
          {canEdit && <Add key={year} year={year} known={query.data ?? []} isBusy={save.isPending} failure={save.error} onAdd={(holiday, done) => save.mutate({ put: [holiday] }, { onSuccess: () => { done(); setYear(Number(holiday.date.slice(0, 4))) } })} />}
          {!canEdit && <Notice title="To look at">Who may change settings can change these.</Notice>}
          {save.error && unsaid(save.error, ['put']) !== null && <Notice tone="danger" title="Not saved">{explain(save.error)}</Notice>}
        </div>
      </Loadable>
    </Card>
  )
}

function Rename({ holiday, isBusy, onSave, onClose }: { holiday: Holiday; isBusy: boolean; onSave: (name: string) => void; onClose: () => void }) {
  const [name, setName] = useState(holiday.name)
  const submit = (event: FormEvent) => {
    event.preventDefault()
    if (name.trim() === holiday.name) onClose()
    else if (name.trim() !== '') onSave(name.trim())
  }
  return (
    <form onSubmit={submit} className="flex min-w-0 flex-1 items-center gap-2">
      <input aria-label={`New name of ${holiday.name}`} value={name} maxLength={NAME_LEN_MAX} autoFocus onChange={({ target }) => setName(target.value)} onKeyDown={({ key }) => { if (key === 'Escape') onClose() }} className="h-8 min-w-0 flex-1 rounded-lg border border-line-strong bg-surface px-2 text-[13px]" />
      <Button type="submit" isBusy={isBusy}><CheckIcon />Save</Button>
    </form>
  )
}

type AddProps = { year: number; known: readonly Holiday[]; isBusy: boolean; failure: unknown; onAdd: (holiday: Holiday, done: () => void) => void }

function Add({ year, known, isBusy, failure, onAdd }: AddProps) {
  const [date, setDate] = useState('')
  const [name, setName] = useState('')
  const [wasAsked, setAsked] = useState(false)
  const there = known.find((holiday) => holiday.date === date)
  const flaws = {
    date: date === '' ? 'Which day?' : there ? `${there.name} is on that day.` : null,
    name: name.trim() === '' ? 'What is it called?' : null,
  }
  const submit = (event: FormEvent) => {
    event.preventDefault()
    setAsked(true)
    if (flaws.date !== null || flaws.name !== null) return
    onAdd({ date, name: name.trim() }, () => {
      setDate('')
      setName('')
      setAsked(false)
    })
  }
  return (
    <form noValidate aria-label="New holiday" onSubmit={submit} className="flex flex-wrap items-start gap-3 border-t border-line pt-4">
      <TextField label="Date" type="date" min={`${year}-01-01`} max={`${year}-12-31`} value={date} onChange={setDate} complaint={wasAsked ? (flaws.date ?? complaintOf(failure, 'put[0].date')) : null} className="w-40" />
      <TextField label="Called" value={name} onChange={setName} maxLength={NAME_LEN_MAX} placeholder="New Year’s Day" complaint={wasAsked ? (flaws.name ?? complaintOf(failure, 'put[0].name')) : null} className="min-w-48 flex-1" />
      <Button type="submit" look="primary" isBusy={isBusy} className="mt-6.5">Add</Button>
    </form>
  )
}
