/** How often the phone is asked where it is, and which answers are worth keeping: pure. */
import type { Fix } from './backlog'

export type Power = { level: number | null; isCharging: boolean }
export type Pace = { every_ms: number; still_every_ms: number; isPrecise: boolean }

/** Below this much battery, and not charging, readings get rarer. */
const LOW = 0.3
const VERY_LOW = 0.15

export function paceOf({ level, isCharging }: Power): Pace {
  if (isCharging || level === null || level >= LOW) return { every_ms: 5_000, still_every_ms: 60_000, isPrecise: true }
  if (level >= VERY_LOW) return { every_ms: 15_000, still_every_ms: 120_000, isPrecise: true }
  return { every_ms: 60_000, still_every_ms: 300_000, isPrecise: false }
}

const MOVED_M = 10

/** Whether a reading is kept: often on the move, now and then at rest, so that a stop is seen to last. */
export function isWorthKeeping(last: Fix | null, fix: Fix, pace: Pace): boolean {
  if (last === null) return true
  const elapsed_ms = fix.recorded_at - last.recorded_at
  if (elapsed_ms <= 0) return elapsed_ms < -60_000
  if (elapsed_ms >= pace.still_every_ms) return true
  const moved_m = distance_m(last, fix)
  // Within the error of either reading nobody has moved.
  const error_m = Math.max(MOVED_M, Math.min(50, Math.max(last.accuracy_m ?? 0, fix.accuracy_m ?? 0) / 2))
  return elapsed_ms >= pace.every_ms && moved_m >= error_m
}

const EARTH_M = 6_371_000

export function distance_m(from: { lat: number; lon: number }, to: { lat: number; lon: number }): number {
  const rad = Math.PI / 180
  const [dLat, dLon] = [(to.lat - from.lat) * rad, (to.lon - from.lon) * rad]
  const h = Math.sin(dLat / 2) ** 2 + Math.cos(from.lat * rad) * Math.cos(to.lat * rad) * Math.sin(dLon / 2) ** 2
  return 2 * EARTH_M * Math.asin(Math.min(1, Math.sqrt(h)))
}
