/** Shapes of visits, their proof, forms, beats and settings, and the calls about them. */
import { call, everyPage } from './client'
import type { Page } from './types'

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
export type VisitPosition = { lat: number; lon: number; accuracy_m?: number | null; mock?: boolean }
export type VisitSighting = { at: string; lat: number; lon: number; accuracy_m?: number | null; distance_m?: number | null; is_there?: boolean | null }
export type VisitEndProof = { at: string; told?: VisitPosition | null; told_distance_m?: number | null; track?: VisitSighting | null; is_there?: boolean | null }
export type VisitPassageProof = { from: string; to?: string | null; overlap_s: number; overlap_pct: number }
export type VisitTrail = { fixes: number; inside: number; mock: number; suspect: number; gap_max_s: number; at_check_in?: VisitSighting | null; at_check_out?: VisitSighting | null }
export type VisitPhotoProof = { file: string; is_of_the_time?: boolean | null; is_of_the_place?: boolean | null; distance_m?: number | null; is_duplicate: boolean }
export type Verification = { status: VisitVerification; flags: VisitFlag[]; check_in?: VisitEndProof | null; check_out?: VisitEndProof | null; passage?: VisitPassageProof | null; trail: VisitTrail; photos?: VisitPhotoProof[] }
export type VisitWindow = { from: string; to: string }
export type Visit = {
  id: string; customer_id: string; place_id: string; territory_id?: string | null; agent_id?: string | null; kind: VisitKind; day: string; windows: VisitWindow[]; duration_s: number; priority: number; skills: string[]
  purpose?: string | null; note: string; source: string; origin?: { beat: string; on: string } | null; status: VisitStatus; performed_by?: string | null; en_route_at?: string | null; arrived_at?: string | null; left_at?: string | null
  checked_in_at?: string | null; started_at?: string | null; ended_at?: string | null; missed_at?: string | null; outcome?: VisitOutcome | null; reason?: string | null; lacking: string[]; flags: VisitFlag[]
  verification: VisitVerification; version: number; revision: number; created_at: string; updated_at: string
}
export type VisitTold =
  | { type: 'en_route' | 'start' }
  | { type: 'check_in'; position?: VisitPosition | null; photos?: string[]; note?: string }
  | { type: 'check_out'; position?: VisitPosition | null; outcome: VisitOutcome; reason?: string | null; photos?: string[]; note?: string }
  | { type: 'abandon' | 'cancel'; reason: string; note?: string }
  | { type: 'reinstate'; note?: string }
  | { type: 'left_open'; why: 'next_check_in' | 'day_over' }
export type VisitActivity = { id: string; visit_id: string; type_id: string; at: string; form_id?: string | null; form_version?: number | null; answers: Record<string, FormAnswer>; note?: string }
export type VisitFile = {
  id: string; purpose: 'check_in' | 'check_out' | 'answer' | 'signature' | 'other'; media_type: string; bytes: number; width?: number | null; height?: number | null; taken_at?: string | null; place?: { lat: number; lon: number } | null
  duplicate?: { file_id: string; visit_id?: string | null; by: 'content' | 'looks' } | null; has_thumbnail: boolean; created_at: string
}
export type VisitEventBody =
  | { kind: 'planned' } | { kind: 'replanned'; changes: Record<string, [unknown, unknown]> } | { kind: 'told'; told: VisitTold; clock_ahead?: boolean } | { kind: 'arrival'; old?: { at?: string; from?: string } | null; new?: { at?: string; from?: string } | null }
  | { kind: 'under_way'; since?: string | null } | { kind: 'missed'; is_missed: boolean } | { kind: 'activity'; activity: VisitActivity } | { kind: 'file'; file: VisitFile } | { kind: 'verified'; old: Verification; new: Verification } | { kind: 'erased' }
export type VisitEvent = VisitEventBody & { seq: number; id: string; visit_id: string; at: string; received_at: string; by: { kind: string; id?: string | null }; agent_id?: string | null; effect?: string | null; was: VisitStatus; status: VisitStatus; revision: number }
export type VisitProofs = { visit_id: string; verification: Verification; history: { revision: number; at: string; verification: Verification }[] }
export type FormAnswer = boolean | number | string | string[]
export type Weekday = 'mon' | 'tue' | 'wed' | 'thu' | 'fri' | 'sat' | 'sun'
export type BeatStop = { week: number; weekday: Weekday; customer_id: string; place_id?: string | null; from?: string | null; to?: string | null; duration_s?: number | null }
export type BeatContent = {
  name: string; territory_id?: string | null; agent_id?: string | null; cycle_weeks: number; starts_on: string; ends_on?: string | null; on_holiday: 'after' | 'before' | 'skip' | 'keep'
  on_absence: 'unassign' | 'after' | 'skip' | 'keep'; stops: BeatStop[]
}
export type Beat = BeatContent & { id: string; version: number; created_at: string; updated_at: string }
export type NewVisit = {
  id?: string; customer_id: string; place_id?: string; territory_id?: string; agent_id?: string | null; kind?: VisitKind; day?: string; windows?: VisitWindow[]; duration_s?: number; priority?: number; skills?: string[]
  purpose?: string | null; note?: string
}
// SCHEMA-END

/** What a list of visits is asked for; dates and both ends included. */
export type VisitsQuery = {
  agent?: string; unassigned?: 'true'; customer?: string; territory?: string; status?: string; kind?: VisitKind; verification?: VisitVerification; flag?: VisitFlag; from?: string; to?: string
}

const VISITS_A_PAGE = 100

const id = encodeURIComponent
const of = (visit: string) => `/visits/${id(visit)}`

export const visits = {
  list: (query: VisitsQuery & { after?: string }, signal?: AbortSignal) => call<Page<Visit>>('/visits', { query: { ...query, limit: VISITS_A_PAGE }, signal }),
  create: (body: NewVisit) => call<Visit>('/visits', { method: 'POST', body }),
  cancel: (visit: string, reason: string) => call<Visit>(`${of(visit)}/cancel`, { method: 'POST', body: { id: crypto.randomUUID(), reason } }),
  reinstate: (visit: string) => call<Visit>(`${of(visit)}/reinstate`, { method: 'POST', body: { id: crypto.randomUUID() } }),
  events: (visit: string, signal?: AbortSignal) => everyPage((after) => call<Page<VisitEvent>>(`${of(visit)}/events`, { query: { after }, signal })),
  proof: (visit: string, signal?: AbortSignal) => call<VisitProofs>(`${of(visit)}/proof`, { signal }),
  one: (visit: string, signal?: AbortSignal) => call<Visit>(of(visit), { signal }),
}

/** Bytes of a file, by the cookie of the session. */
export const fileUrl = (file: string, isThumbnail = false): string => `/api/v1/files/${id(file)}${isThumbnail ? '/thumbnail' : ''}`

export type ActivityType = { id: string; name: string; form_id?: string | null; is_active: boolean; version: number; created_at: string }
export type Form = FormContent & { id: string; version: number; created_at: string }
export type VisitSettings = { current: VisitRules; versions: { valid_from: string; rules: VisitRules; created_at: string }[] }
export type OverdueCustomer = { customer_id: string; name: string; class: string; territory_id?: string | null; last_visit?: string | null; interval_days: number; days_overdue: number; next_visit?: string | null }

export const forms = {
  list: (signal?: AbortSignal) => everyPage((after) => call<Page<Form>>('/forms', { query: { after }, signal })),
  create: (body: FormContent) => call<Form>('/forms', { method: 'POST', body }),
  update: (form: string, version: number, body: FormContent) => call<Form>(`/forms/${id(form)}`, { method: 'PUT', body: { ...body, version } }),
  ofVersion: (form: string, version: number, signal?: AbortSignal) => call<Form>(`/forms/${id(form)}/versions/${version}`, { signal }),
  activityTypes: (signal?: AbortSignal) => call<Page<ActivityType>>('/activity-types', { signal }).then(({ items }) => items),
  putActivityType: (type: string, body: { name: string; form_id: string | null; is_active: boolean; version?: number }) => call<ActivityType>(`/activity-types/${id(type)}`, { method: 'PUT', body }),
}

export const beats = {
  list: (signal?: AbortSignal) => everyPage((after) => call<Page<Beat>>('/beats', { query: { after }, signal })),
  create: (body: BeatContent) => call<Beat>('/beats', { method: 'POST', body }),
  update: (beat: string, version: number, body: BeatContent) => call<Beat>(`/beats/${id(beat)}`, { method: 'PUT', body: { ...body, version } }),
  end: (beat: string) => call<void>(`/beats/${id(beat)}`, { method: 'DELETE' }),
}

export const overdue = {
  page: (after: string | undefined, signal?: AbortSignal) => call<Page<OverdueCustomer>>('/overdue-customers', { query: { after }, signal }),
}

export const visitSettings = {
  read: (signal?: AbortSignal) => call<VisitSettings>('/settings/visits', { signal }),
  put: (rules: VisitRules) => call<void>('/settings/visits', { method: 'PUT', body: { rules } }),
}
