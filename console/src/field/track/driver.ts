/** Connects the pure machine of `stream.ts` to the world: the socket, tickets, timers, the backlog. It decides nothing. */
import { api } from '../../api/client'
import { ApiError } from '../../api/problem'
import { renew } from '../../api/renewal'
import { SUBPROTOCOL } from '../../live/wire'
import type { Backlog } from './backlog'
import { initial, linkOf, step, type Effect, type Link, type StreamEvent, type StreamState } from './stream'
import { parse, type ClientFrame } from './wire'

const BEAT_MS = 20_000
const TIMEOUT_MS_MAX = 2 ** 31 - 1
const RENEW_AGAIN_MS = 10_000
const REFRESH_AHEAD_MS = 45_000

export type StreamHooks = {
  link: (link: Link) => void
  /** Fixes have gone, or have been written down as gone. */
  backlog: () => void
  clock: (server_time: number, asked_ms: number, answered_ms: number) => void
  news: (of: string, body: Record<string, unknown>) => void
  setAside: (reasons: readonly string[]) => void
  signIn: () => void
}

export class StreamDriver {
  readonly #backlog: Backlog
  readonly #agent: string
  readonly #device: string
  readonly #hooks: StreamHooks
  #state: StreamState = initial
  #socket: WebSocket | null = null
  #retry: ReturnType<typeof setTimeout> | undefined
  #rest: ReturnType<typeof setTimeout> | undefined
  #renewal: ReturnType<typeof setTimeout> | undefined
  #pinged_ms = 0
  #ahead_ms = 0
  #detach: (() => void) | null = null

  constructor(backlog: Backlog, agent: string, device: string, hooks: StreamHooks) {
    this.#backlog = backlog
    this.#agent = agent
    this.#device = device
    this.#hooks = hooks
  }

  start(): void {
    this.#detach ??= this.#listen()
    this.#dispatch({ kind: 'start', agent: this.#agent })
  }

  stop(): void {
    clearTimeout(this.#renewal)
    clearTimeout(this.#rest)
    this.#detach?.()
    this.#detach = null
    this.#dispatch({ kind: 'stop' })
  }

  /** The backlog has something new. */
  fixes(): void {
    this.#dispatch({ kind: 'fixes' })
  }

  /** Nothing is sent while something has to be told first. */
  hold(isHeld: boolean): void {
    this.#dispatch({ kind: 'hold', isHeld })
  }

  /** Somebody asked: do not sit out the back-off, and take the connection over from another window. */
  ask(): void {
    if (this.#state.phase === 'off' && this.#detach) this.#dispatch({ kind: 'start', agent: this.#agent })
    else this.#dispatch({ kind: 'asked' })
  }

  /** A frame of another feature's own, an answer to an offer say; `false`: there is no connection. */
  say(frame: Record<string, unknown>): boolean {
    const isUp = this.#socket?.readyState === WebSocket.OPEN && linkOf(this.#state) === 'live'
    if (isUp) this.#socket?.send(JSON.stringify(frame))
    return isUp
  }

  #dispatch(event: StreamEvent): void {
    const before = linkOf(this.#state)
    const { state, effects } = step(this.#state, event, Math.random())
    this.#state = state
    for (const effect of effects) this.#perform(effect)
    const now = linkOf(this.#state)
    if (now !== before) this.#hooks.link(now)
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
        this.#socket?.close(1000)
        this.#socket = null
        return
      case 'send_fixes':
        return void this.#sendFixes(effect)
      case 'refresh':
        return this.#send({ type: 'refresh', ticket: effect.ticket })
      case 'ping':
        this.#pinged_ms = Date.now()
        return this.#send({ type: 'ping' })
      case 'forget':
        void this.#backlog.forgetThrough(effect.through).then(this.#hooks.backlog, () => undefined)
        return
      case 'retry_in':
        clearTimeout(this.#retry)
        this.#retry = setTimeout(() => this.#dispatch({ kind: 'retry_due', attempt: effect.attempt }), effect.delay_ms)
        return
      case 'rest':
        clearTimeout(this.#rest)
        this.#rest = setTimeout(() => this.#dispatch({ kind: 'rested', attempt: effect.attempt }), effect.delay_ms)
        return
      case 'cancel_retry':
        clearTimeout(this.#retry)
        clearTimeout(this.#rest)
        return
      case 'clock': {
        const now = Date.now()
        this.#ahead_ms = effect.server_time - now
        return this.#hooks.clock(effect.server_time, this.#pinged_ms || now, now)
      }
      case 'news':
        return this.#hooks.news(effect.of, effect.body)
      case 'set_aside':
        return this.#hooks.setAside(effect.reasons)
      case 'sign_in':
        return this.#hooks.signIn()
    }
  }

  async #sendFixes({ attempt, frame, after, max }: Effect & { kind: 'send_fixes' }): Promise<void> {
    try {
      const found = await this.#backlog.after(after, max)
      // What was read for a connection that is gone is not sent on the next one, whose frames have other numbers.
      const isCurrent = this.#state.attempt === attempt && this.#state.frame === frame && this.#state.isReading
      if (isCurrent && found.length > 0) this.#send({ type: 'fixes', frame, device: this.#device, agent: this.#agent, fixes: found.map(({ fix }) => fix) })
      this.#dispatch({ kind: 'read', attempt, frame, through: found.at(-1)?.key ?? null })
    } catch {
      this.#dispatch({ kind: 'read', attempt, frame, through: null })
    }
  }

  #send(frame: ClientFrame): void {
    if (this.#socket?.readyState === WebSocket.OPEN) this.#socket.send(JSON.stringify(frame))
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

  #fetchRenewal(attempt: number): void {
    renew(0).then(() => api.wsTicket()).then(
      ({ ticket }) => this.#dispatch({ kind: 'renewal_ticket', attempt, ticket }),
      (error: unknown) => {
        if (whyOf(error) !== 'unauthenticated') this.#renewIn(attempt, RENEW_AGAIN_MS)
      },
    )
  }

  #open(attempt: number, ticket: string): void {
    const url = new URL('/ws/agent', location.href)
    url.protocol = url.protocol === 'https:' ? 'wss:' : 'ws:'
    const socket = new WebSocket(url, [SUBPROTOCOL, `ticket.${ticket}`])
    this.#socket = socket
    this.#pinged_ms = Date.now()
    socket.onopen = () => this.#dispatch({ kind: 'opened', attempt })
    socket.onclose = ({ code }) => this.#dispatch({ kind: 'closed', attempt, code })
    socket.onmessage = ({ data }: MessageEvent<unknown>) => {
      if (this.#socket === socket) this.#dispatch({ kind: 'frame', attempt, frame: typeof data === 'string' ? parse(data) : null })
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
