import { describe, expect, it } from 'vitest'
import type { Action } from '../sync/queue'
import { laneOf, type Body, type Told } from './body'
import type { Day, Place, Visit } from './day'
import { lackingFor } from './lacking'
import { coolingUntil_ms, permit, whereabouts } from './policy'
import { nextOf, progressOf, project } from './project'

const place: Place = { id: 'p', label: '', address: 'Road 1', point: { lat: 52, lon: 13 }, hours: null, access_notes: '' }
const visit = (id: string, over: Partial<Visit> = {}): Visit => ({
  id, customer_id: 'c', customer: `Customer ${id}`, place, kind: 'routine', status: 'planned', position: null, windows: [], start_ms: null, eta_ms: null, duration_s: 1_800, priority: 50,
  purpose: null, note: '', leg: null, checked_in_ms: null, ended_ms: null, outcome: null, reason: null, flags: [], verification: null, radius_m: 100,
  required: { productive: [], unproductive: [] }, lacking: [], done: [], files: [], ...over,
})
const rules: Day['rules'] = { outside_check_in: 'flag', outside_check_out: 'flag', accuracy_max_m: 100, cool_down_s: 120, unproductive_reasons: [], cancel_reasons: [], abandon_reasons: [] }
const day = (visits: Visit[], over: Partial<Day> = {}): Day => ({
  date: '2026-11-23', zone: 'UTC', fetched_ms: 1_000, visits, customers: [{ id: 'c', name: 'Customer', class: null, notes: '', places: [place], contacts: [] }], activities: [], rules, duty: { isOn: false, since_ms: null }, start: null, ...over,
})
let seq = 0
const action = (body: Body, over: Partial<Action<Body>> = {}): Action<Body> =>
  ({ seq: (seq += 1), id: `a${seq}`, lane: laneOf(body), at_ms: 5_000 + seq, offset_ms: 0, body, files: [], state: 'waiting', failures: 0, refusal: null, sent_at_ms: null, ...over })
const told = (id: string, deed: Told, over: Partial<Action<Body>> = {}) => action({ kind: 'told', visit: id, title: id, told: deed }, over)
const refusal = { status: 409, code: 'no', message: 'no', at_ms: 0 }

describe('the day as it is by now', () => {
  it('shows what was done here before the server knows it', () => {
    const actions = [told('v', { type: 'en_route' }), told('v', { type: 'check_in' }), told('v', { type: 'check_out', outcome: 'unproductive', reason: 'closed' })]
    const statuses = [0, 1, 2, 3].map((n) => project(day([visit('v')]), actions.slice(0, n)).visits[0]!.status)
    expect(statuses).toEqual(['planned', 'en_route', 'checked_in', 'completed'])
    const last = project(day([visit('v')]), actions).visits[0]!
    expect([last.checked_in_ms, last.ended_ms, last.outcome, last.reason, last.sync]).toEqual([actions[1]!.at_ms, actions[2]!.at_ms, 'unproductive', 'closed', { waiting: 3, refused: 0 }])
  })

  it('a refusal undoes what was refused and what came after it, in that visit alone', () => {
    const actions = [told('v', { type: 'check_in' }, { state: 'refused', refusal }), told('v', { type: 'check_out', outcome: 'productive' }), told('w', { type: 'check_in' })]
    const seen = project(day([visit('v'), visit('w')]), actions).visits
    expect(seen.map(({ id, status, sync }) => [id, status, sync])).toEqual([['w', 'checked_in', { waiting: 1, refused: 0 }], ['v', 'planned', { waiting: 1, refused: 1 }]])
  })

  it('what arrived counts until a day that tells of it has come', () => {
    const sent = told('v', { type: 'check_in' }, { state: 'sent', sent_at_ms: 1_500 })
    expect(project(day([visit('v')]), [sent]).visits[0]!.status).toBe('checked_in')
    // The dispatcher reopened it meanwhile: the newer day is right.
    expect(project(day([visit('v')], { fetched_ms: 2_000 }), [sent]).visits[0]!.status).toBe('planned')
  })

  it('a visit made here is in the list at once, and once only', () => {
    const made = action({ kind: 'new_visit', visit: 'new', title: 'Customer', made: { customer_id: 'c', place_id: 'p', day: '2026-11-23' } })
    const only = project(day([visit('v', { position: 1 })]), [made, told('new', { type: 'check_in' })])
    expect(only.visits.map(({ id, kind, status, isNew }) => [id, kind, status, isNew])).toEqual([['new', 'ad_hoc', 'checked_in', true], ['v', 'routine', 'planned', false]])
    const known = project(day([visit('new', { kind: 'ad_hoc' })], { fetched_ms: 9_000 }), [{ ...made, state: 'sent', sent_at_ms: 8_000 }])
    expect(known.visits.length).toBe(1)
    const gone = project(day([], { fetched_ms: 9_000 }), [{ ...made, state: 'sent', sent_at_ms: 8_000 }])
    expect(gone.visits, 'given to somebody else since').toEqual([])
  })

  it('stands in the order of the route, and knows what is next', () => {
    const seen = project(day([visit('c', { position: 3 }), visit('a', { position: 1, status: 'completed', outcome: 'productive' }), visit('loose', { windows: [{ from_ms: 9, to_ms: 10 }] }), visit('b', { position: 2 })]), [])
    expect(seen.visits.map(({ id }) => id)).toEqual(['a', 'b', 'c', 'loose'])
    const mixed = [visit('gone', { status: 'cancelled' }), visit('later', { status: 'completed', ended_ms: 9 }), visit('sooner', { status: 'abandoned', ended_ms: 5 }), visit('x'), visit('y'), visit('now', { status: 'in_progress' })]
    expect(project(day(mixed), []).visits.map(({ id }) => id)).toEqual(['sooner', 'later', 'now', 'x', 'y', 'gone'])
    expect(nextOf(seen.visits)?.id).toBe('b')
    expect(nextOf(project(day([visit('a'), visit('b', { status: 'arrived' })]), []).visits)?.id).toBe('b')
    expect(progressOf(seen.visits)).toEqual({ done: 1, all: 4, productive: 1 })
  })

  it('duty follows the last word', () => {
    const on = action({ kind: 'duty', title: '', isOn: true })
    expect(project(day([]), [on]).duty).toEqual({ isOn: true, since_ms: on.at_ms })
    expect(project(day([]), [{ ...on, state: 'refused', refusal }]).duty?.isOn).toBe(false)
  })
})

describe('may I check in here', () => {
  /** 0.001° of latitude is 111 m. */
  const at = (lat: number, accuracy_m: number | null = 5, at_ms = 0) => whereabouts(place, { lat, lon: 13, accuracy_m, at_ms }, 100, rules, 1_000)

  it.each([[52, 5, 'inside'], [52.0008, 5, 'inside'], [52.001, 5, 'outside'], [52.001, 12, 'inside'], [52.002, 100, 'outside'], [52.001, 101, 'unknown'], [52, null, 'inside']] as const)('at %s ± %s: %s', (lat, accuracy_m, kind) => expect(at(lat, accuracy_m).kind).toBe(kind))

  it('an old reading tells nothing of now, and no reading nothing at all', () => {
    expect(at(52, 5, -200_000)).toEqual({ kind: 'unknown', distance_m: 0 })
    expect(whereabouts(place, null, 100, rules, 0)).toEqual({ kind: 'unknown', distance_m: null })
    expect(whereabouts({ ...place, point: null }, { lat: 52, lon: 13, accuracy_m: 5, at_ms: 0 }, 100, rules, 0).kind).toBe('unknown')
  })

  const far = { kind: 'outside' as const, distance_m: 400 }
  const lost = { kind: 'unknown' as const, distance_m: null }
  it.each([
    ['flag', far, 'noted'], ['flag', lost, 'noted'], ['proof', far, 'needs_photo'], ['proof', lost, 'needs_photo'], ['block', far, 'blocked'], ['block', lost, 'blocked'],
  ] as const)('the policy %s at %o: %s', (policy, where, kind) => {
    expect(permit(policy, place, where, false).kind).toBe(kind)
    expect(permit(policy, place, { kind: 'inside', distance_m: 3 }, false).kind).toBe('free')
    expect(permit(policy, place, where, true).kind, 'by telephone').toBe('free')
    expect(permit(policy, { ...place, point: null }, where, false).kind, 'a place nobody has located').toBe('free')
  })

  it('not again at once', () => {
    expect(coolingUntil_ms([10_000, null, 5_000], 120, 20_000)).toBe(130_000)
    expect(coolingUntil_ms([10_000], 120, 130_000)).toBeNull()
    expect(coolingUntil_ms([null], 120, 0)).toBeNull()
  })
})

it('what is lacking is asked for before the check-out', () => {
  const field = { key: 'why', label: 'Why?', kind: 'text' as const, required: { kind: 'outcome' as const, of: 'unproductive' as const }, min: null, max: null, decimals: null, lengthMax: null, dateMin: null, dateMax: null, choices: [] }
  const activities = [{ id: 'shelf', name: 'Shelf check', form: null, fields: [field] }]
  const of = (over: Partial<Visit>) => project(day([visit('v', { required: { productive: ['activity:shelf', 'photo'], unproductive: ['activity:shelf', 'note'] }, ...over })]), []).visits[0]!
  const none = { photos: 0, signature: false, note: false }
  const keys = (found: { key: string }[]) => found.map(({ key }) => key)
  expect(keys(lackingFor(of({}), 'productive', activities, [], none))).toEqual(['activity:shelf', 'photo'])
  const done = [{ id: 'd', type_id: 'shelf', at_ms: 1, answers: {} }]
  expect(keys(lackingFor(of({ done }), 'productive', activities, [], { ...none, photos: 1 }))).toEqual([])
  expect(keys(lackingFor(of({ done }), 'unproductive', activities, [], none)), 'the form lacks an answer for this outcome').toEqual(['activity:shelf', 'note'])
  const signed = (files: string[], signature: boolean) => keys(lackingFor(of({ files, required: { productive: ['signature'], unproductive: [] } }), 'productive', activities, [], { ...none, signature }))
  expect([signed([], false), signed([], true), signed(['signature'], false)]).toEqual([['signature'], [], []])
  const photo = action({ kind: 'photos', visit: 'v', title: '', photos: ['f'] })
  expect(keys(lackingFor(of({ done }), 'productive', activities, [photo], none))).toEqual([])
})
