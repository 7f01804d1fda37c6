/** An urgent visit while it is typed. Pure. */
import type { NewCustomer } from '../../api/customers'
import { clockAt } from '../../util/zone'

/** Somewhere that is no customer's yet. */
export type Somewhere = { name: string; address: string; point: { lat: number; lon: number } | null; /** Of what a geocoder found; `null` where the pin was put by hand. */ quality: number | null }

export type UrgentDraft = {
  customer: string | null
  /** Instead of a customer that is known. */
  somewhere: Somewhere | null
  place: string | null
  when: 'soon' | 'by' | 'between'
  /** Local clocks of the day, `HH:MM`. */
  from: string
  to: string
  /** Minutes, as typed. */
  duration: string
  /** Of the vehicle's capacity, as typed; empty: nothing. */
  demand: string
  skills: readonly string[]
  note: string
  mode: 'auto' | 'manual'
  /** Seconds, as typed. */
  timeout: string
}

export const newUrgent = (): UrgentDraft => ({ customer: null, somewhere: null, place: null, when: 'soon', from: '', to: '', duration: '30', demand: '', skills: [], note: '', mode: 'auto', timeout: '60' })

export type UrgentFlaw = { field: 'customer' | 'name' | 'address' | 'from' | 'to' | 'duration' | 'demand' | 'timeout'; message: string }

export const DEMAND_MAX = 1_000_000

export const TIMEOUT_S = { min: 10, max: 3_600 } as const

export function flawOf(draft: UrgentDraft): UrgentFlaw | null {
  const within = (text: string, min: number, max: number) => text.trim() !== '' && Number(text) >= min && Number(text) <= max
  if (draft.somewhere !== null) {
    if (draft.somewhere.name.trim() === '') return { field: 'name', message: 'Say who or what is there.' }
    if (draft.somewhere.point === null) return { field: 'address', message: 'Find the address, or put the pin on the map.' }
  } else if (draft.customer === null) return { field: 'customer', message: 'Say who is to be visited.' }
  if (draft.when === 'between' && draft.from === '') return { field: 'from', message: 'From when?' }
  if (draft.when !== 'soon' && draft.to === '') return { field: 'to', message: 'Until when?' }
  if (draft.when === 'between' && draft.from >= draft.to) return { field: 'to', message: 'It must end after it begins.' }
  if (!within(draft.duration, 1, 1_440)) return { field: 'duration', message: 'A visit takes 1 to 1,440 minutes.' }
  if (draft.demand.trim() !== '' && !(within(draft.demand, 0, DEMAND_MAX) && Number.isInteger(Number(draft.demand)))) return { field: 'demand', message: 'What it needs is a whole number, 0 to 1,000,000.' }
  if (!within(draft.timeout, TIMEOUT_S.min, TIMEOUT_S.max)) return { field: 'timeout', message: 'An offer can be answered for 10 to 3,600 seconds.' }
  return null
}

export const nowhere: Somewhere = { name: '', address: '', point: null, quality: null }

/** The customer that somewhere becomes, so that it can be visited. */
export const customerAt = ({ name, address, point, quality }: Somewhere, id: string, territory: string): NewCustomer => ({
  id, name: name.trim(), tags: ['ad hoc'], ...(territory !== 'none' && { territory_id: territory }),
  places: [{ is_primary: true, address: address.trim(), point, located_by: quality === null ? 'pinned' : 'geocoded', ...(quality !== null && { location_quality: quality }) }],
})

/** When it may begin; none: any time of the day from now on. */
export function windowsOf({ when, from, to }: UrgentDraft, date: string, zone: string, now: number): { from: string; to: string }[] {
  if (when === 'soon') return []
  const at = (clock: string): number => clockAt(date, clock, zone)
  const begins = when === 'by' ? Math.min(now, at(to) - 60_000) : at(from)
  return [{ from: new Date(begins).toISOString(), to: new Date(at(to)).toISOString() }]
}
