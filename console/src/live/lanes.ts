/**
 * Who follows which lane. The last to name a day decides it for the whole connection: one page looks at one day.
 */
import type { LaneFrame, LaneTopic } from './wire'

type Follower = { topic: LaneTopic; date: string | null; onFrame: (frame: LaneFrame) => void }

export class Lanes {
  readonly #followers = new Set<Follower>()
  readonly #onChange: () => void

  constructor(onChange: () => void) {
    this.#onChange = onChange
  }

  /** Begins with the whole state. Answers the way to stop. */
  follow(topic: LaneTopic, date: string | null, onFrame: (frame: LaneFrame) => void): () => void {
    const follower = { topic, date, onFrame }
    this.#followers.add(follower)
    this.#onChange()
    return () => {
      this.#followers.delete(follower)
      this.#onChange()
    }
  }

  topics(): LaneTopic[] {
    return [...new Set([...this.#followers].map(({ topic }) => topic))]
  }

  date(): string | null {
    return [...this.#followers].findLast(({ date }) => date !== null)?.date ?? null
  }

  apply(frame: LaneFrame): void {
    for (const { topic, onFrame } of [...this.#followers]) if (topic === frame.topic) onFrame(frame)
  }
}
