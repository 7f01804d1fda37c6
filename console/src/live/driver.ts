/**
 * Connects the pure machine to the world: WebSocket, timers, tickets, the browser's network and visibility events.
 * It decides nothing.
 */
import { api } from '../api/client'
import { ApiError } from '../api/problem'
import { connection, initial, step, type Connection, type Effect, type SocketEvent, type SocketState } from './socket'
import { SUBPROTOCOL, parseServerFrame, type Delta, type Snapshot, type Topic } from './wire'

const BEAT_MS = 15_000
const NORMAL_CLOSURE = 1000

export type DriverHooks = {
  apply: (frame: Snapshot | Delta) => void
  forget: (topics: Topic[]) => void
  clock: (server_time: number) => void
  heard: () => void
  connection: (connection: Connection) => void
  sessionExpired: () => void
}

export class Driver {
  readonly #hooks: DriverHooks
  #state: SocketState = initial
  #socket: WebSocket | null = null
  #retry: ReturnType<typeof setTimeout> | undefined
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
    this.#detach?.()
    this.#detach = null
    this.#dispatch({ kind: 'stop' })
  }

  want(topics: readonly Topic[]): void {
    this.#dispatch({ kind: 'want', topics })
  }

  /** Do not wait for the back-off: somebody asked. */
  retryNow(): void {
    this.#dispatch({ kind: 'woken' })
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
        return this.#fetchTicket(effect.attempt)
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
      case 'forget':
        return this.#hooks.forget(effect.topics)
      case 'clock':
        return this.#hooks.clock(effect.server_time)
      case 'session_expired':
        return this.#hooks.sessionExpired()
    }
  }

  #fetchTicket(attempt: number): void {
    api.wsTicket().then(
      ({ ticket }) => this.#dispatch({ kind: 'ticket', attempt, ticket }),
      (error: unknown) =>
        this.#dispatch({ kind: 'ticket_failed', attempt, unauthenticated: error instanceof ApiError && error.status === 401 }),
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
