import { describe, expect, it } from 'vitest'
import { distance_m, isWorthKeeping, paceOf } from './pace'
import type { Fix } from './backlog'

const at = (recorded_at: number, lat: number, accuracy_m = 5): Fix => ({ recorded_at, lat, lon: 13, accuracy_m, source: 'gps' })
/** Degrees of latitude that are so many metres. */
const north = (metres: number) => 52 + metres / 111_194.93

describe('the pace of readings', () => {
  const full = paceOf({ level: 1, isCharging: false })

  it.each([[1, false, 5_000], [0.3, false, 5_000], [0.29, false, 15_000], [0.15, false, 15_000], [0.14, false, 60_000], [0.05, true, 5_000], [null, false, 5_000]] as const)('at %s, charging %s: every %d ms', (level, isCharging, every_ms) => {
    expect(paceOf({ level, isCharging }).every_ms).toBe(every_ms)
  })

  it('keeps what moved, and rests with what rests', () => {
    const last = at(0, north(0))
    for (const [elapsed_ms, metres, accuracy_m, isKept] of [
      [4_999, 500, 5, false], [5_000, 10.1, 5, true], [5_000, 9, 5, false], [5_000, 20, 80, false], [5_000, 41, 80, true], [60_000, 0, 5, true], [59_999, 0, 5, false], [0, 500, 5, false],
    ] as const) {
      expect(isWorthKeeping(last, at(elapsed_ms, north(metres), accuracy_m), full), `${elapsed_ms} ms, ${metres} m`).toBe(isKept)
    }
    expect(isWorthKeeping(null, last, full)).toBe(true)
    expect(isWorthKeeping(last, at(-3_600_000, north(0)), full), 'a clock that was set back starts anew').toBe(true)
  })

  it('measures as a globe does', () => {
    expect(distance_m({ lat: 0, lon: 0 }, { lat: 0, lon: 1 })).toBeCloseTo(111_194.93, 1)
    expect(distance_m({ lat: 52, lon: 13 }, { lat: 52, lon: 13 })).toBe(0)
  })
})
