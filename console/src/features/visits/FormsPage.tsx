/** Forms, and the activities that ask them. A change makes a new version; answers keep theirs. */
import { useState, type FormEvent } from 'react'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useMay } from '../../api/access'
import { complaintOf, unsaid } from '../../api/problem'
import { activityTypesQuery, formsQuery } from '../../api/visitQueries'
import { forms, type ActivityType, type Form } from '../../api/visits'
import { Loadable } from '../../shell/Loadable'
import { tell } from '../../shell/toasts'
import { Badge } from '../../ui/Badge'
import { Button, IconButton } from '../../ui/Button'
import { Card } from '../../ui/Card'
import { Dialog } from '../../ui/Dialog'
import { SelectField, TextField } from '../../ui/fields'
import { EditIcon, PlusIcon } from '../../ui/icons'
import { Notice } from '../../ui/Notice'
import { contentOf, draftOf, flawOf, newForm, type FormDraft } from './formDraft'
import { FormEditor } from './FormEditor'
import { VisitsFrame } from './VisitsFrame'

export function FormsPage() {
  const canEdit = useMay()('settings', 'update')
  const query = useQuery(formsQuery)
  const [edited, setEdited] = useState<Form | 'new' | null>(null)
  return (
    <VisitsFrame title="Forms" width="reading">
      <Card title="Forms" hint="What is asked. Answers that were given stay with the questions they were given to." aside={canEdit && <Button onClick={() => setEdited('new')}><PlusIcon />New form</Button>}>
        <Loadable what="The forms" query={query} skeleton={<div className="skeleton h-20" />}>
          {query.data?.length === 0 && <p className="text-[13px] text-ink-3">There are none yet.</p>}
          <ul className="divide-y divide-line">
            {query.data?.map((form) => (
              <li key={form.id} className="flex items-center gap-4 py-2.5 first:pt-0 last:pb-0">
                <div className="min-w-0 flex-1 text-[13px]"><p className="truncate font-medium">{form.title}</p><p className="tabular text-xs text-ink-2">{form.fields.length} {form.fields.length === 1 ? 'question' : 'questions'} · version {form.version}</p></div>
                {canEdit && <IconButton label={`Change ${form.title}`} onClick={() => setEdited(form)}><EditIcon /></IconButton>}
              </li>
            ))}
          </ul>
        </Loadable>
      </Card>
      <ActivityTypes forms={query.data ?? []} canEdit={canEdit} />
      {edited !== null && <FormDialog held={edited === 'new' ? null : edited} onClose={() => setEdited(null)} />}
    </VisitsFrame>
  )
}

function FormDialog({ held, onClose }: { held: Form | null; onClose: () => void }) {
  const client = useQueryClient()
  const [draft, setDraft] = useState<FormDraft>(() => (held === null ? newForm() : draftOf(held)))
  const [isTried, setTried] = useState(false)
  const flaw = flawOf(draft)
  const save = useMutation({
    mutationFn: () => (held === null ? forms.create(contentOf(draft)) : forms.update(held.id, held.version, contentOf(draft))),
    onSuccess: async () => {
      await client.invalidateQueries({ queryKey: formsQuery.queryKey })
      tell('Saved.')
      onClose()
    },
  })
  const submit = () => {
    setTried(true)
    if (flaw === null) save.mutate()
  }
  const rest = unsaid(save.error, ['title', ...draft.fields.map((_, at) => `fields[${at}]`)])
  return (
    <Dialog
      title={held === null ? 'New form' : `Change ${held.title}`} place="drawer" isHeld onClose={onClose}
      footer={<><Button onClick={onClose}>Cancel</Button><Button look="primary" isBusy={save.isPending} onClick={submit}>{save.isPending ? 'Saving…' : 'Save form'}</Button></>}
    >
      {isTried && flaw !== null && flaw.uid !== null && <div className="mb-4"><Notice tone="danger" title="Not saved yet">{flaw.message}</Notice></div>}
      {rest !== null && <div className="mb-4"><Notice tone="danger" title="Not saved">{rest}</Notice></div>}
      <FormEditor draft={draft} onChange={setDraft} flaw={isTried ? flaw : null} said={(field) => complaintOf(save.error, field)} />
    </Dialog>
  )
}

function ActivityTypes({ forms: known, canEdit }: { forms: readonly Form[]; canEdit: boolean }) {
  const query = useQuery(activityTypesQuery)
  const [edited, setEdited] = useState<ActivityType | 'new' | null>(null)
  return (
    <Card title="Activities" hint="What agents can do at a customer’s, each with the form it asks." aside={canEdit && <Button onClick={() => setEdited('new')}><PlusIcon />New activity</Button>}>
      <Loadable what="The activities" query={query} skeleton={<div className="skeleton h-16" />}>
        {query.data?.length === 0 && <p className="text-[13px] text-ink-3">There are none yet.</p>}
        <ul className="divide-y divide-line">
          {query.data?.map((type) => (
            <li key={type.id} className="flex items-center gap-4 py-2.5 first:pt-0 last:pb-0">
              <div className="min-w-0 flex-1 text-[13px]"><p className="truncate font-medium">{type.name}</p><p className="text-xs text-ink-2">{known.find(({ id }) => id === type.form_id)?.title ?? 'Asks nothing'}</p></div>
              {!type.is_active && <Badge tone="plain">Not offered</Badge>}
              {canEdit && <IconButton label={`Change ${type.name}`} onClick={() => setEdited(type)}><EditIcon /></IconButton>}
            </li>
          ))}
        </ul>
      </Loadable>
      {edited !== null && <ActivityDialog held={edited === 'new' ? null : edited} forms={known} onClose={() => setEdited(null)} />}
    </Card>
  )
}

function ActivityDialog({ held, forms: known, onClose }: { held: ActivityType | null; forms: readonly Form[]; onClose: () => void }) {
  const client = useQueryClient()
  const [id] = useState(() => held?.id ?? crypto.randomUUID())
  const [name, setName] = useState(held?.name ?? '')
  const [form, setForm] = useState(held?.form_id ?? '')
  const [isActive, setActive] = useState(held?.is_active ?? true)
  const save = useMutation({
    mutationFn: () => forms.putActivityType(id, { name: name.trim(), form_id: form || null, is_active: isActive, ...(held && { version: held.version }) }),
    onSuccess: async () => {
      await client.invalidateQueries({ queryKey: activityTypesQuery.queryKey })
      onClose()
    },
  })
  const rest = unsaid(save.error, ['name', 'form_id'])
  return (
    <Dialog
      title={held === null ? 'New activity' : `Change ${held.name}`} width="narrow" isHeld={save.isPending} onClose={onClose}
      footer={<><Button onClick={onClose}>Cancel</Button><Button type="submit" form="activity" look="primary" isBusy={save.isPending} disabled={name.trim() === ''}>{save.isPending ? 'Saving…' : 'Save'}</Button></>}
    >
      <form id="activity" onSubmit={(event: FormEvent) => { event.preventDefault(); save.mutate() }} className="space-y-4">
        <TextField label="Name" value={name} onChange={setName} maxLength={120} placeholder="Shelf audit" autoFocus complaint={complaintOf(save.error, 'name')} />
        <SelectField label="Form" value={form} onChange={setForm} complaint={complaintOf(save.error, 'form_id')}>
          <option value="">It asks nothing</option>
          {known.map(({ id: one, title }) => <option key={one} value={one}>{title}</option>)}
        </SelectField>
        <label className="flex items-center gap-2 text-[13px]"><input type="checkbox" checked={isActive} onChange={({ target }) => setActive(target.checked)} className="size-4 accent-accent" />Agents can choose it</label>
        {rest !== null && <Notice tone="danger" title="Not saved">{rest}</Notice>}
      </form>
    </Dialog>
  )
}
