/** One way to the server: adds the token, turns problem bodies into `ApiError`, and ends the session on 401. */
import { ApiError, Unreachable, toProblem } from './problem'
import { token, useSession } from './session'
import type {
  Agent, AgentPosition, Decision, Device, Enrolment, Fence, FenceBody, Fix, Login, MapConfig, NewDevice, Page,
  QuarantineCount, QuarantinedFix, SystemReport, Territory, Ticket, TimelineDay, TimelineItem, TrackSettings,
} from './types'

const BASE = '/api/v1'
const AGENTS_A_PAGE = 500
const FIXES_A_PAGE = 10_000
const ITEMS_A_PAGE = 5_000
const QUARANTINED_A_PAGE = 1_000
/** A directory or a day longer than this is cut: 200 pages are 100,000 agents, or 2 million fixes. */
const PAGES_MAX = 200

type Query = Record<string, string | number | null | undefined>
type Options = { method?: string; query?: Query; body?: unknown; signal?: AbortSignal }

export const api = {
  logIn: (email: string, password: string) =>
    call<Login>('/auth/login', { method: 'POST', body: { email, password } }),
  wsTicket: (signal?: AbortSignal) => call<Ticket>('/ws-tickets', { method: 'POST', signal }),
  map: (signal?: AbortSignal) => call<MapConfig>('/map', { signal }),
  system: (signal?: AbortSignal) => call<SystemReport>('/system', { signal }),
  territories: (signal?: AbortSignal) =>
    everyPage((after) => call<Page<Territory>>('/territories', { query: { after }, signal })),
  agents: (signal?: AbortSignal) =>
    everyPage((after) => call<Page<Agent>>('/agents', { query: { after, limit: AGENTS_A_PAGE }, signal })),
  position: (agent: string, signal?: AbortSignal) =>
    call<AgentPosition>(`/agents/${encodeURIComponent(agent)}/position`, { signal }),
  /** `suspects`: with or without the fixes that the derivation does not believe. */
  track: (agent: string, from: Date, to: Date, suspects: 'include' | 'exclude', signal?: AbortSignal) =>
    everyPage((after) =>
      call<Page<Fix>>(`/agents/${encodeURIComponent(agent)}/track`, {
        query: { from: from.toISOString(), to: to.toISOString(), format: 'json', suspects, limit: FIXES_A_PAGE, after },
        signal,
      }),
    ),
  devices: (agent: string, signal?: AbortSignal) => call<Page<Device>>(`/agents/${encodeURIComponent(agent)}/devices`, { signal }),
  enrolDevice: (agent: string, device: NewDevice) =>
    call<Enrolment>(`/agents/${encodeURIComponent(agent)}/devices`, { method: 'POST', body: device }),
  revokeDevice: (device: string) => call<Device>(`/devices/${encodeURIComponent(device)}`, { method: 'DELETE' }),
  newDeviceToken: (device: string) => call<Enrolment>(`/devices/${encodeURIComponent(device)}/token`, { method: 'POST' }),
  /** One page: nobody reads on past it, one searches. */
  fences: (query: { q?: string; bbox?: string; limit: number }, signal?: AbortSignal) =>
    call<Page<Fence>>('/fences', { query, signal }),
  createFence: (body: FenceBody) => call<Fence>('/fences', { method: 'POST', body }),
  updateFence: (fence: string, body: FenceBody) =>
    call<Fence>(`/fences/${encodeURIComponent(fence)}`, { method: 'PATCH', body }),
  deleteFence: (fence: string) => call<void>(`/fences/${encodeURIComponent(fence)}`, { method: 'DELETE' }),
  timeline: (agent: string, from: Date, to: Date, signal?: AbortSignal) =>
    everyPage((after) =>
      call<Page<TimelineItem>>(`/agents/${encodeURIComponent(agent)}/timeline`, {
        query: { from: from.toISOString(), to: to.toISOString(), limit: ITEMS_A_PAGE, after },
        signal,
      }),
    ),
  /** Of one civil date, one for each phone. */
  days: (agent: string, date: string, signal?: AbortSignal) =>
    everyPage((after) =>
      call<Page<TimelineDay>>(`/agents/${encodeURIComponent(agent)}/days`, { query: { from: date, to: date, after }, signal }),
    ),
  trackSettings: (signal?: AbortSignal) => call<TrackSettings>('/settings/tracks', { signal }),
  quarantineCounts: (from: Date | null, signal?: AbortSignal) =>
    call<{ items: QuarantineCount[] }>('/quarantine', { query: { from: from?.toISOString() }, signal }),
  quarantine: (agent: string, from: Date | null, signal?: AbortSignal) =>
    everyPage((after) =>
      call<Page<QuarantinedFix>>(`/agents/${encodeURIComponent(agent)}/quarantine`, {
        query: { from: from?.toISOString(), limit: QUARANTINED_A_PAGE, after },
        signal,
      }),
    ),
  decide: (agent: string, decision: Decision) =>
    call<void>(`/agents/${encodeURIComponent(agent)}/quarantine/decisions`, { method: 'POST', body: decision }),
  fenceVersions: (fence: string, signal?: AbortSignal) =>
    call<Page<Fence>>(`/fences/${encodeURIComponent(fence)}/versions`, { signal }),
  resume: (agent: string) => call<Agent>(`/agents/${encodeURIComponent(agent)}/resume`, { method: 'POST' }),
}

export async function call<Answer>(path: string, { method = 'GET', query, body, signal }: Options = {}): Promise<Answer> {
  const bearer = token()
  const headers = new Headers({ accept: 'application/json' })
  if (bearer) headers.set('authorization', `Bearer ${bearer}`)
  if (body !== undefined) headers.set('content-type', 'application/json')

  let response: Response
  try {
    response = await fetch(BASE + path + encode(query), {
      method, headers, signal, body: body === undefined ? undefined : JSON.stringify(body),
    })
  } catch (cause) {
    if (signal?.aborted) throw cause
    throw new Unreachable(cause)
  }
  if (response.ok) return (response.status === 204 ? undefined : await response.json()) as Answer

  const problem = toProblem(response.status, await response.json().catch(() => null))
  // A 401 to a request that carried the current token ends the session; a wrong password at sign-in carries none.
  if (response.status === 401 && bearer !== null && bearer === token()) useSession.getState().end('expired')
  throw new ApiError(response.status, problem)
}

export async function everyPage<Item>(page: (after: string | undefined) => Promise<Page<Item>>): Promise<Item[]> {
  const items: Item[] = []
  let after: string | undefined
  for (let n = 0; n < PAGES_MAX; n += 1) {
    const answer = await page(after)
    for (const item of answer.items) items.push(item)
    if (answer.next === null) break
    after = answer.next
  }
  return items
}

function encode(query: Query | undefined): string {
  const given = Object.entries(query ?? {}).filter((entry): entry is [string, string | number] => entry[1] != null)
  return given.length === 0 ? '' : `?${new URLSearchParams(given.map(([key, value]) => [key, String(value)]))}`
}
