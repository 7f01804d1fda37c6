/**
 * The phone's connection as a pure function: events in, effects out. The fixes themselves lie in the backlog; the machine knows them by
 * their keys. Worth remembering: a fix is forgotten only when the frame it went out with has been acknowledged, which the server does when
 * it is durable; so whatever breaks in between, it is sent again, and the server counts it once.
 */
import { backOff, type Roll } from '../../live/backoff'
import type { ServerFrame } from './wire'

/** Beats without a sign of life before the connection counts as dead. */
const QUIET_BEATS_MAX = 2
const FAILURES_WHEN_TOO_MANY = 5

const EXPIRED = 4401
const FORBIDDEN = 4403
const SUPERSEDED = 4409
const TOO_MANY = 4429

/** `off`: nobody wants it. `parked`: not until asked: another window streams, or this agent may not. `resting`: told to wait by `busy`. */
type Phase = 'off' | 'parked' | 'waiting' | 'ticketing' | 'opening' | 'greeting' | 'live' | 'resting'

export type StreamState = {
  phase: Phase
  agent: string | null
  attempt: number
  failures: number
  /** Of the next frame on this connection. */
  frame: number
  /** The last key handed to this connection; what comes after it is still to go. */
  cursor: number
  /** Frames not acknowledged, oldest first, each with the last key in it. */
  inFlight: readonly { frame: number; through: number }[]
  /** The last key that the server has, durably. */
  acked: number
  /** Fixes are being read from the backlog for the next frame. */
  isReading: boolean
  fixesMax: number
  inFlightMax: number
  quietBeats: number
  isHeld: boolean
  mustRenew: boolean
  parkedFor: 'superseded' | 'forbidden' | null
}

export type StreamEvent =
  /** As this agent, and nobody else. */
  | { kind: 'start'; agent: string }
  | { kind: 'stop' }
  | { kind: 'ticket'; attempt: number; ticket: string }
  | { kind: 'ticket_failed'; attempt: number; why: 'unauthenticated' | 'forbidden' | 'too_many' | 'failed' }
  | { kind: 'renewal_due'; attempt: number }
  | { kind: 'renewal_ticket'; attempt: number; ticket: string }
  | { kind: 'opened'; attempt: number }
  | { kind: 'frame'; attempt: number; frame: ServerFrame | null }
  | { kind: 'closed'; attempt: number; code: number }
  | { kind: 'retry_due'; attempt: number }
  /** The backlog gave these to the frame asked for; `through` null: it had none. */
  | { kind: 'read'; attempt: number; frame: number; through: number | null }
  /** There is something new in the backlog. */
  | { kind: 'fixes' }
  | { kind: 'rested'; attempt: number }
  /** Something has to be told before the fixes: the beginning of duty. */
  | { kind: 'hold'; isHeld: boolean }
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
  /** Read up to `max` fixes after `after`, send them as `frame`, then tell with `read`. */
  | { kind: 'send_fixes'; attempt: number; frame: number; after: number; max: number }
  | { kind: 'refresh'; ticket: string }
  | { kind: 'ping' }
  | { kind: 'forget'; through: number }
  | { kind: 'retry_in'; attempt: number; delay_ms: number }
  | { kind: 'rest'; attempt: number; delay_ms: number }
  | { kind: 'cancel_retry' }
  | { kind: 'clock'; server_time: number }
  | { kind: 'news'; of: string; body: Record<string, unknown> }
  | { kind: 'set_aside'; reasons: readonly string[] }
  | { kind: 'sign_in' }

export type Step = { state: StreamState; effects: Effect[] }

export const initial: StreamState = {
  phase: 'off', agent: null, attempt: 0, failures: 0, frame: 1, cursor: 0, inFlight: [], acked: 0, isReading: false, fixesMax: 500, inFlightMax: 32,
  quietBeats: 0, isHeld: false, mustRenew: false, parkedFor: null,
}

export type Link = 'live' | 'connecting' | 'offline' | 'elsewhere' | 'forbidden' | 'off'

export function linkOf({ phase, failures, parkedFor }: StreamState): Link {
  switch (phase) {
    case 'live':
    case 'resting':
      return 'live'
    case 'off':
      return 'off'
    case 'parked':
      return parkedFor === 'forbidden' ? 'forbidden' : 'elsewhere'
    case 'waiting':
    case 'ticketing':
    case 'opening':
    case 'greeting':
      return failures > 1 ? 'offline' : 'connecting'
  }
}

/** `roll` in [0, 1) is the jitter. */
export function step(state: StreamState, event: StreamEvent, roll: Roll): Step {
  if ('attempt' in event && event.attempt !== state.attempt) return still(state)
  switch (event.kind) {
    case 'start':
      return state.phase === 'off' ? connect({ ...state, agent: event.agent, failures: 0 }) : still(state)
    case 'stop':
      return {
        state: { ...initial, attempt: state.attempt + 1, acked: state.acked, isHeld: state.isHeld },
        effects: [{ kind: 'cancel_retry' }, { kind: 'close', attempt: state.attempt }],
      }
    case 'ticket':
      return state.phase === 'ticketing'
        ? { state: { ...state, phase: 'opening' }, effects: [{ kind: 'open', attempt: state.attempt, ticket: event.ticket }] }
        : still(state)
    case 'ticket_failed':
      return ticketFailed(state, event.why, roll)
    case 'renewal_due':
      return isUp(state) ? { state, effects: [{ kind: 'fetch_renewal', attempt: state.attempt }] } : still(state)
    case 'renewal_ticket':
      return isUp(state) ? { state, effects: [{ kind: 'refresh', ticket: event.ticket }] } : still(state)
    case 'opened':
      return still(state.phase === 'opening' ? { ...state, phase: 'greeting' } : state)
    case 'frame':
      return event.frame === null || isDown(state) ? still({ ...state, quietBeats: 0 }) : received({ ...state, quietBeats: 0 }, event.frame)
    case 'closed':
      return isDown(state) ? still(state) : closed(state, event.code, roll)
    case 'retry_due':
      return state.phase === 'waiting' ? connect(state) : still(state)
    case 'read':
      return read(state, event.frame, event.through)
    case 'fixes':
      return pump(state)
    case 'hold':
      // What is being read for a frame is not sent any more: it is read again.
      return event.isHeld === state.isHeld ? still(state) : pump({ ...state, isHeld: event.isHeld, isReading: state.isReading && !event.isHeld })
    case 'rested':
      return state.phase === 'resting' ? pump({ ...state, phase: 'live' }) : still(state)
    case 'beat': {
      if (isDown(state)) return still(state)
      if (state.quietBeats >= QUIET_BEATS_MAX) return hangUp(state, roll)
      return { state: { ...state, quietBeats: state.quietBeats + 1 }, effects: isUp(state) ? [{ kind: 'ping' }] : [] }
    }
    case 'woken':
      return wake(state)
    case 'asked':
      return state.phase === 'parked' ? connect({ ...state, parkedFor: null }) : wake(state)
    case 'network_lost':
      return isDown(state) ? still(state) : hangUp(state, roll)
  }
}

const still = (state: StreamState): Step => ({ state, effects: [] })
const isUp = ({ phase }: StreamState): boolean => phase === 'live' || phase === 'resting'
const isDown = ({ phase }: StreamState): boolean => phase === 'off' || phase === 'waiting' || phase === 'parked'

function connect(state: StreamState): Step {
  const attempt = state.attempt + 1
  return {
    // Frames are numbered anew, and what was on its way goes again from the last fix known to be kept.
    state: { ...state, phase: 'ticketing', attempt, frame: 1, cursor: state.acked, inFlight: [], isReading: false, quietBeats: 0 },
    effects: [{ kind: 'cancel_retry' }, { kind: 'fetch_ticket', attempt, renewed: state.mustRenew }],
  }
}

function fail(state: StreamState, roll: Roll): Step {
  const failures = state.failures + 1
  return {
    state: { ...state, phase: 'waiting', failures, isReading: false },
    effects: [{ kind: 'retry_in', attempt: state.attempt, delay_ms: backOff(failures, roll) }],
  }
}

function hangUp(state: StreamState, roll: Roll): Step {
  const { state: next, effects } = fail(state, roll)
  return { state: next, effects: [{ kind: 'close', attempt: state.attempt }, ...effects] }
}

const park = (state: StreamState, parkedFor: 'superseded' | 'forbidden'): Step =>
  ({ state: { ...state, phase: 'parked', parkedFor, isReading: false }, effects: [{ kind: 'cancel_retry' }] })

function closed(state: StreamState, code: number, roll: Roll): Step {
  switch (code) {
    case EXPIRED: {
      const next = { ...state, mustRenew: true }
      return state.failures === 0 ? connect({ ...next, failures: 1 }) : fail(next, roll)
    }
    case FORBIDDEN:
      return park(state, 'forbidden')
    case SUPERSEDED:
      return park(state, 'superseded')
    case TOO_MANY:
      return fail({ ...state, failures: Math.max(state.failures, FAILURES_WHEN_TOO_MANY) }, roll)
    default:
      return fail(state, roll)
  }
}

function ticketFailed(state: StreamState, why: (StreamEvent & { kind: 'ticket_failed' })['why'], roll: Roll): Step {
  switch (why) {
    case 'unauthenticated':
      // The fixes stay; whoever signs in again starts the machine again.
      return { state: { ...state, phase: 'off' }, effects: [{ kind: 'cancel_retry' }, { kind: 'sign_in' }] }
    case 'forbidden':
      return park(state, 'forbidden')
    case 'too_many':
      return fail({ ...state, failures: Math.max(state.failures, FAILURES_WHEN_TOO_MANY) }, roll)
    case 'failed':
      return fail(state, roll)
  }
}

function wake(state: StreamState): Step {
  if (state.phase === 'waiting') return connect(state)
  return isUp(state) ? { state, effects: [{ kind: 'ping' }] } : still(state)
}

function received(state: StreamState, frame: ServerFrame): Step {
  switch (frame.type) {
    case 'welcome': {
      // Somebody else has signed in on this phone since: what lies here is not theirs.
      if (frame.agent !== null && frame.agent !== state.agent) {
        const { state: next, effects } = park(state, 'forbidden')
        return { state: next, effects: [{ kind: 'close', attempt: state.attempt }, ...effects, { kind: 'sign_in' }] }
      }
      const effects: Effect[] = []
      if (frame.server_time !== null) effects.push({ kind: 'clock', server_time: frame.server_time })
      if (frame.expires_at !== null) effects.push({ kind: 'renew_by', attempt: state.attempt, expires_at: frame.expires_at })
      const next = pump({ ...state, phase: 'live', failures: 0, mustRenew: false, fixesMax: frame.fixes_max, inFlightMax: frame.in_flight_max })
      return { state: next.state, effects: [...effects, ...next.effects] }
    }
    case 'refreshed':
      return frame.expires_at === null ? still(state) : { state, effects: [{ kind: 'renew_by', attempt: state.attempt, expires_at: frame.expires_at }] }
    case 'ack':
      return acknowledged(state, frame.frame)
    case 'busy':
      return busy(state, frame.frame, frame.retry_after_ms)
    case 'quarantined':
      return { state, effects: [{ kind: 'set_aside', reasons: frame.reasons }] }
    case 'news':
      return { state, effects: [{ kind: 'news', of: frame.of, body: frame.body }] }
    case 'pong':
      return frame.at === null ? still(state) : { state, effects: [{ kind: 'clock', server_time: frame.at }] }
    // A fix that cannot be represented is acknowledged with its frame; an error is followed by the closing that it announces.
    case 'rejected':
    case 'error':
      return still(state)
  }
}

function acknowledged(state: StreamState, frame: number): Step {
  const done = state.inFlight.filter((sent) => sent.frame <= frame)
  const last = done.at(-1)
  if (!last) return still(state)
  const next = pump({ ...state, inFlight: state.inFlight.slice(done.length), acked: Math.max(state.acked, last.through) })
  return { state: next.state, effects: [{ kind: 'forget', through: last.through }, ...next.effects] }
}

/** This frame and all after it were not taken: they go again, under the same numbers, after a rest. */
function busy(state: StreamState, frame: number, delay_ms: number): Step {
  const inFlight = state.inFlight.filter((sent) => sent.frame < frame)
  const cursor = inFlight.at(-1)?.through ?? state.acked
  return {
    state: { ...state, phase: 'resting', inFlight, cursor, frame, isReading: false },
    effects: [{ kind: 'rest', attempt: state.attempt, delay_ms }],
  }
}

function pump(state: StreamState): Step {
  if (state.phase !== 'live' || state.isHeld || state.isReading || state.inFlight.length >= state.inFlightMax) return still(state)
  return {
    state: { ...state, isReading: true },
    effects: [{ kind: 'send_fixes', attempt: state.attempt, frame: state.frame, after: state.cursor, max: state.fixesMax }],
  }
}

function read(state: StreamState, frame: number, through: number | null): Step {
  // Answered `busy` while it was being read: it is read again after the rest.
  if (!state.isReading || frame !== state.frame) return still(state)
  if (through === null) return still({ ...state, isReading: false })
  return pump({ ...state, isReading: false, frame: state.frame + 1, cursor: through, inFlight: [...state.inFlight, { frame, through }] })
}
