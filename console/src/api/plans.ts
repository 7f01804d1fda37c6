/** Shapes of plans, jobs and their changes, and the calls about them. */
import { call, everyPage, type Options } from './client'
import type { components } from './schema'
import type { Page } from './types'

type Schemas = components['schemas']
export type PlanWindow = Schemas['PlanWindow']
export type PlanTotals = Schemas['PlanTotals']
export type PlanRisk = Schemas['PlanRisk']
export type PlanCommitment = Schemas['Commitment']
export type PlanStop = Schemas['PlanStop']
export type PlanRoute = Schemas['PlanRoute']
export type PlanLeftOut = Schemas['PlanLeftOut']
export type WirePlanDay = Schemas['PlanDay']
export type PlanSpot = Schemas['PlanSpot']
export type PlanMove = Schemas['PlanMove']
export type PlanAuthor = Schemas['PlanAuthor']
export type DispatchOffer = Schemas['DispatchOffer']
export type DispatchJob = Schemas['DispatchJob']
export type PlanBill = Schemas['PlanBill']
export type PlanPreview = Schemas['PlanPreview']
export type PlanOperation = Schemas['PlanOperation']
export type PlanRelaxation = Schemas['PlanRelaxation']
export type PlanRelaxationKind = Schemas['PlanRelaxationKind']
export type DispatchCandidates = Omit<Schemas['PlanCandidates'], 'refused'> & { refused: { agent_id: string; date: string; sentence: string; relaxations: PlanRelaxation[] }[] }
export type PlanSummary = Schemas['PlanSummary']
export type PlanDiff = Schemas['PlanDiff']
export type PlanHoldChange = Schemas['PlanHoldChange']
export type PlanChanged = Schemas['PlanChanged']
export type PlanChangeKind = Schemas['ChangeKind']
export type PlanVersionShown = Schemas['PlanVersionShown']
export type PlanComparison = Schemas['PlanComparison']
export type PlanJobState = Schemas['PlanJobState']
export type PlanJob = Schemas['PlanJob']
export type PlanExplanation = Schemas['PlanExplanation']
export type RoutesShown = Schemas['RoutesShown']

/** Frames of the lanes, which have no place in the document (docs/PROTOCOL.md). */
export type PlanDiffBody = { version: number; base: number; by: PlanAuthor; kind: string; change_id: string; changes: PlanMove[]; routes: PlanRoute[]; unassigned: PlanLeftOut[] }
/** The same version, shown otherwise. */
export type PlanUpdateBody = { version: number; date: string; routes: PlanRoute[]; unassigned: PlanLeftOut[]; gone: string[] }
export type EtaBody = { visits: { visit_id: string; eta: string; eta_std_s: number; risk?: PlanRisk | null }[] }
export type PlanAlert =
  | { kind: 'promise_at_risk'; visit_id: string; agent_id: string; probability: number; late_by_s: number; is_over: boolean }
  | { kind: 'unassignable'; visit_id: string }
  | { kind: 'overtime'; agent_id: string; date: string; overtime_s: number }

/** What a refused change names of the versions that came before it. */
export type PlanSince = { version: number; kind: PlanChangeKind; at: string; by: PlanAuthor; visits: string[] }

const VERSIONS_A_PAGE = 50

const id = encodeURIComponent
const of = (territory: string) => `/plans/${id(territory)}`
const post = <Answer>(path: string, body?: unknown, more: Pick<Options, 'signal'> = {}) => call<Answer>(path, { method: 'POST', body, ...more })

export const plans = {
  summaries: (date: string, signal?: AbortSignal) => everyPage((after) => call<Page<PlanSummary>>('/plans', { query: { date, after }, signal })),
  day: (territory: string, date: string, signal?: AbortSignal) => call<WirePlanDay>(of(territory), { query: { date }, signal }),
  /** Of the plan as it is by now: a price is worth more than the refusal of a version that has just gone by. */
  preview: (territory: string, operations: readonly PlanOperation[], signal?: AbortSignal) => post<PlanPreview>(`${of(territory)}/preview`, { operations }, { signal }),
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

/** The visit is one that waits, or is made with the job. */
export type NewJob = { id: string; mode?: 'auto' | 'manual'; timeout_s?: number; candidates_max?: number } & ({ visit_id: string } | { visit: Schemas['NewVisit'] })
/** Several plans changed together, or none of them. */
export type BulkPart = { territory: string; base_version?: number; operations: PlanOperation[] }

export const dispatch = {
  open: (body: NewJob) => post<DispatchJob>('/dispatch/jobs', body),
  candidates: (job: string, signal?: AbortSignal) => call<DispatchCandidates>(`/dispatch/jobs/${id(job)}/candidates`, { signal }),
  offer: (job: string, agent: string) => post<DispatchJob>(`/dispatch/jobs/${id(job)}/offer`, { agent }),
  assign: (job: string, agent: string, accepts: PlanRelaxationKind | null) => post<DispatchJob>(`/dispatch/jobs/${id(job)}/assign`, { agent, ...(accepts !== null && { accept_relaxation: accepts }) }),
  bulk: (change: string, parts: readonly BulkPart[]) => post<{ plans: (PlanChanged & { territory_id?: string | null })[] }>('/dispatch/bulk', { id: change, plans: parts }),
  cancel: (job: string) => post<DispatchJob>(`/dispatch/jobs/${id(job)}/cancel`),
}
