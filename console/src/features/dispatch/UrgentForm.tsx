import type { ReactNode } from 'react'
import { Button } from '../../ui/Button'
import { cx } from '../../ui/cx'
import { SelectField, TextField } from '../../ui/fields'
import { TagsField } from '../../ui/TagsField'
import { TextArea } from '../../ui/TextArea'
import { DEMAND_MAX, type UrgentDraft } from './urgentDraft'

type UrgentFormProps = {
  draft: UrgentDraft
  onChange: (draft: UrgentDraft) => void
  complaint: (field: string) => string | null
  /** Who is to be visited: a customer that is known, or somewhere new. */
  who: ReactNode
  places: readonly { id: string; name: string }[]
  skills: readonly { id: string; name: string }[]
}

export function UrgentForm({ draft, onChange, complaint, who, places, skills }: UrgentFormProps) {
  const set = <Key extends keyof UrgentDraft>(key: Key) => (value: UrgentDraft[Key]) => onChange({ ...draft, [key]: value })
  return (
    <div className="space-y-4">
      {who}
      {places.length > 1 && (
        <SelectField label="Place" value={draft.place ?? ''} onChange={(place) => set('place')(place || null)}>
          {places.map(({ id, name }) => <option key={id} value={id}>{name}</option>)}
        </SelectField>
      )}
      <fieldset>
        <legend className="text-[13px] font-medium">When it may begin</legend>
        <div role="radiogroup" aria-label="When it may begin" className="mt-1.5 grid grid-cols-[auto_1fr_1fr] gap-1 rounded-lg bg-sunken p-1">
          {([['soon', 'As soon as possible'], ['by', 'Before'], ['between', 'Between']] as const).map(([when, name]) => (
            <Button key={when} look="quiet" role="radio" aria-checked={draft.when === when} onClick={() => set('when')(when)} className={cx('px-1.5!', draft.when === when && 'bg-surface! text-ink! shadow-raised')}>{name}</Button>
          ))}
        </div>
        {draft.when !== 'soon' && (
          <div className="mt-3 grid grid-cols-2 gap-3">
            {draft.when === 'between' && <TextField label="From" type="time" value={draft.from} onChange={set('from')} complaint={complaint('from')} />}
            <TextField label="Until" type="time" value={draft.to} onChange={set('to')} complaint={complaint('to')} />
          </div>
        )}
      </fieldset>
      <div className="grid grid-cols-2 gap-3">
        <TextField label="Takes (minutes)" type="number" min={1} max={1_440} value={draft.duration} onChange={set('duration')} complaint={complaint('duration') ?? complaint('duration_s')} />
        <TextField label="Needs" type="number" min={0} max={DEMAND_MAX} value={draft.demand} onChange={set('demand')} placeholder="0" hint="Of the vehicle’s capacity, in its unit." complaint={complaint('demand')} />
      </div>
      <TagsField label="Skills it needs" tags={draft.skills} onChange={set('skills')} options={skills} placeholder="None" complaint={complaint('skills')} />
      <TextArea label="Note for the agent" value={draft.note} onChange={set('note')} rows={2} maxLength={2_000} complaint={complaint('note')} />
      <div className="grid grid-cols-2 gap-3">
        <SelectField label="Who is asked" value={draft.mode} onChange={(mode) => set('mode')(mode as UrgentDraft['mode'])} hint={draft.mode === 'auto' ? 'The best first, the next when that says no or nothing.' : 'You choose from the candidates.'}>
          <option value="auto">The best agents, by itself</option>
          <option value="manual">Whom I choose</option>
        </SelectField>
        <TextField label="Time to answer (seconds)" type="number" min={10} max={3_600} value={draft.timeout} onChange={set('timeout')} complaint={complaint('timeout') ?? complaint('timeout_s')} />
      </div>
    </div>
  )
}
