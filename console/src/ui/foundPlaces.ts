import type { FoundPlace } from './AddressSearch'

type Candidate = { name: string; kind: string; score: number; point: { lat: number; lon: number } }

/** What a geocoder answered, as it is shown and taken. */
export const foundPlaces = (candidates: readonly Candidate[] | null): FoundPlace[] | null =>
  candidates && candidates.map(({ name, kind, score, point }, at) => ({ id: `${at}`, name, note: KINDS[kind] ?? kind.replaceAll('_', ' '), point, quality: score }))

const KINDS: Record<string, string> = { poi: 'place', settlement: 'quarter' }

/** What the address is when a place was taken: the place's own name for whoever typed a part of it, and what was typed where that says more. */
export function addressOf(typed: string, { name }: FoundPlace): string {
  const said = typed.trim()
  return name.toLowerCase().includes(said.toLowerCase()) ? name : said
}
