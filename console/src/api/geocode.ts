/** Places for words, from whichever geocoder the server has. */
import { queryOptions } from '@tanstack/react-query'
import { call } from './client'
import type { components } from './schema'

type Schemas = components['schemas']
export type GeocodeAnswer = Schemas['GeocodeAnswer']
export type GeocodeCandidate = Schemas['GeocodeCandidate']
type At = { lat: number; lon: number }

export const geocode = {
  search: (q: string, near: At | null, signal?: AbortSignal) => call<GeocodeAnswer>('/geocode', { query: { q, near: near && `${near.lat},${near.lon}`, limit: 6 }, signal }),
}

/** Answers keep: towns are built slowly, and a public server is asked no more than need be. */
export const geocodeQuery = (q: string, near: At | null) =>
  queryOptions({ queryKey: ['geocode', q, near], queryFn: ({ signal }) => geocode.search(q, near, signal), enabled: q.length >= 3, staleTime: 60 * 60_000, retry: false })
