/**
 * What waits to be sent, and in which order: pure. Actions of one lane (a visit, an offer, the duty) depend on each other and go in the
 * order in which they were done; a lane whose action was refused stops there until somebody decides, and the others go on.
 *
 * Worth remembering: an action leaves `waiting` only by an answer of the server that names it. An answer that is lost changes nothing, and
 * the same action under the same id is sent again.
 */
export type Lane = string

/** Why the server said no, as it said it. */
export type Refusal = { status: number; code: string; message: string; at_ms: number }

export type Action<Body = unknown> = {
  /** The order of doing, on this phone. */
  seq: number
  /** Minted here; makes sending twice harmless. */
  id: string
  lane: Lane
  /** When it was done: this phone's clock, set right by `offset_ms`. */
  at_ms: number
  offset_ms: number
  body: Body
  /** Files that must be there first. */
  files: readonly string[]
  state: 'waiting' | 'refused' | 'sent'
  /** Times the server failed at it; a network that is away is nobody's failure. */
  failures: number
  refusal: Refusal | null
  sent_at_ms: number | null
}

/** What a file shows, in the server's words. */
export type Purpose = 'check_in' | 'check_out' | 'answer' | 'signature' | 'other'

/** A photo or a signature, without its bytes. */
export type WaitingFile = {
  id: string
  name: string
  type: string
  purpose: Purpose
  size: number
  state: 'waiting' | 'refused' | 'sent'
  failures: number
  refusal: Refusal | null
}

export type Queue<Body = unknown> = { actions: readonly Action<Body>[]; files: ReadonlyMap<string, WaitingFile> }

export type Work<Body = unknown> =
  | { kind: 'file'; file: WaitingFile; of: Action<Body> }
  | { kind: 'actions'; lane: Lane; actions: readonly Action<Body>[] }

export type Outcome =
  /** By id of the action or file; what is not named stays as it is. */
  | { kind: 'answered'; results: ReadonlyMap<string, 'taken' | Refusal> }
  /** The server was reached and failed, or asked to be left alone. */
  | { kind: 'failed'; retry_after_ms: number | null }
  | { kind: 'unreachable' }
  | { kind: 'signed_out' }

/** Sent in one request. */
export const BATCH_MAX = 20
/** After so many failures an action lets the other lanes go first: one that makes the server stumble must not keep back a whole day. */
const FAILURES_PER_STRIKE = 5

/** What is to be done next; `null`: nothing can be. */
export function next<Body>({ actions, files }: Queue<Body>): Work<Body> | null {
  const head = firstOf(heads(actions))
  if (!head) return null
  const missing = pending(head, files)
  if (missing) return { kind: 'file', file: missing, of: head }
  const batch = [head]
  for (const action of actions) {
    if (action.lane !== head.lane || action.seq <= head.seq || action.state === 'sent') continue
    // A file of a later action goes by itself first; what follows it waits for it.
    if (action.state !== 'waiting' || pending(action, files) || batch.length >= BATCH_MAX) break
    batch.push(action)
  }
  return { kind: 'actions', lane: head.lane, actions: batch }
}

/** The first of each lane that is not done; none of a lane where that one was refused. */
function heads<Body>(actions: readonly Action<Body>[]): Action<Body>[] {
  const seen = new Set<Lane>()
  return actions.filter((action) => {
    if (action.state === 'sent' || seen.has(action.lane)) return false
    seen.add(action.lane)
    return action.state === 'waiting'
  })
}

function firstOf<Body>(heads: readonly Action<Body>[]): Action<Body> | undefined {
  const strikes = ({ failures }: Action<Body>) => Math.floor(failures / FAILURES_PER_STRIKE)
  return heads.reduce<Action<Body> | undefined>((best, action) => (best && strikes(best) <= strikes(action) ? best : action), undefined)
}

function pending(action: Action, files: ReadonlyMap<string, WaitingFile>): WaitingFile | undefined {
  return action.files.map((id) => files.get(id)).find((file) => file !== undefined && file.state !== 'sent')
}

export type Change<Body = unknown> = { actions: Action<Body>[]; files: WaitingFile[] }

/** What an outcome changes. A file that is refused refuses the action it belongs to: the person must choose another, or do without. */
export function settle<Body>(work: Work<Body>, outcome: Outcome, now_ms: number): Change<Body> {
  const none: Change<Body> = { actions: [], files: [] }
  switch (outcome.kind) {
    case 'unreachable':
    case 'signed_out':
      return none
    case 'failed':
      return work.kind === 'file'
        ? { actions: [failed(work.of)], files: [failed(work.file)] }
        : { actions: work.actions.slice(0, 1).map(failed), files: [] }
    case 'answered': {
      if (work.kind === 'file') {
        const result = outcome.results.get(work.file.id)
        if (result === undefined) return none
        if (result === 'taken') return { actions: [], files: [{ ...work.file, state: 'sent', refusal: null }] }
        return { actions: [{ ...work.of, state: 'refused', refusal: result }], files: [{ ...work.file, state: 'refused', refusal: result }] }
      }
      const changed: Action<Body>[] = []
      for (const action of work.actions) {
        const result = outcome.results.get(action.id)
        if (result === undefined) continue
        changed.push(result === 'taken'
          ? { ...action, state: 'sent', refusal: null, sent_at_ms: now_ms }
          : { ...action, state: 'refused', refusal: result })
      }
      return { actions: changed, files: [] }
    }
  }
}

const failed = <Of extends { failures: number }>(of: Of): Of => ({ ...of, failures: of.failures + 1 })

/** The person says: try once more. */
export function again<Body>(action: Action<Body>, files: ReadonlyMap<string, WaitingFile>): Change<Body> {
  return {
    actions: [{ ...action, state: 'waiting', refusal: null, failures: 0 }],
    files: action.files.flatMap((id) => {
      const file = files.get(id)
      return file?.state === 'refused' ? [{ ...file, state: 'waiting' as const, refusal: null, failures: 0 }] : []
    }),
  }
}

/**
 * The action and all that was done after it in its lane: what depends on a thing that never was cannot stand without it. On what is `alone`
 * nothing builds, though it has its turn.
 */
export function dependents<Body>(actions: readonly Action<Body>[], of: Action<Body>, alone: (body: Body) => boolean = () => false): Action<Body>[] {
  if (alone(of.body)) return of.state === 'sent' ? [] : [of]
  return actions.filter((action) => action.lane === of.lane && action.seq >= of.seq && action.state !== 'sent')
}

export type Tally = { waiting: number; refused: number; held: number; files: number }

/** `held`: behind a refusal. */
export function tally({ actions, files }: Queue): Tally {
  const stopped = new Set(actions.filter(({ state }) => state === 'refused').map(({ lane }) => lane))
  const waiting = actions.filter(({ state }) => state === 'waiting')
  const held = waiting.filter(({ lane }) => stopped.has(lane)).length
  return {
    waiting: waiting.length - held, held, refused: actions.length === 0 ? 0 : actions.filter(({ state }) => state === 'refused').length,
    files: [...files.values()].filter(({ state }) => state === 'waiting').length,
  }
}
