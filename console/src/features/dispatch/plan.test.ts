import { describe, expect, it } from 'vitest'
import { atRisk, placeOf, riskLevel, sumsOf } from './plan'
import { at, plan, route, stop } from './samples'

describe('a plan', () => {
  it('knows where each visit stands', () => {
    expect(placeOf(plan(), 'a3')).toMatchObject({ position: 2, route: { agent: 'ana' } })
    expect(placeOf(plan(), 'u1')).toBeNull()
  })

  it('sums its routes', () => {
    expect(sumsOf(plan())).toMatchObject({ routes: 2, used: 2, visits: 5, done: 1, unplanned: 1, travel_s: 3_000, distance_m: 20_000, cost: 200 })
  })

  it('counts as late what starts after it was promised', () => {
    const late = stop('x', '10:00', '10:30', { promise: { from: at('08:00'), to: at('09:00') } })
    const inTime = stop('y', '09:00', '09:30', { promise: { from: at('08:00'), to: at('09:00') } })
    expect(sumsOf(plan({ routes: [route('ana', [inTime, late])] })).late).toBe(1)
  })
})

describe('risk', () => {
  const risky = (probability: number) => stop('x', '10:00', '10:30', { risk: { probability, late_by_s: 60 } })

  it('has two thresholds', () => {
    expect([0.19, 0.2, 0.49, 0.5].map((probability) => riskLevel(risky(probability)))).toEqual(['none', 'some', 'some', 'high'])
  })

  it('is high without a word about it when the arrival is expected after what was promised', () => {
    const promise = { from: at('09:00'), to: at('10:00') }
    const expected = (clock: string) => stop('x', '10:00', '10:30', { promise, eta: { at: at(clock), std_s: 60 } })
    expect([riskLevel(expected('09:59')), riskLevel(expected('10:01'))]).toEqual(['none', 'high'])
  })

  it('is listed from the highest down, without what has happened', () => {
    const day = plan({
      routes: [route('ana', [{ ...risky(0.9), visit: 'gone', commitment: 'done' }, { ...risky(0.3), visit: 'low' }, { ...risky(0.7), visit: 'top' }, { ...risky(0.1), visit: 'fine' }])],
    })
    expect(atRisk(day).map(({ stop: { visit } }) => visit)).toEqual(['top', 'low'])
  })
})
