/** Why a fix is set aside, in plain words: always a fault of a receiver or a clock, never of a person. Pure. */
import type { QuarantinedFix, QuarantineReason } from '../../api/types'
import { duration } from '../../util/time'
import { distance, speed } from '../../util/units'
import { clockOf, dateOf } from '../../util/zone'

const YEAR_S = 365.25 * 86_400

/** In the order of the filter: what is found most often first. */
export const REASON_NAMES: Record<QuarantineReason, string> = {
  jump: 'Too far, too fast',
  null_island: 'At 0° N 0° E',
  poor_accuracy: 'Too coarse',
  frozen: 'Stuck receiver',
  too_far_ahead: 'Clock ahead',
  clock_skew: 'Clock always ahead',
  ancient: 'Clock far behind',
  week_rollover: 'Clock off by 1,024 weeks',
  apple_epoch: 'Clock off by 31 years',
  mock: 'Not from the receiver',
  derivation_failed: 'Could not be processed',
  decided: 'Decided by a person',
}

/** A reason that a newer server gives is shown as it came. */
export const nameOf = (reason: QuarantineReason): string => REASON_NAMES[reason] ?? (reason as string).replaceAll('_', ' ')

/** One sentence with the figures it rests on. */
export function evidenceOf(fix: QuarantinedFix): string {
  const { after_s, distance_m, implied_speed_mps, limit } = fix.evidence ?? {}
  switch (fix.reason) {
    case 'jump':
      if (distance_m == null || after_s == null || implied_speed_mps == null) return 'Too far from the fix before for the time between them.'
      return `${distance(distance_m)} in ${duration(after_s)}: ${implied_speed_mps} m/s${limit == null ? '' : `, limit ${limit}`}`
    case 'null_island': return 'A receiver gives 0° N 0° E when it does not know where it is.'
    case 'poor_accuracy':
      return `Accurate to ${fix.accuracy_m == null ? 'an unknown distance' : `±${distance(fix.accuracy_m)}`}${limit == null ? '' : `, limit ${distance(limit)}`}`
    case 'frozen':
      return `The same place for ${after_s == null ? 'too long' : duration(after_s)} while reporting ${speedOf(fix)}${limit == null ? '' : `, limit ${duration(limit)}`}`
    case 'too_far_ahead': return `The phone's clock was ${offBy(fix, 1) ?? 'too far'} ahead when the fix arrived.`
    case 'clock_skew': return `This phone's clock always goes ${fix.clock_skew_s == null ? 'about as far' : duration(fix.clock_skew_s)} ahead.`
    case 'ancient': return `The phone's clock said ${fix.recorded_at.slice(0, 10)}${offBy(fix, -1) === null ? '' : `, ${offBy(fix, -1)} before the fix arrived`}.`
    case 'week_rollover': return 'The receiver counts weeks from the wrong start: its date is 1,024 weeks off.'
    case 'apple_epoch': return 'The time counts from 2001 instead of 1970: its date is 31 years off.'
    case 'mock': return 'The phone says that the position did not come from its own receiver.'
    case 'derivation_failed': return 'The server failed at this fix and went on without it. It is kept for support.'
    case 'decided': return fix.decision === 'restored' ? 'A person put it back into the track.' : 'A person took it out of the track.'
  }
  return 'Set aside by a rule that this console does not know yet.'
}

function speedOf({ evidence, speed_mps }: QuarantinedFix): string {
  const reported = evidence?.reported_speed_cmps
  return reported == null ? speed(speed_mps) : speed(reported / 100)
}

function offBy({ recorded_at, received_at }: QuarantinedFix, sign: 1 | -1): string | null {
  if (received_at == null) return null
  const off_s = (sign * (Date.parse(recorded_at) - Date.parse(received_at))) / 1_000
  if (off_s <= 0) return null
  // Nobody counts years in days.
  return off_s < 2 * YEAR_S ? duration(off_s) : `${Math.round(off_s / YEAR_S)} years`
}

/** `23 Nov 2026, 09:41:07` in the organisation's zone. */
export function instantOf(at: string, zone: string): string {
  const ms = Date.parse(at)
  const date = new Date(`${dateOf(ms, zone)}T00:00:00Z`).toLocaleDateString('en-GB', { day: 'numeric', month: 'short', year: 'numeric', timeZone: 'UTC' })
  return `${date}, ${clockOf(ms, zone)}`
}

export const DECISION_NAMES = { restored: 'Restored', excluded: 'Kept out' } as const
