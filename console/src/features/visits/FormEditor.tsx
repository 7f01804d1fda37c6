/** Puts a form together: questions added, worded, ordered, with a look at what the agent will see. */
import { useState } from 'react'
import type { FormRequired } from '../../api/visits'
import { Button, IconButton } from '../../ui/Button'
import { cx } from '../../ui/cx'
import { SelectField, TextField } from '../../ui/fields'
import { ChevronIcon, CloseIcon, PlusIcon, TrashIcon } from '../../ui/icons'
import { Menu, MenuItem } from '../../ui/Menu'
import { added, changed, FIELD_KINDS, FIELDS_MAX, relabelled, removed, shifted, type FieldDraft, type FieldKind, type FormDraft, type FormFlaw } from './formDraft'

type FormEditorProps = { draft: FormDraft; onChange: (draft: FormDraft) => void; flaw: FormFlaw | null; said: (field: string) => string | null }

export function FormEditor({ draft, onChange, flaw, said }: FormEditorProps) {
  const [open, setOpen] = useState<number | null>(draft.fields[0]?.uid ?? null)
  const add = (kind: FieldKind) => {
    onChange(added(draft, kind))
    setOpen(draft.nextUid)
  }
  return (
    <div className="space-y-4">
      <TextField label="Title" value={draft.title} onChange={(title) => onChange({ ...draft, title })} maxLength={120} autoFocus placeholder="Shelf audit" complaint={flaw?.uid === null ? flaw.message : said('title')} />
      <ol aria-label="Questions" className="space-y-2">
        {draft.fields.map((field, at) => (
          <li key={field.uid} className={cx('rounded-xl border', flaw?.uid === field.uid || said(`fields[${at}]`) !== null ? 'border-danger' : 'border-line')}>
            <div className="flex items-center gap-1 py-1 pr-1 pl-3">
              <button type="button" aria-expanded={open === field.uid} onClick={() => setOpen(open === field.uid ? null : field.uid)} className="flex min-w-0 flex-1 items-center gap-2.5 py-1.5 text-left">
                <span className="tabular text-xs text-ink-3">{at + 1}</span>
                <span className="min-w-0 flex-1"><span className="block truncate text-[13px] font-medium">{field.label || <span className="text-ink-3">New question</span>}</span><span className="block text-xs text-ink-3">{FIELD_KINDS[field.kind]}{field.required !== 'never' && ' · required'}</span></span>
              </button>
              <IconButton label={`Move question ${at + 1} up`} disabled={at === 0} onClick={() => onChange(shifted(draft, field.uid, -1))} className="disabled:opacity-30"><ChevronIcon className="size-4 rotate-180" /></IconButton>
              <IconButton label={`Move question ${at + 1} down`} disabled={at === draft.fields.length - 1} onClick={() => onChange(shifted(draft, field.uid, 1))} className="disabled:opacity-30"><ChevronIcon /></IconButton>
              <IconButton label={`Remove question ${at + 1}`} onClick={() => onChange(removed(draft, field.uid))}><TrashIcon /></IconButton>
            </div>
            {(open === field.uid || flaw?.uid === field.uid) && (
              <div className="space-y-3 border-t border-line px-3 py-3">
                <FieldForm field={field} before={draft.fields.slice(0, at)} onLabel={(label) => onChange(relabelled(draft, field.uid, label))} onChange={(change) => onChange(changed(draft, field.uid, change))} />
                {(flaw?.uid === field.uid || said(`fields[${at}]`) !== null) && <p role="alert" className="text-xs font-medium text-danger first-letter:uppercase">{flaw?.uid === field.uid ? flaw.message : said(`fields[${at}]`)}</p>}
              </div>
            )}
          </li>
        ))}
      </ol>
      <Menu label="Add a question" side="left" trigger={<><PlusIcon />Add a question</>} triggerClassName="inline-flex h-8 items-center gap-1.5 rounded-lg border border-line-strong bg-surface px-3 text-[13px] font-medium shadow-raised hover:bg-hover disabled:opacity-55">
        {(close) => (Object.entries(FIELD_KINDS) as [FieldKind, string][]).map(([kind, name]) => <MenuItem key={kind} onSelect={() => { close(); if (draft.fields.length < FIELDS_MAX) add(kind) }}>{name}</MenuItem>)}
      </Menu>
    </div>
  )
}

type FieldFormProps = { field: FieldDraft; before: readonly FieldDraft[]; onLabel: (label: string) => void; onChange: (change: Partial<FieldDraft>) => void }

function FieldForm({ field, before, onLabel, onChange }: FieldFormProps) {
  const { kind, choices, required } = field
  const when = typeof required === 'object' && 'when' in required ? required.when : null
  const asked = when && before.find(({ key }) => key === when.key)
  return (
    <>
      <TextField label="Question" value={field.label} onChange={onLabel} maxLength={200} />
      <div className="grid grid-cols-2 gap-3">
        <TextField label="Key" value={field.key} onChange={(key) => onChange({ key })} maxLength={32} hint="What reports find the answer by." />
        <SelectField label="Must be answered" value={requiredName(required)} onChange={(value) => onChange({ required: requiredOf(value, before) })}>
          <option value="never">No</option>
          <option value="always">Always</option>
          <option value="productive">When the visit is productive</option>
          <option value="unproductive">When it is unproductive</option>
          {before.length > 0 && <option value="when">When another answer says so</option>}
        </SelectField>
      </div>
      {when && (
        <div className="grid grid-cols-2 gap-3">
          <SelectField label="The answer to" value={when.key} onChange={(key) => onChange({ required: { when: { key, is: '' } } })}>
            {before.map(({ uid, key, label }) => <option key={uid} value={key}>{label || key}</option>)}
          </SelectField>
          {asked && (asked.kind === 'choice' || asked.kind === 'multi_choice' || asked.kind === 'boolean') ? (
            <SelectField label="is" value={when.is} onChange={(is) => onChange({ required: { when: { key: when.key, is } } })}>
              <option value="">Choose…</option>
              {asked.kind === 'boolean' ? <><option value="true">Yes</option><option value="false">No</option></> : asked.choices.map(({ code, label }) => <option key={code} value={code}>{label}</option>)}
            </SelectField>
          ) : <TextField label="is" value={when.is} onChange={(is) => onChange({ required: { when: { key: when.key, is } } })} />}
        </div>
      )}
      {(kind === 'choice' || kind === 'multi_choice') && (
        <fieldset className="space-y-1.5">
          <legend className="text-[13px] font-medium">Answers</legend>
          {choices.map((choice, at) => (
            <div key={at} className="flex items-center gap-1.5">
              <input aria-label={`Answer ${at + 1}`} value={choice.label} maxLength={200} onChange={({ target }) => onChange({ choices: choices.with(at, { ...choice, label: target.value }) })} className="h-8 min-w-0 flex-1 rounded-lg border border-line-strong bg-surface px-2.5 text-[13px]" />
              <IconButton label={`Remove answer ${at + 1}`} onClick={() => onChange({ choices: choices.filter((_, other) => other !== at) })}><CloseIcon /></IconButton>
            </div>
          ))}
          <Button look="quiet" onClick={() => onChange({ choices: [...choices, { code: freeCode(choices), label: '' }] })}><PlusIcon />Add an answer</Button>
        </fieldset>
      )}
      {(kind === 'number' || kind === 'multi_choice' || kind === 'photo') && (
        <div className="grid grid-cols-3 gap-3">
          <TextField label="At least" type="number" value={field.min} onChange={(min) => onChange({ min })} />
          <TextField label="At most" type="number" value={field.max} onChange={(max) => onChange({ max })} />
          {kind === 'number' && <TextField label="Decimals" type="number" min={0} max={6} value={field.decimals} onChange={(decimals) => onChange({ decimals })} />}
        </div>
      )}
      {kind === 'date' && <div className="grid grid-cols-2 gap-3"><TextField label="Not before" type="date" value={field.min} onChange={(min) => onChange({ min })} /><TextField label="Not after" type="date" value={field.max} onChange={(max) => onChange({ max })} /></div>}
      {(kind === 'text' || kind === 'note') && <TextField label="Longest answer (characters)" type="number" min={1} max={4_000} value={field.maxLen} onChange={(maxLen) => onChange({ maxLen })} className="max-w-56" />}
    </>
  )
}

function freeCode(choices: readonly { code: string }[]): string {
  for (let n = choices.length; ; n += 1) {
    const code = n < 26 ? String.fromCharCode(97 + n) : `c${n}`
    if (!choices.some((choice) => choice.code === code)) return code
  }
}

const requiredName = (required: FormRequired): string => (typeof required === 'string' ? required : 'outcome' in required ? required.outcome : 'when')

function requiredOf(name: string, before: readonly FieldDraft[]): FormRequired {
  switch (name) {
    case 'always': return 'always'
    case 'productive':
    case 'unproductive': return { outcome: name }
    case 'when': return { when: { key: before.at(-1)?.key ?? '', is: '' } }
    default: return 'never'
  }
}
