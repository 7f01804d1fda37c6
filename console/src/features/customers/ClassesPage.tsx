/** How often customers of a class are visited, and what a visit may need: lists of the organisation. */
import { useState, type FormEvent } from 'react'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useMay } from '../../api/access'
import { classesQuery, skillsQuery } from '../../api/customerQueries'
import { customers, type CustomerClass, type Skill } from '../../api/customers'
import { complaintOf, explain, unsaid } from '../../api/problem'
import { Loadable } from '../../shell/Loadable'
import { tell } from '../../shell/toasts'
import { Button, IconButton } from '../../ui/Button'
import { Card } from '../../ui/Card'
import { ConfirmDialog } from '../../ui/ConfirmDialog'
import { Dialog } from '../../ui/Dialog'
import { SelectField, TextField } from '../../ui/fields'
import { EditIcon, PlusIcon, TrashIcon } from '../../ui/icons'
import { Notice } from '../../ui/Notice'
import { duration } from '../../util/time'
import { CustomersFrame } from './CustomersFrame'
import { frequency } from './words'

export function ClassesPage() {
  const canEdit = useMay()('settings', 'update')
  return (
    <CustomersFrame title="Classes and skills">
      <Classes canEdit={canEdit} />
      <Skills canEdit={canEdit} />
    </CustomersFrame>
  )
}

function Classes({ canEdit }: { canEdit: boolean }) {
  const query = useQuery(classesQuery)
  const [edited, setEdited] = useState<CustomerClass | 'new' | null>(null)
  const [deleted, setDeleted] = useState<CustomerClass | null>(null)
  return (
    <Card title="Classes" hint="A customer’s class says how often and for how long they are visited, unless a place says otherwise." aside={canEdit && <Button onClick={() => setEdited('new')}><PlusIcon />New class</Button>}>
      <Loadable what="The classes" query={query} skeleton={<div className="skeleton h-20" />}>
        {query.data?.length === 0 && <p className="text-[13px] text-ink-3">There are none yet.</p>}
        <ul className="divide-y divide-line">
          {query.data?.map((held) => (
            <li key={held.code} className="flex items-center gap-4 py-2.5 first:pt-0 last:pb-0">
              <span className="tabular grid h-8 min-w-8 place-items-center rounded-lg bg-accent-soft px-2 text-[13px] font-semibold text-accent">{held.code}</span>
              <div className="min-w-0 flex-1 text-[13px]"><p className="truncate font-medium">{held.name}</p><p className="text-xs text-ink-2 first-letter:uppercase">{frequency(held)} · {duration(held.visit_duration_s)} a visit</p></div>
              {canEdit && <><IconButton label={`Change ${held.name}`} onClick={() => setEdited(held)}><EditIcon /></IconButton><IconButton label={`Delete ${held.name}`} onClick={() => setDeleted(held)}><TrashIcon /></IconButton></>}
            </li>
          ))}
        </ul>
      </Loadable>
      {edited !== null && <ClassDialog held={edited === 'new' ? null : edited} onClose={() => setEdited(null)} />}
      {deleted && <DeleteDialog name={deleted.name} queryKey={classesQuery.queryKey} onDelete={() => customers.deleteClass(deleted.code)} onClose={() => setDeleted(null)} />}
    </Card>
  )
}

type Often = 'interval' | 'cycle' | 'never'

function ClassDialog({ held, onClose }: { held: CustomerClass | null; onClose: () => void }) {
  const client = useQueryClient()
  const [code, setCode] = useState(held?.code ?? '')
  const [name, setName] = useState(held?.name ?? '')
  const [often, setOften] = useState<Often>(held === null || held.interval_days != null ? 'interval' : held.visits_per_cycle != null ? 'cycle' : 'never')
  const [days, setDays] = useState(String(held?.interval_days ?? 14))
  const [visits, setVisits] = useState(String(held?.visits_per_cycle ?? 2))
  const [weeks, setWeeks] = useState(String(held?.cycle_weeks ?? 4))
  const [minutes, setMinutes] = useState(String((held?.visit_duration_s ?? 1_800) / 60))
  const save = useMutation({
    mutationFn: () => customers.putClass(code.trim(), {
      name: name.trim(), visit_duration_s: Math.round(Number(minutes) * 60), ...(held && { version: held.version }),
      ...(often === 'interval' && { interval_days: Number(days) }), ...(often === 'cycle' && { visits_per_cycle: Number(visits), cycle_weeks: Number(weeks) }),
    }),
    onSuccess: async () => {
      await client.invalidateQueries({ queryKey: classesQuery.queryKey })
      tell('Saved. It holds for what is planned from now on.')
      onClose()
    },
  })
  const said = (field: string) => complaintOf(save.error, field)
  const rest = unsaid(save.error, ['code', 'name', 'interval_days', 'visits_per_cycle', 'cycle_weeks', 'visit_duration_s'])
  return (
    <Dialog
      title={held === null ? 'New class' : `Change ${held.name}`} width="narrow" onClose={onClose} isHeld={save.isPending}
      footer={<><Button onClick={onClose}>Cancel</Button><Button type="submit" form="class" look="primary" isBusy={save.isPending} disabled={code.trim() === '' || name.trim() === ''}>{save.isPending ? 'Saving…' : 'Save'}</Button></>}
    >
      <form id="class" onSubmit={(event: FormEvent) => { event.preventDefault(); save.mutate() }} className="space-y-4">
        <div className="grid grid-cols-[6rem_1fr] gap-3">
          <TextField label="Code" value={code} onChange={setCode} maxLength={32} disabled={held !== null} placeholder="A" complaint={said('code')} autoFocus={held === null} />
          <TextField label="Name" value={name} onChange={setName} maxLength={120} placeholder="Key accounts" complaint={said('name')} />
        </div>
        <SelectField label="Visited" value={often} onChange={(value) => setOften(value as Often)}>
          <option value="interval">every so many days</option>
          <option value="cycle">so many times in some weeks</option>
          <option value="never">when there is a reason</option>
        </SelectField>
        {often === 'interval' && <TextField label="Days between visits" type="number" min={1} max={730} value={days} onChange={setDays} complaint={said('interval_days')} />}
        {often === 'cycle' && (
          <div className="grid grid-cols-2 gap-3">
            <TextField label="Visits" type="number" min={1} max={366} value={visits} onChange={setVisits} complaint={said('visits_per_cycle')} />
            <TextField label="in weeks" type="number" min={1} max={52} value={weeks} onChange={setWeeks} complaint={said('cycle_weeks')} />
          </div>
        )}
        <TextField label="A visit takes (minutes)" type="number" min={1} max={1_440} step="any" value={minutes} onChange={setMinutes} complaint={said('visit_duration_s')} />
        {rest !== null && <Notice tone="danger" title="Not saved">{rest}</Notice>}
      </form>
    </Dialog>
  )
}

function Skills({ canEdit }: { canEdit: boolean }) {
  const query = useQuery(skillsQuery)
  const client = useQueryClient()
  const [code, setCode] = useState('')
  const [name, setName] = useState('')
  const [deleted, setDeleted] = useState<Skill | null>(null)
  const add = useMutation({
    mutationFn: () => customers.putSkill(code.trim(), name.trim()),
    onSuccess: () => {
      setCode('')
      setName('')
      return client.invalidateQueries({ queryKey: skillsQuery.queryKey })
    },
  })
  const rest = unsaid(add.error, ['code', 'name'])
  return (
    <Card title="Skills" hint="A visit that needs one is planned only for agents who have it.">
      <Loadable what="The skills" query={query} skeleton={<div className="skeleton h-12" />}>
        {query.data?.length === 0 && <p className="text-[13px] text-ink-3">There are none yet.</p>}
        <ul className="divide-y divide-line">
          {query.data?.map((skill) => (
            <li key={skill.code} className="flex items-center gap-4 py-2 text-[13px] first:pt-0 last:pb-0">
              <span className="font-medium">{skill.name}</span><span className="tabular text-xs text-ink-3">{skill.code}</span>
              {canEdit && <IconButton label={`Delete ${skill.name}`} className="ml-auto" onClick={() => setDeleted(skill)}><TrashIcon /></IconButton>}
            </li>
          ))}
        </ul>
      </Loadable>
      {canEdit && (
        <form aria-label="New skill" onSubmit={(event) => { event.preventDefault(); add.mutate() }} className="mt-4 flex flex-wrap items-start gap-3 border-t border-line pt-4">
          <TextField label="Code" value={code} onChange={setCode} maxLength={32} placeholder="cold" className="w-32" complaint={complaintOf(add.error, 'code')} />
          <TextField label="Name" value={name} onChange={setName} maxLength={120} placeholder="Cold chain" className="min-w-40 flex-1" complaint={complaintOf(add.error, 'name')} />
          <Button type="submit" className="mt-6.5 h-9!" isBusy={add.isPending} disabled={code.trim() === '' || name.trim() === ''}><PlusIcon />Add skill</Button>
        </form>
      )}
      {rest !== null && <div className="mt-3"><Notice tone="danger" title="Not saved">{rest}</Notice></div>}
      {deleted && <DeleteDialog name={deleted.name} queryKey={skillsQuery.queryKey} onDelete={() => customers.deleteSkill(deleted.code)} onClose={() => setDeleted(null)} />}
    </Card>
  )
}

function DeleteDialog({ name, queryKey, onDelete, onClose }: { name: string; queryKey: readonly unknown[]; onDelete: () => Promise<void>; onClose: () => void }) {
  const client = useQueryClient()
  const remove = useMutation({
    mutationFn: onDelete,
    onSuccess: async () => {
      await client.invalidateQueries({ queryKey })
      onClose()
    },
  })
  return (
    <ConfirmDialog title={`Delete ${name}?`} action="Delete" busy="Deleting…" isBusy={remove.isPending} failure={remove.error && explain(remove.error)} onConfirm={() => remove.mutate()} onClose={onClose}>
      <p>Only what nobody uses can be deleted.</p>
    </ConfirmDialog>
  )
}
