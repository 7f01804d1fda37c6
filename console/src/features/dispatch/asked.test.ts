import { describe, expect, it } from 'vitest'
import type { PlanBill, PlanPreview } from '../../api/plans'
import { candidatesOf, partsOf, priceOf, toServer } from './asked'
import { at, DATE, plan, route, stop } from './samples'

const BILL: PlanBill = { travel: 0, duty: 0, overtime: 0, fixed: 0, imbalance: 0, preference: 0, broken_promises: 0, waiting: 0, moved: 0, prizes_lost: 0, mandatory_lost: 0 }
const iso = (clock: string) => new Date(at(clock)).toISOString()

describe('operations', () => {
  it('name the day, and the agent of a lane', () => {
    expect(toServer([{ kind: 'move', visit: 'a2', agent: 'ben#1', position: 1 }, { kind: 'assign', visit: 'u1', agent: 'ana', position: 0 }], plan())).toEqual([
      { op: 'move', visit: 'a2', agent: 'ben', date: DATE, position: 1 }, { op: 'assign', visit: 'u1', agent: 'ana', date: DATE, position: 0 },
    ])
  })

  it('take what may give along, on the day it gives', () => {
    const accepts = { give: 'overtime' as const, by_s: 900 }
    expect(toServer([{ kind: 'assign_though', visit: 'u1', agent: 'ben', date: '2026-11-27', accepts }], plan())).toEqual([{ op: 'assign', visit: 'u1', agent: 'ben', date: '2026-11-27', accept_relaxation: accepts }])
  })

  it('move a planned visit before its time is pinned, and assign another at once', () => {
    const start_at = at('10:00')
    expect(toServer([{ kind: 'assign_at', visit: 'a2', agent: 'ben', start_at }], plan())).toEqual([{ op: 'move', visit: 'a2', agent: 'ben', date: DATE }, { op: 'pin_time', visit: 'a2', start_at: iso('10:00') }])
    expect(toServer([{ kind: 'assign_at', visit: 'u1', agent: 'ben', start_at }], plan())).toEqual([{ op: 'assign', visit: 'u1', agent: 'ben', date: DATE, start_at: iso('10:00') }])
  })
})

it('an agent’s day is ended and opened, whichever of its lanes was chosen', () => {
  expect(toServer([{ kind: 'end_day', agent: 'ana' }], plan())).toEqual([{ op: 'release_agent', agent: 'ana', date: DATE, replace: true }])
  expect(toServer([{ kind: 'open_day', agent: 'ana' }], plan())).toEqual([{ op: 'return_agent', agent: 'ana', date: DATE }])
})

describe('a price', () => {
  const preview = (over: Partial<PlanPreview>): PlanPreview => ({ base: 7, cost: 900, bill: { ...BILL, travel: 720 }, moves: [], routes: [], promises_broken: 0, ...over })

  it('is held against the plan as it is: overtime, lateness, where stops would stand', () => {
    const day = plan({ routes: [route('ana', [stop('a2', '15:00', '15:30')], { overtime_s: 600 })] })
    const price = priceOf(preview({ routes: [{ agent: 'ana', date: DATE, part: 0, stops: [{ visit_id: 'u1', start: iso('15:00') }, { visit_id: 'a2', start: iso('15:40') }], ends_at: iso('16:25'), late_s: 300, late_before_s: 60, wait_s: 5_000, wait_before_s: 200, distance_m: 900, distance_before_m: 1_000 }] }), day)
    expect(price.parts).toMatchObject({ travel_s: 720, overtime_s: 25 * 60 - 600, late_s: 240, wait_s: 4_800, distance_m: -100, promises: 0 })
    expect(price.routes).toEqual([{ agent: 'ana', stops: [{ visit: 'u1', start: at('15:00'), end: at('15:30') }, { visit: 'a2', start: at('15:40'), end: at('16:10') }] }])
  })

  it('names whose promise it breaks, and leaves other days alone', () => {
    const price = priceOf(preview({
      promises_broken: 1, moves: [{ visit_id: 'b1', breaks_promise: true }, { visit_id: 'b2', breaks_promise: false }],
      routes: [{ agent: 'ana', date: '2026-11-27', part: 0, stops: [], ends_at: iso('23:00'), late_s: 0, late_before_s: 0, wait_s: 0, wait_before_s: 0, distance_m: 0, distance_before_m: 0 }],
    }), plan())
    expect([price.parts.promises, price.warnings, price.routes]).toEqual([1, ['not as promised: Customer b1'], []])
  })
})

it('tells the parts of a cost that are worth a word', () => {
  expect(partsOf({ ...BILL, travel: 600, overtime: 900, preference: 12, moved: -40 })).toEqual([{ name: 'overtime', text: '+900' }, { name: 'driving', text: '+10 min' }, { name: 'moves others', text: '−40' }])
})

it('ranks candidates and says what refuses the others', () => {
  const shown = candidatesOf({ version: 7, visit_id: 'v', candidates: [{ agent_id: 'ana', date: DATE, position: 0, start: iso('10:00'), cost: 300, parts: BILL, delay_s: 600, detour_s: 240, gives_way: [] }], refused: [{ agent_id: 'ben', date: DATE, sentence: 'lacks the skill cold', relaxations: [] }] })
  expect(shown).toEqual({ ranked: [{ agent: 'ana', cost: 300, arrival: at('10:00'), detour_s: 240, parts: [], reasons: ['others begin 10 min later in all'], gives: [] }], refused: [{ agent: 'ben', reasons: ['lacks the skill cold'], relaxations: [] }] })
})

it('tells whom others give way for from whom a person would have to let something give', () => {
  const candidate = { date: DATE, position: 0, start: iso('10:00'), cost: 300, parts: BILL, delay_s: 0, detour_s: 240 }
  const relaxation = (agent_id: string) => ({ give: 'overtime' as const, by_s: 600, agent_id, date: DATE, start: iso('15:00'), cost: 1_200 })
  const shown = candidatesOf({
    version: 7, visit_id: 'v', candidates: [
      { ...candidate, agent_id: 'ana', gives_way: [{ visit_id: 'a2', agent_id: 'ben', customer: 'Bakery' }, { visit_id: 'a3', agent_id: null, customer: 'Florist' }] },
      { ...candidate, agent_id: 'ben', gives_way: [], relaxation: relaxation('ben') }, { ...candidate, agent_id: 'cem', gives_way: [], relaxation: relaxation('cem') },
    ],
    refused: [{ agent_id: 'ben', date: DATE, sentence: 'would be on duty 10 min too long', relaxations: [relaxation('ben')] }],
  })
  expect(shown.ranked.map(({ agent, gives, reasons }) => [agent, gives, reasons])).toEqual([['ana', [{ visit: 'a2', customer: 'Bakery', to: 'ben' }, { visit: 'a3', customer: 'Florist', to: null }], []]])
  expect(shown.refused).toEqual([{ agent: 'ben', reasons: ['would be on duty 10 min too long'], relaxations: [relaxation('ben')] }, { agent: 'cem', reasons: [], relaxations: [relaxation('cem')] }])
})

it('says how much longer somebody waits than for the one who comes soonest', () => {
  const one = (agent_id: string, waiting: number, travel: number) => ({ agent_id, date: DATE, position: 0, start: iso('10:00'), cost: waiting + travel, parts: { ...BILL, waiting, travel }, delay_s: 0, detour_s: travel, gives_way: [] })
  const { ranked } = candidatesOf({ version: 7, visit_id: 'v', candidates: [one('ana', 28_980, 300), one('ben', 30_780, 120)], refused: [] })
  expect(ranked.map(({ agent, cost, parts }) => [agent, cost, parts.map(({ name, text }) => `${name} ${text}`)])).toEqual([['ana', 300, ['driving +5 min']], ['ben', 1_920, ['waits longer +30 min', 'driving +2 min']]])
})
