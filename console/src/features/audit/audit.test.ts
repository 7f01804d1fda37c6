import { describe, expect, it } from 'vitest'
import { auditEntryOf } from '../../api/auditEntry'
import { differences } from './diff'
import { filtersOf, isFiltered, NO_FILTERS, queryOf, searchOf } from './filters'
import { inWords, lookOfOutcome, nameOf, nameOfField, nameOfKind, shortId } from './words'

const NOW = Date.parse('2026-11-25T12:00:00Z')
const read = (search: string) => filtersOf(new URLSearchParams(search))

describe('the filters', () => {
  it('are the last seven days when nothing is said', () => {
    expect(read('')).toEqual(NO_FILTERS)
    expect(queryOf(NO_FILTERS, NOW)).toEqual({ from: '2026-11-18T12:00:00.000Z' })
    expect(isFiltered(NO_FILTERS)).toBe(false)
  })

  it.each(['', 'kind=sign_in', 'span=all', 'actor=u1', 'span=24h&actor=u1&outcome=refused', 'span=dates&from=2026-11-01&to=2026-11-02&object=t1'])('come back from the address: %s', (search) => {
    expect(filtersOf(searchOf(read(search)))).toEqual(read(search))
  })

  it('reach over all time for a link to what somebody did, or what was done to something', () => {
    for (const search of ['actor=u1', 'object=t1']) expect(queryOf(read(search), NOW).from).toBeUndefined()
    expect(queryOf(read('actor=u1&span=24h'), NOW)).toEqual({ actor: 'u1', from: '2026-11-24T12:00:00.000Z' })
  })

  it('count both days of a span of dates', () => {
    const { from, to } = queryOf(read('span=dates&from=2026-11-01&to=2026-11-02'), NOW)
    expect(Date.parse(to!) - Date.parse(from!)).toBe(2 * 86_400_000)
    expect(queryOf(read('span=dates&from=2026-11-01'), NOW).to).toBeUndefined()
    expect(queryOf(read('span=dates&from=nonsense'), NOW)).toEqual({})
  })

  it('ignore a span they do not know, and dates without their span', () => {
    expect(read('span=ages').span).toBe('7d')
    expect(searchOf({ ...NO_FILTERS, from: '2026-11-01' }).size).toBe(0)
  })
})

describe('what changed', () => {
  it('is told leaf by leaf', () => {
    const told = differences({ role: 'dispatcher', a: { b: 1 }, kept: true, gone: 'x', list: ['p'] }, { role: 'manager', a: { b: 1, c: null }, kept: true, list: ['p', 'q'] })
    expect(told.map(({ path, change }) => `${path} ${change}`)).toEqual(['role changed', 'a.b same', 'kept same', 'gone removed', 'list changed', 'a.c added'])
    expect(told.at(-2)).toMatchObject({ before: 'p', after: 'p, q' })
  })

  it('is told of rights by module and action, and of shapes by how large they are', () => {
    const right = (module: string, scope: string) => ({ module, action: 'read', scope })
    const told = differences({ permissions: [right('tracks', 'team'), right('tracks', 'territory')] }, { permissions: [right('tracks', 'all'), right('audit', 'all')] })
    expect(told.map(({ path, before, after }) => [nameOfField(path), before, after])).toEqual([['Tracks: see', 'team, territory', 'all'], ['Audit log: see', null, 'all']])
    const area = (lon: number) => ({ area: { type: 'Polygon', coordinates: [[[lon, 52], [14, 52], [14, 53], [lon, 52]]] } })
    expect(differences(area(13), area(13.5))).toEqual([{ path: 'area', change: 'changed', before: 'Polygon, 4 points', after: 'Polygon, 4 points' }])
    expect(differences(area(13), area(13))[0]?.change).toBe('same')
  })

  it('is nothing where nothing was kept', () => {
    expect(differences(null, undefined)).toEqual([])
    expect(differences(null, { name: 'x' })).toEqual([{ path: 'name', change: 'added', before: null, after: 'x' }])
  })
})

describe('an entry', () => {
  it('has those concerned in one piece each, and null for what is absent', () => {
    const stored = { id: 'e', at: 't', kind: 'sign_in', outcome: 'done', count: 1, actor_kind: 'user', actor_id: 'u', actor_name: 'Ben' }
    expect(auditEntryOf(stored)).toMatchObject({ actor: { kind: 'user', id: 'u', name: 'Ben' }, object: null, on_behalf_of: null, seq: null, hash: null, before: null })
    expect(auditEntryOf({ ...stored, actor_kind: 'nobody', actor_id: null, actor_name: undefined }).actor).toEqual({ kind: 'nobody', id: null, name: null })
    expect(auditEntryOf({ ...stored, object: { kind: 'agent', id: 'a' } as never }).object).toEqual({ kind: 'agent', id: 'a', name: null })
  })

  it('is told with the names of today, where they are known', () => {
    const names = new Map([['u1', 'Ben'], ['t1', 'Mitte'], ['role:lead', 'Lead']])
    const called = (kind: string, id: string | null = null, name: string | null = null) => nameOf({ kind, id, name }, names)
    expect([called('user', 'u1'), called('user', 'u1', 'Ben Graf'), called('role', 'lead'), called('nobody')]).toEqual(['Ben', 'Ben Graf', 'Lead', 'Not signed in'])
    expect([called('operation', 'GET /api/v1/audit'), called('agents', '60'), called('data', 'audit'), called('settings', 'tracks')]).toEqual(['GET /api/v1/audit', '60 agents', 'Audit log', 'Settings of tracks'])
    expect(called('session', '01a21524-005e-70b6-9981-c139c89b255d')).toBe('Session …c89b255d')
    expect([inWords('role', 'lead', names), inWords('name', 'lead', names), inWords('territories', 't1, t2', names), inWords('disabled', 'true', names)]).toEqual(['Lead', 'lead', 'Mitte, t2', 'yes'])
  })

  it('of a kind this console does not know is still read', () => {
    expect(nameOfKind('sign_in_refused')).toBe('Sign-in refused')
    expect(nameOfKind('moon_landed')).toBe('Moon landed')
    expect(lookOfOutcome('postponed')).toEqual({ name: 'Postponed', tone: 'plain' })
    expect(shortId('018f3a77-0000-7000-8000-00000000abcd')).toBe('…0000abcd')
  })
})
