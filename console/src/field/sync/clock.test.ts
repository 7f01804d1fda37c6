import { describe, expect, it } from 'vitest'
import { UNKNOWN, learned, learnedCoarsely, setBack } from './clock'

describe('the phone’s clock', () => {
  const phone = 1_000_000_000_000

  it('is set right by an answer, half of the way taken off', () => {
    expect(learned(phone + 60_100, phone, phone + 200)).toEqual({ offset_ms: 60_000, learned_at_ms: phone + 200 })
  })

  it('hears from a date of seconds only what is news', () => {
    const date = (offset_ms: number) => new Date(phone + offset_ms).toUTCString()
    const first = learnedCoarsely(UNKNOWN, date(0), phone, phone + 100)
    expect(first).not.toBeNull()
    expect(learnedCoarsely({ offset_ms: 400, learned_at_ms: phone }, date(0), phone, phone + 100)).toBeNull()
    expect(learnedCoarsely({ offset_ms: 400, learned_at_ms: phone }, date(3_600_000), phone, phone + 100)?.offset_ms).toBeCloseTo(3_600_450, -1)
    expect(learnedCoarsely(UNKNOWN, null, phone, phone)).toBeNull()
  })

  it('that is set back is noticed, one that slept is not blamed', () => {
    const held = { offset_ms: 50, learned_at_ms: phone }
    expect(setBack(held, phone, phone - 3_600_000, 10_000).offset_ms).toBe(3_610_050)
    expect(setBack(held, phone, phone + 3_600_000, 10_000)).toBe(held)
    expect(setBack(held, phone, phone + 10_010, 10_000)).toBe(held)
  })
})
