/** Shapes of visits, their proof, forms, beats and settings, and the calls about them. */
import { call, everyPage } from './client'
import { ApiError } from './problem'
import type { components } from './schema'
import type { Page } from './types'

type Schemas = components['schemas']
export type VisitStatus = Schemas['VisitStatus']
export type VisitKind = Schemas['VisitKind']
export type VisitVerification = Schemas['VerificationStatus']
export type VisitFlag = Schemas['Flag']
export type VisitOutcome = Schemas['Outcome']
export type FormChoice = Schemas['FormChoice']
export type FormRequired = Schemas['FormRequired']
export type FormField = Schemas['FormField']
export type FormContent = Schemas['FormContent']
export type OutsidePolicy = Schemas['Outside']
/** Proofs go by their names: `photo`, `activity:<id>`; the document has the names of the server's code. */
export type VisitRequirement = Omit<Schemas['VisitRequirement'], 'proofs'> & { proofs: string[] }
export type VisitRules = Omit<Schemas['VisitRules'], 'requirements'> & { requirements: VisitRequirement[] }
export type VisitPosition = Schemas['VisitPosition']
export type VisitSighting = Schemas['VisitSighting']
/** Positions told go flat, as they came. */
export type VisitEndProof = Omit<Schemas['VisitEndProof'], 'told'> & { told?: VisitPosition | null }
export type VisitTrail = Schemas['VisitTrail']
export type VisitPhotoProof = Schemas['VisitPhotoProof']
export type Verification = Omit<Schemas['Verification'], 'check_in' | 'check_out'> & { check_in?: VisitEndProof | null; check_out?: VisitEndProof | null }
export type VisitWindow = Schemas['VisitWindow']
export type Visit = Omit<Schemas['Visit'], 'lacking'> & { lacking: string[] }
export type VisitTold = Schemas['VisitTold']
export type FormAnswer = boolean | number | string | string[]
/** Answers are as their fields are. */
export type VisitActivity = Omit<Schemas['VisitActivity'], 'answers'> & { answers: Record<string, FormAnswer> }
export type VisitFile = Schemas['File']
type RawBody = Schemas['VisitEventBody']
export type VisitEventBody = Exclude<RawBody, { kind: 'activity' | 'replanned' | 'verified' }> | { kind: 'verified'; old: Verification; new: Verification } | { kind: 'activity'; activity: VisitActivity } | { kind: 'replanned'; changes: Record<string, [unknown, unknown]> }
export type VisitEvent = VisitEventBody & Pick<Schemas['VisitEvent'], 'seq' | 'id' | 'visit_id' | 'at' | 'received_at' | 'by' | 'agent_id' | 'effect' | 'was' | 'status' | 'revision'>
export type VisitProofs = Omit<Schemas['VisitProofs'], 'verification'> & { verification: Verification }
export type Weekday = Schemas['DayOfWeek']
export type BeatStop = Schemas['BeatStop']
export type BeatContent = Required<Pick<Schemas['BeatContent'], 'on_holiday' | 'on_absence'>> & Schemas['BeatContent']
export type Beat = BeatContent & Schemas['Beat']
export type ActivityType = Schemas['ActivityType']
export type Form = Schemas['Form']
export type VisitSettings = Omit<Schemas['VisitSettings'], 'current'> & { current: VisitRules }
export type OverdueCustomer = Schemas['OverdueCustomer']

/** What a list of visits is asked for; dates and both ends included. */
export type VisitsQuery = {
  agent?: string; unassigned?: 'true'; customer?: string; territory?: string; status?: string; kind?: VisitKind; verification?: VisitVerification; flag?: VisitFlag; from?: string; to?: string
}

const VISITS_A_PAGE = 100
/** As many as are cancelled at once. */
export const CANCELLED_AT_ONCE_MAX = 200

const id = encodeURIComponent
const of = (visit: string) => `/visits/${id(visit)}`

export const visits = {
  list: (query: VisitsQuery & { after?: string }, signal?: AbortSignal) => call<Page<Visit>>('/visits', { query: { ...query, limit: VISITS_A_PAGE }, signal }),
  cancel: (visit: string, reason: string) => call<Visit>(`${of(visit)}/cancel`, { method: 'POST', body: { id: crypto.randomUUID(), reason } }),
  /** All or none; the same `change` again changes nothing. Who refuses is named by their id. */
  cancelAll: async (change: string, several: readonly string[], reason: string) => {
    try {
      return (await call<Page<Visit>>('/visits/cancel', { method: 'POST', body: { id: change, visits: several, reason } })).items
    } catch (error) {
      throw error instanceof ApiError ? namingVisit(error, several) : error
    }
  },
  reinstate: (visit: string) => call<Visit>(`${of(visit)}/reinstate`, { method: 'POST', body: { id: crypto.randomUUID() } }),
  events: (visit: string, signal?: AbortSignal) => everyPage((after) => call<Page<VisitEvent>>(`${of(visit)}/events`, { query: { after }, signal })),
  proof: (visit: string, signal?: AbortSignal) => call<VisitProofs>(`${of(visit)}/proof`, { signal }),
  one: (visit: string, signal?: AbortSignal) => call<Visit>(of(visit), { signal }),
}

/** The server tells of one among several by its place in the list, which nobody sees. */
function namingVisit(error: ApiError, several: readonly string[]): ApiError {
  const PLACE = /visits\[(\d+)\]/
  const place = PLACE.exec(error.message) ?? PLACE.exec(error.fields[0]?.field ?? '')
  const visit = place && several[Number(place[1])]
  if (!visit) return error
  const said = error.message.replace(/^visits\[\d+\][^:]*: /, '')
  return new ApiError(error.status, { code: error.code, message: `${visit}: ${said}`, fields: error.fields })
}

/** Bytes of a file, by the cookie of the session. */
export const fileUrl = (file: string, isThumbnail = false): string => `/api/v1/files/${id(file)}${isThumbnail ? '/thumbnail' : ''}`


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

export type Holiday = Schemas['Holiday']

export const holidays = {
  within: (from: string, to: string, signal?: AbortSignal) => call<Page<Holiday>>('/holidays', { query: { from, to }, signal }).then(({ items }) => items),
  change: (put: readonly Holiday[], remove: readonly string[]) => call<void>('/holidays', { method: 'PUT', body: { put, remove } }),
}
