/** What this person has changed and may take back, the latest last. Pure. */

export type Done = { version: number; words: string }

/** More is not taken back step by step: the list of versions is there for that. */
const KEPT_MAX = 50

export const done = (held: readonly Done[], step: Done): readonly Done[] => [...held.slice(-(KEPT_MAX - 1)), step]

/** Taken back, by this page or by anybody. */
export const undone = (held: readonly Done[], version: number): readonly Done[] => held.filter((step) => step.version !== version)

export const latest = (held: readonly Done[]): Done | null => held.at(-1) ?? null
