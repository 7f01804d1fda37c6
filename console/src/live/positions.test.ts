import { describe, expect, it, vi } from 'vitest'
import type { Clock } from './pace'
import { Positions } from './positions'
import type { Delta, Row, Snapshot, Topic } from './wire'

const A: Topic = 'territory:a'
const B: Topic = 'territory:b'
const row = (agent: string, lat = 1): Row => ({ agent, at: 1, lat, lon: 2, status: 'moving' })
const snapshot = (topic: Topic, rows: Row[], partial = false): Snapshot => ({ type: 'snapshot', topic, epoch: 'e', rev: 1, partial, rows })
const delta = (topic: Topic, rows: Row[], gone: string[] = []): Delta => ({ type: 'delta', topic, since: 1, rev: 2, gone, rows })
const agents = (positions: Positions) => [...positions.all()].map(({ agent }) => agent).sort()

class HandClock implements Clock {
  time = 0
  #tasks: { due: number; task: () => void }[] = []
  now = () => this.time
  after = (delay_ms: number, task: () => void) => {
    const entry = { due: this.time + delay_ms, task }
    this.#tasks.push(entry)
    return entry
  }
  cancel = (handle: unknown) => {
    this.#tasks = this.#tasks.filter((entry) => entry !== handle)
  }
  pass(ms: number) {
    this.time += ms
    const due = this.#tasks.filter((entry) => entry.due <= this.time)
    this.#tasks = this.#tasks.filter((entry) => entry.due > this.time)
    due.forEach(({ task }) => task())
  }
}

describe('applying frames', () => {
  it('a snapshot replaces its topic and leaves the others alone', () => {
    const positions = new Positions()
    positions.apply(snapshot(A, [row('1'), row('2')]))
    positions.apply(snapshot(B, [row('3')]))
    positions.apply(snapshot(A, [row('2')]))
    expect(agents(positions)).toEqual(['2', '3'])
  })

  it('a partial snapshot adds', () => {
    const positions = new Positions()
    positions.apply(snapshot(A, [row('1')]))
    positions.apply(snapshot(A, [row('2')], true))
    expect(agents(positions)).toEqual(['1', '2'])
  })

  it('a delta forgets the gone before it takes the rows', () => {
    const positions = new Positions()
    positions.apply(snapshot(A, [row('1'), row('2')]))
    positions.apply(delta(A, [row('1', 5)], ['1', '2']))
    expect(agents(positions)).toEqual(['1'])
    expect(positions.of('1')?.lat).toBe(5)
  })

  it('an agent that changes territory survives the late farewell of the old one', () => {
    const positions = new Positions()
    positions.apply(snapshot(A, [row('1')]))
    positions.apply(delta(B, [row('1', 9)]))
    positions.apply(delta(A, [], ['1']))
    expect(positions.of('1')).toMatchObject({ topic: B, lat: 9 })
  })

  it('forgets a topic that is not watched any more', () => {
    const positions = new Positions()
    positions.apply(snapshot(A, [row('1')]))
    positions.apply(snapshot(B, [row('2')]))
    positions.forget([A])
    expect(agents(positions)).toEqual(['2'])
  })
})

describe('telling', () => {
  it('flushes at most once per interval, the first change at once and the last one never lost', () => {
    const clock = new HandClock()
    const positions = new Positions(clock)
    const flush = vi.fn()
    positions.onChange(500, flush)
    for (let tick = 0; tick < 10; tick += 1) {
      positions.apply(delta(A, [row('1', tick)]))
      clock.pass(100)
    }
    expect(flush).toHaveBeenCalledTimes(3)
    clock.pass(1_000)
    const calls = flush.mock.calls.length
    clock.pass(5_000)
    expect(flush).toHaveBeenCalledTimes(calls)
  })

  it('gives a slow listener more time', () => {
    const clock = new HandClock()
    const positions = new Positions(clock)
    const slow = vi.fn(() => { clock.time += 200 })
    positions.onChange(500, slow)
    positions.apply(delta(A, [row('1')]))
    positions.apply(delta(A, [row('1')]))
    clock.pass(1_500)
    expect(slow).toHaveBeenCalledTimes(1)
    clock.pass(400)
    expect(slow).toHaveBeenCalledTimes(2)
  })

  it('does not call a listener that is still at it, and makes up for it afterwards', async () => {
    const clock = new HandClock()
    const positions = new Positions(clock)
    let finish = () => {}
    const draw = vi.fn(() => new Promise<void>((resolve) => { finish = resolve }))
    positions.onChange(500, draw)
    positions.apply(delta(A, [row('1')]))
    clock.pass(900)
    positions.apply(delta(A, [row('1')]))
    expect(draw).toHaveBeenCalledTimes(1)
    finish()
    await Promise.resolve()
    clock.pass(899)
    expect(draw).toHaveBeenCalledTimes(1)
    clock.pass(1)
    expect(draw).toHaveBeenCalledTimes(2)
  })

  it('stops telling when asked to', () => {
    const clock = new HandClock()
    const positions = new Positions(clock)
    const flush = vi.fn()
    const stop = positions.onChange(500, flush)
    positions.apply(delta(A, [row('1')]))
    positions.apply(delta(A, [row('1')]))
    stop()
    clock.pass(1_000)
    expect(flush).toHaveBeenCalledTimes(1)
  })

  it('tells whoever watches an agent of that agent only, and of its leaving', () => {
    const positions = new Positions()
    const seen: (number | null)[] = []
    const stop = positions.watch('1', (position) => seen.push(position?.lat ?? null))
    positions.apply(snapshot(A, [row('1', 1), row('2', 8)]))
    positions.apply(delta(A, [row('2', 9)]))
    positions.apply(delta(A, [], ['1']))
    stop()
    positions.apply(delta(A, [row('1', 3)]))
    expect(seen).toEqual([1, null])
  })
})
