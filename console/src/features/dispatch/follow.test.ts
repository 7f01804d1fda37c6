import { describe, expect, it } from 'vitest'
import type { DispatchJob, PlanDiffBody, PlanLeftOut, PlanRoute, PlanStop, WirePlanDay } from '../../api/plans'
import { expected, followed, takenAway, jobsOf, jobTold, laneOf, agentOfLane, partOfLane, planDayOf, updated } from './follow'
import { takenInWords } from './words'

const iso = (clock: string) => `2026-11-26T${clock}:00Z`
const TOTALS = { visits: 0, travel_s: 0, distance_m: 0, service_s: 0, wait_s: 0, duty_s: 0, load: 0, cost: 0 }
const wireStop = (visit_id: string, from: string, to: string): PlanStop => ({
  visit_id, customer_id: 'c', customer: `Customer ${visit_id}`, place_id: 'p', point: { lat: 52, lon: 13 }, position: 0, status: 'planned', commitment: 'free', windows: [], duration_s: 600, demand: 2, travel_s: 300,
  distance_m: 900, arrival: iso(from), start: iso(from), end: iso(to), wait_s: 0,
})
const wireRoute = (agent_id: string, stops: PlanStop[], over: Partial<PlanRoute> = {}): PlanRoute => ({
  agent_id, date: '2026-11-26', part: 0, shift: { from: iso('08:00'), to: iso('16:00'), breaks: [] }, stops, totals: TOTALS, overtime_s: 0, late_s: 0, is_closed: false, is_ended: false, ...over,
})
const leftOut = (visit_id: string): PlanLeftOut => ({
  visit_id, customer_id: 'c', customer: `Customer ${visit_id}`, place_id: 'p', point: null, status: 'planned', windows: [], duration_s: 600, demand: 3, priority: 0, is_mandatory: false, skills: [], reasons: ['nobody is skilled'],
})
const day: WirePlanDay = {
  territory_id: 't', version: 7, date: '2026-11-26', zone: 'UTC', at_risk: [], totals: TOTALS, unassigned: [leftOut('u')],
  routes: [wireRoute('ana', [wireStop('a', '09:00', '09:30'), wireStop('b', '10:00', '10:30')]), wireRoute('ben', [])],
}
const diff = (over: Partial<PlanDiffBody> = {}): PlanDiffBody => ({ version: 8, base: 7, by: { kind: 'user' }, kind: 'edit', change_id: 'x', changes: [], routes: [], unassigned: [], ...over })
const held = planDayOf(day)
const visits = (plan: typeof held) => Object.fromEntries(plan.routes.map(({ agent, stops }) => [agent, stops.map(({ visit }) => visit)]))

/** What is taken of a change, or what became of it. */
function take(change: PlanDiffBody) {
  const taken = followed(held, change)
  return taken.kind === 'taken' ? taken.plan : taken.kind
}

describe('a plan that is told', () => {
  it('is read once, with the break where it is planned', () => {
    const breaks = [{ from: iso('11:00'), to: iso('13:00'), duration_s: 1_800, planned_at: iso('12:15') }, { from: iso('15:00'), to: iso('15:10'), duration_s: 600 }]
    const read = planDayOf({ ...day, routes: [wireRoute('ana', [], { part: 1, shift: { from: iso('08:00'), to: iso('16:00'), breaks } })] })
    expect(read.routes[0]).toMatchObject({ agent: 'ana#1', shift: { breaks: [{ from: Date.parse(iso('12:15')), to: Date.parse(iso('12:45')) }, { from: Date.parse(iso('15:00')) }] } })
    expect([agentOfLane('ana#1'), partOfLane('ana#1'), laneOf('ana', 0), partOfLane('ana')]).toEqual(['ana', 1, 'ana', 0])
  })

  it('says what vehicles are to carry', () => {
    const totals = { ...TOTALS, load: 2 }
    const read = planDayOf({ ...day, routes: [wireRoute('ana', [wireStop('a', '09:00', '09:30')], { totals, capacity: 20 }), wireRoute('ben', [])] })
    expect(read.routes.map(({ capacity, totals: { load }, stops }) => [capacity, load, stops[0]?.demand])).toEqual([[20, 2, 2], [null, 0, undefined]])
    expect(read.unplanned[0]?.demand).toBe(3)
  })

  it('takes the routes that were touched and leaves the others, the same objects', () => {
    const after = take(diff({ routes: [wireRoute('ben', [wireStop('u', '09:00', '09:30')])] }))
    if (typeof after === 'string') throw new Error(after)
    expect([after.version, visits(after), after.unplanned]).toEqual([8, { ana: ['a', 'b'], ben: ['u'] }, []])
    expect(after.routes[0]).toBe(held.routes[0])
  })

  it('moves a visit between routes, out of the plan, and away', () => {
    const moved = take(diff({ changes: [{ visit: 'b' }], routes: [wireRoute('ana', [wireStop('a', '09:00', '09:30')]), wireRoute('ben', [wireStop('b', '09:00', '09:30')])] }))
    expect(typeof moved === 'string' ? moved : visits(moved)).toEqual({ ana: ['a'], ben: ['b'] })
    const out = take(diff({ changes: [{ visit: 'b' }], routes: [wireRoute('ana', [wireStop('a', '09:00', '09:30')])], unassigned: [leftOut('b')] }))
    expect(typeof out === 'string' ? out : out.unplanned.map(({ visit }) => visit)).toEqual(['u', 'b'])
    const away = take(diff({ changes: [{ visit: 'u', to: { agent: 'ana', date: '2026-11-27', position: 0 } }], routes: [wireRoute('ana', [], { date: '2026-11-27' })] }))
    expect(typeof away === 'string' ? away : [away.unplanned, visits(away).ana]).toEqual([[], ['a', 'b']])
  })

  it('takes in somebody who begins to work', () => {
    const after = take(diff({ routes: [wireRoute('cem', [])] }))
    expect(typeof after === 'string' ? after : Object.keys(visits(after))).toEqual(['ana', 'ben', 'cem'])
  })

  it('takes nothing twice, and guesses nothing after a gap', () => {
    expect([take(diff({ version: 7, base: 6 })), take(diff({ version: 9, base: 8 }))]).toEqual(['old', 'gap'])
  })

  it('is shown otherwise in the same version, and only then', () => {
    const update = { version: 7, date: '2026-11-26', routes: [wireRoute('ana', [wireStop('a', '09:00', '09:45'), wireStop('b', '10:15', '10:45')])], unassigned: [leftOut('v')], gone: ['u'] }
    const after = updated(held, update)
    expect([after.version, after.routes[0]!.stops[0]!.end, after.unplanned.map(({ visit }) => visit)]).toEqual([7, Date.parse(iso('09:45')), ['v']])
    expect(after.routes[1]).toBe(held.routes[1])
    expect([updated(held, { ...update, version: 6 }), updated(held, { ...update, date: '2026-11-27' })].every((plan) => plan === held)).toBe(true)
  })

  it('learns when somebody is expected, lane by lane', () => {
    const after = expected(held, { visits: [{ visit_id: 'b', eta: iso('10:12'), eta_std_s: 90, risk: { probability: 0.4, late_by_s: 0 } }] })
    expect(after.routes[0]!.stops[1]).toMatchObject({ eta: { at: Date.parse(iso('10:12')), std_s: 90 }, risk: { probability: 0.4 } })
    expect(after.routes[1]).toBe(held.routes[1])
    expect(expected(held, { visits: [{ visit_id: 'nobody', eta: iso('10:12'), eta_std_s: 90 }] })).toBe(held)
  })
})

describe('what a person chose', () => {
  const chosen = planDayOf({ ...day, routes: [wireRoute('ana', [{ ...wireStop('a', '09:00', '09:30'), hold: { commitment: 'free', chosen: true } }, wireStop('b', '10:00', '10:30')]), wireRoute('ben', [])] })
  const at = (agent: string, position = 0) => ({ agent, date: '2026-11-26', position })
  const both = [{ visit: 'a', from: at('ana'), to: at('ben') }, { visit: 'b', from: at('ana', 1), to: at('ben', 1) }]

  const of = (over: Partial<PlanDiffBody>) => diff({ by: { kind: 'system' }, ...over })

  it('is told when the plan takes it away, not when a person does', () => {
    expect(takenAway(chosen, of({ kind: 'repair', changes: both }))).toEqual([{ visit: 'a', name: 'Customer a', from: 'ana', to: 'ben' }])
    expect(takenAway(chosen, diff({ kind: 'edit', changes: both }))).toEqual([])
    expect([takenAway(chosen, diff({ kind: 'improve', changes: both })).length, takenAway(chosen, of({ kind: 'improve', changes: both })).length]).toEqual([0, 1])
    expect(takenAway(chosen, of({ kind: 'repair', changes: [{ visit: 'a', from: at('ana'), to: at('ana', 1) }] }))).toEqual([])
  })

  it('waits where nobody can make it, and is nothing where it is no more', () => {
    const out = [{ visit: 'a', from: at('ana'), to: null }]
    expect(takenAway(chosen, of({ kind: 'repair', changes: out, unassigned: [leftOut('a')] }))).toEqual([{ visit: 'a', name: 'Customer a', from: 'ana', to: null }])
    expect(takenAway(chosen, of({ kind: 'follow', changes: out }))).toEqual([])
    expect(takenInWords(takenAway(chosen, of({ kind: 'repair', changes: both })), (lane) => lane)).toEqual(['Customer a could not stay with ana: ben has it now.'])
    expect(takenInWords(['a', 'b', 'c', 'd'].map((visit) => ({ visit, name: visit, from: 'ana', to: null })), (lane) => lane)).toEqual(['4 visits chosen by hand could not stay with their agents.'])
  })
})

describe('jobs', () => {
  const job = (id: string, revision: number, over: Partial<DispatchJob> = {}): DispatchJob => ({
    id, visit_id: `v-${id}`, mode: 'auto', timeout_s: 60, at_once: 1, candidates_max: 10, state: 'offering', candidates: [], offers: [], opened_at: iso('09:00'), revision, ...over,
  })

  it('are known by their newest word', () => {
    const jobs = jobTold(jobTold([], job('x', 2)), job('x', 3, { state: 'accepted' }))
    expect(jobs.map(({ state }) => state)).toEqual(['accepted'])
    expect(jobTold(jobs, job('x', 2))).toBe(jobs)
  })

  it('are listed with those that wait first, the newest first', () => {
    const shown = jobsOf([job('a', 1, { state: 'accepted', opened_at: iso('11:00') }), job('b', 1), job('c', 1, { opened_at: iso('10:00') })], (visit) => visit.toUpperCase())
    expect(shown.map(({ id, name }) => [id, name])).toEqual([['c', 'V-C'], ['b', 'V-B'], ['a', 'V-A']])
  })
})
