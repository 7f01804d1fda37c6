/**
 * The life of the live connection as a pure function: events in, effects out. No clock, no timer, no WebSocket; the
 * driver has those. Worth remembering: what is held of a topic changes only by an applied frame, and every applied
 * frame is acknowledged.
 */
import { backOff, type Roll } from './backoff'
import type { ClientFrame, Delta, Held, LaneFrame, ServerFrame, Snapshot, Topic } from './wire'

/** The server takes no more than this on one connection. */
export const TOPICS_MAX = 200
/** Beats without a sign of life from the server before the connection counts as dead. */
const QUIET_BEATS_MAX = 2
/** Failures in a row before "resuming" becomes "offline". */
const FAILURES_BEFORE_OFFLINE = 2

/** A server that says "too many" is left alone as if so many attempts had failed. */
const FAILURES_WHEN_TOO_MANY = 5

/** Codes the server closes with. */
const EXPIRED = 4401
const ACCESS_TAKEN = 4403
const SUPERSEDED = 4409
const TOO_MANY = 4429

/** `elsewhere`: another window of the same device has taken the connection over. */
export type Connection = 'live' | 'resuming' | 'offline' | 'elsewhere'

/** `off`: not wanted. `waiting`: for the retry timer. `parked`: until somebody asks for it here. The rest is the way up. */
type Phase = 'off' | 'parked' | 'waiting' | 'ticketing' | 'opening' | 'greeting' | 'catching_up' | 'live'

export type SocketState = {
  phase: Phase
  /** Counts attempts; an answer to an earlier one is nobody's business any more. */
  attempt: number
  failures: number
  networkLost: boolean
  wanted: ReadonlySet<Topic>
  held: ReadonlyMap<Topic, Held>
  /** Of the day that plans are shown for; today's where nobody says. */
  date: string | null
  /** Topics subscribed on this connection that have not answered yet. */
  pending: ReadonlySet<Topic>
  epoch: string | null
  quietBeats: number
  /** The last connection ended because its access did: the next ticket must come from renewed access. */
  mustRenew: boolean
}

export type SocketEvent =
  | { kind: 'start' }
  | { kind: 'stop' }
  | { kind: 'want'; topics: readonly Topic[]; date?: string | null }
  | { kind: 'ticket'; attempt: number; ticket: string }
  | { kind: 'ticket_failed'; attempt: number; why: 'unauthenticated' | 'forbidden' | 'too_many' | 'failed' }
  | { kind: 'renewal_due'; attempt: number }
  | { kind: 'renewal_ticket'; attempt: number; ticket: string }
  | { kind: 'opened'; attempt: number }
  | { kind: 'frame'; attempt: number; frame: ServerFrame | null }
  | { kind: 'closed'; attempt: number; code: number }
  | { kind: 'retry_due'; attempt: number }
  | { kind: 'beat' }
  | { kind: 'woken' }
  | { kind: 'asked' }
  | { kind: 'network_lost' }

export type Effect =
  | { kind: 'fetch_ticket'; attempt: number; renewed: boolean }
  | { kind: 'renew_by'; attempt: number; expires_at: number }
  | { kind: 'fetch_renewal'; attempt: number }
  | { kind: 'open'; attempt: number; ticket: string }
  | { kind: 'close'; attempt: number }
  | { kind: 'send'; frame: ClientFrame }
  | { kind: 'retry_in'; attempt: number; delay_ms: number }
  | { kind: 'cancel_retry' }
  | { kind: 'apply'; frame: Snapshot | Delta }
  | { kind: 'lane'; frame: LaneFrame }
  | { kind: 'forget'; topics: Topic[] }
  | { kind: 'clock'; server_time: number }
  | { kind: 'session_expired' }
  | { kind: 'access_taken' }

export type Step = { state: SocketState; effects: Effect[] }

export const initial: SocketState = {
  phase: 'off', attempt: 0, failures: 0, networkLost: false,
  wanted: new Set(), held: new Map(), date: null, pending: new Set(), epoch: null, quietBeats: 0, mustRenew: false,
}

export function connection({ phase, failures, networkLost }: SocketState): Connection {
  if (phase === 'live') return 'live'
  if (phase === 'parked') return 'elsewhere'
  return phase === 'off' || networkLost || failures >= FAILURES_BEFORE_OFFLINE ? 'offline' : 'resuming'
}

/** `roll` in [0, 1) is the jitter, an argument so that the machine stays pure. */
export function step(state: SocketState, event: SocketEvent, roll: Roll): Step {
  if ('attempt' in event && event.attempt !== state.attempt) return still(state)
  switch (event.kind) {
    case 'start':
      return state.phase === 'off' ? connect({ ...state, failures: 0 }) : still(state)
    case 'stop':
      return {
        state: { ...initial, attempt: state.attempt + 1 },
        effects: [{ kind: 'cancel_retry' }, { kind: 'close', attempt: state.attempt }],
      }
    case 'want':
      return want(state, event.topics, event.date ?? null)
    case 'ticket':
      return state.phase === 'ticketing'
        ? { state: { ...state, phase: 'opening' }, effects: [{ kind: 'open', attempt: state.attempt, ticket: event.ticket }] }
        : still(state)
    case 'ticket_failed':
      return ticketFailed(state, event.why, roll)
    case 'renewal_due':
      return isUp(state) ? { state, effects: [{ kind: 'fetch_renewal', attempt: state.attempt }] } : still(state)
    case 'renewal_ticket':
      return isUp(state) ? { state, effects: [{ kind: 'send', frame: { type: 'refresh', ticket: event.ticket } }] } : still(state)
    case 'opened':
      return still(state.phase === 'opening' ? { ...state, phase: 'greeting' } : state)
    case 'frame':
      return frame({ ...state, quietBeats: 0 }, event.frame)
    case 'closed':
      return isDown(state) ? still(state) : closed(state, event.code, roll)
    case 'retry_due':
      return state.phase === 'waiting' ? connect(state) : still(state)
    case 'beat':
      return beat(state, roll)
    case 'woken':
      return wake(state)
    case 'asked':
      return state.phase === 'parked' ? connect(state) : wake(state)
    case 'network_lost':
      if (state.phase === 'off' || state.phase === 'parked') return still({ ...state, networkLost: true })
      return hangUp({ ...state, networkLost: true }, roll)
  }
}

const still = (state: SocketState): Step => ({ state, effects: [] })
const isUp = ({ phase }: SocketState): boolean => phase === 'live' || phase === 'catching_up'
const isDown = ({ phase }: SocketState): boolean => phase === 'off' || phase === 'waiting' || phase === 'parked'

function connect(state: SocketState): Step {
  const attempt = state.attempt + 1
  return {
    state: { ...state, phase: 'ticketing', attempt, pending: new Set(), quietBeats: 0 },
    effects: [{ kind: 'cancel_retry' }, { kind: 'fetch_ticket', attempt, renewed: state.mustRenew }],
  }
}

function fail(state: SocketState, roll: Roll): Step {
  const failures = state.failures + 1
  return {
    state: { ...state, phase: 'waiting', failures, pending: new Set() },
    effects: [{ kind: 'retry_in', attempt: state.attempt, delay_ms: backOff(failures, roll) }],
  }
}

/** Gives the connection up from this side; the late `closed` of it is ignored because the phase is `waiting`. */
function hangUp(state: SocketState, roll: Roll): Step {
  if (state.phase === 'waiting') return still(state)
  const { state: next, effects } = fail(state, roll)
  return { state: next, effects: [{ kind: 'close', attempt: state.attempt }, ...effects] }
}

function closed(state: SocketState, code: number, roll: Roll): Step {
  switch (code) {
    case EXPIRED: {
      const next = { ...state, mustRenew: true }
      // Renewed access is asked for at once, but not over and over: a server that refuses it again is spared.
      return state.failures === 0 ? connect({ ...next, failures: 1 }) : fail(next, roll)
    }
    case ACCESS_TAKEN:
      return accessTaken(state, roll)
    case SUPERSEDED:
      return { state: { ...state, phase: 'parked', pending: new Set() }, effects: [{ kind: 'cancel_retry' }] }
    case TOO_MANY:
      return fail({ ...state, failures: Math.max(state.failures, FAILURES_WHEN_TOO_MANY) }, roll)
    default:
      return fail(state, roll)
  }
}

function ticketFailed(state: SocketState, why: (SocketEvent & { kind: 'ticket_failed' })['why'], roll: Roll): Step {
  switch (why) {
    case 'unauthenticated':
      return expire(state)
    case 'forbidden':
      return accessTaken(state, roll)
    case 'too_many':
      return fail({ ...state, failures: Math.max(state.failures, FAILURES_WHEN_TOO_MANY) }, roll)
    case 'failed':
      return fail(state, roll)
  }
}

/** What was seen may be out of reach now: nothing of it is kept, and what is left comes as new snapshots. */
function accessTaken(state: SocketState, roll: Roll): Step {
  const { state: next, effects } = fail({ ...state, held: new Map() }, roll)
  return { state: next, effects: [{ kind: 'forget', topics: [...state.wanted] }, { kind: 'access_taken' }, ...effects] }
}

function expire(state: SocketState): Step {
  return { state: { ...state, phase: 'off', pending: new Set() }, effects: [{ kind: 'session_expired' }] }
}

function beat(state: SocketState, roll: Roll): Step {
  if (isDown(state)) return still(state)
  if (state.quietBeats >= QUIET_BEATS_MAX) return hangUp(state, roll)
  const next = { ...state, quietBeats: state.quietBeats + 1 }
  return { state: next, effects: isUp(state) ? [{ kind: 'send', frame: { type: 'ping' } }] : [] }
}

/** The network is back, or the page is looked at again: do not sit out the back-off, and do not trust a sleepy socket. */
function wake(state: SocketState): Step {
  const next = { ...state, networkLost: false }
  if (state.phase === 'waiting') return connect(next)
  return { state: next, effects: state.phase === 'live' ? [{ kind: 'send', frame: { type: 'ping' } }] : [] }
}

function want(state: SocketState, topics: readonly Topic[], date: string | null): Step {
  const wanted = new Set(topics.slice(0, TOPICS_MAX))
  // Another day's plan is another plan: it is asked for anew, and nothing of the old one helps.
  const isStale = (topic: Topic) => date !== state.date && topic.startsWith('plan:')
  const added = [...wanted].filter((topic) => !state.wanted.has(topic) || isStale(topic))
  const dropped = [...state.wanted].filter((topic) => !wanted.has(topic))
  const held = new Map([...state.held].filter(([topic]) => wanted.has(topic) && !isStale(topic)))
  const sends = isUp(state)
  const pending = new Set([...state.pending, ...(sends ? added : [])].filter((topic) => wanted.has(topic)))
  const effects: Effect[] = []
  if (dropped.length > 0) effects.push({ kind: 'forget', topics: dropped })
  if (sends && dropped.length > 0) effects.push({ kind: 'send', frame: { type: 'unsubscribe', topics: dropped } })
  if (sends && added.length > 0) effects.push(subscribe(added, held, date))
  return { state: { ...state, wanted, held, pending, date }, effects }
}

function frame(state: SocketState, received: ServerFrame | null): Step {
  if (received === null || isDown(state)) return still(state)
  switch (received.type) {
    case 'welcome': {
      const effects: Effect[] = []
      if (received.server_time !== null) effects.push({ kind: 'clock', server_time: received.server_time })
      if (received.expires_at !== null) effects.push({ kind: 'renew_by', attempt: state.attempt, expires_at: received.expires_at })
      const topics = [...state.wanted]
      if (topics.length > 0) effects.push(subscribe(topics, state.held, state.date))
      return { state: settled({ ...state, phase: 'catching_up', epoch: received.epoch, pending: new Set(topics), mustRenew: false }), effects }
    }
    case 'refreshed':
      return received.expires_at === null ? still(state) : { state, effects: [{ kind: 'renew_by', attempt: state.attempt, expires_at: received.expires_at }] }
    case 'snapshot':
      if (!state.wanted.has(received.topic)) return still(state)
      return take(state, received, { epoch: received.epoch, rev: received.rev })
    case 'delta':
      return delta(state, received)
    case 'lane':
      return lane(state, received)
    case 'resync': {
      // The rows stay on the map until the snapshot that follows replaces them.
      const held = new Map(state.held)
      held.delete(received.topic)
      return still({ ...state, held })
    }
    case 'error': {
      // A refused topic will not answer; waiting for it would leave the page "resuming" for good. A refusal that does not name it
      // is followed by a ping: what has not answered by the pong has nothing to say.
      const next = settled({ ...state, pending: without(state.pending, received.topics) })
      return { state: next, effects: received.topics.length === 0 && next.phase === 'catching_up' ? [{ kind: 'send', frame: { type: 'ping' } }] : [] }
    }
    case 'pong':
      // Whatever has still not answered a subscribe from before the ping has nothing to say.
      return still(settled({ ...state, pending: new Set() }))
  }
}

function delta(state: SocketState, received: Delta): Step {
  if (!state.wanted.has(received.topic)) return still(state)
  const held = state.held.get(received.topic)
  if (held && received.since === held.rev) {
    return take(state, received, { epoch: held.epoch, rev: received.rev })
  }
  // A gap. Once is enough: deltas that follow before the answer are as useless as this one.
  if (state.pending.has(received.topic)) return still(state)
  return {
    state: { ...state, pending: new Set([...state.pending, received.topic]) },
    effects: [subscribe([received.topic], state.held, state.date)],
  }
}

/** Lanes come in their order by themselves; what comes twice after a resumption is not told twice. Figures may share their revision with a frame. */
function lane(state: SocketState, received: LaneFrame): Step {
  if (!state.wanted.has(received.topic)) return still(state)
  const held = state.held.get(received.topic)
  const epoch = received.epoch ?? held?.epoch
  const isKnown = received.epoch === null && held !== undefined && (received.kind === 'eta' ? received.rev < held.rev : received.rev <= held.rev)
  // A change of what was never shown says nothing: the whole comes first, or was asked for.
  if (epoch === undefined) return still(state)
  const ack: Effect = { kind: 'send', frame: { type: 'ack', topic: received.topic, rev: received.rev } }
  if (isKnown) return { state, effects: [ack] }
  const next = settled({ ...state, held: new Map(state.held).set(received.topic, { epoch, rev: received.rev }), pending: without(state.pending, [received.topic]) })
  return { state: next, effects: [{ kind: 'lane', frame: received }, ack] }
}

function take(state: SocketState, received: Snapshot | Delta, held: Held): Step {
  const next = settled({
    ...state,
    held: new Map(state.held).set(received.topic, held),
    pending: without(state.pending, [received.topic]),
  })
  return {
    state: next,
    effects: [
      { kind: 'apply', frame: received },
      { kind: 'send', frame: { type: 'ack', topic: received.topic, rev: received.rev } },
    ],
  }
}

/** Live once every topic has answered; only then is the back-off forgotten, so a server that accepts and drops is spared. */
function settled(state: SocketState): SocketState {
  if (state.phase !== 'catching_up' || state.pending.size > 0) return state
  return { ...state, phase: 'live', failures: 0, networkLost: false }
}

function subscribe(topics: Topic[], held: ReadonlyMap<Topic, Held>, date: string | null): Effect {
  const known = topics.flatMap((topic) => {
    const at = held.get(topic)
    return at ? [[topic, at] as const] : []
  })
  const resume = known.length > 0 ? { resume: Object.fromEntries(known) as Record<Topic, Held> } : {}
  return { kind: 'send', frame: { type: 'subscribe', topics, ...resume, ...(date !== null && { date }) } }
}

function without(topics: ReadonlySet<Topic>, some: readonly Topic[]): ReadonlySet<Topic> {
  const rest = new Set(topics)
  for (const topic of some) rest.delete(topic)
  return rest
}
