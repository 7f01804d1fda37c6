/** How one agent works, as planning needs it: one document, saved as a whole on the version that was seen. */
import { useState } from 'react'
import { queryOptions, useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { Link, useParams } from 'react-router'
import { useMay } from '../../api/access'
import { skillsQuery } from '../../api/customerQueries'
import { complaintOf, unsaid } from '../../api/problem'
import { useAgents } from '../../api/useAgents'
import { useTrackRules } from '../../api/useTrackRules'
import { work, type AgentWork } from '../../api/work'
import { serverNow } from '../../live/live'
import { paths } from '../../paths'
import { Loadable } from '../../shell/Loadable'
import { PageFrame } from '../../shell/PageFrame'
import { tell } from '../../shell/toasts'
import { Button, IconButton } from '../../ui/Button'
import { Card } from '../../ui/Card'
import { CompactSelect, SelectField, TextField } from '../../ui/fields'
import { BackIcon, TrashIcon } from '../../ui/icons'
import { Notice } from '../../ui/Notice'
import { dateOf } from '../../util/zone'
import { BaseCard } from './BaseCard'
import { AbsencesCard, ExceptionsCard, RotasCard } from './ShiftCards'
import { draftOf, flawOf, workOf, type WorkDraft } from './workDraft'

const workQuery = (agent: string) => queryOptions({ queryKey: ['work', agent], queryFn: ({ signal }) => work.read(agent, signal) })

export function WorkPage() {
  const { id = '' } = useParams()
  const agents = useAgents()
  const rules = useTrackRules()
  const query = useQuery(workQuery(id))
  const name = agents.names.get(id) ?? 'Agent'
  return (
    <PageFrame
      title={`${name}: shifts and planning`} width="reading" hint="When they work, from where, with what, and what they can do. Plans follow at once."
      actions={<Link to={paths.agentOnMap(id)} className="inline-flex items-center gap-1 rounded text-[13px] font-medium text-accent hover:underline"><BackIcon className="size-3.5" />On the map</Link>}
    >
      <Loadable what="The profile" query={query} skeleton={<div className="space-y-4"><div className="skeleton h-56" /><div className="skeleton h-32" /></div>}>
        {query.data && rules && <Editor key={`${id} ${query.data.version}`} held={query.data} zone={rules.zone} />}
      </Loadable>
    </PageFrame>
  )
}

const SAID = ['rotas', 'exceptions', 'absences', 'vehicle', 'base', 'skills', 'cost', 'overtime_max_s', 'max_visits_per_day']

function Editor({ held, zone }: { held: AgentWork; zone: string }) {
  const canEdit = useMay()('agents', 'update')
  const client = useQueryClient()
  const [before] = useState(() => draftOf(held, zone))
  const [draft, setDraft] = useState(before)
  const [wasAsked, setAsked] = useState(false)
  const today = dateOf(serverNow(), zone)
  const found = flawOf(draft)
  const flaw = wasAsked ? found : null
  const isChanged = JSON.stringify(workOf(draft, zone)) !== JSON.stringify(workOf(before, zone))
  const save = useMutation({
    mutationFn: () => work.put(held.agent_id, held.version, workOf(draft, zone)),
    onSuccess: (after) => {
      client.setQueryData(workQuery(held.agent_id).queryKey, after)
      void client.invalidateQueries({ queryKey: ['plans'] })
      tell('Saved. Plans follow at once.')
    },
  })
  const said = (field: string) => complaintOf(save.error, field)
  const rest = unsaid(save.error, SAID)
  const shared = { draft, onChange: setDraft, flaw, today, said }
  return (
    <form noValidate aria-label="Shifts and planning" onSubmit={(event) => { event.preventDefault(); setAsked(true); if (found === null && isChanged) save.mutate() }}>
      <fieldset disabled={!canEdit} className="min-w-0 space-y-5">
        <RotasCard {...shared} />
        <ExceptionsCard {...shared} />
        <AbsencesCard {...shared} />
        <BaseCard draft={draft} onChange={setDraft} flaw={flaw} disabled={!canEdit} />
        <VehicleCard {...shared} />
        <SkillsCard draft={draft} onChange={setDraft} complaint={said('skills')} />
        <CostCard {...shared} currency={held.currency} />
        {rest !== null && <Notice tone="danger" title="Not saved">{rest}</Notice>}
      </fieldset>
      {canEdit && isChanged && (
        <div className="sticky bottom-4 z-10 mt-5 flex items-center justify-end gap-2 rounded-2xl border border-line bg-surface px-4 py-3 shadow-panel">
          <span className="mr-auto text-xs text-ink-3">{flaw ? <span className="font-medium text-danger">{flaw.message}</span> : 'Not saved yet'}</span>
          <Button onClick={() => { setDraft(before); setAsked(false); save.reset() }}>Discard</Button>
          <Button type="submit" look="primary" isBusy={save.isPending}>{save.isPending ? 'Saving…' : 'Save changes'}</Button>
        </div>
      )}
    </form>
  )
}

type Fields = Parameters<typeof RotasCard>[0]

function VehicleCard({ draft, onChange, flaw, said }: Fields) {
  const wrong = flaw?.field === 'vehicle' ? flaw.message : null
  return (
    <Card title="Vehicle" hint="Travel times follow from it.">
      <div className="grid gap-4 sm:grid-cols-2">
        <SelectField label="Gets around" value={draft.profile} onChange={(profile) => onChange({ ...draft, profile: profile as WorkDraft['profile'] })}>
          <option value="none">by car, as usual</option>
          <option value="car">by car</option>
          <option value="bike">by bicycle</option>
          <option value="foot">on foot</option>
        </SelectField>
        {draft.profile !== 'none' && <TextField label="Called" value={draft.vehicleName} onChange={(vehicleName) => onChange({ ...draft, vehicleName })} maxLength={60} placeholder="Van 3" complaint={said('vehicle.name')} />}
        {draft.profile !== 'none' && <TextField label="Carries at most" type="number" min={1} value={draft.capacity} onChange={(capacity) => onChange({ ...draft, capacity })} hint="In whatever unit visits say what they need." complaint={wrong ?? said('vehicle.capacity')} />}
        {draft.profile !== 'none' && <TextField label="Drives a day at most (km)" type="number" min={1} value={draft.maxDistance} onChange={(maxDistance) => onChange({ ...draft, maxDistance })} complaint={said('vehicle.max_distance_m')} />}
      </div>
    </Card>
  )
}

function SkillsCard({ draft, onChange, complaint }: { draft: WorkDraft; onChange: (draft: WorkDraft) => void; complaint: string | null }) {
  const { data: skills = [] } = useQuery(skillsQuery)
  const nameOf = (code: string) => skills.find((skill) => skill.code === code)?.name ?? code
  const left = skills.filter(({ code }) => !draft.skills.some((held) => held.code === code))
  return (
    <Card
      title="Skills" hint="Visits that need one are planned only for those who have it."
      aside={left.length > 0 && (
        <CompactSelect label="Add a skill" value="" onChange={(code) => { if (code !== '') onChange({ ...draft, skills: [...draft.skills, { code, expiresOn: '' }] }) }} className="w-40">
          <option value="">Add a skill…</option>
          {left.map(({ code, name }) => <option key={code} value={code}>{name}</option>)}
        </CompactSelect>
      )}
    >
      {draft.skills.length === 0 && <p className="text-[13px] text-ink-3">None.</p>}
      <ul className="divide-y divide-line">
        {draft.skills.map(({ code, expiresOn }, at) => (
          <li key={code} className="flex flex-wrap items-center gap-3 py-2 text-[13px] first:pt-0 last:pb-0">
            <span className="min-w-0 flex-1 truncate font-medium">{nameOf(code)}</span>
            <label className="flex items-center gap-2 text-xs text-ink-2">holds until<input type="date" value={expiresOn} onChange={({ target }) => onChange({ ...draft, skills: draft.skills.with(at, { code, expiresOn: target.value }) })} className="tabular h-8 rounded-lg border border-line-strong bg-surface px-2 text-[13px]" /></label>
            <IconButton label={`Remove ${nameOf(code)}`} onClick={() => onChange({ ...draft, skills: draft.skills.filter((_, other) => other !== at) })}><TrashIcon /></IconButton>
          </li>
        ))}
      </ul>
      {complaint !== null && <p role="alert" className="mt-2 text-xs font-medium text-danger">{complaint}</p>}
    </Card>
  )
}

function CostCard({ draft, onChange, flaw, said, currency }: Fields & { currency: string }) {
  const set = (key: 'hourly' | 'overtimeHourly' | 'overtimeMax' | 'maxVisits') => (value: string) => onChange({ ...draft, [key]: value })
  return (
    <Card title="Limits and costs" hint="How far a day may be stretched, and what an hour of it costs.">
      <div className="grid gap-4 sm:grid-cols-2">
        <TextField label="Overtime at most (minutes)" type="number" min={0} max={720} value={draft.overtimeMax} onChange={set('overtimeMax')} complaint={(flaw?.field === 'overtime' ? flaw.message : null) ?? said('overtime_max_s')} />
        <TextField label="Visits a day at most" type="number" min={1} max={500} value={draft.maxVisits} onChange={set('maxVisits')} placeholder="No limit" complaint={(flaw?.field === 'visits' ? flaw.message : null) ?? said('max_visits_per_day')} />
        <TextField label={`An hour costs (${currency})`} type="number" min={0} step="any" value={draft.hourly} onChange={set('hourly')} complaint={(flaw?.field === 'cost' ? flaw.message : null) ?? said('cost.hourly_minor')} />
        <TextField label={`An hour of overtime costs (${currency})`} type="number" min={0} step="any" value={draft.overtimeHourly} onChange={set('overtimeHourly')} complaint={said('cost.overtime_hourly_minor')} />
      </div>
    </Card>
  )
}
