/**
 * Fixes on the phone until the server has them, durably. Bounded: beyond `FIXES_MAX` the older half loses every second fix, so that a long
 * time without a network costs detail of long ago and never the course of the day, nor anything of the last hours.
 */
import { PhoneIsFull, isFull, type Db } from '../store/db'

/** As `/ws/agent` takes it; `recorded_at` in Unix milliseconds. */
export type Fix = {
  recorded_at: number
  lat: number
  lon: number
  accuracy_m?: number
  speed_mps?: number
  bearing_deg?: number
  altitude_m?: number
  battery?: number
  source: 'gps' | 'network' | 'fused' | 'unknown'
}
export type StoredFix = Fix & { seq: number }
export type Kept = { key: number; fix: StoredFix }

/** A week of eight-hour days at a fix each 10 s, some 3 MB. */
export const FIXES_MAX = 20_000

export class Backlog {
  readonly #db: Db
  readonly #max: number

  constructor(db: Db, max = FIXES_MAX) {
    this.#db = db
    this.#max = max
  }

  /** Says whether older ones were thinned out for it. */
  async add(fix: Fix): Promise<boolean> {
    try {
      const tx = this.#db.transaction(['fixes', 'kept'], 'readwrite')
      const kept = tx.objectStore('kept')
      const seq = ((await kept.get(SEQ)) as number | undefined ?? 0) + 1
      await Promise.all([kept.put(seq, SEQ), tx.objectStore('fixes').add({ ...fix, seq }), tx.done])
    } catch (error) {
      if (!isFull(error)) throw error
      // No room: the older half gives way rather than the newest reading.
      if ((await this.thin()) === 0) throw new PhoneIsFull(error)
      return true
    }
    if ((await this.count()) <= this.#max) return false
    await this.thin()
    return true
  }

  count(): Promise<number> {
    return this.#db.count('fixes')
  }

  /** The next ones after `key`, in order of their making. */
  async after(key: number, max: number): Promise<Kept[]> {
    const range = IDBKeyRange.lowerBound(key, true)
    const tx = this.#db.transaction('fixes')
    const [keys, fixes] = await Promise.all([tx.store.getAllKeys(range, max), tx.store.getAll(range, max)])
    await tx.done
    return keys.map((at, i) => ({ key: at, fix: fixes[i]! }))
  }

  async forgetThrough(key: number): Promise<void> {
    await this.#db.delete('fixes', IDBKeyRange.upperBound(key))
  }

  /** Of the older half every second one goes; the very first stays, because a track begins somewhere. */
  async thin(): Promise<number> {
    const tx = this.#db.transaction('fixes', 'readwrite')
    const keys = await tx.store.getAllKeys()
    const gone = keys.slice(0, Math.floor(keys.length / 2)).filter((_, i) => i % 2 === 1)
    await Promise.all([...gone.map((key) => tx.store.delete(key)), tx.done])
    return gone.length
  }
}

const SEQ = 'fix-seq'
