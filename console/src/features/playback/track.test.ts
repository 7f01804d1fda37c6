import { describe, expect, it } from 'vitest'
import type { Fix } from '../../api/types'
import { countUntil, pieces, placeAt, toTracks } from './track'

const T0 = Date.parse('2026-11-23T09:00:00Z')
const fix = (s: number, lat: number, lon: number, rest: Partial<Fix> = {}): Fix => ({
  recorded_at: new Date(T0 + s * 1_000).toISOString(), lat, lon, source: 'gps', device: 'phone', ...rest,
})
const track = (...fixes: Fix[]) => toTracks('ana', fixes)[0]!
const GAP_MS = 600_000

describe('the pages of a track put together', () => {
  it('are ordered by time, whatever the pages were', () => {
    expect([...track(fix(20, 3, 0), fix(0, 1, 0), fix(10, 2, 0)).lat]).toEqual([1, 2, 3])
  })

  it('count a fix once that came twice, and keep two fixes of one instant', () => {
    expect(track(fix(0, 1, 0), fix(10, 2, 0), fix(10, 2, 0), fix(20, 3, 0)).at).toHaveLength(3)
    expect(track(fix(0, 1, 0), fix(10, 2, 0), fix(10, 2.1, 0)).at).toHaveLength(3)
  })

  it('never mix two phones, and begin with the one that said most', () => {
    const tracks = toTracks('ana', [fix(0, 1, 0, { device: 'old' }), fix(1, 9, 9, { device: 'new' }), fix(2, 9, 9.1, { device: 'new' })])
    expect(tracks.map(({ device, at }) => [device, at.length])).toEqual([['new', 2], ['old', 1]])
  })

  it('are none without a fix', () => {
    expect(toTracks('ana', [])).toEqual([])
  })
})

describe('where somebody was', () => {
  const way = track(fix(0, 10, 20), fix(60, 11, 22), fix(60 + 601, 12, 24))

  it('is nowhere before the first fix', () => expect(placeAt(way, T0 - 1, GAP_MS)).toBeNull())

  it('is at a fix at its instant', () => {
    expect(placeAt(way, T0, GAP_MS)).toMatchObject({ lat: 10, lon: 20, isHeld: false, index: 0 })
    expect(placeAt(way, T0 + 661_000, GAP_MS)).toMatchObject({ lat: 12, lon: 24, isHeld: false, index: 2 })
  })

  it('is on the line between two fixes', () => {
    expect(placeAt(way, T0 + 15_000, GAP_MS)).toMatchObject({ lat: 10.25, lon: 20.5, isHeld: false })
  })

  it('is the last place known in a gap and after the end', () => {
    expect(placeAt(way, T0 + 60_001, GAP_MS)).toMatchObject({ lat: 11, lon: 22, isHeld: true, heardAt: T0 + 60_000, speed_mps: null })
    expect(placeAt(way, T0 + 9_000_000, GAP_MS)).toMatchObject({ lat: 12, lon: 24, isHeld: true })
  })

  it('is still interpolated at exactly the gap', () => {
    const wide = track(fix(0, 0, 0), fix(600, 1, 0))
    expect(placeAt(wide, T0 + 300_000, GAP_MS)).toMatchObject({ lat: 0.5, isHeld: false })
  })

  it('goes the short way across the antimeridian', () => {
    const pacific = track(fix(0, 0, 179.9), fix(10, 0, -179.9), fix(20, 0, -179.7))
    expect(placeAt(pacific, T0 + 5_000, GAP_MS)!.lon).toBeCloseTo(180)
    expect(placeAt(pacific, T0 + 15_000, GAP_MS)!.lon).toBeCloseTo(180.2)
  })

  it('has the reported speed, or the one over the ground', () => {
    expect(placeAt(track(fix(0, 0, 0, { speed_mps: 7 }), fix(10, 0, 1)), T0 + 1, GAP_MS)!.speed_mps).toBe(7)
    expect(placeAt(track(fix(0, 0, 0), fix(100, 0.01, 0)), T0 + 1, GAP_MS)!.speed_mps).toBeCloseTo(11.12, 2)
    expect(placeAt(track(fix(0, 0, 0), fix(0, 1, 0)), T0, GAP_MS)!.speed_mps).toBeNull()
  })
})

describe('the pieces of a line', () => {
  const check = (seconds: number[], fixes_max: number, expected: number[][]) => {
    const way = track(...seconds.map((s, i) => fix(s, i, 0)))
    expect(pieces(way, GAP_MS, fixes_max).map(({ first, last }) => [first, last])).toEqual(expected)
  }

  it('break at gaps and share a fix where they are only cut', () => {
    check([0, 10, 20, 30, 40], 3, [[0, 2], [2, 4]])
    check([0, 10, 20, 30], 3, [[0, 2], [2, 3]])
    check([0, 10, 2_000, 2_010], 9, [[0, 1], [2, 3]])
  })

  it('leave out a fix alone', () => {
    check([0], 9, [])
    check([0, 1_000, 1_010], 9, [[1, 2]])
    check([0, 10, 1_000], 9, [[0, 1]])
  })

  it('cover every step of a line once, as a walk over it finds', () => {
    const seconds = Array.from({ length: 400 }, (_, i) => i * 10 + (i > 150 ? 5_000 : 0) + (i > 151 ? 5_000 : 0))
    const way = track(...seconds.map((s, i) => fix(s, i % 80, 0)))
    const steps = pieces(way, GAP_MS, 32).flatMap(({ first, last }) => Array.from({ length: last - first }, (_, i) => first + i))
    const walked = seconds.flatMap((s, i) => (i + 1 < seconds.length && (seconds[i + 1]! - s) * 1_000 <= GAP_MS ? [i] : []))
    expect(steps).toEqual(walked)
  })
})

it('counts the fixes until an instant like a walk over them', () => {
  const instants = Float64Array.from([1, 3, 3, 3, 8])
  for (let at = 0; at < 10; at += 1) expect(countUntil(instants, at)).toBe([...instants].filter((other) => other <= at).length)
})
