/** Calls about customers: who is visited, where, and whom one asks for there. Every change names the version it was decided upon. */
import { call, everyPage } from './client'
import type { Calendar, Page } from './types'
import type { MultiPolygon, Polygon } from 'geojson'

// SCHEMA-BEGIN
type Tmp = { lat: number; lon: number }
export type CustomerStatus = 'active' | 'on_hold' | 'closed'
export type CustomerPlace = {
  id: string; label: string; is_primary: boolean; address: string; point?: Tmp | null; located_by?: 'geocoded' | 'pinned' | 'imported' | null; location_quality?: number | null
  fence: { radius_m: number; shape?: Polygon | MultiPolygon | null; dwell_s: number }; hours?: Calendar | null; visit_duration_s?: number | null; access_notes: string
}
export type Customer = {
  id: string; version: number; name: string; ref?: string | null; class?: string | null; status: CustomerStatus; territory_id?: string | null; preferred_agents: string[]; forbidden_agents: string[]
  skills: string[]; tags: string[]; notes: string; places: CustomerPlace[]; contacts: { id: string; role: string }[]; created_at: string; updated_at: string
  halted?: { since: string; last_panic: string } | null
}
export type NewCustomer = { id: string; name: string; ref?: string | null; class?: string | null; status: CustomerStatus; territory_id?: string | null; preferred_agents: string[]; forbidden_agents: string[]; skills: string[]; tags: string[]; notes: string; places: NewPlace[] }
export type CustomerPatch = { version?: number } & Partial<Omit<NewCustomer, 'id' | 'places'>>
export type NewPlace = { id?: string; label?: string; is_primary?: boolean; address?: string; point?: Tmp | null; located_by?: CustomerPlace['located_by']; location_quality?: number | null; fence?: { radius_m?: number; shape?: Polygon | MultiPolygon | null; dwell_s?: number }; hours?: Calendar | null; visit_duration_s?: number | null; access_notes?: string }
export type PlacePatch = Omit<NewPlace, 'id'>
export type CustomerContact = { id: string; role: string; name: string; email?: string | null; phone?: string | null; masked: boolean; updated_at: string }
export type NewCustomerContact = { name: string; role?: string; email?: string | null; phone?: string | null; version?: number }
export type CustomerClass = { code: string; name: string; version: number; interval_days?: number | null; visits_per_cycle?: number | null; cycle_weeks?: number | null; visit_duration_s: number }
export type NewCustomerClass = { name: string; interval_days?: number | null; visits_per_cycle?: number | null; cycle_weeks?: number | null; visit_duration_s?: number; version?: number }
export type Skill = { code: string; name: string }
// SCHEMA-END

/** What a list of customers is asked for; `territory` is an id or `none`. */
export type CustomersQuery = { q?: string; territory?: string; class?: string; status?: CustomerStatus; tag?: string; unlocated?: 'true' | 'false'; bbox?: string }

const CUSTOMERS_A_PAGE = 100
const CUSTOMERS_DRAWN = 500

const id = encodeURIComponent
const of = (customer: string) => `/customers/${id(customer)}`

export const customers = {
  list: (query: CustomersQuery & { after?: string }, signal?: AbortSignal) => call<Page<Customer>>('/customers', { query: { ...query, limit: CUSTOMERS_A_PAGE }, signal }),
  /** One page of those in a box: nobody looks at more pins than that. */
  inBox: (query: CustomersQuery, signal?: AbortSignal) => call<Page<Customer>>('/customers', { query: { ...query, limit: CUSTOMERS_DRAWN }, signal }),
  one: (customer: string, signal?: AbortSignal) => call<Customer>(of(customer), { signal }),
  create: (body: NewCustomer) => call<Customer>('/customers', { method: 'POST', body }),
  update: (customer: string, body: CustomerPatch) => call<Customer>(of(customer), { method: 'PATCH', body }),
  resume: (customer: string) => call<Customer>(`${of(customer)}/resume`, { method: 'POST' }),
  addPlace: (customer: string, version: number, body: NewPlace) => call<Customer>(`${of(customer)}/places`, { method: 'POST', query: { version }, body }),
  updatePlace: (customer: string, version: number, place: string, body: PlacePatch) => call<Customer>(`${of(customer)}/places/${id(place)}`, { method: 'PATCH', query: { version }, body }),
  removePlace: (customer: string, version: number, place: string) => call<Customer>(`${of(customer)}/places/${id(place)}`, { method: 'DELETE', query: { version } }),
  contacts: async (customer: string, signal?: AbortSignal) => (await call<Page<CustomerContact>>(`${of(customer)}/contacts`, { signal })).items,
  putContact: (customer: string, contact: string, body: NewCustomerContact) => call<Customer>(`${of(customer)}/contacts/${id(contact)}`, { method: 'PUT', body }),
  eraseContact: (customer: string, version: number, contact: string) => call<Customer>(`${of(customer)}/contacts/${id(contact)}`, { method: 'DELETE', query: { version } }),

  classes: (signal?: AbortSignal) => everyPage((after) => call<Page<CustomerClass>>('/customer-classes', { query: { after }, signal })),
  putClass: (code: string, body: NewCustomerClass) => call<CustomerClass>(`/customer-classes/${id(code)}`, { method: 'PUT', body }),
  deleteClass: (code: string) => call<void>(`/customer-classes/${id(code)}`, { method: 'DELETE' }),
  skills: (signal?: AbortSignal) => everyPage((after) => call<Page<Skill>>('/skills', { query: { after }, signal })),
  putSkill: (code: string, name: string) => call<Skill>(`/skills/${id(code)}`, { method: 'PUT', body: { name } }),
  deleteSkill: (code: string) => call<void>(`/skills/${id(code)}`, { method: 'DELETE' }),
}
