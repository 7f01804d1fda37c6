import { describe, expect, it } from 'vitest'
import { backOff } from './backoff'
import { connection, initial, step, type Effect, type SocketEvent, type SocketState } from './socket'
import type { ServerFrame, Topic } from './wire'

const A: Topic = 'territory:a'
const B: Topic = 'territory:b'
const EPOCH = 'e1'

/** Drives the machine like the driver does, and keeps what it asked for. */
class Wire {
  state: SocketState = initial
  effects: Effect[] = []

  tell(event: SocketEvent, roll = 0.5): this {
    const { state, effects } = step(this.state, event, roll)
    this.state = state
    this.effects = effects
    return this
  }

  frame(frame: ServerFrame | null): this {
    return this.tell({ kind: 'frame', attempt: this.state.attempt, frame })
  }

  up(): this {
    const { attempt } = this.state
    return this.tell({ kind: 'ticket', attempt, ticket: 't' }).tell({ kind: 'opened', attempt }).frame(welcome())
  }

  close(code: number, roll?: number): this {
    return this.tell({ kind: 'closed', attempt: this.state.attempt, code }, roll)
  }

  get sent() {
    return this.effects.flatMap((effect) => (effect.kind === 'send' ? [effect.frame] : []))
  }

  get applied() {
    return this.effects.flatMap((effect) => (effect.kind === 'apply' ? [effect.frame] : []))
  }

  get connection() {
    return connection(this.state)
  }
}

const welcome = (epoch = EPOCH): ServerFrame => ({ type: 'welcome', epoch, server_time: 1_000, tick_ms: 200, expires_at: 900_000 })
const snapshot = (topic: Topic, rev: number, partial = false): ServerFrame =>
  ({ type: 'snapshot', topic, epoch: EPOCH, rev, partial, rows: [] })
const delta = (topic: Topic, since: number, rev: number): ServerFrame => ({ type: 'delta', topic, since, rev, gone: [], rows: [] })

const started = (...topics: Topic[]) => new Wire().tell({ kind: 'want', topics }).tell({ kind: 'start' })
const live = (...topics: Topic[]) => {
  const wire = started(...topics).up()
  for (const topic of topics) wire.frame(snapshot(topic, 7))
  return wire
}

describe('coming up', () => {
  it('asks for a ticket, opens with it, and subscribes once welcomed', () => {
    const wire = started(A, B)
    expect(wire.effects).toContainEqual({ kind: 'fetch_ticket', attempt: 1, renewed: false })
    wire.tell({ kind: 'ticket', attempt: 1, ticket: 't' })
    expect(wire.effects).toEqual([{ kind: 'open', attempt: 1, ticket: 't' }])
    wire.tell({ kind: 'opened', attempt: 1 })
    expect(wire.effects).toEqual([])
    wire.frame(welcome())
    expect(wire.effects).toContainEqual({ kind: 'clock', server_time: 1_000 })
    expect(wire.sent).toEqual([{ type: 'subscribe', topics: [A, B] }])
  })

  it('is live only when every topic has answered', () => {
    const wire = started(A, B).up().frame(snapshot(A, 1))
    expect(wire.connection).toBe('resuming')
    expect(wire.frame(snapshot(B, 1)).connection).toBe('live')
  })

  it('does not wait for a topic the server refuses', () => {
    const wire = started(A, B).up().frame(snapshot(A, 1))
    wire.frame({ type: 'error', code: 'topic_unknown', message: '', topics: [B] })
    expect(wire.connection).toBe('live')
  })

  it('asks who will answer at all when a refusal names no topic', () => {
    const wire = started(A, B).up().frame(snapshot(A, 1)).frame({ type: 'error', code: 'topic_unknown', message: '', topics: [] })
    expect(wire.sent).toEqual([{ type: 'ping' }])
    expect(wire.connection).toBe('resuming')
    expect(wire.frame({ type: 'pong', at: 1 }).connection).toBe('live')
  })

  it('does not wait for ever for a topic that stays silent', () => {
    const wire = started(A, B).up().frame(snapshot(A, 1)).tell({ kind: 'beat' })
    expect(wire.sent).toEqual([{ type: 'ping' }])
    expect(wire.frame({ type: 'pong', at: 1 }).connection).toBe('live')
  })

  it('is live at once with nothing to subscribe to', () => {
    expect(started().up().connection).toBe('live')
  })

  it('ignores the answer to an earlier attempt', () => {
    const wire = started(A).tell({ kind: 'stop' }).tell({ kind: 'start' })
    wire.tell({ kind: 'ticket', attempt: 1, ticket: 'old' })
    expect(wire.effects).toEqual([])
  })
})

describe('frames', () => {
  it('applies and acknowledges every snapshot and delta', () => {
    const wire = live(A).frame(delta(A, 7, 8))
    expect(wire.applied).toEqual([delta(A, 7, 8)])
    expect(wire.sent).toEqual([{ type: 'ack', topic: A, rev: 8 }])
    wire.frame(snapshot(A, 9, true))
    expect(wire.sent).toEqual([{ type: 'ack', topic: A, rev: 9 }])
  })

  it('takes a delta over several revisions as no gap', () => {
    expect(live(A).frame(delta(A, 7, 30)).frame(delta(A, 30, 31)).applied).toHaveLength(1)
  })

  it('answers a gap by subscribing again from what is held, without applying or acknowledging', () => {
    const wire = live(A, B).frame(delta(A, 9, 10))
    expect(wire.applied).toEqual([])
    expect(wire.sent).toEqual([{ type: 'subscribe', topics: [A], resume: { [A]: { epoch: EPOCH, rev: 7 } } }])
  })

  it('subscribes again once per gap, and heals with the answer', () => {
    const wire = live(A).frame(delta(A, 9, 10)).frame(delta(A, 10, 11))
    expect(wire.effects).toEqual([])
    wire.frame(delta(A, 7, 11))
    expect(wire.applied).toHaveLength(1)
    expect(wire.frame(delta(A, 11, 12)).applied).toHaveLength(1)
  })

  it('forgets the revision on resync and takes the snapshot that follows', () => {
    const wire = live(A).frame({ type: 'resync', topic: A, reason: 'too_old' })
    expect(wire.state.held.has(A)).toBe(false)
    expect(wire.frame(snapshot(A, 90)).applied).toHaveLength(1)
    expect(wire.state.held.get(A)).toEqual({ epoch: EPOCH, rev: 90 })
  })

  it('ignores frames of topics nobody wants any more, and frames it cannot read', () => {
    const wire = live(A)
    expect(wire.frame(snapshot(B, 1)).effects).toEqual([])
    expect(wire.frame(delta(B, 1, 2)).effects).toEqual([])
    expect(wire.frame(null).effects).toEqual([])
  })
})

describe('wanting other topics', () => {
  it('subscribes to the new, unsubscribes from the dropped and forgets their rows', () => {
    const wire = live(A).tell({ kind: 'want', topics: [B] })
    expect(wire.effects).toContainEqual({ kind: 'forget', topics: [A] })
    expect(wire.sent).toEqual([{ type: 'unsubscribe', topics: [A] }, { type: 'subscribe', topics: [B] }])
    expect(wire.state.held.has(A)).toBe(false)
  })

  it('keeps to the 200 topics a connection may have', () => {
    const many = Array.from({ length: 260 }, (_, i): Topic => `territory:${i}`)
    expect(new Wire().tell({ kind: 'want', topics: many }).state.wanted.size).toBe(200)
  })
})

describe('losing and resuming', () => {
  it('backs off with jitter, doubling up to half a minute', () => {
    expect([1, 2, 3, 4].map((n) => backOff(n, 0))).toEqual([250, 500, 1_000, 2_000])
    expect(backOff(1, 0.999)).toBeGreaterThan(490)
    expect(backOff(50, 0.999)).toBeLessThanOrEqual(30_000)
    const wire = live(A).close(1001, 0)
    expect(wire.effects).toEqual([{ kind: 'retry_in', attempt: 1, delay_ms: 250 }])
  })

  it('resumes every topic from its own revision after a reconnect', () => {
    const wire = live(A, B).frame(delta(A, 7, 12)).close(1006).tell({ kind: 'retry_due', attempt: 1 }).up()
    expect(wire.sent).toEqual([
      { type: 'subscribe', topics: [A, B], resume: { [A]: { epoch: EPOCH, rev: 12 }, [B]: { epoch: EPOCH, rev: 7 } } },
    ])
    expect(wire.frame(delta(A, 12, 15)).connection).toBe('resuming')
    expect(wire.frame(delta(B, 7, 7)).connection).toBe('live')
  })

  it('is resuming at the first failure and offline at the second', () => {
    const wire = live(A).close(1006)
    expect(wire.connection).toBe('resuming')
    wire.tell({ kind: 'retry_due', attempt: 1 }).tell({ kind: 'ticket_failed', attempt: 2, why: 'failed' })
    expect(wire.connection).toBe('offline')
  })

  it('forgets its failures only when live again, not when merely let in', () => {
    const wire = live(A).close(1006).tell({ kind: 'retry_due', attempt: 1 }).up()
    expect(wire.state.failures).toBe(1)
    expect(wire.frame(delta(A, 7, 8)).state.failures).toBe(0)
  })

  it('does not sit out the back-off when the network or the viewer comes back', () => {
    const wire = live(A).close(1006).tell({ kind: 'woken' })
    expect(wire.effects).toEqual([{ kind: 'cancel_retry' }, { kind: 'fetch_ticket', attempt: 2, renewed: false }])
  })

  it('hangs up and is offline as soon as the browser says the network is gone', () => {
    const wire = live(A).tell({ kind: 'network_lost' })
    expect(wire.connection).toBe('offline')
    expect(wire.effects.map(({ kind }) => kind)).toEqual(['close', 'retry_in'])
    expect(wire.close(1000).effects).toEqual([])
    expect(wire.tell({ kind: 'woken' }).up().frame(delta(A, 7, 9)).connection).toBe('live')
  })

  it('gives a silent connection up after two unanswered pings', () => {
    const wire = live(A).tell({ kind: 'beat' }).tell({ kind: 'beat' })
    expect(wire.sent).toEqual([{ type: 'ping' }])
    expect(wire.tell({ kind: 'beat' }).effects.map(({ kind }) => kind)).toEqual(['close', 'retry_in'])
  })

  it('takes any frame as a sign of life', () => {
    const wire = live(A).tell({ kind: 'beat' }).tell({ kind: 'beat' }).frame(delta(A, 7, 8)).tell({ kind: 'beat' })
    expect(wire.sent).toEqual([{ type: 'ping' }])
  })

  it('forgets everything on stop', () => {
    const wire = live(A).tell({ kind: 'stop' })
    expect(wire.effects).toContainEqual({ kind: 'close', attempt: 1 })
    expect(wire.state.held.size).toBe(0)
  })
})

describe('access', () => {
  it('is refreshed on the open connection before it ends', () => {
    const wire = started(A).up()
    expect(wire.effects).toContainEqual({ kind: 'renew_by', attempt: 1, expires_at: 900_000 })
    wire.frame(snapshot(A, 7)).tell({ kind: 'renewal_due', attempt: 1 })
    expect(wire.effects).toEqual([{ kind: 'fetch_renewal', attempt: 1 }])
    wire.tell({ kind: 'renewal_ticket', attempt: 1, ticket: 'fresh' })
    expect(wire.sent).toEqual([{ type: 'refresh', ticket: 'fresh' }])
    wire.frame({ type: 'refreshed', expires_at: 1_800_000 })
    expect(wire.effects).toEqual([{ kind: 'renew_by', attempt: 1, expires_at: 1_800_000 }])
    expect(wire.connection).toBe('live')
  })

  it('is not refreshed on a connection that is gone', () => {
    const wire = live(A).close(1006).tell({ kind: 'renewal_due', attempt: 1 })
    expect(wire.effects).toEqual([])
    expect(wire.tell({ kind: 'retry_due', attempt: 1 }).tell({ kind: 'renewal_ticket', attempt: 1, ticket: 'late' }).effects).toEqual([])
  })

  it('that has ended is renewed at once, and what is held is resumed', () => {
    const wire = live(A).close(4401)
    expect(wire.effects).toContainEqual({ kind: 'fetch_ticket', attempt: 2, renewed: true })
    expect(wire.connection).toBe('resuming')
    wire.up()
    expect(wire.sent).toEqual([{ type: 'subscribe', topics: [A], resume: { [A]: { epoch: EPOCH, rev: 7 } } }])
    expect(wire.frame(delta(A, 7, 8)).state).toMatchObject({ failures: 0, mustRenew: false })
  })

  it('that is refused over and over is asked for with a back-off', () => {
    const wire = live(A).close(4401)
    wire.tell({ kind: 'ticket', attempt: 2, ticket: 't' }).close(4401)
    expect(wire.effects.map(({ kind }) => kind)).toEqual(['retry_in'])
    expect(wire.tell({ kind: 'retry_due', attempt: 2 }).effects).toContainEqual({ kind: 'fetch_ticket', attempt: 3, renewed: true })
  })

  it('that cannot be renewed ends the session', () => {
    const refused = started(A).tell({ kind: 'ticket_failed', attempt: 1, why: 'unauthenticated' })
    expect(refused.effects).toEqual([{ kind: 'session_expired' }])
    expect(refused.connection).toBe('offline')
  })

  it('that was taken away leaves nothing on the map, and what is left comes anew', () => {
    const wire = live(A, B).close(4403, 0)
    expect(wire.effects.slice(0, 2)).toEqual([{ kind: 'forget', topics: [A, B] }, { kind: 'access_taken' }])
    expect(wire.effects.at(-1)).toMatchObject({ kind: 'retry_in' })
    wire.tell({ kind: 'retry_due', attempt: 1 }).up()
    expect(wire.sent).toEqual([{ type: 'subscribe', topics: [A, B] }])
  })

  it('waits, when another window took the connection over, until somebody asks for it here', () => {
    const wire = live(A).close(4409)
    expect(wire.connection).toBe('elsewhere')
    for (const kind of ['woken', 'beat', 'network_lost'] as const) wire.tell({ kind })
    expect(wire.connection).toBe('elsewhere')
    expect(wire.tell({ kind: 'asked' }).effects).toContainEqual({ kind: 'fetch_ticket', attempt: 2, renewed: false })
  })

  it('leaves a server alone that says it is too much', () => {
    const [usual, tooMany] = [live(A).close(1006, 0), live(A).close(4429, 0)].map(({ effects }) => effects[0] as { delay_ms: number })
    expect(tooMany!.delay_ms).toBeGreaterThan(8 * usual!.delay_ms)
    const refused = started(A).tell({ kind: 'ticket_failed', attempt: 1, why: 'too_many' }, 0).effects[0]
    expect(refused).toMatchObject({ kind: 'retry_in', delay_ms: tooMany!.delay_ms })
  })
})

describe('lanes', () => {
  const PLAN = 'plan:a' as const
  const whole = (rev: number, epoch = 'p1'): ServerFrame => ({ type: 'lane', kind: 'plan_snapshot', topic: PLAN, rev, epoch, body: {} })
  const next = (rev: number, kind: 'plan_diff' | 'eta' = 'plan_diff'): ServerFrame => ({ type: 'lane', kind, topic: PLAN, rev, epoch: null, body: {} })
  const told = (wire: Wire) => wire.effects.flatMap((effect) => (effect.kind === 'lane' ? [effect.frame.rev] : []))
  const follow = (date: string | null = '2026-11-26') => new Wire().tell({ kind: 'want', topics: [PLAN, A], date }).tell({ kind: 'start' }).up()

  it('are subscribed for a day, and live once they have answered', () => {
    const wire = follow()
    expect(wire.sent).toEqual([{ type: 'subscribe', topics: [PLAN, A], date: '2026-11-26' }])
    wire.frame(snapshot(A, 1)).frame(whole(4))
    expect([told(wire), wire.sent, wire.connection]).toEqual([[4], [{ type: 'ack', topic: PLAN, rev: 4 }], 'live'])
  })

  it('are told in order, once each; figures may share the revision of a frame', () => {
    const wire = follow().frame(whole(4))
    expect(told(wire.frame(next(4, 'eta')))).toEqual([4])
    expect(told(wire.frame(next(7)))).toEqual([7])
    expect(told(wire.frame(next(7)))).toEqual([])
    expect(wire.sent).toEqual([{ type: 'ack', topic: PLAN, rev: 7 }])
    expect(told(wire.frame(next(6, 'eta')))).toEqual([])
  })

  it('say nothing before the whole has come', () => {
    const wire = follow().frame(next(3))
    expect([told(wire), wire.sent]).toEqual([[], []])
  })

  it('go on where they were after a drop, for the same day', () => {
    const wire = follow().frame(whole(4)).frame(next(5)).close(1006).tell({ kind: 'retry_due', attempt: 1 }).up()
    expect(wire.sent).toEqual([{ type: 'subscribe', topics: [PLAN, A], resume: { [PLAN]: { epoch: 'p1', rev: 5 } }, date: '2026-11-26' }])
  })

  it('begin anew for another day, and leave the map as it is', () => {
    const wire = follow().frame(snapshot(A, 1)).frame(whole(4)).tell({ kind: 'want', topics: [PLAN, A], date: '2026-11-27' })
    expect(wire.sent).toEqual([{ type: 'subscribe', topics: [PLAN], date: '2026-11-27' }])
  })

  it('are left with their page', () => {
    const wire = follow().frame(whole(4)).tell({ kind: 'want', topics: [A], date: null })
    expect(wire.sent).toEqual([{ type: 'unsubscribe', topics: [PLAN] }])
  })
})
