/** The same within so long is one tap. */
const TWICE_MS = 1_000

/** A finger that taps twice does one deed: the same once more within a second is answered by the first. */
export class Once<Result> {
  #last: { what: string; at_ms: number; done: Promise<Result> } | null = null

  do(what: string, now_ms: number, act: () => Promise<Result>): Promise<Result> {
    if (this.#last?.what === what && now_ms - this.#last.at_ms < TWICE_MS) return this.#last.done
    const last = { what, at_ms: now_ms, done: act() }
    this.#last = last
    // What was not done may be tried again at once.
    last.done.catch(() => {
      if (this.#last === last) this.#last = null
    })
    return last.done
  }
}
