/** A fix among what the same phone said around it. Pure. */
import type { Fix, QuarantinedFix, QuarantineReason } from '../../api/types'

export const AROUND_MS = 10 * 60_000
/** Farther off than this, both cannot be seen on one map: the neighbours are shown. */
const FAR_M = 200_000
const EARTH_RADIUS_M = 6_371_008.8

const CLOCK_REASONS: ReadonlySet<QuarantineReason> = new Set(['too_far_ahead', 'clock_skew', 'ancient', 'week_rollover', 'apple_epoch'])

/** When the fix was taken, as near as that is known: where the clock is at fault, when it arrived. */
export function takenAt({ reason, recorded_at, received_at }: QuarantinedFix): number {
  return Date.parse(CLOCK_REASONS.has(reason) ? (received_at ?? recorded_at) : recorded_at)
}

export type Neighbourhood = {
  /** Believed fixes in the order of time, broken where the phone was silent. */
  stretches: Fix[][]
  believed: Fix[]
  doubted: Fix[]
  before: Fix | null
  after: Fix | null
  isFar: boolean
}

export function among(fix: QuarantinedFix, track: readonly Fix[], gap_ms: number): Neighbourhood {
  const at = takenAt(fix)
  const isItself = (other: Fix) => other.recorded_at === fix.recorded_at && other.lat === fix.lat && other.lon === fix.lon
  const own = track.filter((other) => other.device === fix.device && !isItself(other)).sort((a, b) => Date.parse(a.recorded_at) - Date.parse(b.recorded_at))
  const believed = own.filter(({ quarantine }) => quarantine == null)
  const stretches: Fix[][] = []
  let last = Number.NEGATIVE_INFINITY
  for (const one of believed) {
    const now = Date.parse(one.recorded_at)
    if (now - last > gap_ms) stretches.push([])
    stretches.at(-1)!.push(one)
    last = now
  }
  const before = believed.findLast((other) => Date.parse(other.recorded_at) <= at) ?? null
  const after = believed.find((other) => Date.parse(other.recorded_at) > at) ?? null
  const nearest = Math.min(...[before, after].map((other) => (other ? metresBetween(fix, other) : Number.POSITIVE_INFINITY)))
  return {
    stretches, believed, doubted: own.filter(({ quarantine }) => quarantine != null), before, after,
    isFar: Number.isFinite(nearest) && nearest > FAR_M,
  }
}

type Point = { lat: number; lon: number }

export function metresBetween(a: Point, b: Point): number {
  const radians = Math.PI / 180
  const h = Math.sin(((b.lat - a.lat) * radians) / 2) ** 2
    + Math.cos(a.lat * radians) * Math.cos(b.lat * radians) * Math.sin(((b.lon - a.lon) * radians) / 2) ** 2
  return 2 * EARTH_RADIUS_M * Math.asin(Math.min(1, Math.sqrt(h)))
}
