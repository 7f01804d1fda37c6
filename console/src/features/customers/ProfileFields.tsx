import { useQuery } from '@tanstack/react-query'
import { useMay } from '../../api/access'
import { classesQuery, skillsQuery } from '../../api/customerQueries'
import { territoriesQuery } from '../../api/queries'
import { useAgents } from '../../api/useAgents'
import { Choices } from '../../ui/Choices'
import { Note, SelectField, TextField } from '../../ui/fields'
import { TagsField } from '../../ui/TagsField'
import { TextArea } from '../../ui/TextArea'
import type { ProfileDraft } from './profileDraft'
import { frequency, STATUSES } from './words'

type ProfileFieldsProps = { draft: ProfileDraft; onChange: (draft: ProfileDraft) => void; complaint: (field: string) => string | null; isNew: boolean }

export function ProfileFields({ draft, onChange, complaint, isNew }: ProfileFieldsProps) {
  const may = useMay()
  const { data: classes = [] } = useQuery(classesQuery)
  const { data: skills = [] } = useQuery(skillsQuery)
  const { data: territories = [] } = useQuery({ ...territoriesQuery, enabled: may('territories') })
  const agents = useAgents()
  const set = <Key extends keyof ProfileDraft>(key: Key) => (value: ProfileDraft[Key]) => onChange({ ...draft, [key]: value })
  return (
    <div className="space-y-4">
      <TextField label="Name" value={draft.name} onChange={set('name')} maxLength={120} complaint={complaint('name')} autoFocus={isNew} />
      <div className="grid grid-cols-2 gap-3">
        <TextField label="Code elsewhere" value={draft.ref} onChange={set('ref')} maxLength={64} complaint={complaint('ref')} placeholder="C-10432" />
        <SelectField label="Class" value={draft.class} onChange={set('class')} complaint={complaint('class')}>
          <option value="">None</option>
          {classes.map(({ code, name, ...often }) => <option key={code} value={code}>{name} · {frequency(often)}</option>)}
        </SelectField>
      </div>
      <div className="grid grid-cols-2 gap-3">
        <SelectField label="Territory" value={draft.territory} onChange={set('territory')} complaint={complaint('territory_id')}>
          <option value="">None</option>
          {territories.map(({ id, name }) => <option key={id} value={id}>{name}</option>)}
        </SelectField>
        <SelectField label="Status" value={draft.status} onChange={(status) => set('status')(status as ProfileDraft['status'])} hint={STATUSES[draft.status].hint}>
          {Object.entries(STATUSES).map(([status, { name }]) => <option key={status} value={status}>{name}</option>)}
        </SelectField>
      </div>
      <TagsField label="Skills a visit needs" tags={draft.skills} onChange={set('skills')} options={skills.map(({ code, name }) => ({ id: code, name }))} complaint={complaint('skills')} max={20} />
      <TagsField label="Tags" tags={draft.tags} onChange={set('tags')} placeholder="Type and press Enter" complaint={complaint('tags')} />
      <TextArea label="Notes" value={draft.notes} onChange={set('notes')} maxLength={4_000} complaint={complaint('notes')} />
      <Choices label="Preferred agents" items={agents.all} chosen={draft.preferred} onChange={set('preferred')} isPending={agents.isPending} className="max-h-40" />
      <div>
        <Choices label="Agents who must not visit" items={agents.all} chosen={draft.forbidden} onChange={set('forbidden')} isPending={agents.isPending} className="max-h-40" />
        <Note complaint={complaint('forbidden_agents') ?? complaint('preferred_agents')} />
      </div>
    </div>
  )
}
