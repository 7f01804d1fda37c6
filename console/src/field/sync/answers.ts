/** From what the API answers, or fails to, to what the queue makes of it. */
import { ApiError, Unreachable } from '../../api/problem'
import type { Outcome, Refusal } from './queue'

/** Not now, or not the request's fault: the same again may well be taken. */
const TRY_AGAIN = new Set([408, 423, 425, 429])

/** `settled`: what ids a refusal as a whole speaks of. */
export function outcomeOf(error: unknown, settled: readonly string[], now_ms: number): Outcome {
  if (error instanceof Unreachable || !(error instanceof ApiError)) return { kind: 'unreachable' }
  if (error.status === 401) return { kind: 'signed_out' }
  if (error.status >= 500 || TRY_AGAIN.has(error.status)) {
    return { kind: 'failed', retry_after_ms: error.retry_after_s === null ? null : error.retry_after_s * 1_000 }
  }
  const refusal = refusalOf(error, now_ms)
  return { kind: 'answered', results: new Map(settled.map((id) => [id, refusal])) }
}

export function refusalOf({ status, code, message, fields }: ApiError, at_ms: number): Refusal {
  // The first field says more than "the request is invalid" does.
  const [field] = fields
  return { status, code, message: field ? `${message}: ${field.field} ${field.message}` : message, at_ms }
}

/** In words that say what to do. The server's own, where there are none. */
export function explainRefusal({ code, message }: Refusal): string {
  return WORDS[code] ?? `${message.charAt(0).toUpperCase()}${message.slice(1)}`
}

const WORDS: Record<string, string> = {
  illegal_transition: 'The visit has gone on since, or has ended: this could not be added to it.',
  not_assigned: 'The visit is somebody else’s now.',
  not_checked_in: 'Nobody has checked in to this visit.',
  already_over: 'The visit had ended by then.',
  visit_unknown: 'The visit is not there any more, or somebody else’s.',
  not_over: 'There was nothing to take back.',
  id_taken: 'The server knows something else under the same number.',
  unanswered: 'The answers are not as the form wants them.',
  file_gone: 'The file is not on this phone any more.',
  done_by_another: 'Somebody else has done this visit.',
  another_visit_open: 'Another visit of yours is still open. Check out of it, then try this again.',
  cooling_down: 'You checked out here a moment ago. Try again in a minute or two.',
  outside_radius: 'You were too far away from the place.',
  position_needed: 'The phone’s position was missing or too coarse.',
  proof_lacking: 'Something that this visit must show is missing.',
  offer_closed: 'The offer was over: taken by somebody else, taken back, or out of time.',
  too_large: 'The file is larger than the server takes.',
  not_found: 'The server does not know it (any more).',
}
