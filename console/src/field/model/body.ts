/** What an agent does on the phone, as it lies in the queue. */
import type { Outcome, Point } from './day'

/** Where the phone says that it is. */
export type Claim = Point & { accuracy_m?: number; mock?: boolean }

export type Told =
  | { type: 'en_route' }
  | { type: 'check_in'; position?: Claim; photos?: readonly string[]; note?: string }
  | { type: 'start' }
  | { type: 'check_out'; position?: Claim; outcome: Outcome; reason?: string; photos?: readonly string[]; note?: string }
  | { type: 'abandon'; reason: string; note?: string }
  | { type: 'cancel'; reason: string; note?: string }

export type NewVisit = { customer_id: string; place_id: string; day: string; purpose?: string; note?: string }

export type Body =
  | { kind: 'told'; visit: string; title: string; told: Told }
  | { kind: 'new_visit'; visit: string; title: string; made: NewVisit }
  | { kind: 'activity'; visit: string; title: string; type_id: string; form: { id: string; version: number } | null; name: string; answers: Record<string, unknown> }
  | { kind: 'photos'; visit: string; title: string; photos: readonly string[] }
  | { kind: 'duty'; title: string; isOn: boolean; reason?: string }
  | { kind: 'offer'; offer: string; title: string; accepts: boolean; reason?: string }

/** What depends on what: one visit's deeds on each other, and on its having been made. */
export function laneOf(body: Body): string {
  switch (body.kind) {
    case 'told':
    case 'new_visit':
    case 'activity':
    case 'photos':
      return `visit:${body.visit}`
    case 'duty':
      return 'duty'
    case 'offer':
      return `offer:${body.offer}`
  }
}

/** A photo beside the rest: it has its turn, and whether it counts changes nothing of what comes after it. */
export const isAlone = (body: Body): boolean => body.kind === 'photos'

/** In a list: "Checked in". */
export function deedOf(body: Body): string {
  switch (body.kind) {
    case 'told':
      switch (body.told.type) {
        case 'en_route': return 'Set off'
        case 'check_in': return 'Checked in'
        case 'start': return 'Started'
        case 'check_out': return body.told.outcome === 'productive' ? 'Checked out, productive' : 'Checked out, unproductive'
        case 'abandon': return 'Gave up'
        case 'cancel': return 'Cannot visit'
      }
      break
    case 'new_visit': return 'Added a visit'
    case 'activity': return body.name
    case 'photos': return body.photos.length === 1 ? 'Photo' : `${body.photos.length} photos`
    case 'duty': return body.isOn ? 'Went on duty' : 'Went off duty'
    case 'offer': return body.accepts ? 'Accepted an offer' : 'Declined an offer'
  }
  return 'Something'
}
