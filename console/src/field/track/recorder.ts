/**
 * Asks the phone where it is while the page is open and the agent on duty; keeps what is worth keeping; holds the screen awake, because a
 * page behind a dark screen is told nothing. Off duty nothing is asked.
 */
import type { Fix } from './backlog'
import { isWorthKeeping, paceOf, type Pace, type Power } from './pace'

export type Gps = 'off' | 'asking' | 'on' | 'denied' | 'unavailable'

export type RecorderHooks = {
  /** Every reading: the page shows where one is. */
  reading: (fix: Fix) => void
  /** Those worth keeping. */
  keep: (fix: Fix) => void
  gps: (gps: Gps) => void
  /** The phone's clock, set right. */
  now_ms: (phone_ms: number) => number
}

type BatteryManager = EventTarget & { level: number; charging: boolean }
type WakeLock = EventTarget & { release: () => Promise<void> }

export class Recorder {
  readonly #hooks: RecorderHooks
  #watch: number | null = null
  #power: Power = { level: null, isCharging: false }
  #pace: Pace = paceOf(this.#power)
  #last: Fix | null = null
  #wake: WakeLock | null = null
  #isOn = false
  #keeps = false

  constructor(hooks: RecorderHooks) {
    this.#hooks = hooks
    void this.#followBattery()
    document.addEventListener('visibilitychange', () => {
      if (document.visibilityState === 'visible' && this.#isOn) {
        void this.#stayAwake()
        this.#restart()
      }
    })
  }

  /** `keeps`: on duty. Otherwise readings are shown to the agent and go nowhere. */
  start(keeps: boolean): void {
    this.#keeps = keeps
    if (this.#isOn) return void (keeps ? this.#stayAwake() : this.#sleep())
    this.#isOn = true
    this.#restart()
    if (keeps) void this.#stayAwake()
  }

  stop(): void {
    if (!this.#isOn) return
    this.#isOn = this.#keeps = false
    if (this.#watch !== null) navigator.geolocation.clearWatch(this.#watch)
    this.#watch = null
    void this.#sleep()
    this.#hooks.gps('off')
  }

  #restart(): void {
    if (!('geolocation' in navigator)) return this.#hooks.gps('unavailable')
    if (this.#watch !== null) navigator.geolocation.clearWatch(this.#watch)
    this.#hooks.gps('asking')
    this.#watch = navigator.geolocation.watchPosition(
      (position) => this.#took(position),
      ({ code, PERMISSION_DENIED }) => this.#hooks.gps(code === PERMISSION_DENIED ? 'denied' : 'unavailable'),
      { enableHighAccuracy: this.#pace.isPrecise, maximumAge: this.#pace.every_ms, timeout: 60_000 },
    )
  }

  #took({ coords, timestamp }: GeolocationPosition): void {
    this.#hooks.gps('on')
    const known = <Value>(value: Value | null | undefined): Value | undefined => (value === null || (typeof value === 'number' && !Number.isFinite(value)) ? undefined : value)
    const fix: Fix = {
      recorded_at: this.#hooks.now_ms(Math.round(timestamp)), lat: coords.latitude, lon: coords.longitude,
      accuracy_m: known(coords.accuracy), speed_mps: known(coords.speed), bearing_deg: direction(known(coords.heading)), altitude_m: known(coords.altitude),
      battery: known(this.#power.level), source: 'fused',
    }
    for (const key of Object.keys(fix) as (keyof Fix)[]) if (fix[key] === undefined) delete fix[key]
    this.#hooks.reading(fix)
    if (!this.#keeps || !isWorthKeeping(this.#last, fix, this.#pace)) return
    this.#last = fix
    this.#hooks.keep(fix)
  }

  async #followBattery(): Promise<void> {
    const asked = (navigator as Navigator & { getBattery?: () => Promise<BatteryManager> }).getBattery
    if (!asked) return
    const battery = await asked.call(navigator).catch(() => null)
    if (!battery) return
    const read = () => {
      this.#power = { level: battery.level, isCharging: battery.charging }
      const pace = paceOf(this.#power)
      const isOther = pace.isPrecise !== this.#pace.isPrecise || pace.every_ms !== this.#pace.every_ms
      this.#pace = pace
      if (isOther && this.#isOn) this.#restart()
    }
    read()
    for (const event of ['levelchange', 'chargingchange']) battery.addEventListener(event, read)
  }

  async #stayAwake(): Promise<void> {
    const lock = (navigator as Navigator & { wakeLock?: { request: (kind: 'screen') => Promise<WakeLock> } }).wakeLock
    if (!lock || this.#wake || document.visibilityState !== 'visible') return
    this.#wake = await lock.request('screen').catch(() => null)
    this.#wake?.addEventListener('release', () => (this.#wake = null))
    if (!this.#keeps) await this.#sleep()
  }

  async #sleep(): Promise<void> {
    const held = this.#wake
    this.#wake = null
    await held?.release().catch(() => undefined)
  }
}

/** The wire has 0 ≤ x < 360. */
const direction = (heading: number | undefined): number | undefined => (heading === undefined ? undefined : ((heading % 360) + 360) % 360)
