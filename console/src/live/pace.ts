/** The passing of time, replaceable in tests. */
export type Clock = {
  now: () => number
  after: (delay_ms: number, task: () => void) => unknown
  cancel: (handle: unknown) => void
}

const realClock: Clock = {
  now: () => performance.now(),
  after: (delay_ms, task) => setTimeout(task, delay_ms),
  cancel: (handle) => clearTimeout(handle as ReturnType<typeof setTimeout>),
}

/** A listener may spend a tenth of the time of this thread: one that takes 40 ms is not called again for 400. */
const BREATHING_FACTOR = 10
/** What it starts elsewhere (a worker, the GPU) may keep that place half busy. */
const BREATHING_FACTOR_ELSEWHERE = 2

/** Work that goes on elsewhere after the call is a promise. It must settle; whether it fails is the listener's affair. */
export type Listener = () => void | Promise<void>

/**
 * Calls a listener for any number of asks, but at most once per interval: the first ask at once, the last one never
 * lost. A listener that is slow on this machine stretches its own interval, and is never called while still at it.
 */
export class Pace {
  readonly #interval_ms: number
  readonly #listener: Listener
  readonly #clock: Clock
  #due = -Infinity
  #waiting: unknown = null
  #isBusy = false
  #isAsked = false

  constructor(interval_ms: number, listener: Listener, clock: Clock = realClock) {
    this.#interval_ms = interval_ms
    this.#listener = listener
    this.#clock = clock
  }

  ask(): void {
    if (this.#isBusy) {
      this.#isAsked = true
      return
    }
    if (this.#waiting !== null) return
    const wait = this.#due - this.#clock.now()
    if (wait <= 0) this.#run()
    else this.#waiting = this.#clock.after(wait, () => this.#run())
  }

  cancel(): void {
    if (this.#waiting !== null) this.#clock.cancel(this.#waiting)
    this.#waiting = null
    this.#isAsked = false
  }

  #run(): void {
    this.#waiting = null
    const began = this.#clock.now()
    const elsewhere = this.#listener()
    this.#rest(began, BREATHING_FACTOR)
    if (!elsewhere) return
    this.#isBusy = true
    const done = () => {
      this.#isBusy = false
      this.#rest(began, BREATHING_FACTOR_ELSEWHERE)
      if (!this.#isAsked) return
      this.#isAsked = false
      this.ask()
    }
    elsewhere.then(done, done)
  }

  #rest(began: number, factor: number): void {
    this.#due = Math.max(this.#due, began + Math.max(this.#interval_ms, factor * (this.#clock.now() - began)))
  }
}
