/** The API as the phone uses it. Everything sent carries the id it got when it was done; the server counts it once. */
import type { Options } from '../../api/client'
import { ApiError } from '../../api/problem'
import type { components } from '../../api/schema'
import type { Body } from '../model/body'
import { readCustomer, readDay, readOffer, readWays, type DutyView, type MyDay, type MyRoutes, type MyWays } from '../model/contract'
import type { Customer, Day, Offer, Place, Ways } from '../model/day'
import { outcomeOf } from './answers'
import type { Action, Outcome, Refusal, WaitingFile, Work } from './queue'

type Schemas = components['schemas']
/** How the server is asked: by the page, or by its service worker. Throws `ApiError` and `Unreachable`. */
export type Ask = (path: string, options: Options) => Promise<{ body: unknown; response: Response }>
type Heard = (response: Response, asked_ms: number) => void
/** Whose phone this is, and what it calls itself. */
export type Sender = { agent: string; device: string }

/** A network that says nothing is as good as none. */
const ANSWER_WITHIN_MS = 25_000
const FILE_WITHIN_MS = 180_000
const CUSTOMERS_A_PAGE = 500
/** A phone keeps so many customers to add a visit to. */
const CUSTOMERS_MAX = 2_000

const id = encodeURIComponent
const within = (limit_ms: number): { signal: AbortSignal } => ({ signal: AbortSignal.timeout(limit_ms) })

/** Visits and what belongs to them; the plan's times for them, and the duty, where this server has those. `before`: the ways that are known. */
export async function fetchDay(ask: Ask, agent: string, now_ms: number, heard: Heard, before: Ways | null = null): Promise<Day> {
  const asked_ms = Date.now()
  const { body, response } = await ask('/me/day', within(ANSWER_WITHIN_MS))
  heard(response, asked_ms)
  const my = body as MyDay
  const [routes, duty] = await Promise.all([
    optional<MyRoutes>(ask, `/me/route?date=${my.date}`),
    optional<DutyView>(ask, `/agents/${id(agent)}/duty?limit=1`),
  ])
  return readDay(my, routes, duty, now_ms, await fetchWays(ask, agent, my, routes, before))
}

/** Asked for when the plan has changed: roads cost the server more than times do. A day without them is a day all the same. */
async function fetchWays(ask: Ask, agent: string, my: MyDay, routes: MyRoutes | null, before: Ways | null): Promise<Ways | null> {
  const territory = my.visits.find(({ visit }) => visit.territory_id != null)?.visit.territory_id
  if (!routes || territory == null || routes.routes.length === 0) return null
  if (before?.isWhole && before.version === routes.version && before.date === my.date) return before
  const shown = await optional<MyWays>(ask, `/plans/${id(territory)}/routes/${id(agent)}?date=${my.date}`).catch(() => null)
  return shown ? readWays(shown, my.date) : before
}

/** `null`: this server hands out no offers. */
export async function fetchOffers(ask: Ask, placeOf: (customer: string, place: string) => Place | null): Promise<Offer[] | null> {
  const page = await optional<{ items: Schemas['OfferShown'][] }>(ask, '/me/offers')
  return page && page.items.map((offer) => readOffer(offer, placeOf))
}

/** Customers that the agent may visit unplanned. */
export async function fetchCustomers(ask: Ask): Promise<Customer[]> {
  const found: Customer[] = []
  let after: string | null = null
  do {
    const query: string = new URLSearchParams({ limit: String(CUSTOMERS_A_PAGE), ...(after !== null && { after }) }).toString()
    const page: { items: Schemas['ListedCustomer'][]; next?: string | null } | null = await optional(ask, `/customers?${query}`)
    found.push(...(page?.items ?? []).filter(({ status }) => status === 'active').map((customer) => readCustomer(customer)))
    after = page?.next ?? null
  } while (after !== null && found.length < CUSTOMERS_MAX)
  return found
}

/** `null` where there is no such thing, or it is not this agent's to see. */
async function optional<Answer>(ask: Ask, path: string): Promise<Answer | null> {
  try {
    return (await ask(path, within(ANSWER_WITHIN_MS))).body as Answer
  } catch (error) {
    if (error instanceof ApiError && (error.status === 404 || error.status === 403)) return null
    throw error
  }
}

export async function perform(ask: Ask, sender: Sender, work: Work<Body>, bytes: (file: string) => Promise<ArrayBuffer | undefined>, heard: Heard): Promise<Outcome> {
  return work.kind === 'file' ? sendFile(ask, work.file, work.of, bytes, heard) : sendActions(ask, sender, work.actions, heard)
}

async function sendFile(ask: Ask, file: WaitingFile, of: Action<Body>, bytes: (file: string) => Promise<ArrayBuffer | undefined>, heard: Heard): Promise<Outcome> {
  const now_ms = Date.now()
  const held = await bytes(file.id)
  if (held === undefined || !('visit' in of.body)) {
    return { kind: 'answered', results: new Map([[file.id, { status: 0, code: 'file_gone', message: 'The file is not on this phone any more.', at_ms: now_ms }]]) }
  }
  try {
    const { response } = await ask(`/visits/${id(of.body.visit)}/files/${id(file.id)}`, { method: 'PUT', query: { purpose: file.purpose }, raw: { bytes: held, type: file.type }, ...within(FILE_WITHIN_MS) })
    heard(response, now_ms)
    return { kind: 'answered', results: new Map([[file.id, 'taken']]) }
  } catch (error) {
    return outcomeOf(error, [file.id], now_ms)
  }
}

/** One request after the other, but that what was told of the visit itself goes in one. */
async function sendActions(ask: Ask, sender: Sender, actions: readonly Action<Body>[], heard: Heard): Promise<Outcome> {
  const results = new Map<string, 'taken' | Refusal>()
  for (let first = 0; first < actions.length;) {
    let end = first + 1
    if (actions[first]!.body.kind === 'told') while (end < actions.length && actions[end]!.body.kind === 'told') end += 1
    const some = actions.slice(first, end)
    const now_ms = Date.now()
    try {
      const { body, response } = await ask(...requestOf(some, sender))
      heard(response, now_ms)
      for (const [of, result] of resultsOf(some, body, now_ms)) results.set(of, result)
    } catch (error) {
      // What was taken before it broke off is taken; the one that was refused is named, and those behind it are asked again.
      const outcome = outcomeOf(error, [some[0]!.id], now_ms)
      if (results.size === 0 || outcome.kind === 'signed_out') return outcome
      return { kind: 'answered', results: outcome.kind === 'answered' ? new Map([...results, ...outcome.results]) : results }
    }
    if (some.some((action) => results.get(action.id) !== 'taken')) break
    first = end
  }
  return { kind: 'answered', results }
}

function requestOf(actions: readonly Action<Body>[], { agent, device }: Sender): [string, Options] {
  const [action] = actions
  const { body, at_ms } = action!
  const at = new Date(at_ms).toISOString()
  const post = (path: string, sent: unknown): [string, Options] => [path, { method: 'POST', body: sent, ...within(ANSWER_WITHIN_MS) }]
  switch (body.kind) {
    case 'told': {
      const events = actions.flatMap((one) => (one.body.kind === 'told' ? [{ id: one.id, visit_id: one.body.visit, at: new Date(one.at_ms).toISOString(), ...one.body.told }] : []))
      return post('/visit-reports', { agent_id: agent, device, events })
    }
    case 'new_visit':
      return post('/visits', { id: body.visit, agent_id: agent, kind: 'ad_hoc', ...body.made } satisfies Schemas['NewVisit'])
    case 'activity':
      return post(`/visits/${id(body.visit)}/activities`, { id: action!.id, type_id: body.type_id, at, form_version: body.form?.version ?? null, answers: body.answers, device })
    case 'photos':
      // Its files have gone already, and with them all there is to it.
      return [`/visits/${id(body.visit)}`, within(ANSWER_WITHIN_MS)]
    case 'duty':
      return post(`/agents/${id(agent)}/duty`, { id: action!.id, at, state: body.isOn ? 'on' : 'off' })
    case 'offer':
      return post(`/offers/${id(body.offer)}/${body.accepts ? 'accept' : 'decline'}`, body.accepts ? undefined : ({ reason: body.reason ?? null } satisfies Schemas['Declined']))
  }
}

function resultsOf(actions: readonly Action<Body>[], body: unknown, at_ms: number): [string, 'taken' | Refusal][] {
  if (actions[0]?.body.kind !== 'told') return actions.map((action) => [action.id, 'taken'])
  const { outcomes } = body as Schemas['VisitReportOutcomes']
  return actions.flatMap((action, i): [string, 'taken' | Refusal][] => {
    // By id; one that could not be read has none, and stands where it was sent.
    const outcome = outcomes.find((one) => one.id === action.id) ?? (outcomes[i]?.id == null ? outcomes[i] : undefined)
    return outcome === undefined ? [] : [[action.id, became(outcome, at_ms)]]
  })
}

/** Kept, but without the effect it was meant to have, is not done: somebody else was there first, or the visit had ended. */
function became({ result, effect, code, field, limit }: Schemas['VisitReportOutcome'], at_ms: number): 'taken' | Refusal {
  if (result === 'refused') return { status: 422, code: code ?? 'refused', message: [field, limit].filter(Boolean).join(' ') || 'The server does not take it.', at_ms }
  return effect == null || effect === 'effective' || effect === 'already_done' ? 'taken' : { status: 409, code: effect, message: effect, at_ms }
}
