/** May I check in here? The rules the server holds, asked on the phone first, so that nobody drives away and is refused later. Pure. */
import { distance_m } from '../track/pace'
import type { Outside, Place, Point, Rules } from './day'

export type Reading = Point & { accuracy_m: number | null; at_ms: number }
export type Whereabouts = { kind: 'inside' | 'outside' | 'unknown'; distance_m: number | null }

/** A reading older than this says where somebody was. */
export const READING_FRESH_MS = 90_000

/** The accuracy in their favour; too coarse a reading tells nothing. */
export function whereabouts(place: Place, reading: Reading | null, radius_m: number, rules: Rules, now_ms: number): Whereabouts {
  if (place.point === null || reading === null) return { kind: 'unknown', distance_m: null }
  const away_m = Math.round(distance_m(place.point, reading))
  const accuracy_m = reading.accuracy_m ?? 0
  if (accuracy_m > rules.accuracy_max_m || now_ms - reading.at_ms > READING_FRESH_MS) return { kind: 'unknown', distance_m: away_m }
  return { kind: away_m - accuracy_m <= radius_m ? 'inside' : 'outside', distance_m: away_m }
}

export type Permit =
  | { kind: 'free' }
  /** It can be done, and somebody will look at it. */
  | { kind: 'noted' }
  | { kind: 'needs_photo' }
  | { kind: 'blocked'; why: 'too_far' | 'no_position' }

export function permit(policy: Outside, place: Place, at: Whereabouts, isByTelephone: boolean): Permit {
  if (isByTelephone || place.point === null || at.kind === 'inside') return { kind: 'free' }
  switch (policy) {
    case 'flag':
      return { kind: 'noted' }
    case 'proof':
      return { kind: 'needs_photo' }
    case 'block':
      return { kind: 'blocked', why: at.kind === 'outside' ? 'too_far' : 'no_position' }
  }
}

/** Until when nobody checks in again where they have just checked out; `null`: now. */
export function coolingUntil_ms(ended: readonly (number | null)[], cool_down_s: number, now_ms: number): number | null {
  const last = Math.max(0, ...ended.map((at) => at ?? 0))
  const until = last + cool_down_s * 1_000
  return last > 0 && until > now_ms ? until : null
}
