/**
 * The life of the live connection as a pure function: events in, effects out. No clock, no timer, no WebSocket; the
 * driver has those. Worth remembering: what is held of a topic changes only by an applied frame, and every applied
 * frame is acknowledged.
 */
import { backOff, type Roll } from './backoff'
import type { ClientFrame, Delta, Held, ServerFrame, Snapshot, Topic } from './wire'

/** The server takes no more than this on one connection. */
export const TOPICS_MAX = 200
/** Beats without a sign of life from the server before the connection counts as dead. */
const QUIET_BEATS_MAX = 2
/** Failures in a row before "resuming" becomes "offline". */
const FAILURES_BEFORE_OFFLINE = 2

export type Connection = 'live' | 'resuming' | 'offline'

/** `off`: not wanted. `waiting`: for the retry timer. The rest is the way up. */
type Phase = 'off' | 'waiting' | 'ticketing' | 'opening' | 'greeting' | 'catching_up' | 'live'

export type SocketState = {
  phase: Phase
  /** Counts attempts; an answer to an earlier one is nobody's business any more. */
  attempt: number
  failures: number
  networkLost: boolean
  wanted: ReadonlySet<Topic>
  held: ReadonlyMap<Topic, Held>
  /** Topics subscribed on this connection that have not answered yet. */
  pending: ReadonlySet<Topic>
  epoch: string | null
  quietBeats: number
}

export type SocketEvent =
  | { kind: 'start' }
  | { kind: 'stop' }
  | { kind: 'want'; topics: readonly Topic[] }
  | { kind: 'ticket'; attempt: number; ticket: string }
  | { kind: 'ticket_failed'; attempt: number; unauthenticated: boolean }
  | { kind: 'opened'; attempt: number }
  | { kind: 'frame'; attempt: number; frame: ServerFrame | null }
  | { kind: 'closed'; attempt: number; code: number }
  | { kind: 'retry_due'; attempt: number }
  | { kind: 'beat' }
  | { kind: 'woken' }
  | { kind: 'network_lost' }

export type Effect =
  | { kind: 'fetch_ticket'; attempt: number }
  | { kind: 'open'; attempt: number; ticket: string }
  | { kind: 'close'; attempt: number }
  | { kind: 'send'; frame: ClientFrame }
  | { kind: 'retry_in'; attempt: number; delay_ms: number }
  | { kind: 'cancel_retry' }
  | { kind: 'apply'; frame: Snapshot | Delta }
  | { kind: 'forget'; topics: Topic[] }
  | { kind: 'clock'; server_time: number }
  | { kind: 'session_expired' }

export type Step = { state: SocketState; effects: Effect[] }

export const initial: SocketState = {
  phase: 'off', attempt: 0, failures: 0, networkLost: false,
  wanted: new Set(), held: new Map(), pending: new Set(), epoch: null, quietBeats: 0,
}

export function connection({ phase, failures, networkLost }: SocketState): Connection {
  if (phase === 'live') return 'live'
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
      return want(state, event.topics)
    case 'ticket':
      return state.phase === 'ticketing'
        ? { state: { ...state, phase: 'opening' }, effects: [{ kind: 'open', attempt: state.attempt, ticket: event.ticket }] }
        : still(state)
    case 'ticket_failed':
      return event.unauthenticated ? expire(state) : fail(state, roll)
    case 'opened':
      return still(state.phase === 'opening' ? { ...state, phase: 'greeting' } : state)
    case 'frame':
      return frame({ ...state, quietBeats: 0 }, event.frame)
    case 'closed':
      if (state.phase === 'off' || state.phase === 'waiting') return still(state)
      return event.code === 4401 ? expire(state) : fail(state, roll)
    case 'retry_due':
      return state.phase === 'waiting' ? connect(state) : still(state)
    case 'beat':
      return beat(state, roll)
    case 'woken':
      return wake(state)
    case 'network_lost':
      if (state.phase === 'off') return still({ ...state, networkLost: true })
      return hangUp({ ...state, networkLost: true }, roll)
  }
}

const still = (state: SocketState): Step => ({ state, effects: [] })

function connect(state: SocketState): Step {
  const attempt = state.attempt + 1
  return {
    state: { ...state, phase: 'ticketing', attempt, pending: new Set(), quietBeats: 0 },
    effects: [{ kind: 'cancel_retry' }, { kind: 'fetch_ticket', attempt }],
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

function expire(state: SocketState): Step {
  return { state: { ...state, phase: 'off', pending: new Set() }, effects: [{ kind: 'session_expired' }] }
}

function beat(state: SocketState, roll: Roll): Step {
  if (state.phase === 'off' || state.phase === 'waiting') return still(state)
  if (state.quietBeats >= QUIET_BEATS_MAX) return hangUp(state, roll)
  const next = { ...state, quietBeats: state.quietBeats + 1 }
  const isUp = state.phase === 'live' || state.phase === 'catching_up'
  return { state: next, effects: isUp ? [{ kind: 'send', frame: { type: 'ping' } }] : [] }
}

/** The network is back, or the page is looked at again: do not sit out the back-off, and do not trust a sleepy socket. */
function wake(state: SocketState): Step {
  const next = { ...state, networkLost: false }
  if (state.phase === 'waiting') return connect(next)
  return { state: next, effects: state.phase === 'live' ? [{ kind: 'send', frame: { type: 'ping' } }] : [] }
}

function want(state: SocketState, topics: readonly Topic[]): Step {
  const wanted = new Set(topics.slice(0, TOPICS_MAX))
  const added = [...wanted].filter((topic) => !state.wanted.has(topic))
  const dropped = [...state.wanted].filter((topic) => !wanted.has(topic))
  const held = new Map([...state.held].filter(([topic]) => wanted.has(topic)))
  const isUp = state.phase === 'live' || state.phase === 'catching_up'
  const pending = new Set([...state.pending, ...(isUp ? added : [])].filter((topic) => wanted.has(topic)))
  const effects: Effect[] = []
  if (dropped.length > 0) effects.push({ kind: 'forget', topics: dropped })
  if (isUp && dropped.length > 0) effects.push({ kind: 'send', frame: { type: 'unsubscribe', topics: dropped } })
  if (isUp && added.length > 0) effects.push({ kind: 'send', frame: { type: 'subscribe', topics: added } })
  return { state: { ...state, wanted, held, pending }, effects }
}

function frame(state: SocketState, received: ServerFrame | null): Step {
  if (received === null || state.phase === 'off' || state.phase === 'waiting') return still(state)
  switch (received.type) {
    case 'welcome': {
      const effects: Effect[] = []
      if (received.server_time !== null) effects.push({ kind: 'clock', server_time: received.server_time })
      const topics = [...state.wanted]
      if (topics.length > 0) effects.push(subscribe(topics, state.held))
      return { state: settled({ ...state, phase: 'catching_up', epoch: received.epoch, pending: new Set(topics) }), effects }
    }
    case 'snapshot':
      if (!state.wanted.has(received.topic)) return still(state)
      return take(state, received, { epoch: received.epoch, rev: received.rev })
    case 'delta':
      return delta(state, received)
    case 'resync': {
      // The rows stay on the map until the snapshot that follows replaces them.
      const held = new Map(state.held)
      held.delete(received.topic)
      return still({ ...state, held })
    }
    case 'error': {
      // A refused topic will not answer; waiting for it would leave the page "resuming" for good.
      return still(settled({ ...state, pending: without(state.pending, received.topics) }))
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
    effects: [subscribe([received.topic], state.held)],
  }
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

function subscribe(topics: Topic[], held: ReadonlyMap<Topic, Held>): Effect {
  const known = topics.flatMap((topic) => {
    const at = held.get(topic)
    return at ? [[topic, at] as const] : []
  })
  const resume = known.length > 0 ? { resume: Object.fromEntries(known) as Record<Topic, Held> } : {}
  return { kind: 'send', frame: { type: 'subscribe', topics, ...resume } }
}

function without(topics: ReadonlySet<Topic>, some: readonly Topic[]): ReadonlySet<Topic> {
  const rest = new Set(topics)
  for (const topic of some) rest.delete(topic)
  return rest
}
