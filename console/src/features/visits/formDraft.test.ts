import { describe, expect, it } from 'vitest'
import type { FormContent } from '../../api/visits'
import { added, changed, contentOf, draftOf, flawOf, newForm, relabelled, removed, shifted, type FormDraft } from './formDraft'

const FORM: FormContent = {
  title: 'Audit',
  fields: [
    { key: 'open', label: 'Open?', required: 'always', kind: 'boolean' },
    { key: 'facings', label: 'Facings', required: { outcome: 'productive' }, kind: 'number', min: 0, decimals: 0 },
    { key: 'why', label: 'Why not?', required: { when: { key: 'open', is: 'false' } }, kind: 'choice', choices: [{ code: 'x', label: 'Shut' }] },
    { key: 'shelf', label: 'Shelf', required: 'never', kind: 'photo', min: 1, max: 3 },
    { key: 'next', label: 'Next visit', required: 'never', kind: 'date', min: '2026-01-01' },
    { key: 'note', label: 'Note', required: 'never', kind: 'note', max_len: 400 },
  ],
}

describe('a form', () => {
  it('comes back as it was', () => {
    expect(contentOf(draftOf(FORM))).toEqual(FORM)
  })

  it('sends only what a kind knows', () => {
    const draft = changed(draftOf(FORM), 2, { kind: 'boolean' })
    expect(contentOf(draft).fields[1]).toEqual({ key: 'facings', label: 'Facings', required: { outcome: 'productive' }, kind: 'boolean' })
  })

  it('is put into another order, within its ends', () => {
    const keys = (draft: FormDraft) => draft.fields.map(({ key }) => key)
    expect(keys(shifted(draftOf(FORM), 1, 1)).slice(0, 2)).toEqual(['facings', 'open'])
    expect(keys(shifted(draftOf(FORM), 1, -1))).toEqual(keys(draftOf(FORM)))
    expect(keys(removed(draftOf(FORM), 1))).not.toContain('open')
  })

  it('makes keys of questions until somebody writes one', () => {
    let draft = relabelled(newForm(), 1, 'How many?')
    expect(draft.fields[0]!.key).toBe('how-many')
    draft = relabelled(draft, 1, 'How many facings?')
    expect(draft.fields[0]!.key).toBe('how-many-facings')
    draft = relabelled(added(draft, 'text'), 2, 'How many facings?')
    expect(draft.fields[1]!.key).toBe('how-many-facings-2')
    draft = relabelled(changed(draft, 1, { key: 'f' }), 1, 'Other')
    expect(draft.fields[0]!.key).toBe('f')
  })

  it('says what is wrong, and where', () => {
    const flaw = (draft: FormDraft) => [flawOf(draft)?.uid, flawOf(draft)?.message.split(' ')[0]]
    expect(flawOf(draftOf(FORM))).toBeNull()
    expect(flaw({ ...draftOf(FORM), title: ' ' })).toEqual([null, 'Give'])
    expect(flaw({ ...draftOf(FORM), fields: [] })).toEqual([null, 'A'])
    expect(flaw(changed(draftOf(FORM), 2, { key: 'open' }))).toEqual([2, 'Another'])
    expect(flaw(changed(draftOf(FORM), 2, { key: 'a b' }))).toEqual([2, 'The'])
    expect(flaw(changed(draftOf(FORM), 3, { choices: [{ code: 'x', label: '' }] }))).toEqual([3, 'Write'])
    expect(flaw(changed(draftOf(FORM), 4, { min: '4' }))).toEqual([4, 'The'])
    expect(flaw(shifted(shifted(draftOf(FORM), 1, 1), 1, 1))).toEqual([3, 'It'])
  })
})
