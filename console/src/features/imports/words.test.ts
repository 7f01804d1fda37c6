import { describe, expect, it } from 'vitest'
import type { ImportFlaw, ImportReport } from '../../api/imports'
import { flawsAsCsv, remarks } from './words'

const report = (more: Partial<ImportReport>): ImportReport => ({
  applied: false, dry_run: true, rows: 0, created: 0, updated: 0, unchanged: 0, kept: 0, to_locate: 0, not_located: 0, bad_rows: 0, flaws: [], outcomes: [], ignored_columns: [], ...more,
})

describe('what is said beside the rows', () => {
  it('is nothing where there is nothing to know', () => expect(remarks(report({}))).toEqual([]))
  it('names places that are looked for, that nobody finds, visits that stay and columns that are not read', () => {
    const said = remarks(report({ created: 2_001, to_locate: 1, not_located: 2_000, kept: 3, ignored_columns: ['Extra', 'Mehr'] }))
    expect(said).toEqual([
      '1 row without coordinates: the address is looked for after the import.', '2,000 rows whose place nobody will find: put the pin on the map afterwards.',
      '3 rows of visits that are there already and differ: what was done with them since stays.', 'Not read: Extra, Mehr.',
    ])
    expect(remarks(report({ unchanged: 2, to_locate: 2 })), 'they have been looked for').toEqual([])
  })
})

describe('the list of bad rows as a file', () => {
  const flaw = (more: Partial<ImportFlaw>): ImportFlaw => ({ line: 2, field: 'lat', value: '91', limit: 'must be less', ...more })
  it('has the column as the file calls it, else the field', () => {
    expect(flawsAsCsv([flaw({ column: 'Breite' }), flaw({ line: 3 })])).toBe('\ufeffline;column;value;what is wrong\r\n"2";"Breite";"91";"must be less"\r\n"3";"lat";"91";"must be less"\r\n')
  })
  it('keeps quotes and separators in their cell, and no formula alive', () => {
    for (const [value, cell] of [['a"b;c', '"a""b;c"'], ['=1+1', '"\'=1+1"'], ['@x', '"\'@x"'], ['-5', '"\'-5"'], ['a=b', '"a=b"']] as const) expect(flawsAsCsv([flaw({ value })])).toContain(`;${cell};`)
  })
})
