import { useState, type FormEvent } from 'react'
import type { Person } from '../../api/identity'
import { complaintOf } from '../../api/problem'
import { Button } from '../../ui/Button'
import { Combobox } from '../../ui/Combobox'
import { SelectField, TextField } from '../../ui/fields'
import { isFiltered, SPANS, type Filters, type Span } from './filters'
import { GROUPS, OUTCOMES } from './words'

type AuditFiltersProps = { filters: Filters; people: readonly Person[]; /** What the server did not understand of them. */ error: Error | null; onChange: (filters: Filters) => void; onClear: () => void }

/** Those who are not people. */
const OTHERS = [
  { id: 'api_key', name: 'Any API key' }, { id: 'agent', name: 'Any phone' }, { id: 'system', name: 'The server' }, { id: 'nobody', name: 'Not signed in' },
] as const

export function AuditFilters({ filters, people, error, onChange, onClear }: AuditFiltersProps) {
  return (
    <div role="search" aria-label="Filter the audit log" className="rounded-2xl border border-line bg-surface p-4 shadow-raised">
      <div className="grid grid-cols-2 gap-3 lg:grid-cols-[1fr_1.15fr_1.15fr_1fr_.9fr]">
        <SelectField label="When" value={filters.span} onChange={(span) => onChange({ ...filters, span: span as Span })}>
          {SPANS.map(({ span, name }) => <option key={span} value={span}>{name}</option>)}
        </SelectField>
        {people.length > 0
          ? <Combobox label="Who" placeholder="Anybody" options={[...people.map(({ id, name, email }) => ({ id, name, note: email })), ...OTHERS]} value={filters.actor === '' ? null : filters.actor} onChange={(actor) => onChange({ ...filters, actor: actor ?? '' })} complaint={complaintOf(error, 'actor')} />
          : <Typed key={`actor ${filters.actor}`} label="Who" placeholder="Id of a user or key" value={filters.actor} complaint={complaintOf(error, 'actor')} onChange={(actor) => onChange({ ...filters, actor })} />}
        <SelectField label="What" value={filters.kind} onChange={(kind) => onChange({ ...filters, kind })}>
          <option value="">Anything</option>
          {filters.kind !== '' && !GROUPS.some(({ kinds }) => filters.kind in kinds) && <option value={filters.kind}>{filters.kind}</option>}
          {GROUPS.map(({ name, kinds }) => (
            <optgroup key={name} label={name}>{Object.entries(kinds).map(([kind, word]) => <option key={kind} value={kind}>{word}</option>)}</optgroup>
          ))}
        </SelectField>
        <Typed key={`object ${filters.object}`} label="To what" placeholder="role or role:lead" value={filters.object} complaint={complaintOf(error, 'object')} onChange={(object) => onChange({ ...filters, object })} />
        <SelectField label="Outcome" value={filters.outcome} onChange={(outcome) => onChange({ ...filters, outcome })}>
          <option value="">Any</option>
          {OUTCOMES.map(({ outcome, name }) => <option key={outcome} value={outcome}>{name}</option>)}
        </SelectField>
      </div>
      {(filters.span === 'dates' || isFiltered(filters)) && (
        <div className="mt-3 flex flex-wrap items-end gap-3">
          {filters.span === 'dates' && (
            <>
              <TextField label="From" type="date" className="w-40" value={filters.from} max={filters.to || undefined} onChange={(from) => onChange({ ...filters, from })} />
              <TextField label="To" type="date" className="w-40" value={filters.to} min={filters.from || undefined} onChange={(to) => onChange({ ...filters, to })} />
            </>
          )}
          {isFiltered(filters) && <Button look="quiet" className="ml-auto" onClick={onClear}>Clear filters</Button>}
        </div>
      )}
    </div>
  )
}

type TypedProps = { label: string; placeholder: string; value: string; complaint: string | null; onChange: (value: string) => void }

/** Takes effect with Enter or when it is left, not with every letter. */
function Typed({ label, placeholder, value, complaint, onChange }: TypedProps) {
  const [text, setText] = useState(value)
  const take = () => {
    if (text.trim() !== value) onChange(text.trim())
  }
  const submit = (event: FormEvent) => {
    event.preventDefault()
    take()
  }
  return <form onSubmit={submit}><TextField label={label} placeholder={placeholder} value={text} complaint={complaint} onChange={setText} onBlur={take} spellCheck={false} autoComplete="off" /></form>
}
