/**
 * Sends what waits, one piece after the other, in one tab of all that are open. It decides nothing: `queue.ts` does. Between an answer and
 * its being written down the phone may die at any instant; then the same piece is sent again under the same id.
 */
import { backOff } from '../../live/backoff'
import type { Store } from '../store/store'
import { next, settle, type Outcome, type Work } from './queue'

const names = (work: Work, id: string): boolean => (work.kind === 'file' ? work.file.id === id : work.actions.some((action) => action.id === id))

/** `gone`: its bytes are not on this phone any more. */
export type Perform<Body> = (work: Work<Body>, bytes: (file: string) => Promise<ArrayBuffer | undefined>) => Promise<Outcome>
/** `idle`: nothing to do. `stuck`: there is, but somebody has to sign in. */
export type Progress = 'sending' | 'idle' | 'waiting' | 'offline' | 'stuck'

export type Hooks<Body> = {
  store: Store<Body>
  perform: Perform<Body>
  /** Runs the task while no other tab runs one. */
  alone: (task: () => Promise<void>, signal: AbortSignal) => Promise<void>
  now_ms: () => number
  roll: () => number
  progress: (progress: Progress) => void
  /** After something was taken or refused. */
  settled: () => void
}

/** With nothing to do the queue is looked at again after this: another tab may have filled it and died. */
const LOOK_AGAIN_MS = 60_000

export class Uploader<Body> {
  readonly #hooks: Hooks<Body>
  #stop: AbortController | null = null
  #wake: (() => void) | null = null
  #isPoked = false
  #ended: Promise<void> = Promise.resolve()

  constructor(hooks: Hooks<Body>) {
    this.#hooks = hooks
    // By whichever tab: the one that sends is seldom the one that is looked at.
    hooks.store.onFilled(() => this.poke())
  }

  start(): void {
    if (this.#stop) return
    const stop = new AbortController()
    this.#stop = stop
    this.#ended = this.#hooks.alone(() => this.#run(stop.signal), stop.signal).catch((error: unknown) => {
      if (!stop.signal.aborted) throw error
    })
  }

  /** Resolves when the piece under way is done with. */
  stop(): Promise<void> {
    this.#stop?.abort()
    this.#stop = null
    this.poke()
    return this.#ended
  }

  /** The network is back, or somebody signed in. */
  poke(): void {
    this.#isPoked = true
    this.#wake?.()
  }

  async #run(signal: AbortSignal): Promise<void> {
    let setbacks = 0
    while (!signal.aborted) {
      this.#isPoked = false
      const outcome = await sendNext(this.#hooks, () => this.#hooks.progress('sending'))
      if (outcome === null) {
        setbacks = 0
        this.#hooks.progress('idle')
        await this.#pause(LOOK_AGAIN_MS)
        continue
      }
      switch (outcome.kind) {
        case 'answered':
          setbacks = 0
          this.#hooks.settled()
          break
        case 'failed':
          setbacks += 1
          this.#hooks.progress('waiting')
          await this.#pause(outcome.retry_after_ms ?? backOff(setbacks, this.#hooks.roll()))
          break
        case 'unreachable':
          setbacks += 1
          this.#hooks.progress('offline')
          await this.#pause(backOff(setbacks, this.#hooks.roll()))
          break
        case 'signed_out':
          this.#hooks.progress('stuck')
          await this.#pause(LOOK_AGAIN_MS)
          break
      }
    }
  }

  /** Until somebody pokes, or this long. A poke during the work before counts. */
  #pause(limit_ms: number): Promise<void> {
    if (this.#isPoked) return Promise.resolve()
    return new Promise((resolve) => {
      const timer = setTimeout(done, limit_ms)
      const settle = () => {
        clearTimeout(timer)
        done()
      }
      this.#wake = settle
      const self = this
      function done() {
        if (self.#wake === settle) self.#wake = null
        resolve()
      }
    })
  }
}

/** Sends one piece, and writes down what became of it; `null`: there is nothing to send. */
export async function sendNext<Body>({ store, perform, now_ms }: Pick<Hooks<Body>, 'store' | 'perform' | 'now_ms'>, begun: () => void = () => undefined): Promise<Outcome | null> {
  const work = next(await store.queue())
  if (work === null) return null
  begun()
  const outcome = await perform(work, (file) => store.bytes(file)).catch((): Outcome => ({ kind: 'unreachable' }))
  // An answer about nothing of ours is as good as none.
  if (outcome.kind === 'answered' && ![...outcome.results.keys()].some((id) => names(work, id))) return { kind: 'failed', retry_after_ms: null }
  await store.apply(settle(work, outcome, now_ms()))
  return outcome
}

/** Sends all that can be sent by now; says whether something is left that a network could still take. */
export async function drain<Body>(hooks: Pick<Hooks<Body>, 'store' | 'perform' | 'now_ms'>): Promise<'empty' | 'left'> {
  for (;;) {
    const outcome = await sendNext(hooks)
    if (outcome === null || outcome.kind === 'signed_out') return 'empty'
    if (outcome.kind !== 'answered') return 'left'
  }
}

/** One tab at a time by a lock that the browser takes back when the tab dies. Without locks every tab sends; ids keep that harmless. */
export function aloneByLock(name: string): (task: () => Promise<void>, signal: AbortSignal) => Promise<void> {
  return async (task, signal) => {
    if (typeof navigator === 'undefined' || !navigator.locks) return task()
    await navigator.locks.request(name, { signal }, task)
  }
}
