/** The frames of `/ws/agent`, protocol `salessync.v1` (docs/PROTOCOL.md, section 1), read once; what is unknown is ignored. */
import type { StoredFix } from './backlog'

export type ClientFrame =
  /** `agent`: the server refuses the frame where the access is somebody else's. */
  | { type: 'fixes'; frame: number; device: string; agent: string; fixes: readonly StoredFix[] }
  | { type: 'refresh'; ticket: string }
  | { type: 'ping' }

export type BusyCode = string
export type ServerFrame =
  | { type: 'welcome'; agent: string | null; server_time: number | null; expires_at: number | null; fixes_max: number; in_flight_max: number }
  | { type: 'refreshed'; expires_at: number | null }
  | { type: 'ack'; frame: number }
  | { type: 'rejected'; frame: number; count: number }
  | { type: 'quarantined'; frame: number; reasons: string[] }
  | { type: 'busy'; frame: number; retry_after_ms: number; code: BusyCode }
  | { type: 'error'; code: string; message: string }
  | { type: 'pong'; at: number | null }
  /** Plan, offers, visits: what the page asks anew when told of. */
  | { type: 'news'; of: string; body: Record<string, unknown> }

/** What a connection takes where the server does not say. */
const FIXES_MAX = 500
const IN_FLIGHT_MAX = 32

export function parse(text: string): ServerFrame | null {
  let frame: unknown
  try {
    frame = JSON.parse(text)
  } catch {
    return null
  }
  if (!isObject(frame) || typeof frame.type !== 'string') return null
  const number = isNumber(frame.frame) ? frame.frame : null
  switch (frame.type) {
    case 'welcome': {
      const limits = isObject(frame.limits) ? frame.limits : {}
      return {
        type: 'welcome', agent: typeof frame.agent === 'string' ? frame.agent : null, server_time: instant(frame.server_time), expires_at: instant(frame.expires_at),
        fixes_max: positive(limits.fixes_per_frame_max, FIXES_MAX), in_flight_max: positive(limits.frames_in_flight_max, IN_FLIGHT_MAX),
      }
    }
    case 'refreshed':
      return { type: 'refreshed', expires_at: instant(frame.expires_at) }
    case 'ack':
      return number === null ? null : { type: 'ack', frame: number }
    case 'rejected':
      return number === null ? null : { type: 'rejected', frame: number, count: list(frame.fixes).length + positive(frame.omitted, 0) }
    case 'quarantined':
      return number === null ? null : { type: 'quarantined', frame: number, reasons: list(frame.fixes).flatMap((fix) => (isObject(fix) && typeof fix.reason === 'string' ? [fix.reason] : [])) }
    case 'busy':
      return number === null ? null : { type: 'busy', frame: number, retry_after_ms: positive(frame.retry_after_ms, 1_000), code: String(frame.code) }
    case 'error':
      return { type: 'error', code: typeof frame.code === 'string' ? frame.code : 'unknown', message: typeof frame.message === 'string' ? frame.message : '' }
    case 'pong':
      return { type: 'pong', at: instant(frame.at) }
    default:
      return { type: 'news', of: frame.type, body: frame }
  }
}

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null && !Array.isArray(value)
const isNumber = (value: unknown): value is number => typeof value === 'number' && Number.isFinite(value)
const positive = (value: unknown, otherwise: number): number => (isNumber(value) && value > 0 ? value : otherwise)
const list = (value: unknown): unknown[] => (Array.isArray(value) ? value : [])

function instant(value: unknown): number | null {
  if (isNumber(value)) return value
  const parsed = typeof value === 'string' ? Date.parse(value) : Number.NaN
  return Number.isNaN(parsed) ? null : parsed
}
