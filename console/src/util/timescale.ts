/** The arithmetic of a timeline's ruler: zoom around a point, ticks at round local times. Pure. */
import { minuteOf, offset_ms } from './zone'

export type Span = { from: number; to: number }

export const clamp = (value: number, least: number, most: number): number => Math.min(most, Math.max(least, value))

/** At most this many times closer than the whole day: half an hour across the panel. */
export const ZOOM_MAX = 48
const TICK_MIN_PX = 74
const FIT_SHARE = 0.92
const MINUTE = 60_000
const STEPS_MIN = [1, 2, 5, 10, 15, 30, 60, 120, 180, 360, 720] as const

export const shareOf = (at: number, { from, to }: Span): number => (at - from) / (to - from)
export const instantAt = (share: number, { from, to }: Span): number => from + clamp(share, 0, 1) * (to - from)

export type Zoomed = { zoom: number; scroll_px: number }

/** Zooms by a factor so that what lies `anchor_px` from the left edge of the view stays there. */
export function zoomAround({ zoom, scroll_px }: Zoomed, factor: number, anchor_px: number, width_px: number): Zoomed {
  const next = clamp(zoom * factor, 1, ZOOM_MAX)
  const scroll = ((scroll_px + anchor_px) * next) / zoom - anchor_px
  return { zoom: next, scroll_px: clamp(scroll, 0, width_px * (next - 1)) }
}

/** So that the part of the day from one share to another fills the view, with a little air on both sides. */
export function zoomTo(from: number, to: number, width_px: number): Zoomed {
  const zoom = clamp(FIT_SHARE / Math.max(to - from, Number.EPSILON), 1, ZOOM_MAX)
  const middle_px = ((from + to) / 2) * width_px * zoom
  return { zoom, scroll_px: clamp(middle_px - width_px / 2, 0, width_px * (zoom - 1)) }
}

export type Tick = { at: number; share: number; label: string }

/** The finest step that leaves room for the labels of a day drawn `width_px` wide. */
export function tickStep_min({ from, to }: Span, width_px: number): number {
  const px_per_min = width_px / ((to - from) / MINUTE)
  return STEPS_MIN.find((step) => step * px_per_min >= TICK_MIN_PX) ?? STEPS_MIN.at(-1)!
}

/** Round in local time, on days of any length. */
export function ticks(day: Span, zone: string, step_min: number): Tick[] {
  const found: Tick[] = []
  // Clocks change by half an hour at the least, so a walk in steps no longer than that misses no round local time.
  const stride = Math.min(step_min, 30) * MINUTE
  for (let at = day.from; at < day.to; at += stride) {
    const local_min = Math.round((at + offset_ms(at, zone)) / MINUTE)
    if (local_min % step_min === 0) found.push({ at, share: shareOf(at, day), label: minuteOf(at, zone) })
  }
  return found
}
