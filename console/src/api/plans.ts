/** Shapes of plans, jobs and their changes, and the calls about them. */
import { call, everyPage, type Options } from './client'
import type { Page } from './types'

// SCHEMA-BEGIN
export type PlanWindow = { from: string; to: string }
export type PlanTotals = { visits: number; travel_s: number; distance_m: number; service_s: number; wait_s: number; duty_s: number; cost: number }
export type PlanRisk = { probability: number; late_by_s: number }
type At = { lat: number; lon: number }
export type PlanCommitment = 'done' | 'in_progress' | 'fixed_order_and_time' | 'fixed_order' | 'fixed_agent' | 'free'
export type PlanStop = {
  visit_id: string; customer_id: string; customer: string; place_id: string; point?: At | null; position: number; status: string; commitment: PlanCommitment
  hold?: { commitment: PlanCommitment; start_at?: string | null } | null; windows: PlanWindow[]; promise?: PlanWindow | null; duration_s: number; travel_s: number; distance_m: number
  arrival: string; start: string; end: string; wait_s: number; eta?: string | null; eta_std_s?: number | null; risk?: PlanRisk | null
}
export type PlanRoute = {
  agent_id: string; date: string; part: number; shift: { from: string; to: string; breaks: { from: string; to: string; duration_s: number; planned_at?: string | null }[] }; start?: At | null; end?: At | null
  departs_at?: string | null; ends_at?: string | null; stops: PlanStop[]; totals: PlanTotals; overtime_s: number; late_s: number; is_closed: boolean
}
export type PlanLeftOut = {
  visit_id: string; customer_id: string; customer: string; place_id: string; point?: At | null; status: string; windows: PlanWindow[]; duration_s: number; priority: number; is_mandatory: boolean
  skills: string[]; reasons: string[]
}
export type WirePlanDay = { territory_id?: string | null; version: number; date: string; zone: string; routes: PlanRoute[]; unassigned: PlanLeftOut[]; at_risk: unknown[]; totals: PlanTotals }
export type PlanSpot = { agent: string; date: string; part?: number; position: number }
export type PlanMove = { visit: string; from?: PlanSpot | null; to?: PlanSpot | null }
export type PlanAuthor = { kind: string; id?: string | null }
export type DispatchOffer = {
  id: string; agent_id: string; state: 'offered' | 'accepted' | 'declined' | 'timed_out' | 'withdrawn'; offered_at: string; expires_at: string; answered_at?: string | null; reason?: string | null
  cause?: string | null; arrival?: string | null; detour_s?: number | null
}
export type DispatchJob = {
  id: string; visit_id: string; territory_id?: string | null; mode: 'auto' | 'manual'; timeout_s: number; at_once: number; candidates_max: number; state: 'open' | 'offering' | 'accepted' | 'unfilled' | 'cancelled'
  candidates: { agent_id: string; cost: number; arrival?: string | null; detour_s?: number | null }[]; offers: DispatchOffer[]; agent_id?: string | null; cause?: string | null; opened_at: string; closed_at?: string | null; revision: number
}
export type PlanBill = {
  travel: number; duty: number; overtime: number; fixed: number; imbalance: number; preference: number; broken_promises: number; moved: number; prizes_lost: number; mandatory_lost: number
}
export type PlanPreview = {
  base: number; cost: number; bill: PlanBill
  moves: { visit_id: string; from?: (PlanSpot & { start: string }) | null; to?: (PlanSpot & { start: string }) | null; breaks_promise: boolean }[]
  routes: { agent: string; date: string; part: number; stops: { visit_id: string; start: string }[]; ends_at: string; late_s: number; late_before_s: number }[]
  promises_broken: number
}
export type PlanOperation =
  | { op: 'assign'; visit: string; agent: string; date?: string | null; position?: number | null; start_at?: string | null }
  | { op: 'place'; visit: string } | { op: 'unassign'; visit: string } | { op: 'move'; visit: string; agent: string; date?: string | null; position?: number | null }
  | { op: 'swap'; visit: string; with: string } | { op: 'reorder'; agent: string; date: string; visits: string[] } | { op: 'lock'; visit: string; commitment: PlanCommitment } | { op: 'unlock'; visit: string }
  | { op: 'pin_time'; visit: string; start_at: string } | { op: 'release_agent'; agent: string; date: string; replace: boolean }
export type DispatchCandidates = {
  version: number; visit_id: string
  candidates: { agent_id: string; date: string; position: number; start: string; cost: number; parts: PlanBill; delay_s: number; detour_s: number }[]
  refused: { agent_id: string; date: string; sentence: string }[]
}
// SCHEMA-END

/** Frames of the lanes, which have no place in the document (docs/PROTOCOL.md). */
export type PlanDiffBody = { version: number; base: number; by: PlanAuthor; kind: string; change_id: string; changes: PlanMove[]; routes: PlanRoute[]; unassigned: PlanLeftOut[] }
export type EtaBody = { visits: { visit_id: string; eta: string; eta_std_s: number; risk?: PlanRisk | null }[] }
export type PlanAlert =
  | { kind: 'promise_at_risk'; visit_id: string; agent_id: string; probability: number; late_by_s: number; is_over: boolean }
  | { kind: 'unassignable'; visit_id: string }
  | { kind: 'overtime'; agent_id: string; date: string; overtime_s: number }

// SCHEMA-BEGIN-2
export type PlanSummary = { territory_id?: string | null; version: number; agents: number; visits: number; unassigned: number; at_risk: number; promises_broken: number; travel_s: number; distance_m: number; cost: number }
type ShiftId = { agent: string; date: string; part: number }
export type PlanDiff = { routes: { shift: ShiftId; before: string[]; after: string[] }[]; holds?: { visit: string; before?: unknown; after?: unknown }[] }
export type PlanChanged = { version: number; diff: PlanDiff; bill: PlanBill }
export type PlanChangeKind = 'edit' | 'undo' | 'improve' | 'repair' | 'dispatch' | 'bulk' | 'follow'
export type PlanSince = { version: number; kind: PlanChangeKind; at: string; by: PlanAuthor; visits: string[] }
export type PlanVersionShown = { version: number; change_id: string; at: string; by: PlanAuthor; kind: PlanChangeKind; undoes?: number | null; diff: PlanDiff; moves: PlanMove[]; bill: PlanBill; cost: number }
export type PlanComparison = { from: number; to: number; changes: number; moves: PlanMove[]; diff: PlanDiff; bill: PlanBill; cost: number }
export type PlanJobState = 'queued' | 'running' | 'proposed' | 'applied' | 'rebased' | 'refused' | 'discarded' | 'failed'
export type PlanJob = {
  id: string; territory_id?: string | null; state: PlanJobState; base: number; seconds: number; dates: string[]; agents: string[]; seed: number; apply: boolean; created_at: string; started_at?: string | null; finished_at?: string | null
  proposal?: { base: number; diff: PlanDiff; cost_before: number; cost_after: number; iterations: number; curve: { after_ms: number; cost: number }[] } | null; version?: number | null; reason?: string | null
}
export type PlanExplanation =
  | { kind: 'here' | 'waiting'; version: number; sentence: string } | { kind: 'begun'; version: number } | { kind: 'unfit'; version: number; reason: string }
export type RoutesShown = { version: number; routes: (PlanRoute & { way: At[] })[] }
// SCHEMA-END-2

const VERSIONS_A_PAGE = 50

const id = encodeURIComponent
const of = (territory: string) => `/plans/${id(territory)}`
const post = <Answer>(path: string, body?: unknown, more: Pick<Options, 'signal'> = {}) => call<Answer>(path, { method: 'POST', body, ...more })

export const plans = {
  summaries: (date: string, signal?: AbortSignal) => everyPage((after) => call<Page<PlanSummary>>('/plans', { query: { date, after }, signal })),
  day: (territory: string, date: string, signal?: AbortSignal) => call<WirePlanDay>(of(territory), { query: { date }, signal }),
  preview: (territory: string, base_version: number, operations: readonly PlanOperation[], signal?: AbortSignal) => post<PlanPreview>(`${of(territory)}/preview`, { base_version, operations }, { signal }),
  change: (territory: string, change: string, base_version: number, operations: readonly PlanOperation[]) => post<PlanChanged>(`${of(territory)}/changes`, { id: change, base_version, operations }),
  route: (territory: string, agent: string, date: string, signal?: AbortSignal) => call<RoutesShown>(`${of(territory)}/routes/${id(agent)}`, { query: { date }, signal }),
  /** Newest first; `before` goes on to the older. */
  versions: (territory: string, before: string | undefined, signal?: AbortSignal) => call<Page<PlanVersionShown>>(`${of(territory)}/versions`, { query: { before, limit: VERSIONS_A_PAGE }, signal }),
  compare: (territory: string, from: number, to: number, signal?: AbortSignal) => call<PlanComparison>(`${of(territory)}/compare`, { query: { from, to }, signal }),
  explain: (territory: string, visit: string, signal?: AbortSignal) => call<PlanExplanation>(`${of(territory)}/visits/${id(visit)}/explanation`, { signal }),
  improve: (territory: string, body: { base_version: number; seconds: number; dates?: string[]; agents?: string[]; apply: boolean }) => post<PlanJob>(`${of(territory)}/improve`, body),
  job: (job: string, signal?: AbortSignal) => call<PlanJob>(`/plan-jobs/${id(job)}`, { signal }),
  acceptJob: (job: string) => post<PlanJob>(`/plan-jobs/${id(job)}/accept`),
  discardJob: (job: string) => post<PlanJob>(`/plan-jobs/${id(job)}/discard`),
  undo: (territory: string, version: number, base_version: number) => post<PlanChanged>(`${of(territory)}/versions/${version}/undo`, { base_version }),
}

export type NewJob = { id: string; visit_id: string; mode?: 'auto' | 'manual'; timeout_s?: number; candidates_max?: number }
/** Several plans changed together, or none of them. */
export type BulkPart = { territory: string; base_version?: number; operations: PlanOperation[] }

export const dispatch = {
  open: (body: NewJob) => post<DispatchJob>('/dispatch/jobs', body),
  candidates: (job: string, signal?: AbortSignal) => call<DispatchCandidates>(`/dispatch/jobs/${id(job)}/candidates`, { signal }),
  offer: (job: string, agent: string) => post<DispatchJob>(`/dispatch/jobs/${id(job)}/offer`, { agent }),
  assign: (job: string, agent: string) => post<DispatchJob>(`/dispatch/jobs/${id(job)}/assign`, { agent }),
  bulk: (change: string, parts: readonly BulkPart[]) => post<{ plans: (PlanChanged & { territory_id?: string | null })[] }>('/dispatch/bulk', { id: change, plans: parts }),
  cancel: (job: string) => post<DispatchJob>(`/dispatch/jobs/${id(job)}/cancel`),
}
