/** A fence while it is being drawn or changed: pure steps, and the body that is sent. Coordinates are GeoJSON's: longitude first. */
import type { Polygon, Position } from 'geojson'
import type { Calendar, Fence, FenceBody, Shape } from '../../api/types'
import { flawOfHours, type Hours } from '../../util/hours'

export const RADIUS_M = { min: 1, max: 1_000_000, usual: 100 } as const
export const HALF_WIDTH_M = { min: 1, max: 50_000, usual: 25 } as const
export const CORNERS_MAX = 9_999
const DWELL_MIN_MAX = 10_080

/** What stands on the map. `kept`: a shape of several parts, or with holes, that was made elsewhere and stays as it is. */
export type Ground =
  | { kind: 'circle'; centre: Position | null; radius_m: number }
  | { kind: 'polygon'; corners: readonly Position[]; isDone: boolean }
  | { kind: 'corridor'; corners: readonly Position[]; isDone: boolean; half_width_m: number }
  | { kind: 'kept'; shape: Shape }

/** Corners a shape needs. */
const CORNERS_MIN = { polygon: 3, corridor: 2 } as const

export type Draft = {
  /** Of the fence that is changed; `null` for a new one. */
  id: string | null
  name: string
  ground: Ground
  /** Minutes, as typed. */
  dwell: string
  hours: Hours | null
}

export const newCircle = (): Draft => empty({ kind: 'circle', centre: null, radius_m: RADIUS_M.usual })
export const newPolygon = (): Draft => empty({ kind: 'polygon', corners: [], isDone: false })
export const newCorridor = (): Draft => empty({ kind: 'corridor', corners: [], isDone: false, half_width_m: HALF_WIDTH_M.usual })

const empty = (ground: Ground): Draft => ({ id: null, name: '', ground, dwell: '', hours: null })

export function draftOf({ id, name, shape, dwell_s, calendar }: Fence): Draft {
  return { id, name, ground: groundOf(shape), dwell: dwell_s == null ? '' : String(dwell_s / 60), hours: calendar ?? null }
}

function groundOf(shape: Shape): Ground {
  switch (shape.type) {
    case 'Circle':
      return { kind: 'circle', centre: shape.coordinates, radius_m: shape.radius_m }
    case 'Corridor':
      return { kind: 'corridor', corners: shape.coordinates, isDone: true, half_width_m: shape.half_width_m }
    case 'Polygon': {
      const [ring, ...holes] = shape.coordinates
      return ring && holes.length === 0 ? { kind: 'polygon', corners: ring.slice(0, -1), isDone: true } : { kind: 'kept', shape }
    }
    case 'MultiPolygon':
      return { kind: 'kept', shape }
  }
}

/** Begins the shape again from its first corner; one that could only be kept becomes a polygon. */
export function drawnAgain(draft: Draft): Draft {
  const { ground } = draft
  switch (ground.kind) {
    case 'circle':
      return draft
    case 'polygon':
    case 'corridor':
      return { ...draft, ground: { ...ground, corners: [], isDone: false } }
    case 'kept':
      return { ...draft, ground: { kind: 'polygon', corners: [], isDone: false } }
  }
}

export const isEnough = (ground: Ground): boolean => (ground.kind === 'polygon' || ground.kind === 'corridor') && ground.corners.length >= CORNERS_MIN[ground.kind]

/** A click on the map, or Enter with the crosshair on a place. */
export function placed(draft: Draft, at: Position): Draft {
  const { ground } = draft
  switch (ground.kind) {
    case 'circle':
      return { ...draft, ground: { ...ground, centre: at } }
    case 'polygon':
    case 'corridor':
      return ground.isDone || ground.corners.length >= CORNERS_MAX ? draft : { ...draft, ground: { ...ground, corners: [...ground.corners, at] } }
    case 'kept':
      return draft
  }
}

export function cornerTakenBack(draft: Draft): Draft {
  const { ground } = draft
  if (ground.kind !== 'polygon' && ground.kind !== 'corridor') return draft
  return { ...draft, ground: ground.isDone ? { ...ground, isDone: false } : { ...ground, corners: ground.corners.slice(0, -1) } }
}

/** No more corners: a polygon is closed, a corridor has come to its end. */
export function finished(draft: Draft): Draft {
  const { ground } = draft
  if (!isEnough(ground) || (ground.kind !== 'polygon' && ground.kind !== 'corridor')) return draft
  return { ...draft, ground: { ...ground, isDone: true } }
}

export function sized(draft: Draft, metres: number): Draft {
  const { ground } = draft
  switch (ground.kind) {
    case 'circle':
      return { ...draft, ground: { ...ground, radius_m: metres } }
    case 'corridor':
      return { ...draft, ground: { ...ground, half_width_m: metres } }
    case 'polygon':
    case 'kept':
      return draft
  }
}

/** What the map shows of it; `null` while there is nothing yet. */
export function shapeOf({ ground }: Draft): Shape | null {
  switch (ground.kind) {
    case 'circle':
      return ground.centre && isWithin(RADIUS_M, ground.radius_m) ? { type: 'Circle', coordinates: ground.centre, radius_m: ground.radius_m } : null
    case 'polygon':
      return ground.isDone ? polygon(ground.corners) : null
    case 'corridor':
      return ground.isDone && isWithin(HALF_WIDTH_M, ground.half_width_m) ? { type: 'Corridor', coordinates: [...ground.corners], half_width_m: ground.half_width_m } : null
    case 'kept':
      return ground.shape
  }
}

export type Flaw = { field: 'name' | 'shape' | 'radius' | 'dwell' | 'hours'; message: string }

/** The body to send, or what is still missing: the first thing, from the top of the form. */
export function bodyOf(draft: Draft): FenceBody | Flaw {
  const name = draft.name.trim()
  if (name === '' || name.length > 120) return { field: 'name', message: 'Give it a name of 1 to 120 characters.' }
  if (draft.ground.kind === 'circle' && !isWithin(RADIUS_M, draft.ground.radius_m)) {
    return { field: 'radius', message: 'The radius must be within 1 and 1,000,000 metres.' }
  }
  if (draft.ground.kind === 'corridor' && !isWithin(HALF_WIDTH_M, draft.ground.half_width_m)) {
    return { field: 'radius', message: 'The distance to either side must be within 1 and 50,000 metres.' }
  }
  const shape = shapeOf(draft)
  if (shape === null) {
    return { field: 'shape', message: MISSING[draft.ground.kind] }
  }
  const minutes = draft.dwell.trim() === '' ? null : Number(draft.dwell)
  if (minutes !== null && !(minutes * 60 >= 1 && minutes <= DWELL_MIN_MAX)) {
    return { field: 'dwell', message: 'The time must be within a second and 10,080 minutes.' }
  }
  const wrong = draft.hours && flawOfHours(draft.hours)
  if (wrong !== null) return { field: 'hours', message: wrong }
  const calendar: Calendar | null = draft.hours && { zone: draft.hours.zone.trim(), weekly: [...draft.hours.weekly], exceptions: [...draft.hours.exceptions] }
  const body = { name, dwell_s: minutes === null ? null : Math.round(minutes * 60), calendar }
  return draft.ground.kind === 'kept' ? body : { ...body, shape }
}

const MISSING = {
  circle: 'Click its centre on the map.',
  polygon: 'Click at least three corners, then press Enter.',
  corridor: 'Click at least two points of its way, then press Enter.',
  kept: '',
} as const

export const isFlaw = (made: FenceBody | Flaw): made is Flaw => 'field' in made

function polygon(ring: readonly Position[]): Polygon {
  return { type: 'Polygon', coordinates: [[...ring, ring[0]!]] }
}

const isWithin = ({ min, max }: { min: number; max: number }, metres: number): boolean => metres >= min && metres <= max
