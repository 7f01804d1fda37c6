/** A shape while it is drawn on the map: pure steps. Coordinates are GeoJSON's: longitude first. */
import type { Polygon, Position } from 'geojson'
import type { Shape } from '../api/types'

export const RADIUS_M = { min: 1, max: 1_000_000, usual: 100 } as const
export const HALF_WIDTH_M = { min: 1, max: 50_000, usual: 25 } as const
export const CORNERS_MAX = 9_999

/** What stands on the map. `kept`: a shape of several parts, or with holes, that was made elsewhere and stays as it is. */
export type Ground =
  | { kind: 'circle'; centre: Position | null; radius_m: number }
  | { kind: 'polygon'; corners: readonly Position[]; isDone: boolean }
  | { kind: 'corridor'; corners: readonly Position[]; isDone: boolean; half_width_m: number }
  | { kind: 'kept'; shape: Shape }

/** Corners a shape needs. */
const CORNERS_MIN = { polygon: 3, corridor: 2 } as const

export function groundOf(shape: Shape): Ground {
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
export function drawnAgain(ground: Ground): Ground {
  switch (ground.kind) {
    case 'circle':
      return ground
    case 'polygon':
    case 'corridor':
      return { ...ground, corners: [], isDone: false }
    case 'kept':
      return { kind: 'polygon', corners: [], isDone: false }
  }
}

export const isEnough = (ground: Ground): boolean => (ground.kind === 'polygon' || ground.kind === 'corridor') && ground.corners.length >= CORNERS_MIN[ground.kind]

/** A click on the map, or Enter with the crosshair on a place. */
export function placed(ground: Ground, at: Position): Ground {
  switch (ground.kind) {
    case 'circle':
      return { ...ground, centre: at }
    case 'polygon':
    case 'corridor':
      return ground.isDone || ground.corners.length >= CORNERS_MAX ? ground : { ...ground, corners: [...ground.corners, at] }
    case 'kept':
      return ground
  }
}

export function cornerTakenBack(ground: Ground): Ground {
  if (ground.kind !== 'polygon' && ground.kind !== 'corridor') return ground
  return ground.isDone ? { ...ground, isDone: false } : { ...ground, corners: ground.corners.slice(0, -1) }
}

/** No more corners: a polygon is closed, a corridor has come to its end. */
export function finished(ground: Ground): Ground {
  if (!isEnough(ground) || (ground.kind !== 'polygon' && ground.kind !== 'corridor')) return ground
  return { ...ground, isDone: true }
}

export function sized(ground: Ground, metres: number): Ground {
  switch (ground.kind) {
    case 'circle':
      return { ...ground, radius_m: metres }
    case 'corridor':
      return { ...ground, half_width_m: metres }
    case 'polygon':
    case 'kept':
      return ground
  }
}

/** What the map shows of it; `null` while there is nothing yet. */
export function shapeOf(ground: Ground): Shape | null {
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

function polygon(ring: readonly Position[]): Polygon {
  return { type: 'Polygon', coordinates: [[...ring, ring[0]!]] }
}

export const isWithin = ({ min, max }: { min: number; max: number }, metres: number): boolean => metres >= min && metres <= max
