import { describe, expect, it } from 'vitest'
import type { Fix, QuarantinedFix } from '../../api/types'
import { among, metresBetween, takenAt } from './neighbours'
import { evidenceOf, instantOf, nameOf } from './words'

const T0 = Date.parse('2026-11-23T09:00:00Z')
const at = (s: number) => new Date(T0 + s * 1_000).toISOString()
const fix = (s: number, lat: number, lon: number, rest: Partial<Fix> = {}): Fix => ({ recorded_at: at(s), lat, lon, source: 'gps', device: 'phone', ...rest })
const aside = (rest: Partial<QuarantinedFix>): QuarantinedFix => ({ ...fix(0, 52, 13), key: 'k', reason: 'jump', unconfirmed: false, ...rest })

describe('a reason in plain words', () => {
  const check = (rest: Partial<QuarantinedFix>, expected: string) => expect(evidenceOf(aside(rest))).toBe(expected)

  it('gives the figures it rests on', () => {
    check({ reason: 'jump', evidence: { distance_m: 412, after_s: 3, implied_speed_mps: 137, limit: 90 } }, '412 m in 3 s: 137 m/s, limit 90')
    check({ reason: 'poor_accuracy', accuracy_m: 2_400, evidence: { limit: 1_000 } }, 'Accurate to ±2.4 km, limit 1.0 km')
    check({ reason: 'frozen', evidence: { after_s: 45, limit: 30, reported_speed_cmps: 1_389 } }, 'The same place for 45 s while reporting 50 km/h, limit 30 s')
    check({ reason: 'too_far_ahead', received_at: at(-7_200) }, "The phone's clock was 2 h ahead when the fix arrived.")
    check({ reason: 'ancient', recorded_at: '2004-01-01T00:00:00Z' }, "The phone's clock said 2004-01-01.")
    check({ reason: 'ancient', recorded_at: '1996-12-02T18:18:25Z', received_at: at(0) }, "The phone's clock said 1996-12-02, 30 years before the fix arrived.")
  })

  it('does without figures that are not known', () => {
    check({ reason: 'jump' }, 'Too far from the fix before for the time between them.')
    check({ reason: 'poor_accuracy' }, 'Accurate to an unknown distance')
    check({ reason: 'clock_skew', clock_skew_s: 3_600 }, "This phone's clock always goes 1 h ahead.")
    check({ reason: 'too_far_ahead' }, "The phone's clock was too far ahead when the fix arrived.")
  })

  it('says who decided which way', () => {
    check({ reason: 'decided', decision: 'restored' }, 'A person put it back into the track.')
    check({ reason: 'decided', decision: 'excluded' }, 'A person took it out of the track.')
  })

  it('shows a reason it does not know as it came', () => {
    const newer = 'solar_storm' as QuarantinedFix['reason']
    expect(nameOf(newer)).toBe('solar storm')
    expect(evidenceOf(aside({ reason: newer }))).toContain('does not know')
  })

  it('never accuses anybody', () => {
    const reasons = ['jump', 'null_island', 'poor_accuracy', 'frozen', 'too_far_ahead', 'clock_skew', 'ancient', 'mock', 'derivation_failed', 'week_rollover', 'apple_epoch', 'decided'] as const
    for (const reason of reasons) expect(`${nameOf(reason)} ${evidenceOf(aside({ reason }))}`).not.toMatch(/fraud|fake|cheat|spoof|tamper|mock|manipulat|undefined|NaN/i)
  })
})

it("reads instants in the organisation's zone", () => {
  expect(instantOf('2026-11-23T23:30:00Z', 'Europe/Berlin')).toBe('24 Nov 2026, 00:30:00')
})

describe('a fix among its neighbours', () => {
  const track = [fix(-60, 52, 13), fix(-30, 52.001, 13), fix(0, 52, 14), fix(30, 52.002, 13), fix(31, 50, 10, { quarantine: 'jump' }), fix(15, 40, 0, { device: 'tablet' })]

  it('lies between the believed fixes of its own phone, and not beside itself', () => {
    const { before, after, believed, doubted } = among(aside({ lon: 14 }), track, 600_000)
    expect([before?.recorded_at, after?.recorded_at, believed.length, doubted.length]).toEqual([at(-30), at(30), 3, 1])
  })

  it('is looked for at the time it arrived where the clock is at fault', () => {
    const lost = aside({ reason: 'ancient', recorded_at: '1996-12-02T18:18:25Z', received_at: at(-20), lon: 14 })
    expect(takenAt(lost)).toBe(T0 - 20_000)
    expect(among(lost, track, 600_000).before?.recorded_at).toBe(at(-30))
    expect(takenAt(aside({ reason: 'jump', received_at: at(500) }))).toBe(T0)
  })

  it('breaks the line where the phone was silent', () => {
    expect(among(aside({ lon: 14 }), track, 45_000).stretches.map((stretch) => stretch.length)).toEqual([2, 1])
  })

  it('is far when no map shows both, and alone when there is nobody', () => {
    expect(among(aside({ lat: 0, lon: 0 }), track, 600_000).isFar).toBe(true)
    expect(among(aside({ lon: 14 }), track, 600_000).isFar).toBe(false)
    expect(among(aside({}), [], 600_000)).toMatchObject({ stretches: [], before: null, after: null, isFar: false })
  })

  it('is measured on the globe', () => {
    expect(metresBetween({ lat: 0, lon: 179.5 }, { lat: 0, lon: -179.5 })).toBeCloseTo(111_195, -1)
  })
})
