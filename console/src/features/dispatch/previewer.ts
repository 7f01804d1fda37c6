/**
 * Asks what a change would cost while it is still in hand: once the hand has rested for a moment, the latest question only, one at a time.
 * Worth remembering: an answer to anything but the latest question is never shown.
 */

export type Verdict<Answer> =
  | { kind: 'none' }
  | { kind: 'asking'; last: Answer | null }
  | { kind: 'answered'; answer: Answer }
  | { kind: 'failed'; error: unknown }

type Timers = { after: (delay_ms: number, task: () => void) => unknown; cancel: (handle: unknown) => void }
const realTimers: Timers = { after: (delay_ms, task) => setTimeout(task, delay_ms), cancel: (handle) => clearTimeout(handle as ReturnType<typeof setTimeout>) }

export const REST_MS = 70

export class Previewer<Question, Answer> {
  readonly #ask: (question: Question, signal: AbortSignal) => Promise<Answer>
  readonly #tell: (verdict: Verdict<Answer>) => void
  readonly #timers: Timers
  #wanted: string | null = null
  #waiting: unknown = null
  #running: AbortController | null = null
  #last: Answer | null = null

  constructor(ask: (question: Question, signal: AbortSignal) => Promise<Answer>, tell: (verdict: Verdict<Answer>) => void, timers: Timers = realTimers) {
    this.#ask = ask
    this.#tell = tell
    this.#timers = timers
  }

  /** Asked twice in a row, the same question is one. */
  want(question: Question): void {
    const key = JSON.stringify(question)
    if (key === this.#wanted) return
    this.#drop()
    this.#wanted = key
    this.#tell({ kind: 'asking', last: this.#last })
    this.#waiting = this.#timers.after(REST_MS, () => this.#run(key, question))
  }

  /** Nothing is in hand any more. */
  clear(): void {
    this.#drop()
    this.#last = null
    this.#tell({ kind: 'none' })
  }

  #drop(): void {
    if (this.#waiting !== null) this.#timers.cancel(this.#waiting)
    this.#waiting = null
    this.#running?.abort()
    this.#running = null
    this.#wanted = null
  }

  #run(key: string, question: Question): void {
    this.#waiting = null
    const running = new AbortController()
    this.#running = running
    this.#ask(question, running.signal).then(
      (answer) => {
        if (this.#wanted !== key || this.#running !== running) return
        this.#last = answer
        this.#tell({ kind: 'answered', answer })
      },
      (error: unknown) => {
        if (this.#wanted !== key || this.#running !== running) return
        // The same question may be asked again.
        this.#wanted = null
        this.#tell({ kind: 'failed', error })
      },
    )
  }
}
