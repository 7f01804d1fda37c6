/** Shapes of visits, their proof, forms, beats and settings, and the calls about them. */

// SCHEMA-BEGIN
export type VisitStatus = 'planned' | 'en_route' | 'arrived' | 'checked_in' | 'in_progress' | 'completed' | 'missed' | 'cancelled' | 'abandoned'
export type VisitKind = 'routine' | 'ad_hoc' | 'urgent' | 'phone_call'
export type VisitVerification = 'verified' | 'partial' | 'unverified' | 'no_data'
export type VisitFlag =
  | 'outside_at_check_in' | 'outside_at_check_out' | 'after_cancellation' | 'not_assigned' | 'clock_ahead' | 'proof_lacking' | 'no_track' | 'track_elsewhere' | 'little_overlap' | 'mismatch' | 'coarse_position' | 'mock'
  | 'suspect_fixes' | 'gap' | 'short' | 'drive_by' | 'shared_ground' | 'photo_other_time' | 'photo_elsewhere' | 'photo_duplicate'
export type VisitOutcome = 'productive' | 'unproductive'
export type FormChoice = { code: string; label: string }
export type FormRequired = 'never' | 'always' | { outcome: VisitOutcome } | { when: { key: string; is: string } }
export type FormField = { key: string; label: string; required?: FormRequired } & (
  | { kind: 'text' | 'note'; max_len?: number | null }
  | { kind: 'number'; min?: number | null; max?: number | null; decimals?: number | null }
  | { kind: 'choice'; choices: FormChoice[] }
  | { kind: 'multi_choice'; choices: FormChoice[]; min?: number | null; max?: number | null }
  | { kind: 'date'; min?: string | null; max?: string | null }
  | { kind: 'photo'; min?: number | null; max?: number | null }
  | { kind: 'boolean' | 'signature' | 'scan' }
)
export type FormContent = { title: string; fields: FormField[] }
export type OutsidePolicy = 'block' | 'flag' | 'proof'
export type VisitRequirement = { kinds: VisitKind[]; classes: string[]; outcomes: VisitOutcome[]; proofs: string[] }
export type VisitRules = {
  radius_m: number; outside_check_in: OutsidePolicy; outside_check_out: OutsidePolicy; accuracy_max_m: number; dwell_min_s: number; drive_by_s: number; arrival_dwell_s: number; stay_gap_s: number; cool_down_s: number
  overlap_min_pct: number; gap_max_s: number; near_s: number; mismatch_m: number; photo_apart_s: number; photo_apart_m: number; missed_after_s: number
  unproductive_reasons: string[]; cancel_reasons: string[]; abandon_reasons: string[]; requirements: VisitRequirement[]; classes: Record<string, { radius_m?: number | null; dwell_min_s?: number | null; arrival_dwell_s?: number | null }>
}
// SCHEMA-END
