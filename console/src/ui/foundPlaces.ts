import type { FoundPlace } from './AddressSearch'

type Candidate = { name: string; kind: string; score: number; point: { lat: number; lon: number } }

/** What a geocoder answered, as it is shown and taken. */
export const foundPlaces = (candidates: readonly Candidate[] | null): FoundPlace[] | null =>
  candidates && candidates.map(({ name, kind, score, point }, at) => ({ id: `${at}`, name, note: kind.replaceAll('_', ' '), point, quality: score }))
