/** Calls about customers: who is visited, where, and whom one asks for there. Every change names the version it was decided upon. */
import type { MultiPolygon, Polygon } from 'geojson'
import { call, everyPage } from './client'
import type { components } from './schema'
import type { Page } from './types'

type Schemas = components['schemas']

export type CustomerStatus = Schemas['CustomerStatus']
/** A drawn fence is GeoJSON, which the document leaves open. */
type Drawn<Of> = Omit<Of, 'shape'> & { shape?: Polygon | MultiPolygon | null }
export type CustomerPlace = Omit<Schemas['CustomerPlace'], 'fence'> & { fence: Drawn<Schemas['PlaceFence']> }
type Placed<Of> = Omit<Of, 'places'> & { places: CustomerPlace[] }
export type Customer = Placed<Schemas['CustomerView']>
export type NewPlace = Omit<Schemas['NewPlace'], 'fence'> & { fence?: Drawn<Schemas['RawFence']> | null }
export type PlacePatch = Omit<Schemas['PlacePatch'], 'fence'> & { fence?: Drawn<Schemas['RawFence']> | null }
export type NewCustomer = Omit<Schemas['NewCustomer'], 'places'> & { places: NewPlace[] }
export type CustomerPatch = Schemas['CustomerPatch']
export type CustomerContact = Schemas['CustomerContact']
export type NewCustomerContact = Schemas['NewCustomerContact']
export type CustomerClass = Schemas['CustomerClass']
export type NewCustomerClass = Schemas['NewCustomerClass']
export type Skill = Schemas['Skill']

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
