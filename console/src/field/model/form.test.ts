import { describe, expect, it } from 'vitest'
import type { FormField } from './day'
import { complaint, complaints, filesIn, isRequired, tidy, unanswered } from './form'

const field = (kind: FormField['kind'], over: Partial<FormField> = {}): FormField =>
  ({ key: 'k', label: 'K', kind, required: { kind: 'never' }, min: null, max: null, decimals: null, lengthMax: null, dateMin: null, dateMax: null, choices: [{ value: 'a', label: 'A' }, { value: 'b', label: 'B' }], ...over })

describe('an answer', () => {
  it.each<[string, FormField, unknown, boolean]>([
    ['a number', field('number', { min: 0, max: 9 }), '9', true], ['too many', field('number', { min: 0, max: 9 }), '10', false], ['no number', field('number'), 'x', false],
    ['a whole one', field('number', { decimals: 0 }), '1.5', false], ['two digits', field('number', { decimals: 2 }), '1.25', true], ['three digits', field('number', { decimals: 2 }), '1.255', false],
    ['a choice', field('choice'), 'a', true], ['none of them', field('choice'), 'z', false],
    ['some', field('multi_choice', { min: 1, max: 1 }), ['a'], true], ['too many', field('multi_choice', { min: 1, max: 1 }), ['a', 'b'], false], ['a stranger', field('multi_choice'), ['z'], false],
    ['long', field('text', { lengthMax: 3 }), 'äöüx', false], ['short enough', field('text', { lengthMax: 3 }), 'äöü', true],
    ['a date', field('date', { dateMin: '2026-01-01', dateMax: '2026-12-31' }), '2026-12-31', true], ['too late', field('date', { dateMax: '2026-12-31' }), '2027-01-01', false],
    ['photos', field('photo', { min: 2 }), ['f'], false], ['nothing, which is nothing wrong', field('number', { min: 5 }), '', true],
  ])('%s', (_, of, answer, isRight) => expect(complaint(of, { k: answer }) === null).toBe(isRight))

  it('must be there when it must', () => {
    const when = field('text', { required: { kind: 'when', key: 'other', is: 'true' } })
    expect([isRequired(when, { other: true }), isRequired(when, { other: false }), isRequired(when, {})]).toEqual([true, false, false])
    const some = field('text', { required: { kind: 'when', key: 'other', is: 'b' } })
    expect([isRequired(some, { other: ['a', 'b'] }), isRequired(some, { other: 'a' })]).toEqual([true, false])
    const outcome = field('text', { required: { kind: 'outcome', of: 'unproductive' } })
    expect([isRequired(outcome, {}), isRequired(outcome, {}, 'unproductive')]).toEqual([false, true])
    expect(unanswered([outcome], { k: ' ' }, 'unproductive')).toEqual([outcome])
    expect(complaints([field('signature', { required: { kind: 'always' } })], {}).get('k')).toBe('A signature is needed')
  })

  it('goes out as what it is', () => {
    const fields = [field('number', { key: 'n' }), field('text', { key: 't' }), field('photo', { key: 'p' }), field('signature', { key: 's' }), field('boolean', { key: 'b' }), field('note', { key: 'empty' })]
    const answers = { n: '1.50', t: ' x ', p: ['f1', 'f2'], s: 'f3', b: false, empty: '  ', stranger: 1 }
    expect(tidy(fields, answers)).toEqual({ n: 1.5, t: 'x', p: ['f1', 'f2'], s: 'f3', b: false })
    expect(filesIn(fields, answers)).toEqual(['f1', 'f2', 'f3'])
  })
})
