/**
 * The frames of `/ws/live`, protocol `salessync.v1` (docs/PROTOCOL.md, section 2). Written by hand because a socket has
 * no place in OpenAPI. What arrives is `unknown` until `parseServerFrame` has read it, once; unknown fields and unknown
 * types are ignored, as the protocol asks.
 */
import type { AgentStatus } from '../api/types'

export const SUBPROTOCOL = 'salessync.v1'

/** The map's rows of a territory; its plan; its dispatch desk. */
export type Topic = `territory:${string}` | LaneTopic
export type LaneTopic = `plan:${string}` | `dispatch:${string}`
export const topicOf = (territory: string | null): Topic => `territory:${territory ?? 'none'}`
export const planTopic = (territory: string | null): LaneTopic => `plan:${territory ?? 'none'}`
export const dispatchTopic = (territory: string | null): LaneTopic => `dispatch:${territory ?? 'none'}`

export type Row = {
  agent: string
  at: number
  lat: number
  lon: number
  speed_mps?: number
  bearing_deg?: number
  accuracy_m?: number
  battery?: number
  status: AgentStatus
}

export type Held = { epoch: string; rev: number }

export type ClientFrame =
  /** `date`: of the day that plans are shown for, on the whole connection. */
  | { type: 'subscribe'; topics: Topic[]; resume?: Record<Topic, Held>; date?: string }
  | { type: 'unsubscribe'; topics: Topic[] }
  | { type: 'ack'; topic: Topic; rev: number }
  | { type: 'ping' }
  | { type: 'refresh'; ticket: string }

/** `expires_at`: until when the connection is good, unless it is refreshed before. */
export type Welcome = { type: 'welcome'; epoch: string; server_time: number | null; tick_ms: number | null; expires_at: number | null }
export type Refreshed = { type: 'refreshed'; expires_at: number | null }
export type Snapshot = { type: 'snapshot'; topic: Topic; epoch: string; rev: number; partial: boolean; rows: Row[] }
export type Delta = { type: 'delta'; topic: Topic; since: number; rev: number; gone: string[]; rows: Row[] }
export type Resync = { type: 'resync'; topic: Topic; reason: string }
export type Refusal = { type: 'error'; code: string; message: string; topics: Topic[] }
/**
 * A frame of a lane: none of them may be missed, in their order. What is in it is read by whoever follows the lane. `epoch` comes with the whole
 * state, from which the others go on.
 */
export type LaneKind = 'plan_snapshot' | 'plan_diff' | 'plan_update' | 'eta' | 'plan_alert' | 'dispatch_snapshot' | 'dispatch'
export type LaneFrame = { type: 'lane'; kind: LaneKind; topic: LaneTopic; rev: number; epoch: string | null; body: Readonly<Record<string, unknown>> }
export type Pong = { type: 'pong'; at: number | null }

export type ServerFrame = Welcome | Refreshed | Snapshot | Delta | Resync | Refusal | Pong | LaneFrame

type Json = Record<string, unknown>

/** `null` for anything that is not a frame this console knows. */
export function parseServerFrame(text: string): ServerFrame | null {
  let frame: unknown
  try {
    frame = JSON.parse(text)
  } catch {
    return null
  }
  if (!isObject(frame)) return null
  switch (frame.type) {
    case 'welcome':
      return isText(frame.epoch)
        ? { type: 'welcome', epoch: frame.epoch, server_time: instant(frame.server_time), tick_ms: number(frame.tick_ms) ?? null, expires_at: instant(frame.expires_at) }
        : null
    case 'refreshed':
      return { type: 'refreshed', expires_at: instant(frame.expires_at) }
    case 'snapshot':
      return isTopic(frame.topic) && isText(frame.epoch) && isNumber(frame.rev)
        ? { type: 'snapshot', topic: frame.topic, epoch: frame.epoch, rev: frame.rev, partial: frame.partial === true, rows: rows(frame.rows) }
        : null
    case 'delta':
      return isTopic(frame.topic) && isNumber(frame.since) && isNumber(frame.rev)
        ? { type: 'delta', topic: frame.topic, since: frame.since, rev: frame.rev, gone: texts(frame.gone), rows: rows(frame.rows) }
        : null
    case 'resync':
      return isTopic(frame.topic) ? { type: 'resync', topic: frame.topic, reason: isText(frame.reason) ? frame.reason : '' } : null
    case 'error':
      return {
        type: 'error',
        code: isText(frame.code) ? frame.code : 'unknown',
        message: isText(frame.message) ? frame.message : '',
        topics: [...texts(frame.topics), ...(isText(frame.topic) ? [frame.topic] : [])].filter(isTopic),
      }
    case 'plan_snapshot':
    case 'dispatch_snapshot':
      return isLaneTopic(frame.topic) && isNumber(frame.rev) && isText(frame.epoch)
        ? { type: 'lane', kind: frame.type, topic: frame.topic, rev: frame.rev, epoch: frame.epoch, body: frame }
        : null
    case 'plan_diff':
    case 'plan_update':
    case 'eta':
    case 'plan_alert':
    case 'dispatch':
      return isLaneTopic(frame.topic) && isNumber(frame.rev) ? { type: 'lane', kind: frame.type, topic: frame.topic, rev: frame.rev, epoch: null, body: frame } : null
    case 'pong':
      return { type: 'pong', at: instant(frame.at) }
    default:
      return null
  }
}

const STATUSES: ReadonlySet<unknown> = new Set<AgentStatus>(['moving', 'idle', 'stale', 'offline'])

/** A row without an agent, a place or a known status is left out; one bad row does not cost the others. */
function rows(value: unknown): Row[] {
  if (!Array.isArray(value)) return []
  const taken: Row[] = []
  for (const row of value as unknown[]) {
    if (!isObject(row) || !isText(row.agent) || !isNumber(row.lat) || !isNumber(row.lon) || !isNumber(row.at)) continue
    if (!STATUSES.has(row.status)) continue
    taken.push({
      agent: row.agent, at: row.at, lat: row.lat, lon: row.lon, status: row.status as AgentStatus,
      speed_mps: number(row.speed_mps), bearing_deg: number(row.bearing_deg),
      accuracy_m: number(row.accuracy_m), battery: number(row.battery),
    })
  }
  return taken
}

const isObject = (value: unknown): value is Json => typeof value === 'object' && value !== null && !Array.isArray(value)
const isText = (value: unknown): value is string => typeof value === 'string'
const isNumber = (value: unknown): value is number => typeof value === 'number' && Number.isFinite(value)
const isLaneTopic = (value: unknown): value is LaneTopic => isText(value) && /^(plan|dispatch):/.test(value)
const isTopic = (value: unknown): value is Topic => isText(value) && (value.startsWith('territory:') || isLaneTopic(value))
const number = (value: unknown): number | undefined => (isNumber(value) ? value : undefined)
const texts = (value: unknown): string[] => (Array.isArray(value) ? value.filter(isText) : [])

/** Unix milliseconds from either way of writing an instant. */
function instant(value: unknown): number | null {
  if (isNumber(value)) return value
  const parsed = isText(value) ? Date.parse(value) : Number.NaN
  return Number.isNaN(parsed) ? null : parsed
}
