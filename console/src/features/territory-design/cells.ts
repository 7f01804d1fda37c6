/** The ground of a proposal: who holds which cell, who holds it today, and the cells one has picked out. Coordinates are GeoJSON's: longitude first. */
import type { Position } from 'geojson'
import type { Proposal } from '../../api/designs'
import type { Area } from '../../api/types'
import { middleOf } from '../../map/hexagons'
import { boundsOfArea } from '../../map/geometry'

export type GroundCell = { cell: string; territory: string; /** Nobody's ground today is `null`. */ today: string | null }

export function groundOf({ territories }: Proposal): GroundCell[] {
  const today = territories.map(({ territory_id, area_today }) => ({ id: territory_id, area: area_today, box: boundsOfArea(area_today) }))
  const holderAt = (at: Position) => today.find(({ area, box }) => box !== null && at[0]! >= box.west && at[0]! <= box.east && at[1]! >= box.south && at[1]! <= box.north && isIn(area, at))?.id ?? null
  return territories.flatMap(({ territory_id, cells }) => cells.map((cell) => ({ cell, territory: territory_id, today: holderAt(middleOf(cell)) })))
}

/** Even-odd over every ring, so that a hole is outside. */
export function isIn(area: Area, [lon, lat]: Position): boolean {
  let isInside = false
  for (const ring of (area.type === 'Polygon' ? [area.coordinates] : area.coordinates).flat()) {
    for (let i = 0, j = ring.length - 1; i < ring.length; j = i, i += 1) {
      const [ax, ay] = ring[i] as [number, number]
      const [bx, by] = ring[j] as [number, number]
      if (ay > lat! !== by > lat! && lon! < ((bx - ax) * (lat! - ay)) / (by - ay) + ax) isInside = !isInside
    }
  }
  return isInside
}

/** A cell picked, or let go again. What `target` holds already cannot be given to it, nor what is not of the ground. */
export function picked(chosen: ReadonlySet<string>, cell: string, holders: ReadonlyMap<string, string>, target: string): Set<string> {
  const next = new Set(chosen)
  if (!next.delete(cell) && holders.has(cell) && holders.get(cell) !== target) next.add(cell)
  return next
}
