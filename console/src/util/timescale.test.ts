import { describe, expect, it } from 'vitest'
import { dayBounds } from './zone'
import { ZOOM_MAX, instantAt, shareOf, tickStep_min, ticks, zoomAround, zoomTo } from './timescale'

describe('zooming', () => {
  it('keeps what is under the pointer where it is', () => {
    for (const [zoom, scroll_px, factor, anchor] of [[1, 0, 2, 400], [4, 900, 1.3, 10], [8, 3_000, 0.7, 500]] as const) {
      const next = zoomAround({ zoom, scroll_px }, factor, anchor, 1_000)
      expect((next.scroll_px + anchor) / next.zoom).toBeCloseTo((scroll_px + anchor) / zoom)
    }
  })

  it('ends at the whole day and at the closest', () => {
    expect(zoomAround({ zoom: 1.5, scroll_px: 300 }, 0.1, 0, 1_000)).toEqual({ zoom: 1, scroll_px: 0 })
    expect(zoomAround({ zoom: 40, scroll_px: 0 }, 10, 0, 1_000).zoom).toBe(ZOOM_MAX)
    expect(zoomAround({ zoom: 2, scroll_px: 1_000 }, 0.9, 0, 1_000).scroll_px).toBeLessThanOrEqual(800)
  })
})

describe('fitting', () => {
  it('shows the part asked for in the middle of the view', () => {
    const { zoom, scroll_px } = zoomTo(0.6, 0.7, 1_000)
    const [left, right] = [0.6, 0.7].map((share) => share * 1_000 * zoom - scroll_px)
    expect(left! + right!).toBeCloseTo(1_000)
    expect(right! - left!).toBeCloseTo(920)
  })

  it('does not scroll out of the day, nor zoom beyond the closest', () => {
    expect(zoomTo(0, 0.25, 1_000)).toEqual({ zoom: 3.68, scroll_px: 0 })
    expect(zoomTo(0, 1, 1_000)).toEqual({ zoom: 1, scroll_px: 0 })
    expect(zoomTo(0.5, 0.5, 1_000).zoom).toBe(ZOOM_MAX)
  })
})

describe('ticks', () => {
  const labels = (date: string, zone: string, width_px: number) => {
    const day = dayBounds(date, zone)
    return ticks(day, zone, tickStep_min(day, width_px)).map(({ label }) => label)
  }

  it('leave room for their labels', () => {
    expect(labels('2026-11-23', 'Europe/Berlin', 900)).toEqual(['00:00', '02:00', '04:00', '06:00', '08:00', '10:00', '12:00', '14:00', '16:00', '18:00', '20:00', '22:00'])
    expect(labels('2026-11-23', 'Europe/Berlin', 330)).toEqual(['00:00', '06:00', '12:00', '18:00'])
  })

  it('stay round after the clocks have changed', () => {
    expect(labels('2026-03-29', 'Europe/Berlin', 900).slice(0, 4)).toEqual(['00:00', '04:00', '06:00', '08:00'])
    expect(labels('2026-10-25', 'Europe/Berlin', 2_400).slice(0, 6)).toEqual(['00:00', '01:00', '02:00', '02:00', '03:00', '04:00'])
    expect(labels('2026-10-25', 'Europe/Berlin', 2_400)).toHaveLength(25)
  })

  it('are at round local times where the zone is off by a quarter', () => {
    expect(labels('2026-11-23', 'Asia/Kathmandu', 900)[1]).toBe('02:00')
  })
})

it('turns instants into shares of the day and back', () => {
  const day = dayBounds('2026-10-25', 'Europe/Berlin')
  expect(shareOf(instantAt(0.3, day), day)).toBeCloseTo(0.3)
  expect([instantAt(-1, day), instantAt(2, day)]).toEqual([day.from, day.to])
})
