/** A fence while it is being drawn or changed: pure steps, and the body that is sent. Coordinates are GeoJSON's: longitude first. */
import type { Polygon, Position } from 'geojson'
import type { Calendar, DayOfWeek, Exception, Fence, FenceBody, Opening, Shape } from '../../api/types'

export const RADIUS_M = { min: 1, max: 1_000_000, usual: 100 } as const
export const CORNERS_MAX = 9_999
export const DAYS: readonly DayOfWeek[] = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun']
const DWELL_MIN_MAX = 10_080

/** What stands on the map. `kept`: a shape that was made elsewhere and stays as it is. */
export type Ground =
  | { kind: 'circle'; centre: Position | null; radius_m: number }
  | { kind: 'polygon'; ring: readonly Position[]; isClosed: boolean }
  | { kind: 'kept'; shape: Shape }

export type Draft = {
  /** Of the fence that is changed; `null` for a new one. */
  id: string | null
  name: string
  ground: Ground
  /** Minutes, as typed. */
  dwell: string
  hours: Hours | null
}

export type Hours = { zone: string; weekly: readonly Opening[]; exceptions: readonly Exception[] }

export const newCircle = (): Draft => empty({ kind: 'circle', centre: null, radius_m: RADIUS_M.usual })
export const newPolygon = (): Draft => empty({ kind: 'polygon', ring: [], isClosed: false })

const empty = (ground: Ground): Draft => ({ id: null, name: '', ground, dwell: '', hours: null })

export function draftOf({ id, name, shape, dwell_s, calendar }: Fence): Draft {
  const ground: Ground = shape.type === 'Circle'
    ? { kind: 'circle', centre: shape.coordinates, radius_m: shape.radius_m }
    : { kind: 'kept', shape }
  return { id, name, ground, dwell: dwell_s == null ? '' : String(dwell_s / 60), hours: calendar ?? null }
}

/** A click on the map, or Enter with the crosshair on a place. */
export function placed(draft: Draft, at: Position): Draft {
  const { ground } = draft
  switch (ground.kind) {
    case 'circle':
      return { ...draft, ground: { ...ground, centre: at } }
    case 'polygon':
      return ground.isClosed || ground.ring.length >= CORNERS_MAX ? draft : { ...draft, ground: { ...ground, ring: [...ground.ring, at] } }
    case 'kept':
      return draft
  }
}

export function cornerTakenBack(draft: Draft): Draft {
  const { ground } = draft
  if (ground.kind !== 'polygon') return draft
  return { ...draft, ground: ground.isClosed ? { ...ground, isClosed: false } : { ...ground, ring: ground.ring.slice(0, -1) } }
}

export function closed(draft: Draft): Draft {
  const { ground } = draft
  return ground.kind === 'polygon' && ground.ring.length >= 3 ? { ...draft, ground: { ...ground, isClosed: true } } : draft
}

export function sized(draft: Draft, radius_m: number): Draft {
  return draft.ground.kind === 'circle' ? { ...draft, ground: { ...draft.ground, radius_m } } : draft
}

export const usualHours = (): Hours => ({
  zone: Intl.DateTimeFormat().resolvedOptions().timeZone,
  weekly: [{ days: ['mon', 'tue', 'wed', 'thu', 'fri'], from: '09:00', to: '17:00' }],
  exceptions: [],
})

/** What the map shows of it; `null` while there is nothing yet. */
export function shapeOf({ ground }: Draft): Shape | null {
  switch (ground.kind) {
    case 'circle':
      return ground.centre && inRange(ground.radius_m) ? { type: 'Circle', coordinates: ground.centre, radius_m: ground.radius_m } : null
    case 'polygon':
      return ground.isClosed ? polygon(ground.ring) : null
    case 'kept':
      return ground.shape
  }
}

export type Flaw = { field: 'name' | 'shape' | 'radius' | 'dwell' | 'hours'; message: string }

/** The body to send, or what is still missing: the first thing, from the top of the form. */
export function bodyOf(draft: Draft): FenceBody | Flaw {
  const name = draft.name.trim()
  if (name === '' || name.length > 120) return { field: 'name', message: 'Give it a name of 1 to 120 characters.' }
  if (draft.ground.kind === 'circle' && !inRange(draft.ground.radius_m)) {
    return { field: 'radius', message: 'The radius must be within 1 and 1,000,000 metres.' }
  }
  const shape = shapeOf(draft)
  if (shape === null) {
    const message = draft.ground.kind === 'circle' ? 'Click its centre on the map.' : 'Click at least three corners, then press Enter.'
    return { field: 'shape', message }
  }
  const minutes = draft.dwell.trim() === '' ? null : Number(draft.dwell)
  if (minutes !== null && !(minutes * 60 >= 1 && minutes <= DWELL_MIN_MAX)) {
    return { field: 'dwell', message: 'The time must be within a second and 10,080 minutes.' }
  }
  const wrong = draft.hours?.weekly.find(({ days, from, to }) => days.length === 0 || from === to || from === '' || to === '')
  if (wrong) return { field: 'hours', message: 'Each opening needs a day, and an end other than its begin.' }
  const calendar: Calendar | null = draft.hours && { zone: draft.hours.zone.trim(), weekly: [...draft.hours.weekly], exceptions: [...draft.hours.exceptions] }
  const body = { name, dwell_s: minutes === null ? null : Math.round(minutes * 60), calendar }
  return draft.ground.kind === 'kept' ? body : { ...body, shape }
}

export const isFlaw = (made: FenceBody | Flaw): made is Flaw => 'field' in made

function polygon(ring: readonly Position[]): Polygon {
  return { type: 'Polygon', coordinates: [[...ring, ring[0]!]] }
}

const inRange = (radius_m: number): boolean => radius_m >= RADIUS_M.min && radius_m <= RADIUS_M.max
