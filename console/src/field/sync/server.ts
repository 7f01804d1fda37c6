/** The API as the phone uses it. Everything sent carries the id it got when it was done; the server counts it once. */
import { answer } from '../../api/client'
import { ApiError } from '../../api/problem'
import type { Body } from '../model/body'
import { readDay, readOffers } from '../model/contract'
import type { Day, Offer } from '../model/day'
import { outcomeOf } from './answers'
import type { Outcome, Work } from './queue'

type Heard = (response: Response, asked_ms: number) => void
const id = encodeURIComponent

export async function fetchDay(now_ms: number, heard: Heard): Promise<Day> {
  const asked_ms = Date.now()
  const { body, response } = await answer('/me/day')
  heard(response, asked_ms)
  return readDay(body, now_ms)
}

/** `null`: this server hands out no offers. */
export async function fetchOffers(): Promise<Offer[] | null> {
  try {
    const { body } = await answer('/me/offers')
    return readOffers(body)
  } catch (error) {
    if (error instanceof ApiError && (error.status === 404 || error.status === 403)) return null
    throw error
  }
}

export async function perform(work: Work<Body>, bytes: (file: string) => Promise<ArrayBuffer | undefined>, heard: Heard): Promise<Outcome> {
  void bytes
  void heard
  void id
  return outcomeOf(new Error('not yet'), [], 0)
}
