/**
 * Connects the pure machine to the world: WebSocket, timers, tickets, the browser's network and visibility events.
 * It decides nothing.
 */
import { api } from '../api/client'
import { ApiError } from '../api/problem'
import { renew } from '../api/renewal'
import { connection, initial, step, type Connection, type Effect, type SocketEvent, type SocketState } from './socket'
import { SUBPROTOCOL, parseServerFrame, type Delta, type LaneFrame, type Snapshot, type Topic } from './wire'

const BEAT_MS = 15_000
const NORMAL_CLOSURE = 1000
/** Browsers fire at once what is set further ahead than this. */
const TIMEOUT_MS_MAX = 2 ** 31 - 1
/** A renewal that failed for want of a network is tried again after this; the connection lives on meanwhile. */
const RENEW_AGAIN_MS = 10_000
/**
 * Refreshed this long before it would be closed, or after three quarters of its life where that is short: a little after the access has
 * been renewed, so that the ticket is worth a whole life more.
 */
const REFRESH_AHEAD_MS = 45_000

export type DriverHooks = {
  apply: (frame: Snapshot | Delta) => void
  lane: (frame: LaneFrame) => void
  forget: (topics: Topic[]) => void
  clock: (server_time: number) => void
  heard: () => void
  connection: (connection: Connection) => void
  sessionExpired: () => void
  accessTaken: () => void
}

export class Driver {
  readonly #hooks: DriverHooks
  #state: SocketState = initial
  #socket: WebSocket | null = null
  #retry: ReturnType<typeof setTimeout> | undefined
  #renewal: ReturnType<typeof setTimeout> | undefined
  #ahead_ms = 0
  #detach: (() => void) | null = null

  constructor(hooks: DriverHooks) {
    this.#hooks = hooks
  }

  start(): void {
    if (this.#detach) return
    this.#detach = this.#listen()
    this.#dispatch({ kind: 'start' })
  }

  stop(): void {
    clearTimeout(this.#renewal)
    this.#detach?.()
    this.#detach = null
    this.#dispatch({ kind: 'stop' })
  }

  want(topics: readonly Topic[], date: string | null): void {
    this.#dispatch({ kind: 'want', topics, date })
  }

  /** Do not wait for the back-off: somebody asked. */
  retryNow(): void {
    this.#dispatch({ kind: 'asked' })
  }

  #dispatch(event: SocketEvent): void {
    const before = connection(this.#state)
    const { state, effects } = step(this.#state, event, Math.random())
    this.#state = state
    for (const effect of effects) this.#perform(effect)
    const now = connection(this.#state)
    if (now !== before) this.#hooks.connection(now)
  }

  #perform(effect: Effect): void {
    switch (effect.kind) {
      case 'fetch_ticket':
        return this.#fetchTicket(effect.attempt, effect.renewed)
      case 'renew_by':
        return this.#renewIn(effect.attempt, effect.expires_at - (Date.now() + this.#ahead_ms))
      case 'fetch_renewal':
        return this.#fetchRenewal(effect.attempt)
      case 'open':
        return this.#open(effect.attempt, effect.ticket)
      case 'close':
        this.#socket?.close(NORMAL_CLOSURE)
        this.#socket = null
        return
      case 'send':
        if (this.#socket?.readyState === WebSocket.OPEN) this.#socket.send(JSON.stringify(effect.frame))
        return
      case 'retry_in':
        this.#retry = setTimeout(() => this.#dispatch({ kind: 'retry_due', attempt: effect.attempt }), effect.delay_ms)
        return
      case 'cancel_retry':
        clearTimeout(this.#retry)
        return
      case 'apply':
        return this.#hooks.apply(effect.frame)
      case 'lane':
        return this.#hooks.lane(effect.frame)
      case 'forget':
        return this.#hooks.forget(effect.topics)
      case 'clock':
        this.#ahead_ms = effect.server_time - Date.now()
        return this.#hooks.clock(effect.server_time)
      case 'session_expired':
        return this.#hooks.sessionExpired()
      case 'access_taken':
        return this.#hooks.accessTaken()
    }
  }

  #fetchTicket(attempt: number, renewed: boolean): void {
    const ready = renewed ? renew(Date.now()).then(() => undefined) : Promise.resolve()
    ready.then(() => api.wsTicket()).then(
      ({ ticket }) => this.#dispatch({ kind: 'ticket', attempt, ticket }),
      (error: unknown) => this.#dispatch({ kind: 'ticket_failed', attempt, why: whyOf(error) }),
    )
  }

  #renewIn(attempt: number, left_ms: number): void {
    clearTimeout(this.#renewal)
    const delay_ms = left_ms - Math.min(REFRESH_AHEAD_MS, left_ms / 4)
    this.#renewal = setTimeout(() => this.#dispatch({ kind: 'renewal_due', attempt }), Math.min(TIMEOUT_MS_MAX, Math.max(1_000, delay_ms)))
  }

  /** A ticket lasts as long as the access it was taken with, so the access is renewed first. */
  #fetchRenewal(attempt: number): void {
    renew(0).then(() => api.wsTicket()).then(
      ({ ticket }) => this.#dispatch({ kind: 'renewal_ticket', attempt, ticket }),
      (error: unknown) => {
        if (whyOf(error) !== 'unauthenticated') this.#renewIn(attempt, RENEW_AGAIN_MS)
      },
    )
  }

  #open(attempt: number, ticket: string): void {
    const url = new URL('/ws/live', location.href)
    url.protocol = url.protocol === 'https:' ? 'wss:' : 'ws:'
    const socket = new WebSocket(url, [SUBPROTOCOL, `ticket.${ticket}`])
    this.#socket = socket
    socket.onopen = () => this.#dispatch({ kind: 'opened', attempt })
    socket.onclose = ({ code }) => this.#dispatch({ kind: 'closed', attempt, code })
    socket.onmessage = ({ data }: MessageEvent<unknown>) => {
      if (this.#socket !== socket) return
      this.#hooks.heard()
      this.#dispatch({ kind: 'frame', attempt, frame: typeof data === 'string' ? parseServerFrame(data) : null })
    }
  }

  #listen(): () => void {
    const woken = () => this.#dispatch({ kind: 'woken' })
    const lost = () => this.#dispatch({ kind: 'network_lost' })
    const visible = () => {
      if (document.visibilityState === 'visible') woken()
    }
    const beat = setInterval(() => this.#dispatch({ kind: 'beat' }), BEAT_MS)
    addEventListener('online', woken)
    addEventListener('offline', lost)
    document.addEventListener('visibilitychange', visible)
    return () => {
      clearInterval(beat)
      removeEventListener('online', woken)
      removeEventListener('offline', lost)
      document.removeEventListener('visibilitychange', visible)
    }
  }
}

function whyOf(error: unknown): 'unauthenticated' | 'forbidden' | 'too_many' | 'failed' {
  if (!(error instanceof ApiError)) return 'failed'
  switch (error.status) {
    case 401: return 'unauthenticated'
    case 403: return 'forbidden'
    case 429: return 'too_many'
    default: return 'failed'
  }
}
