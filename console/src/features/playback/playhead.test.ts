import { describe, expect, it } from 'vitest'
import type { TimelineItem } from '../../api/types'
import type { Span } from '../../util/timescale'
import { advance, keyed, merged, quietSpans, without } from './playhead'

const spans = (...pairs: [number, number][]): Span[] => pairs.map(([from, to]) => ({ from, to }))

describe('the playhead', () => {
  it('goes as many times faster as asked, and stops at the end', () => {
    expect(advance(1_000, 100, 60, [], 1e9)).toBe(7_000)
    expect(advance(1_000, 100, 60, [], 5_000)).toBe(5_000)
    expect(advance(1_000, 0, 60, [], 5_000)).toBe(1_000)
  })

  it('crosses a quiet span in no time', () => {
    expect(advance(0, 100, 1, spans([50, 1_000]), 1e9)).toBe(1_050)
    expect(advance(0, 100, 1, spans([50, 1_000], [1_020, 2_000]), 1e9)).toBe(2_030)
  })

  it('leaves a quiet span at once when it begins in one', () => {
    expect(advance(500, 10, 1, spans([0, 1_000]), 1e9)).toBe(1_010)
    expect(advance(1_000, 10, 1, spans([0, 1_000]), 1e9)).toBe(1_010)
  })

  it('does not leave its day for a quiet end', () => {
    expect(advance(0, 100, 1, spans([50, 1_000]), 1_000)).toBe(1_000)
  })

  it('is moved by keys: ten seconds, a minute with shift, to either end, never out of the day', () => {
    const day = { from: 0, to: 100_000 }
    const press = (key: string, at: number, shiftKey = false) => keyed({ key, shiftKey }, at, day)
    expect([press('ArrowRight', 30_000), press('ArrowLeft', 30_000)]).toEqual([40_000, 20_000])
    expect([press('ArrowRight', 30_000, true), press('ArrowLeft', 70_000, true)]).toEqual([90_000, 10_000])
    expect([press('ArrowLeft', 5_000), press('ArrowRight', 95_000)]).toEqual([0, 100_000])
    expect([press('Home', 5), press('End', 5), press('a', 5)]).toEqual([0, 100_000, null])
  })
})

describe('spans', () => {
  it('are merged where they touch', () => {
    expect(merged(spans([5, 8], [0, 2], [2, 3], [7, 9], [4, 4]))).toEqual(spans([0, 3], [5, 9]))
    expect(merged([])).toEqual([])
  })

  it('lose their holes', () => {
    expect(without(spans([0, 10]), spans([2, 3], [5, 12]))).toEqual(spans([0, 2], [3, 5]))
    expect(without(spans([0, 10]), spans([0, 10]))).toEqual([])
    expect(without(spans([0, 10], [20, 30]), spans([8, 22]))).toEqual(spans([0, 8], [22, 30]))
  })
})

describe('what is quiet', () => {
  const minute = (n: number) => n * 60_000
  const item = (kind: 'trip' | 'stop' | 'gap', from: number, to: number | null, rest = {}): TimelineItem => ({
    id: `${kind}-${from}`, agent_id: 'ana', device: 'phone', date: '1970-01-01', revision: 1,
    start_at: new Date(minute(from)).toISOString(), end_at: to === null ? null : new Date(minute(to)).toISOString(), kind, ...rest,
  }) as TimelineItem
  const check = (items: TimelineItem[], ...expected: [number, number][]) =>
    expect(quietSpans(items, { from: 0, to: minute(100) }, minute(90)).map(({ from, to }) => [from / 60_000, to / 60_000])).toEqual(expected)

  it('is what lies outside of trips', () => check([item('trip', 10, 20), item('stop', 20, 50), item('trip', 50, 60)], [0, 10], [20, 50], [60, 100]))
  it('is a gap within a trip', () => check([item('trip', 10, 60), item('gap', 20, 40)], [0, 10], [20, 40], [60, 100]))
  it('is a trip that nobody saw', () => check([item('trip', 10, 20, { unobserved: true }), item('trip', 30, 40)], [0, 30], [40, 100]))
  it('is not where somebody else is on the way', () => check([item('trip', 10, 20), item('trip', 15, 40, { agent_id: 'ben' })], [0, 10], [40, 100]))
  it('is not where another phone was heard in a gap', () => check([item('trip', 0, 100), item('gap', 20, 40), item('trip', 20, 40, { device: 'tablet' })]))
  it('begins where an open trip was last heard', () => check([item('trip', 80, null)], [0, 80], [90, 100]))
  it('is not a pause of less than a minute', () => check([item('trip', 0, 50), item('trip', 50.5, 100)]))
  it('is nothing when nobody ever moved', () => check([item('stop', 0, 100)]))
})
