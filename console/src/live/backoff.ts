/** A number in [0, 1), rolled by the caller. */
export type Roll = number

const FIRST_MS = 500
const CEILING_MS = 30_000

/** Doubles from half a second to half a minute; half of it is jitter, so a thousand consoles do not come back as one. */
export function backOff(failures: number, roll: Roll): number {
  const full = Math.min(CEILING_MS, FIRST_MS * 2 ** Math.max(0, failures - 1))
  return Math.round(full / 2 + (full / 2) * roll)
}
