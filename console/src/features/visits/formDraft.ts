/** A form while it is put together: questions, their order and what they ask for. Pure. */
import type { FormChoice, FormContent, FormField, FormRequired } from '../../api/visits'

export type FieldKind = FormField['kind']

export const FIELD_KINDS: Record<FieldKind, string> = {
  text: 'A line of text', note: 'A longer text', number: 'A number', choice: 'One of several', multi_choice: 'Some of several', date: 'A date', boolean: 'Yes or no', photo: 'Photos', signature: 'A signature', scan: 'A barcode',
}
export const FIELDS_MAX = 100

/** Everything a kind may have, as typed; only what the kind knows is sent. `uid` names it while it is edited. */
export type FieldDraft = { uid: number; key: string; label: string; kind: FieldKind; required: FormRequired; choices: readonly FormChoice[]; min: string; max: string; maxLen: string; decimals: string }
export type FormDraft = { title: string; fields: readonly FieldDraft[]; nextUid: number }

const blank = { choices: [], min: '', max: '', maxLen: '', decimals: '' }
const text = (value: number | string | null | undefined): string => (value == null ? '' : String(value))

export const newForm = (): FormDraft => added({ title: '', fields: [], nextUid: 1 }, 'text')

export function draftOf({ title, fields }: FormContent): FormDraft {
  const drafts = fields.map((field, at): FieldDraft => {
    const base = { ...blank, uid: at + 1, key: field.key, label: field.label, kind: field.kind, required: field.required ?? 'never' }
    switch (field.kind) {
      case 'text':
      case 'note': return { ...base, maxLen: text(field.max_len) }
      case 'number': return { ...base, min: text(field.min), max: text(field.max), decimals: text(field.decimals) }
      case 'choice': return { ...base, choices: field.choices }
      case 'multi_choice': return { ...base, choices: field.choices, min: text(field.min), max: text(field.max) }
      case 'date':
      case 'photo': return { ...base, min: text(field.min), max: text(field.max) }
      case 'boolean':
      case 'signature':
      case 'scan': return base
    }
  })
  return { title, fields: drafts, nextUid: drafts.length + 1 }
}

export function added(draft: FormDraft, kind: FieldKind): FormDraft {
  const choices = kind === 'choice' || kind === 'multi_choice' ? [{ code: 'a', label: '' }, { code: 'b', label: '' }] : []
  return { ...draft, fields: [...draft.fields, { ...blank, uid: draft.nextUid, key: freeKey(draft.fields, `q${draft.nextUid}`), label: '', kind, required: 'never', choices }], nextUid: draft.nextUid + 1 }
}

export const changed = (draft: FormDraft, uid: number, change: Partial<FieldDraft>): FormDraft => ({ ...draft, fields: draft.fields.map((field) => (field.uid === uid ? { ...field, ...change } : field)) })
export const removed = (draft: FormDraft, uid: number): FormDraft => ({ ...draft, fields: draft.fields.filter((field) => field.uid !== uid) })

export function shifted(draft: FormDraft, uid: number, by: -1 | 1): FormDraft {
  const at = draft.fields.findIndex((field) => field.uid === uid)
  const to = at + by
  if (at < 0 || to < 0 || to >= draft.fields.length) return draft
  return { ...draft, fields: draft.fields.with(at, draft.fields[to]!).with(to, draft.fields[at]!) }
}

/** A key made of the question, as long as nobody has written one: `How many facings?` is `how-many-facings`. */
export function relabelled(draft: FormDraft, uid: number, label: string): FormDraft {
  const field = draft.fields.find((one) => one.uid === uid)
  if (!field) return draft
  const others = draft.fields.filter((one) => one.uid !== uid)
  const wasMade = /^q\d+$/.test(field.key) || field.key === freeKey(others, slug(field.label))
  return changed(draft, uid, { label, ...(wasMade && slug(label) !== '' && { key: freeKey(others, slug(label)) }) })
}

const slug = (label: string): string => label.normalize('NFD').replace(/[^A-Za-z0-9]+/g, '-').replace(/^-+|-+$/g, '').toLowerCase().slice(0, 28)

function freeKey(fields: readonly FieldDraft[], wanted: string): string {
  const isTaken = (key: string) => fields.some((field) => field.key === key)
  if (!isTaken(wanted)) return wanted
  let n = 2
  while (isTaken(`${wanted}-${n}`)) n += 1
  return `${wanted}-${n}`
}

export type FormFlaw = { uid: number | null; message: string }

/** The first thing that is wrong, from the top. */
export function flawOf({ title, fields }: FormDraft): FormFlaw | null {
  if (title.trim() === '') return { uid: null, message: 'Give the form a title.' }
  if (fields.length === 0) return { uid: null, message: 'A form asks at least one question.' }
  for (const [at, { uid, key, label, kind, choices, min, max, required }] of fields.entries()) {
    const wrong = (message: string) => ({ uid, message })
    if (label.trim() === '') return wrong('Write the question.')
    if (!/^[\w.-]{1,32}$/.test(key)) return wrong('The key has 1 to 32 letters, digits, dots, hyphens or underscores.')
    if (fields.slice(0, at).some((other) => other.key === key)) return wrong('Another question has this key.')
    if ((kind === 'choice' || kind === 'multi_choice') && (choices.length === 0 || choices.some((choice) => choice.label.trim() === ''))) return wrong('Write every answer to choose from.')
    if (min !== '' && max !== '' && (kind === 'date' ? min > max : Number(min) > Number(max))) return wrong('The least is more than the most.')
    if (typeof required === 'object' && 'when' in required && !fields.slice(0, at).some((other) => other.key === required.when.key)) return wrong('It can only depend on a question before it.')
  }
  return null
}

/** What is sent; of a draft without a flaw. */
export function contentOf({ title, fields }: FormDraft): FormContent {
  const number = (typed: string) => (typed.trim() === '' ? {} : { value: Number(typed) })
  const bounds = (min: string, max: string) => ({ ...('value' in number(min) && { min: Number(min) }), ...('value' in number(max) && { max: Number(max) }) })
  return {
    title: title.trim(),
    fields: fields.map(({ key, label, kind, required, choices, min, max, maxLen, decimals }): FormField => {
      const base = { key, label: label.trim(), required }
      switch (kind) {
        case 'text':
        case 'note': return { ...base, kind, ...(maxLen !== '' && { max_len: Number(maxLen) }) }
        case 'number': return { ...base, kind, ...bounds(min, max), ...(decimals !== '' && { decimals: Number(decimals) }) }
        case 'choice': return { ...base, kind, choices: [...choices] }
        case 'multi_choice': return { ...base, kind, choices: [...choices], ...bounds(min, max) }
        case 'date': return { ...base, kind, ...(min !== '' && { min }), ...(max !== '' && { max }) }
        case 'photo': return { ...base, kind, ...bounds(min, max) }
        case 'boolean':
        case 'signature':
        case 'scan': return { ...base, kind }
      }
    }),
  }
}
