import { describe, expect, it } from 'vitest'
import { initial, linkOf, step, type Effect, type StreamEvent, type StreamState } from './stream'
import { parse } from './wire'

/** A server that commits what it takes, and may lose any answer; a backlog of keys; the machine between them. */
class World {
  state: StreamState = initial
  backlog: number[] = []
  last = 0
  /** How often each key became durable: once or more on the wire, counted once by identity. */
  durable = new Map<number, number>()
  effects: Effect[] = []
  /** Frames the server has taken on this connection. */
  taken = 0
  inFlightMaxSeen = 0

  dispatch(event: StreamEvent): Effect[] {
    const { state, effects } = step(this.state, event, 0)
    this.state = state
    this.inFlightMaxSeen = Math.max(this.inFlightMaxSeen, state.inFlight.length)
    for (const effect of effects) {
      this.effects.push(effect)
      if (effect.kind === 'forget') {
        for (const key of this.backlog.filter((key) => key <= effect.through)) expect(this.durable.has(key), `key ${key} is forgotten before it is durable`).toBe(true)
        this.backlog = this.backlog.filter((key) => key > effect.through)
      }
    }
    return effects
  }

  make(n: number): void {
    for (let i = 0; i < n; i += 1) this.backlog.push((this.last += 1))
    this.dispatch({ kind: 'fixes' })
  }

  connect(inFlightMax = 32, fixesMax = 500): void {
    const { attempt } = this.state
    this.dispatch({ kind: 'ticket', attempt, ticket: 't' })
    this.dispatch({ kind: 'opened', attempt })
    this.taken = 0
    this.dispatch({ kind: 'frame', attempt, frame: { type: 'welcome', agent: 'me', server_time: null, expires_at: null, fixes_max: fixesMax, in_flight_max: inFlightMax } })
  }

  /** Carries out reads until there are none; what is sent reaches the server unless `isLost`. */
  flow({ isLost = false, answers = true } = {}): void {
    for (;;) {
      const index = this.effects.findIndex(({ kind }) => kind === 'send_fixes')
      if (index < 0) return
      const [effect] = this.effects.splice(index, 1)
      if (effect?.kind !== 'send_fixes' || effect.attempt !== this.state.attempt || !this.state.isReading || effect.frame !== this.state.frame) continue
      const keys = this.backlog.filter((key) => key > effect.after).slice(0, effect.max)
      if (keys.length > 0 && !isLost) {
        this.taken += 1
        expect(effect.frame, 'frames are numbered without a gap').toBe(this.taken)
        for (const key of keys) this.durable.set(key, (this.durable.get(key) ?? 0) + 1)
      }
      this.dispatch({ kind: 'read', attempt: effect.attempt, frame: effect.frame, through: keys.at(-1) ?? null })
      if (answers && keys.length > 0 && !isLost) this.dispatch({ kind: 'frame', attempt: this.state.attempt, frame: { type: 'ack', frame: this.taken } })
    }
  }
}

const started = (): World => {
  const world = new World()
  world.dispatch({ kind: 'start', agent: 'me' })
  world.connect()
  return world
}

describe('a phone that streams', () => {
  it('sends what lies there, in order, and forgets it when it is durable', () => {
    const world = new World()
    world.make(1_200)
    world.dispatch({ kind: 'start', agent: 'me' })
    world.connect(32, 500)
    world.flow()
    expect([world.taken, world.backlog.length, world.durable.size]).toEqual([3, 0, 1_200])
    world.make(1)
    world.flow()
    expect([world.taken, world.backlog.length]).toEqual([4, 0])
    expect(linkOf(world.state)).toBe('live')
  })

  it('sends again what was on its way when the answer was lost', () => {
    const world = started()
    world.make(3)
    world.flow({ answers: false })
    expect(world.backlog).toEqual([1, 2, 3])
    world.dispatch({ kind: 'closed', attempt: world.state.attempt, code: 1006 })
    world.dispatch({ kind: 'retry_due', attempt: world.state.attempt })
    world.connect()
    world.flow()
    expect([...world.durable.values()]).toEqual([2, 2, 2])
    expect(world.backlog).toEqual([])
  })

  it('never has more on its way than the server takes', () => {
    const world = new World()
    world.make(100)
    world.dispatch({ kind: 'start', agent: 'me' })
    world.connect(4, 10)
    world.flow({ answers: false })
    expect([world.taken, world.inFlightMaxSeen]).toEqual([4, 4])
    world.dispatch({ kind: 'frame', attempt: world.state.attempt, frame: { type: 'ack', frame: 2 } })
    world.flow({ answers: false })
    expect([world.taken, world.state.inFlight.map(({ frame }) => frame)]).toEqual([6, [3, 4, 5, 6]])
  })

  it('rests when told to, and goes on from the frame that was not taken', () => {
    const world = new World()
    world.make(40)
    world.dispatch({ kind: 'start', agent: 'me' })
    world.connect(4, 10)
    world.flow({ answers: false })
    const { attempt } = world.state
    world.dispatch({ kind: 'frame', attempt, frame: { type: 'busy', frame: 3, retry_after_ms: 700, code: 'journal_full' } })
    world.taken = 2
    expect(world.effects.at(-1)).toEqual({ kind: 'rest', attempt, delay_ms: 700 })
    world.make(1)
    expect(world.effects.filter(({ kind }) => kind === 'send_fixes'), 'silence while it rests').toEqual([])
    world.dispatch({ kind: 'rested', attempt })
    world.flow()
    expect(world.backlog).toEqual([])
    expect(world.durable.size).toBe(41)
  })

  it('asks for a fresh ticket when its access has ended, and for the person when that is refused', () => {
    const world = started()
    const effects = world.dispatch({ kind: 'closed', attempt: world.state.attempt, code: 4401 })
    expect(effects).toContainEqual({ kind: 'fetch_ticket', attempt: world.state.attempt, renewed: true })
    world.make(2)
    expect(world.dispatch({ kind: 'ticket_failed', attempt: world.state.attempt, why: 'unauthenticated' })).toContainEqual({ kind: 'sign_in' })
    expect(world.backlog, 'nothing is lost').toEqual([1, 2])
    world.dispatch({ kind: 'start', agent: 'me' })
    world.connect()
    world.flow()
    expect(world.backlog).toEqual([])
  })

  it.each([[4409, 'elsewhere'], [4403, 'forbidden']] as const)('does not fight over the connection (%d)', (code, link) => {
    const world = started()
    world.dispatch({ kind: 'closed', attempt: world.state.attempt, code })
    expect(linkOf(world.state)).toBe(link)
    world.dispatch({ kind: 'beat' })
    world.dispatch({ kind: 'woken' })
    expect(linkOf(world.state)).toBe(link)
    world.dispatch({ kind: 'asked' })
    expect(linkOf(world.state)).toBe('connecting')
  })

  it('holds its fixes until what must come first has been told', () => {
    const world = started()
    world.dispatch({ kind: 'hold', isHeld: true })
    world.make(3)
    world.flow()
    expect(world.durable.size).toBe(0)
    world.dispatch({ kind: 'hold', isHeld: false })
    world.flow()
    expect([world.durable.size, world.backlog.length]).toEqual([3, 0])
  })

  it('sends nothing over the access of somebody else', () => {
    const world = new World()
    world.make(3)
    world.dispatch({ kind: 'start', agent: 'me' })
    const { attempt } = world.state
    world.dispatch({ kind: 'ticket', attempt, ticket: 't' })
    world.dispatch({ kind: 'opened', attempt })
    const effects = world.dispatch({ kind: 'frame', attempt, frame: { type: 'welcome', agent: 'other', server_time: null, expires_at: null, fixes_max: 500, in_flight_max: 32 } })
    expect(effects.map(({ kind }) => kind)).toEqual(['close', 'cancel_retry', 'sign_in'])
    world.flow()
    expect([world.durable.size, world.backlog.length]).toEqual([0, 3])
  })

  it('gives a silent connection up', () => {
    const world = started()
    for (let i = 0; i < 3; i += 1) world.dispatch({ kind: 'beat' })
    expect(world.effects.some(({ kind }) => kind === 'retry_in')).toBe(true)
    expect(world.state.phase).toBe('waiting')
  })

  it('loses nothing and forgets nothing early, whatever happens', () => {
    const seed = 20_261_126
    let held = seed
    const below = (n: number) => {
      held = (Math.imul(held, 1_664_525) + 1_013_904_223) >>> 0
      return held % n
    }
    const world = new World()
    for (let i = 0; i < 4_000; i += 1) {
      const { attempt, phase } = world.state
      switch (below(9)) {
        case 0: world.make(1 + below(30)); break
        case 1: world.flow({ answers: below(2) === 0 }); break
        case 2: world.flow({ isLost: true }); if (world.state.inFlight.length > 0) world.dispatch({ kind: 'closed', attempt, code: 1006 }); break
        case 3: if (phase === 'live' && world.taken > 0) world.dispatch({ kind: 'frame', attempt, frame: { type: 'ack', frame: 1 + below(world.taken) } }); break
        case 4: if (phase === 'live' && world.state.inFlight[0]) {
          const { frame } = world.state.inFlight[0]
          world.flow({ answers: false })
          world.dispatch({ kind: 'frame', attempt, frame: { type: 'busy', frame, retry_after_ms: 1, code: 'in_flight' } })
          world.taken = frame - 1
        } break
        case 5: world.dispatch({ kind: 'rested', attempt }); break
        case 6: if (below(4) === 0) world.dispatch({ kind: 'closed', attempt, code: [1006, 4401, 4408, 4429][below(4)]! }); break
        case 7: world.dispatch({ kind: 'retry_due', attempt }); if (world.state.phase === 'off') world.dispatch({ kind: 'start', agent: 'me' }); break
        case 8: if (world.state.phase === 'ticketing') world.connect(1 + below(5), 1 + below(20)); break
      }
    }
    world.dispatch({ kind: 'network_lost' })
    world.dispatch({ kind: 'retry_due', attempt: world.state.attempt })
    world.dispatch({ kind: 'start', agent: 'me' })
    world.connect()
    world.flow()
    expect(world.backlog, `seed ${seed}`).toEqual([])
    expect(world.durable.size, `seed ${seed}`).toBe(world.last)
  })
})

describe('frames from the server', () => {
  it('are read once, and what is not one is nothing', () => {
    expect(parse('{"type":"ack","frame":7}')).toEqual({ type: 'ack', frame: 7 })
    expect(parse('{"type":"welcome","agent":"a","server_time":"2026-11-23T08:00:00.000Z","expires_at":"2026-11-23T08:15:00.000Z","limits":{"frame_bytes_max":65536,"fixes_per_frame_max":500,"frames_in_flight_max":32}}'))
      .toEqual({ type: 'welcome', agent: 'a', server_time: 1_795_420_800_000, expires_at: 1_795_421_700_000, fixes_max: 500, in_flight_max: 32 })
    expect(parse('{"type":"rejected","frame":2,"fixes":[{"index":0}],"omitted":3}')).toEqual({ type: 'rejected', frame: 2, count: 4 })
    for (const text of ['', 'null', '[]', '{"type":"ack"}', '{"frame":1}']) expect(parse(text), text).toBeNull()
    expect(parse('{"type":"offer","offer":"o"}')).toEqual({ type: 'news', of: 'offer', body: { type: 'offer', offer: 'o' } })
  })
})
