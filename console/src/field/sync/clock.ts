/**
 * What time it is, by the server's clock as far as it is known: phones' clocks are off by minutes, and an event keeps the time it
 * happened. Pure; the last reading is kept on the phone, so that a day begun offline is right too.
 */
export type ClockReading = {
  /** To be added to the phone's clock. */
  offset_ms: number
  /** By the phone's clock. */
  learned_at_ms: number
}

export const UNKNOWN: ClockReading = { offset_ms: 0, learned_at_ms: 0 }
/** An HTTP date tells seconds; less than this is no news. */
const COARSE_MS = 1_500
/** Said to the person from here on: their own watch and the app would disagree. */
export const SKEW_TOLD_MS = 120_000

/** From a frame that tells milliseconds; half of the way there and back is taken off. */
export function learned(server_ms: number, asked_ms: number, answered_ms: number): ClockReading {
  return { offset_ms: Math.round(server_ms - (asked_ms + answered_ms) / 2), learned_at_ms: answered_ms }
}

/** From the `Date` of an answer; `null` when it says nothing new. */
export function learnedCoarsely(held: ClockReading, date: string | null, asked_ms: number, answered_ms: number): ClockReading | null {
  const server_ms = Date.parse(date ?? '')
  if (Number.isNaN(server_ms)) return null
  const reading = learned(server_ms + 500, asked_ms, answered_ms)
  return held.learned_at_ms !== 0 && Math.abs(reading.offset_ms - held.offset_ms) < COARSE_MS ? null : reading
}

/**
 * Between two looks, time went on by `elapsed_ms` at most (a clock that only counts may stand still in sleep, so it may have been more);
 * a wall clock that went on by less was set back, and what was learned is corrected by as much.
 */
export function setBack(held: ClockReading, before_ms: number, now_ms: number, elapsed_ms: number): ClockReading {
  const lost_ms = elapsed_ms - (now_ms - before_ms)
  return lost_ms > COARSE_MS ? { ...held, offset_ms: held.offset_ms + Math.round(lost_ms) } : held
}
