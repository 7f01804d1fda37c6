/** How an agent works, as planning needs it. */
import { call } from './client'

// SCHEMA-BEGIN
type At = { lat: number; lon: number }
type Day = 'mon' | 'tue' | 'wed' | 'thu' | 'fri' | 'sat' | 'sun'
export type WorkBreak = { from: string; to: string; duration_s: number }
export type ShiftHours = { from: string; to: string; breaks?: WorkBreak[] }
export type WorkShift = ShiftHours & { days: Day[] }
export type BasePlace = { address: string; point: At }
export type Work = {
  rotas: { valid_from: string; shifts: WorkShift[] }[]
  exceptions: { date: string; shifts?: ShiftHours[] }[]
  absences: { from: string; to: string; reason: string }[]
  vehicle?: { profile: 'car' | 'bike' | 'foot'; name?: string; capacity?: number | null; max_distance_m?: number | null } | null
  base: { start?: BasePlace | null; end: { kind: 'start' } | { kind: 'open' } | { kind: 'place'; place: BasePlace } }
  skills: { code: string; expires_on?: string | null }[]
  cost: { hourly_minor: number; overtime_hourly_minor: number }
  overtime_max_s: number
  max_visits_per_day?: number | null
}
/** `currency`: ISO 4217; costs are in its smallest unit. */
export type AgentWork = Work & { agent_id: string; version: number; currency: string }
// SCHEMA-END

const of = (agent: string) => `/agents/${encodeURIComponent(agent)}/work`

export const work = {
  read: (agent: string, signal?: AbortSignal) => call<AgentWork>(of(agent), { signal }),
  put: (agent: string, version: number, body: Work) => call<AgentWork>(of(agent), { method: 'PUT', query: { version }, body }),
}
