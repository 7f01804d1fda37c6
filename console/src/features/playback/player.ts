/**
 * The playhead at work. It lives outside of React: whoever draws listens to its ticks, at most 30 a second, and React only hears of
 * playing, pausing and settings. The invariant: `at` is always within the day.
 */
import { clamp, type Span } from '../../util/timescale'
import { SPEEDS, advance, type Speed } from './playhead'

const TICK_MIN_MS = 1_000 / 30
/** After a hidden tab or a slow frame the playhead goes on from where it was; it does not leap. */
const FRAME_MAX_MS = 250

/** Frames of the browser, replaceable in tests. */
export type Frames = { ask: (frame: (now_ms: number) => void) => number; cancel: (handle: number) => void }

const browserFrames: Frames = { ask: (frame) => requestAnimationFrame(frame), cancel: (handle) => cancelAnimationFrame(handle) }

export type PlayerState = { isPlaying: boolean; speed: Speed; skipsQuiet: boolean; isFollowing: boolean }
/** `isJump`: it was put there, and did not go there by playing. */
export type Tick = (at: number, isJump: boolean) => void

export class Player {
  readonly #frames: Frames
  readonly #ticks = new Set<Tick>()
  readonly #watchers = new Set<() => void>()
  #at = 0
  #day: Span = { from: 0, to: 0 }
  #end = 0
  #quiet: readonly Span[] = []
  #state: PlayerState
  #frame: number | null = null
  #lastTick_ms: number | null = null

  constructor(speed: Speed, frames: Frames = browserFrames) {
    this.#frames = frames
    this.#state = { isPlaying: false, speed, skipsQuiet: true, isFollowing: false }
  }

  get at(): number { return this.#at }
  get day(): Span { return this.#day }

  readonly state = (): PlayerState => this.#state

  readonly subscribe = (watcher: () => void): (() => void) => {
    this.#watchers.add(watcher)
    return () => this.#watchers.delete(watcher)
  }

  /** Called with every new place of the playhead, and once at the beginning. */
  onTick(tick: Tick): () => void {
    this.#ticks.add(tick)
    tick(this.#at, true)
    return () => this.#ticks.delete(tick)
  }

  /** Opens another day, paused, with the playhead at `at`. */
  open(day: Span, at: number): void {
    this.pause()
    this.#day = day
    this.#end = day.to
    this.#quiet = []
    this.seek(at)
  }

  /** What is known of the day: it plays until `end`, and skips what is quiet if asked to. */
  know(quiet: readonly Span[], end: number): void {
    this.#quiet = quiet
    this.#end = clamp(end, this.#day.from, this.#day.to)
  }

  seek(at: number): void {
    this.#at = clamp(at, this.#day.from, this.#day.to)
    this.#tell(true)
  }

  /** From the beginning again when it stands at the end. */
  play(): void {
    if (this.#state.isPlaying || this.#end <= this.#day.from) return
    if (this.#at >= this.#end) this.seek(this.#day.from)
    this.#lastTick_ms = null
    this.#set({ isPlaying: true })
    this.#frame = this.#frames.ask(this.#run)
  }

  pause(): void {
    if (this.#frame !== null) this.#frames.cancel(this.#frame)
    this.#frame = null
    if (this.#state.isPlaying) this.#set({ isPlaying: false })
  }

  toggle(): void {
    if (this.#state.isPlaying) this.pause()
    else this.play()
  }

  choose(change: Partial<Pick<PlayerState, 'speed' | 'skipsQuiet' | 'isFollowing'>>): void {
    this.#set(change)
  }

  faster(steps: number): void {
    const next = SPEEDS[clamp(SPEEDS.indexOf(this.#state.speed) + steps, 0, SPEEDS.length - 1)]
    if (next !== undefined) this.choose({ speed: next })
  }

  #run = (now_ms: number): void => {
    this.#frame = this.#frames.ask(this.#run)
    this.#lastTick_ms ??= now_ms
    const elapsed_ms = now_ms - this.#lastTick_ms
    if (elapsed_ms < TICK_MIN_MS - 1) return
    this.#lastTick_ms = now_ms
    const { speed, skipsQuiet } = this.#state
    this.#at = advance(this.#at, Math.min(elapsed_ms, FRAME_MAX_MS), speed, skipsQuiet ? this.#quiet : [], this.#end)
    this.#tell(false)
    if (this.#at >= this.#end) this.pause()
  }

  #set(change: Partial<PlayerState>): void {
    this.#state = { ...this.#state, ...change }
    this.#watchers.forEach((tell) => tell())
  }

  #tell(isJump: boolean): void {
    this.#ticks.forEach((tick) => tick(this.#at, isJump))
  }
}
