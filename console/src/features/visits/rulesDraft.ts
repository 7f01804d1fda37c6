/** The settings of visits while they are typed: seconds and metres as people say them, and what is wrong. Pure. */
import type { VisitRules } from '../../api/visits'

type NumberKey = { [Key in keyof VisitRules]: VisitRules[Key] extends number ? Key : never }[keyof VisitRules]

export type RuleField = { key: NumberKey; name: string; hint: string; unit: 'm' | 'min' | 's' | 'h' | '%'; min: number; max: number }

const UNIT_S: Record<RuleField['unit'], number> = { m: 1, '%': 1, s: 1, min: 60, h: 3_600 }

/** Limits in the units of the wire. */
export const RULE_GROUPS: readonly { title: string; hint: string; fields: readonly RuleField[] }[] = [
  {
    title: 'Being there', hint: 'When somebody counts as at the customer’s.',
    fields: [
      { key: 'radius_m', name: 'Check-in radius', hint: 'Nearer than this to the pin, or within the fence, is there.', unit: 'm', min: 10, max: 10_000 },
      { key: 'accuracy_max_m', name: 'Coarsest position that tells something', hint: 'A coarser one says nothing either way.', unit: 'm', min: 10, max: 10_000 },
      { key: 'arrival_dwell_s', name: 'Arrived by itself after', hint: 'Time inside although nobody told of an arrival.', unit: 'min', min: 0, max: 86_400 },
      { key: 'stay_gap_s', name: 'Still there when back within', hint: 'Who steps out for less has not left.', unit: 'min', min: 0, max: 14_400 },
      { key: 'cool_down_s', name: 'No second check-in within', hint: 'After a check-out at the same place.', unit: 's', min: 0, max: 86_400 },
    ],
  },
  {
    title: 'How long a visit is', hint: 'Shorter ones are marked, not refused.',
    fields: [
      { key: 'dwell_min_s', name: 'A visit lasts at least', hint: 'A shorter one is marked short.', unit: 'min', min: 0, max: 86_400 },
      { key: 'drive_by_s', name: 'A drive-by is shorter than', hint: 'At most as long as the shortest visit.', unit: 'min', min: 0, max: 86_400 },
      { key: 'missed_after_s', name: 'Missed after the end of the day plus', hint: 'Late phones have so long to tell.', unit: 'h', min: 0, max: 172_800 },
    ],
  },
  {
    title: 'What the track must show', hint: 'For a visit to be verified.',
    fields: [
      { key: 'overlap_min_pct', name: 'Share of the visit at the place', hint: 'By the track or the fence.', unit: '%', min: 1, max: 100 },
      { key: 'gap_max_s', name: 'Longest silence', hint: 'A longer one within a visit is marked.', unit: 'min', min: 30, max: 86_400 },
      { key: 'near_s', name: 'A fix speaks for an instant within', hint: 'Of check-in and check-out.', unit: 's', min: 10, max: 3_600 },
      { key: 'mismatch_m', name: 'Told and tracked at most apart', hint: 'Beyond the accuracy of both.', unit: 'm', min: 10, max: 100_000 },
      { key: 'photo_apart_s', name: 'A photo’s time at most outside', hint: 'By what the camera wrote into it.', unit: 'min', min: 0, max: 86_400 },
      { key: 'photo_apart_m', name: 'A photo’s place at most away', hint: 'By what the camera wrote into it.', unit: 'm', min: 10, max: 1_000_000 },
    ],
  },
]

export const FIELDS: readonly RuleField[] = RULE_GROUPS.flatMap(({ fields }) => fields)

export type RulesDraft = Omit<VisitRules, NumberKey> & { typed: Record<NumberKey, string> }

export function draftOf(rules: VisitRules): RulesDraft {
  const typed = Object.fromEntries(FIELDS.map(({ key, unit }) => [key, String(rules[key] / UNIT_S[unit])])) as Record<NumberKey, string>
  return { ...rules, typed }
}

const valueOf = (text: string, unit: RuleField['unit']): number => Math.round(Number(text) * UNIT_S[unit])

export type RuleFlaw = { key: NumberKey; message: string }

export function flawsOf({ typed }: RulesDraft): RuleFlaw[] {
  const flaws = FIELDS.flatMap(({ key, unit, min, max }): RuleFlaw[] => {
    const value = valueOf(typed[key], unit)
    const isFine = typed[key].trim() !== '' && value >= min && value <= max
    return isFine ? [] : [{ key, message: `Must be within ${round(min / UNIT_S[unit])} and ${round(max / UNIT_S[unit]).toLocaleString('en-US')}.` }]
  })
  if (flaws.length === 0 && valueOf(typed.drive_by_s, 'min') > valueOf(typed.dwell_min_s, 'min')) flaws.push({ key: 'drive_by_s', message: 'At most as long as the shortest visit.' })
  return flaws
}

const round = (value: number): number => Math.round(value * 100) / 100

/** Of a draft without flaws. */
export function rulesOf({ typed, ...rest }: RulesDraft): VisitRules {
  const numbers = Object.fromEntries(FIELDS.map(({ key, unit }) => [key, valueOf(typed[key], unit)])) as Record<NumberKey, number>
  return { ...rest, ...numbers }
}
