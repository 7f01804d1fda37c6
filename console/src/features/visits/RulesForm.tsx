import type { OutsidePolicy, VisitRequirement } from '../../api/visits'
import { KINDS } from '../../shell/visitWords'
import { Button, IconButton } from '../../ui/Button'
import { Card } from '../../ui/Card'
import { SelectField, TextField } from '../../ui/fields'
import { PlusIcon, TrashIcon } from '../../ui/icons'
import { TagsField } from '../../ui/TagsField'
import { RULE_GROUPS, type RuleFlaw, type RulesDraft } from './rulesDraft'
import { PLAIN_PROOFS } from './words'

const POLICIES: Record<OutsidePolicy, string> = { block: 'Refused', flag: 'Taken, and marked', proof: 'Taken with a photo' }
const UNITS = { m: 'metres', min: 'minutes', s: 'seconds', h: 'hours', '%': 'per cent' } as const

type RulesFormProps = {
  draft: RulesDraft
  onChange: (draft: RulesDraft) => void
  flaws: readonly RuleFlaw[]
  said: (field: string) => string | null
  classes: readonly { id: string; name: string }[]
  activities: readonly { id: string; name: string }[]
  disabled: boolean
}

export function RulesForm({ draft, onChange, flaws, said, classes, activities, disabled }: RulesFormProps) {
  const complaint = (key: string) => flaws.find((flaw) => flaw.key === key)?.message ?? said(key)
  const policy = (key: 'outside_check_in' | 'outside_check_out', label: string) => (
    <SelectField label={label} value={draft[key]} onChange={(value) => onChange({ ...draft, [key]: value as OutsidePolicy })}>
      {Object.entries(POLICIES).map(([id, name]) => <option key={id} value={id}>{name}</option>)}
    </SelectField>
  )
  return (
    <fieldset disabled={disabled} className="min-w-0 space-y-5">
      {RULE_GROUPS.map(({ title, hint, fields }, at) => (
        <Card key={title} title={title} hint={hint}>
          <div className="grid gap-x-5 gap-y-4 sm:grid-cols-2">
            {fields.map(({ key, name, hint: why, unit }) => (
              <TextField key={key} label={`${name} (${UNITS[unit]})`} type="number" step="any" min={0} value={draft.typed[key]} hint={why} complaint={complaint(key)} onChange={(text) => onChange({ ...draft, typed: { ...draft.typed, [key]: text } })} />
            ))}
            {at === 0 && <>{policy('outside_check_in', 'A check-in outside of the radius is')}{policy('outside_check_out', 'A check-out outside of the radius is')}</>}
          </div>
        </Card>
      ))}
      <Card title="Reasons" hint="What agents choose from. Empty: any reason will do.">
        <div className="space-y-4">
          <TagsField label="Why a visit was unproductive" tags={draft.unproductive_reasons} onChange={(unproductive_reasons) => onChange({ ...draft, unproductive_reasons })} complaint={said('unproductive_reasons')} max={100} />
          <TagsField label="Why a visit is cancelled" tags={draft.cancel_reasons} onChange={(cancel_reasons) => onChange({ ...draft, cancel_reasons })} complaint={said('cancel_reasons')} max={100} />
          <TagsField label="Why a visit is abandoned" tags={draft.abandon_reasons} onChange={(abandon_reasons) => onChange({ ...draft, abandon_reasons })} complaint={said('abandon_reasons')} max={100} />
        </div>
      </Card>
      <Card title="What a visit must show" hint="Before it can be completed. An empty choice stands for all." aside={<Button onClick={() => onChange({ ...draft, requirements: [...draft.requirements, { kinds: [], classes: [], outcomes: ['productive'], proofs: ['photo'] }] })}><PlusIcon />Add</Button>}>
        {draft.requirements.length === 0 && <p className="text-[13px] text-ink-3">Nothing is asked for.</p>}
        <ul className="space-y-3">
          {draft.requirements.map((requirement, at) => (
            <Requirement
              key={at} at={at} requirement={requirement} classes={classes} proofs={[...PLAIN_PROOFS, ...activities.map(({ id, name }) => ({ id: `activity:${id}`, name }))]} complaint={said(`requirements[${at}]`)}
              onChange={(changed) => onChange({ ...draft, requirements: draft.requirements.with(at, changed) })} onRemove={() => onChange({ ...draft, requirements: draft.requirements.filter((_, other) => other !== at) })}
            />
          ))}
        </ul>
      </Card>
    </fieldset>
  )
}

type RequirementProps = {
  at: number
  requirement: VisitRequirement
  classes: readonly { id: string; name: string }[]
  proofs: readonly { id: string; name: string }[]
  complaint: string | null
  onChange: (requirement: VisitRequirement) => void
  onRemove: () => void
}

const OUTCOMES = [{ id: 'productive', name: 'Productive' }, { id: 'unproductive', name: 'Unproductive' }]

function Requirement({ at, requirement, classes, proofs, complaint, onChange, onRemove }: RequirementProps) {
  const set = <Key extends keyof VisitRequirement>(key: Key) => (value: string[]) => onChange({ ...requirement, [key]: value as VisitRequirement[Key] })
  return (
    <li className="relative rounded-xl border border-line p-3.5 pr-12">
      <IconButton label={`Remove requirement ${at + 1}`} className="absolute! top-2 right-2" onClick={onRemove}><TrashIcon /></IconButton>
      <div className="grid gap-3 sm:grid-cols-2">
        <TagsField label="Asked for" tags={requirement.proofs} onChange={set('proofs')} options={proofs} complaint={complaint} />
        <TagsField label="When it comes out" tags={requirement.outcomes} onChange={set('outcomes')} options={OUTCOMES} placeholder="Either way" />
        <TagsField label="Of visits" tags={requirement.kinds} onChange={set('kinds')} options={Object.entries(KINDS).map(([id, name]) => ({ id, name }))} placeholder="Of every kind" />
        <TagsField label="To customers of class" tags={requirement.classes} onChange={set('classes')} options={classes} placeholder="Of every class" />
      </div>
    </li>
  )
}
