/** A customer's place while it is made or changed: pure steps, and what is sent. */
import type { MultiPolygon, Polygon, Position } from 'geojson'
import type { CustomerPlace, NewPlace, PlacePatch } from '../../api/customers'
import type { Shape } from '../../api/types'
import { groundOf, placed, shapeOf, sized, type Ground } from '../../map/ground'
import { flawOfHours, type Hours } from '../../util/hours'

export const RADIUS_M = { min: 10, max: 5_000, usual: 100 } as const
export const DWELL_MIN = { usual: 5, max: 1_440 } as const
export const VISIT_MIN = { min: 1, max: 1_440 } as const

export type Point = { lat: number; lon: number }
export type LocatedBy = NonNullable<CustomerPlace['located_by']>

export type PlaceDraft = {
  /** Of the place that is changed; `null` for a new one. */
  id: string | null
  label: string
  isPrimary: boolean
  address: string
  point: Point | null
  locatedBy: LocatedBy | null
  quality: number | null
  /** The address that a geocoder found the point by. */
  foundBy: string | null
  /** Metres, as typed: of the circle around the point. */
  radius: string
  /** Drawn instead of the circle. */
  drawn: Ground | null
  /** Minutes, as typed. */
  dwell: string
  /** Minutes, as typed; empty: as the class has it. */
  duration: string
  hours: Hours | null
  accessNotes: string
}

export const newPlace = (isPrimary: boolean): PlaceDraft => ({
  id: null, label: '', isPrimary, address: '', point: null, locatedBy: null, quality: null, foundBy: null, radius: String(RADIUS_M.usual), drawn: null, dwell: String(DWELL_MIN.usual), duration: '', hours: null, accessNotes: '',
})

export const draftOf = ({ id, label, is_primary, address, point, located_by, location_quality, fence, hours, visit_duration_s, access_notes }: CustomerPlace): PlaceDraft => ({
  id, label, isPrimary: is_primary, address, point: point ?? null, locatedBy: located_by ?? null, quality: location_quality ?? null, foundBy: located_by === 'geocoded' ? address : null, radius: String(fence.radius_m),
  drawn: fence.shape == null ? null : groundOf(fence.shape as Shape), dwell: String(fence.dwell_s / 60), duration: visit_duration_s == null ? '' : String(visit_duration_s / 60), hours: hours ?? null, accessNotes: access_notes,
})

/** The pin, put there by somebody. */
export const pinned = (draft: PlaceDraft, point: Point): PlaceDraft => ({ ...draft, point, locatedBy: 'pinned', quality: null, foundBy: null })

/** A geocoder's answer: the pin, and its address where none was typed. */
export const found = (draft: PlaceDraft, { point, address, quality }: { point: Point; address: string; quality: number | null }): PlaceDraft => ({ ...draft, point, address, locatedBy: 'geocoded', quality, foundBy: address })

/** The point is that of another address: the server looks for the one that is typed. */
export const isOutdated = ({ locatedBy, foundBy, address }: PlaceDraft): boolean => locatedBy === 'geocoded' && foundBy?.trim() !== address.trim()

/** A click on the map: a corner of what is being drawn, or else the pin. */
export function clicked(draft: PlaceDraft, [lon, lat]: Position): PlaceDraft {
  if (draft.drawn !== null) return { ...draft, drawn: placed(draft.drawn, [lon!, lat!]) }
  return pinned(draft, { lat: lat!, lon: lon! })
}

export const resized = (draft: PlaceDraft, radius_m: number): PlaceDraft =>
  draft.drawn === null ? { ...draft, radius: String(Math.min(RADIUS_M.max, Math.max(RADIUS_M.min, Math.round(radius_m)))) } : { ...draft, drawn: sized(draft.drawn, radius_m) }

/** The fence as the map shows it. */
export function fenceOf({ drawn, point, radius }: Pick<PlaceDraft, 'drawn' | 'point' | 'radius'>): Shape | null {
  if (drawn !== null) return shapeOf(drawn)
  const radius_m = Number(radius)
  return point !== null && radius_m > 0 ? { type: 'Circle', coordinates: [point.lon, point.lat], radius_m } : null
}

export type PlaceField = 'address' | 'radius' | 'shape' | 'dwell' | 'duration' | 'hours'
export type PlaceFlaw = { field: PlaceField; message: string }

/** What is wrong with it, from the top of the form. */
export function flawOf(draft: PlaceDraft): PlaceFlaw | null {
  const within = (text: string, min: number, max: number) => text.trim() !== '' && Number(text) >= min && Number(text) <= max
  if (draft.address.trim() === '' && draft.point === null) return { field: 'address', message: 'Give an address, or put the pin on the map.' }
  if (draft.drawn === null && !within(draft.radius, RADIUS_M.min, RADIUS_M.max)) return { field: 'radius', message: `The radius must be within ${RADIUS_M.min} and 5,000 metres.` }
  if (draft.drawn !== null && shapeOf(draft.drawn) === null) return { field: 'shape', message: 'Click at least three corners, then close the area.' }
  if (!within(draft.dwell, 1 / 60, DWELL_MIN.max)) return { field: 'dwell', message: 'The time must be within a second and 1,440 minutes.' }
  if (draft.duration.trim() !== '' && !within(draft.duration, VISIT_MIN.min, VISIT_MIN.max)) return { field: 'duration', message: 'A visit takes 1 to 1,440 minutes.' }
  const hours = draft.hours && flawOfHours(draft.hours)
  return hours === null ? null : { field: 'hours', message: hours }
}

const seconds = (minutes: string): number => Math.round(Number(minutes) * 60)
const area = (drawn: Ground | null): Polygon | MultiPolygon | null => (drawn === null ? null : (shapeOf(drawn) as Polygon | MultiPolygon | null))
const calendar = (hours: Hours | null) => hours && { zone: hours.zone.trim(), weekly: [...hours.weekly], exceptions: [...hours.exceptions] }

/** The body of a new place; of a draft without a flaw. */
export function bodyOf(draft: PlaceDraft): NewPlace {
  const isFound = draft.point !== null && !isOutdated(draft)
  return {
    label: draft.label.trim(), is_primary: draft.isPrimary, address: draft.address.trim(), point: isFound ? draft.point : null, ...(isFound && draft.locatedBy !== null && { located_by: draft.locatedBy }),
    ...(isFound && draft.quality !== null && { location_quality: draft.quality }), fence: { radius_m: draft.drawn === null ? Number(draft.radius) : RADIUS_M.usual, shape: area(draft.drawn), dwell_s: seconds(draft.dwell) },
    hours: calendar(draft.hours), visit_duration_s: draft.duration.trim() === '' ? null : seconds(draft.duration), access_notes: draft.accessNotes,
  }
}

/** What differs from the place as it was; of a draft without a flaw. */
export function patchOf(before: CustomerPlace, draft: PlaceDraft): PlacePatch {
  const was = bodyOf(draftOf(before))
  const is = bodyOf(draft)
  const patch: PlacePatch = {}
  const differs = (key: keyof PlacePatch) => JSON.stringify(was[key] ?? null) !== JSON.stringify(is[key] ?? null)
  if (differs('label')) patch.label = is.label
  if (differs('address')) patch.address = is.address
  if (differs('is_primary') && is.is_primary) patch.is_primary = true
  // A point that was found by the new address is the new one, be it the same.
  if (differs('point') || differs('located_by') || (differs('address') && draft.locatedBy === 'geocoded')) {
    patch.point = is.point
    if (is.point != null) Object.assign(patch, { located_by: is.located_by, ...(is.location_quality != null && { location_quality: is.location_quality }) })
  }
  if (differs('fence')) patch.fence = is.fence
  if (differs('hours')) patch.hours = is.hours
  if (differs('visit_duration_s')) patch.visit_duration_s = is.visit_duration_s
  if (differs('access_notes')) patch.access_notes = is.access_notes
  return patch
}
