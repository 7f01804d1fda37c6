import { describe, expect, it } from 'vitest'
import type { PlanBill } from '../../api/plans'
import { ApiError, toProblem } from '../../api/problem'
import { acceptanceOf, headlineOf, linesOf, named, reasonInWords, refusalInWords, relaxationInWords, refusalOf, withNames, type Explanation } from './why'

const TODAY = '2026-11-26'
const BILL: PlanBill = { travel: 0, duty: 0, overtime: 0, fixed: 0, imbalance: 0, preference: 0, broken_promises: 0, waiting: 0, moved: 0, prizes_lost: 0, mandatory_lost: 0 }
const offer = (agent: string, cost: number, travel: number, date = TODAY) => ({ shift: { agent, date, part: 0 }, position: 0, start_s: 0, cost, parts: { ...BILL, travel } })
const name = (lane: string) => lane.toUpperCase()

describe('why this agent', () => {
  const why: Explanation = { kind: 'here', version: 7, chosen: offer('ana', 300, 300), others: [offer('ben', 900, 840), offer('cem', 1_000, 900, '2026-11-27')], refused: [{ shift: { agent: 'eva', date: TODAY }, code: 'skill_missing', skills: ['cold'] }] }

  it('is told by what the next best would cost', () => {
    expect(headlineOf(why, name)).toBe('The best place there is; the next best: driving +9 min.')
    expect(linesOf(why, TODAY, name, (code) => `“${code}”`)).toEqual([
      { who: 'ANA', text: 'driving +5 min', isMuted: false }, { who: 'BEN', text: '600 dearer · driving +14 min', isMuted: false }, { who: 'CEM (Fri, 27 Nov)', text: '700 dearer · driving +15 min', isMuted: false },
      { who: 'EVA', text: 'lacks “cold”', isMuted: true },
    ])
  })

  it('names nobody twice for one reason, nor who has it as one who cannot', () => {
    const pinned = { shift: { agent: 'ana', date: TODAY, part: 0 }, code: 'pinned_elsewhere' }
    const eva = { shift: { agent: 'eva', date: TODAY }, code: 'not_on_shift' }
    expect(linesOf({ ...why, others: [], refused: [pinned, pinned, eva, eva] }, TODAY, name).map(({ who }) => who)).toEqual(['ANA', 'EVA'])
  })

  it('says when somebody else would be better, or nobody else can', () => {
    expect(headlineOf({ ...why, others: [offer('ben', 100, 100)] }, name)).toBe('BEN would be cheaper by now.')
    expect(headlineOf({ ...why, others: [offer('ben', 100, 100)] }, name, true)).toBe('It stays as it was chosen. BEN would be cheaper.')
    expect(headlineOf({ ...why, others: [] }, name)).toBe('Nobody else can make it.')
    expect(headlineOf({ ...why, others: [], refused: [{ shift: { agent: 'ben', date: TODAY }, code: 'pinned_elsewhere' }] }, name)).toBe('It is settled with ANA.')
  })
})

it('tells why nobody makes a visit', () => {
  const why: Explanation = { kind: 'waiting', version: 7, reason: 'no_room', counts: [['shift_end', 4]], nearest: [{ shift: { agent: 'ana', date: TODAY }, code: 'shift_end', over_s: 900 }], relaxations: [] }
  expect([headlineOf(why, name), linesOf(why, TODAY, name)]).toEqual(['It does not fit beside what is planned already.', [{ who: 'ANA', text: 'would work 15 min too long', isMuted: true }]])
  // Of another day, the hours of its shifts are no news.
  expect(linesOf({ ...why, nearest: [...why.nearest, { shift: { agent: 'ben', date: '2026-11-25' }, code: 'shift_end', over_s: 73_919 }] }, TODAY, name).map(({ who }) => who)).toEqual(['ANA'])
  expect(headlineOf({ kind: 'begun', version: 7 }, name)).toBeNull()
})

it('knows what it does not know', () => {
  expect([refusalInWords({ code: 'too_windy' }), reasonInWords('too_windy')]).toEqual(['too windy', 'Too windy.'])
})

it('puts names for ids', () => {
  const id = '018f3f2e-0000-7000-8000-000000000001'
  expect(withNames(`visit ${id} fits nowhere`, (one) => (one === id ? 'Bakery' : null))).toBe('Visit Bakery fits nowhere')
  expect(withNames(`shift ${id}`, () => null)).toContain(id)
  expect(withNames(`shift ${id} on 2026-11-26 may make 8 visits at most`, () => 'Ana')).toBe('Ana on Thu, 26 Nov may make 8 visits at most')
  expect(withNames(`visit ${id} may not begin at 2026-11-27T13:35:00+00:00: it begins within 2026-11-27T17:00:00+00:00..2026-11-27T19:00:00+00:00`, () => 'Kiosk')).toBe('Visit Kiosk may not begin at 13:35: it begins within 17:00–19:00')
})

it('names skills by their names, and leaves time that lacks alone', () => {
  const names = new Map([['cold', 'Cold chain'], ['5', 'Five']])
  const nameOf = (id: string) => names.get(id) ?? null
  expect(['Ana lacks cold', 'Ana lacks cold, saw.2; Ben may not', 'Ana lacks 5 min beside the breaks'].map((text) => named(text, nameOf))).toEqual(['Ana lacks Cold chain', 'Ana lacks Cold chain, saw.2; Ben may not', 'Ana lacks 5 min beside the breaks'])
})

it('names in a refusal what it knows here, and the rest as the server does', () => {
  const [here, there] = ['018f3f2e-0000-7000-8000-000000000001', '018f3f2e-0000-7000-8000-000000000002']
  const refusal = new ApiError(422, toProblem(422, { code: 'infeasible', message: `visits ${here} and ${there} fit nowhere`, details: { customers: { [here]: 'Old name', [there]: 'Chemist' } } }))
  expect(refusalOf(refusal, (id) => (id === here ? 'Bakery' : null))).toBe('Visits Bakery and Chemist fit nowhere')
  expect(refusalOf(new Error(`visit ${here}`), () => null)).toContain(here)
})

it('tells what would have to give, and accepts just that', () => {
  const shown = { agent_id: 'ana', date: TODAY, start: '2026-11-26T09:12:00Z', cost: 7_200 }
  const late = { ...shown, give: 'window' as const, by_s: 720 }
  expect([relaxationInWords(late), acceptanceOf(late)]).toEqual(['begins 12 min after its hours have ended', { give: 'window', by_s: 720 }])
  const longer = { ...shown, give: 'overtime' as const, by_s: 1_800 }
  expect([relaxationInWords(longer), acceptanceOf(longer)]).toEqual(['works 30 min longer than allowed', { give: 'overtime', by_s: 1_800 }])
  const dropped = { ...shown, give: 'drop' as const, visit: 'v7' }
  expect([relaxationInWords(dropped, () => 'Bakery'), acceptanceOf(dropped)]).toEqual(['leaves out Bakery, which is optional', { give: 'drop', visit: 'v7' }])
  const displaced = { ...shown, give: 'displace' as const, visit: 'v7', priority: 2 }
  expect([relaxationInWords(displaced), acceptanceOf(displaced)]).toEqual(['leaves out a visit, which has to be made but matters less', { give: 'displace', visit: 'v7', priority: 2 }])
})
