import type { Day, Offer } from './day'
export function readDay(body: unknown, now_ms: number): Day {
  return { ...(body as Day), fetched_ms: now_ms }
}
export function readOffers(body: unknown): Offer[] {
  return body as Offer[]
}
