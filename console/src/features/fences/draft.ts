/** A fence while it is being drawn or changed: pure steps, and the body that is sent. Coordinates are GeoJSON's: longitude first. */
import type { Position } from 'geojson'
import type { Calendar, Fence, FenceBody, Shape } from '../../api/types'
import * as on from '../../map/ground'
import { groundOf, HALF_WIDTH_M, isWithin, RADIUS_M, type Ground } from '../../map/ground'
import { flawOfHours, type Hours } from '../../util/hours'

const DWELL_MIN_MAX = 10_080

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

const upon = (draft: Draft, ground: Ground): Draft => (ground === draft.ground ? draft : { ...draft, ground })

/** The steps of drawing, on the fence as a whole. */
export const drawnAgain = (draft: Draft): Draft => upon(draft, on.drawnAgain(draft.ground))
export const placed = (draft: Draft, at: Position): Draft => upon(draft, on.placed(draft.ground, at))
export const cornerTakenBack = (draft: Draft): Draft => upon(draft, on.cornerTakenBack(draft.ground))
export const finished = (draft: Draft): Draft => upon(draft, on.finished(draft.ground))
export const sized = (draft: Draft, metres: number): Draft => upon(draft, on.sized(draft.ground, metres))
export const shapeOf = ({ ground }: Draft): Shape | null => on.shapeOf(ground)

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
