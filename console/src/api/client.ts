/** One way to the server: by cookie, with problem bodies as `ApiError`, and the session renewed once before a 401 ends it. */
import type { Erasure } from './identity'
import { ApiError, Unreachable, toProblem } from './problem'
import { isEnding, renew } from './renewal'
import { useSession } from './session'
import type {
  Agent, AgentContacts, AgentPatch, AgentPosition, Decision, Device, Enrolment, Fence, FenceBody, Fix, MapConfig, NewDevice, Page,
  QuarantineCount, QuarantinedFix, SystemReport, Territory, TerritoryBody, Ticket, TimelineDay, TimelineItem, TrackSettings,
} from './types'
import { CONSOLE_HEADER } from './wire'

const BASE = '/api/v1'
const AGENTS_A_PAGE = 500
const FIXES_A_PAGE = 10_000
const ITEMS_A_PAGE = 5_000
const QUARANTINED_A_PAGE = 1_000
/** A directory or a day longer than this is cut: 200 pages are 100,000 agents, or 2 million fixes. */
const PAGES_MAX = 200

type Query = Record<string, string | number | null | undefined>
/** `raw`: bytes that are sent as they are, a photo say, instead of a `body`. */
export type Options = { method?: string; query?: Query; body?: unknown; raw?: { bytes: ArrayBuffer; type: string }; headers?: Record<string, string>; signal?: AbortSignal; isOpen?: boolean }

export const api = {
  wsTicket: (signal?: AbortSignal) => call<Ticket>('/ws-tickets', { method: 'POST', signal }),
  map: (signal?: AbortSignal) => call<MapConfig>('/map', { signal }),
  system: (signal?: AbortSignal) => call<SystemReport>('/system', { signal }),
  territories: (signal?: AbortSignal) =>
    everyPage((after) => call<Page<Territory>>('/territories', { query: { after }, signal })),
  createTerritory: (body: TerritoryBody) => call<Territory>('/territories', { method: 'POST', body }),
  updateTerritory: (territory: string, body: Partial<TerritoryBody>) =>
    call<Territory>(`/territories/${encodeURIComponent(territory)}`, { method: 'PATCH', body }),
  deleteTerritory: (territory: string) => call<void>(`/territories/${encodeURIComponent(territory)}`, { method: 'DELETE' }),
  updateAgent: (agent: string, patch: AgentPatch) => call<Agent>(`/agents/${encodeURIComponent(agent)}`, { method: 'PATCH', body: patch }),
  agents: (signal?: AbortSignal) =>
    everyPage((after) => call<Page<Agent>>('/agents', { query: { after, limit: AGENTS_A_PAGE }, signal })),
  contacts: (agent: string, signal?: AbortSignal) => call<AgentContacts>(`/agents/${encodeURIComponent(agent)}/contacts`, { signal }),
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
  fences: (query: { q?: string; bbox?: string; owner_kind?: Fence['owner']['kind']; after?: string; limit: number }, signal?: AbortSignal) =>
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
  /** `name`: as a sign that this agent is meant. */
  eraseAgent: (agent: string, name: string) => call<Erasure>(`/agents/${encodeURIComponent(agent)}/erase`, { method: 'POST', body: { confirm: name } }),
  resume: (agent: string) => call<Agent>(`/agents/${encodeURIComponent(agent)}/resume`, { method: 'POST' }),
}

/** `open`: for people who are not signed in; a 401 is then an answer and not the end of a session. */
export async function call<Answer>(path: string, options: Options = {}): Promise<Answer> {
  return (await answer(path, options)).body as Answer
}

/** The body with the response around it, for the few who need its date. */
export async function answer(path: string, options: Options = {}): Promise<{ body: unknown; response: Response }> {
  const isOpen = options.isOpen === true
  // The end of the access is met by one renewal ahead of it, rather than by a refusal of every request.
  if (!isOpen && isEnding(Date.now())) await renew(0)
  const asked_ms = Date.now()
  let response = await send(path, options)
  let problem = response.ok ? null : await problemOf(response)
  if (problem?.code === 'unauthenticated' && response.status === 401 && !isOpen) {
    if ((await renew(asked_ms)) === 'renewed') {
      response = await send(path, options)
      problem = response.ok ? null : await problemOf(response)
    }
    if (response.status === 401 && problem?.code === 'unauthenticated') useSession.getState().end('expired')
  }
  if (problem === null) return { body: response.status === 204 || response.status === 202 ? await lenient(response) : await response.json(), response }
  throw new ApiError(response.status, problem, seconds(response.headers.get('retry-after')))
}

async function send(path: string, { method = 'GET', query, body, raw, headers: more, signal }: Options): Promise<Response> {
  const headers = new Headers({ accept: 'application/json', [CONSOLE_HEADER[0]]: CONSOLE_HEADER[1], ...more })
  if (raw !== undefined) headers.set('content-type', raw.type)
  else if (body !== undefined) headers.set('content-type', 'application/json')
  try {
    return await fetch(BASE + path + encode(query), {
      method, headers, signal, credentials: 'same-origin', body: raw?.bytes ?? (body === undefined ? undefined : JSON.stringify(body)),
    })
  } catch (cause) {
    if (signal?.aborted) throw cause
    throw new Unreachable(cause)
  }
}

const problemOf = async (response: Response) => toProblem(response.status, await response.json().catch(() => null))

const lenient = async (response: Response): Promise<unknown> => (response.status === 204 ? undefined : response.json().catch(() => undefined))

function seconds(header: string | null): number | null {
  const given = header === null || header.trim() === '' ? Number.NaN : Number(header)
  return Number.isFinite(given) && given >= 0 ? given : null
}

export async function everyPage<Item>(page: (after: string | undefined) => Promise<Page<Item>>): Promise<Item[]> {
  const items: Item[] = []
  let after: string | undefined
  for (let n = 0; n < PAGES_MAX; n += 1) {
    const answer = await page(after)
    for (const item of answer.items) items.push(item)
    if (answer.next == null) break
    after = answer.next
  }
  return items
}

function encode(query: Query | undefined): string {
  const given = Object.entries(query ?? {}).filter((entry): entry is [string, string | number] => entry[1] != null)
  return given.length === 0 ? '' : `?${new URLSearchParams(given.map(([key, value]) => [key, String(value)]))}`
}
