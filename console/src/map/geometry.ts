/** The little plane geometry the layers need. Coordinates here are GeoJSON's: longitude first. */
import type { MultiPolygon, Polygon, Position } from 'geojson'
import type { Bounds } from '../api/types'
import { boundsOf } from './camera'

const EARTH_RADIUS_M = 6_371_008.8
const CIRCLE_CORNERS = 48

/** The centroid of the largest outer ring. */
export function labelPoint(area: Polygon | MultiPolygon): Position {
  let best: { size: number; point: Position } = { size: -1, point: [0, 0] }
  for (const ring of outerRings(area)) {
    let doubled = 0, x = 0, y = 0
    for (let i = 0; i + 1 < ring.length; i += 1) {
      const [ax, ay] = ring[i] as [number, number]
      const [bx, by] = ring[i + 1] as [number, number]
      const cross = ax * by - bx * ay
      doubled += cross
      x += (ax + bx) * cross
      y += (ay + by) * cross
    }
    const size = Math.abs(doubled)
    const point = size > 0 ? [x / (3 * doubled), y / (3 * doubled)] : (ring[0] ?? [0, 0])
    if (size > best.size) best = { size, point }
  }
  return best.point
}

/** Whether a point is in an area and in none of its holes. */
export function isWithin([x, y]: Position, area: Polygon | MultiPolygon): boolean {
  const rings = area.type === 'Polygon' ? area.coordinates : area.coordinates.flat()
  let isIn = false
  for (const ring of rings) {
    for (let i = 0; i + 1 < ring.length; i += 1) {
      const [ax, ay] = ring[i] as [number, number]
      const [bx, by] = ring[i + 1] as [number, number]
      if (ay > y! !== by > y! && x! < ax + ((y! - ay) / (by - ay)) * (bx - ax)) isIn = !isIn
    }
  }
  return isIn
}

export function boundsOfArea(area: Polygon | MultiPolygon): Bounds | null {
  return boundsOf(outerRings(area).flat().map(([lon, lat]) => ({ lat: lat!, lon: lon! })))
}

/** A circle of `radius_m` on the ground, as a polygon. */
export function circle(lat: number, lon: number, radius_m: number): Polygon {
  const dLat = (radius_m / EARTH_RADIUS_M) * (180 / Math.PI)
  const dLon = dLat / Math.max(0.01, Math.cos((lat * Math.PI) / 180))
  const ring = Array.from({ length: CIRCLE_CORNERS + 1 }, (_, i): Position => {
    const angle = (2 * Math.PI * i) / CIRCLE_CORNERS
    return [lon + dLon * Math.cos(angle), lat + dLat * Math.sin(angle)]
  })
  return { type: 'Polygon', coordinates: [ring] }
}

/** Lets a ring run on past 180° instead of jumping back; one that goes around the pole is closed over the pole. */
export function unrolled(ring: Position[]): Position[] {
  let turn = 0
  const run = ring.map(([lon = 0, lat = 0], i): Position => {
    const before = ring[i - 1]?.[0] ?? lon
    if (lon - before > 180) turn -= 360
    else if (before - lon > 180) turn += 360
    return [lon + turn, lat]
  })
  const [first, last] = [run[0], run.at(-1)]
  if (!first || !last || turn === 0) return run
  const pole = (first[1] ?? 0) < 0 ? -90 : 90
  return [...run, [last[0]!, pole], [first[0]!, pole], first]
}

const outerRings = (area: Polygon | MultiPolygon): Position[][] =>
  (area.type === 'Polygon' ? [area.coordinates] : area.coordinates).flatMap((polygon) => (polygon[0] ? [polygon[0]] : []))
