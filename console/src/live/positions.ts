/**
 * Where everybody is, outside React. Frames change it as they come; whoever draws asks to be told at a pace of its own.
 * Worth remembering: an agent belongs to the topic whose row came last, so the `gone` of its former territory, which may
 * come later, does not take it off the map.
 */
import { Pace, type Clock, type Listener } from './pace'
import type { Delta, Row, Snapshot, Topic } from './wire'

export type Position = Row & { topic: Topic }

export class Positions {
  readonly #held = new Map<string, Position>()
  readonly #paces = new Set<Pace>()
  readonly #watchers = new Map<string, Set<(position: Position | null) => void>>()
  readonly #clock: Clock | undefined
  #version = 0

  constructor(clock?: Clock) {
    this.#clock = clock
  }

  get size(): number {
    return this.#held.size
  }

  /** Changes with every change; equal versions hold equal positions. */
  get version(): number {
    return this.#version
  }

  of(agent: string): Position | null {
    return this.#held.get(agent) ?? null
  }

  all(): IterableIterator<Position> {
    return this.#held.values()
  }

  apply(frame: Snapshot | Delta): void {
    switch (frame.type) {
      case 'snapshot':
        if (!frame.partial) this.#keepOnly(frame.topic, new Set(frame.rows.map((row) => row.agent)))
        break
      case 'delta':
        for (const agent of frame.gone) this.#remove(agent, frame.topic)
        break
    }
    for (const row of frame.rows) {
      const position = { ...row, topic: frame.topic }
      this.#held.set(row.agent, position)
      this.#tell(row.agent, position)
    }
    this.#changed()
  }

  forget(topics: readonly Topic[]): void {
    for (const topic of topics) this.#keepOnly(topic, new Set())
    this.#changed()
  }

  clear(): void {
    for (const agent of [...this.#held.keys()]) {
      this.#held.delete(agent)
      this.#tell(agent, null)
    }
    this.#changed()
  }

  /** Tells `listener` of changes, at most once per `interval_ms`, the first at once. Answers the way to stop. */
  onChange(interval_ms: number, listener: Listener): () => void {
    const pace = new Pace(interval_ms, listener, this.#clock)
    this.#paces.add(pace)
    return () => {
      pace.cancel()
      this.#paces.delete(pace)
    }
  }

  /** Tells `listener` of every change of one agent, as it happens. Answers the way to stop. */
  watch(agent: string, listener: (position: Position | null) => void): () => void {
    const watchers = this.#watchers.get(agent) ?? new Set()
    watchers.add(listener)
    this.#watchers.set(agent, watchers)
    return () => {
      watchers.delete(listener)
      if (watchers.size === 0) this.#watchers.delete(agent)
    }
  }

  #keepOnly(topic: Topic, agents: ReadonlySet<string>): void {
    for (const position of this.#held.values()) {
      if (position.topic === topic && !agents.has(position.agent)) this.#remove(position.agent, topic)
    }
  }

  #remove(agent: string, topic: Topic): void {
    if (this.#held.get(agent)?.topic !== topic) return
    this.#held.delete(agent)
    this.#tell(agent, null)
  }

  #tell(agent: string, position: Position | null): void {
    this.#watchers.get(agent)?.forEach((listener) => listener(position))
  }

  #changed(): void {
    this.#version += 1
    for (const pace of this.#paces) pace.ask()
  }
}
