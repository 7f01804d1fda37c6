/** Offers as the phone remembers them: the server lists those that wait, and tells of the others once. Pure. */
import type { Offer, OfferState } from './day'

/** So many are remembered. */
const KEPT_MAX = 50

/** `waiting`: all that wait for an answer by the server's word. What is not among them any more has ended. */
export function merged(held: readonly Offer[], waiting: readonly Offer[], now_ms: number): Offer[] {
  const named = new Set(waiting.map(({ id }) => id))
  const past = held.filter(({ id }) => !named.has(id)).map((offer) => (offer.state === 'offered' ? { ...offer, state: ended(offer, now_ms) } : offer))
  return [...waiting, ...past].sort((a, b) => b.offered_ms - a.offered_ms).slice(0, KEPT_MAX)
}

const ended = ({ expires_ms }: Offer, now_ms: number): OfferState => (expires_ms <= now_ms ? 'timed_out' : 'withdrawn')

/** One that came over the socket. */
export const added = (held: readonly Offer[], offer: Offer): Offer[] => [offer, ...held.filter(({ id }) => id !== offer.id)].slice(0, KEPT_MAX)

const STATES: readonly OfferState[] = ['offered', 'accepted', 'declined', 'timed_out', 'withdrawn']

/** What the socket tells of one: it was taken back, or what became of an answer. */
export function told(held: readonly Offer[], body: Record<string, unknown>): Offer[] {
  const state = STATES.find((known) => known === body.state)
  return held.map((offer) => (offer.id !== body.offer || state === undefined ? offer : { ...offer, state, cause: typeof body.cause === 'string' ? body.cause : offer.cause }))
}
