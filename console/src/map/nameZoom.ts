/** From which zoom on a shape is large enough on the screen to bear its name, or to be seen and hit at all. Pure. */
import type { Shape } from '../api/types'
import { boundsOf } from './camera'

/** Metres of a pixel at the equator and zoom 0, with tiles of 512 pixels. */
export const PIXEL_M = 78_271.517
const LAT_M = 111_195
const NAMED_PX = 72
const SEEN_PX = 14
const ZOOM_MAX = 22

export type NameZooms = { named: number; seen: number }

/** Whole zooms: filters of the map are judged at these. */
export function nameZooms(shape: Shape): NameZooms {
  const { size_m, lat } = sizeOf(shape)
  const from = (px: number) => Math.min(ZOOM_MAX, Math.max(0, Math.ceil(Math.log2((px * PIXEL_M * Math.max(0.01, Math.cos((lat * Math.PI) / 180))) / Math.max(1, size_m)))))
  return { named: from(NAMED_PX), seen: from(SEEN_PX) }
}

/** The longer side of the box around it. */
function sizeOf(shape: Shape): { size_m: number; lat: number } {
  if (shape.type === 'Circle') return { size_m: 2 * shape.radius_m, lat: shape.coordinates[1]! }
  const corners = shape.type === 'Corridor' ? shape.coordinates : shape.type === 'Polygon' ? shape.coordinates.flat() : shape.coordinates.flat(2)
  const box = boundsOf(corners.map(([lon, lat]) => ({ lat: lat!, lon: lon! })))
  if (!box) return { size_m: 0, lat: 0 }
  const lat = (box.south + box.north) / 2
  return { size_m: Math.max((box.north - box.south) * LAT_M, (box.east - box.west) * LAT_M * Math.cos((lat * Math.PI) / 180)), lat }
}

/** A fence under the pointer, and how far its middle is from there. */
export type Touched = { id: string; name: string; named: number; isByName: boolean; away_px: number }

/** Which of several is meant: the one whose name is touched, else the smallest, else the one whose middle is nearest. */
export function meant(hits: readonly Touched[]): Touched | null {
  return hits.toSorted((a, b) => Number(b.isByName) - Number(a.isByName) || b.named - a.named || a.away_px - b.away_px)[0] ?? null
}
