/** A territory while it is made or changed: pure steps, and the body that is sent. Coordinates are GeoJSON's: longitude first. */
import type { Position } from 'geojson'
import type { Area, Territory, TerritoryBody } from '../../api/types'
import { cornerInserted, cornerMoved, cornerRemoved, crossesItself, type Corners } from '../../map/corners'

export const CORNERS_MIN = 3
export const CORNERS_MAX = 9_999
export const NAME_MAX = 120
export const COLOURS = ['#2563eb', '#d97706', '#059669', '#dc2626', '#7c3aed', '#0891b2', '#c026d3', '#65a30d', '#e11d48', '#4f46e5'] as const

/** `kept`: an area of several parts, or with holes, that was made elsewhere and stays as it is. */
export type Ground = { kind: 'polygon'; corners: Corners; isDone: boolean } | { kind: 'kept'; area: Area }

export type Draft = {
  /** Of the territory that is changed; `null` for a new one. */
  id: string | null
  name: string
  colour: string
  parent: string | null
  ground: Ground
}

export const newDraft = (parent: string | null, colour: string): Draft => ({ id: null, name: '', colour, parent, ground: { kind: 'polygon', corners: [], isDone: false } })

export function draftOf({ id, name, colour, parent_id, area }: Territory): Draft {
  return { id, name, colour, parent: parent_id ?? null, ground: groundOf(area) }
}

function groundOf(area: Area): Ground {
  const [ring, ...holes] = area.type === 'Polygon' ? area.coordinates : area.coordinates.length === 1 ? area.coordinates[0]! : []
  return ring && holes.length === 0 ? { kind: 'polygon', corners: ring.slice(0, -1), isDone: true } : { kind: 'kept', area }
}

/** The colour that is used least so far. */
export function freshColour(territories: readonly Territory[]): string {
  const used = (colour: string) => territories.filter((territory) => territory.colour.toLowerCase() === colour).length
  return [...COLOURS].sort((a, b) => used(a) - used(b))[0]!
}

const withCorners = (draft: Draft, corners: Corners, isDone: boolean): Draft => ({ ...draft, ground: { kind: 'polygon', corners, isDone } })

/** A click on the map: the next corner, unless the polygon is closed. */
export function placed(draft: Draft, at: Position): Draft {
  const { ground } = draft
  return ground.kind === 'polygon' && !ground.isDone && ground.corners.length < CORNERS_MAX ? withCorners(draft, [...ground.corners, at], false) : draft
}

export function moved(draft: Draft, corner: number, to: Position): Draft {
  const { ground } = draft
  return ground.kind === 'polygon' ? withCorners(draft, cornerMoved(ground.corners, corner, to), ground.isDone) : draft
}

export function inserted(draft: Draft, edge: number, to: Position): Draft {
  const { ground } = draft
  return ground.kind === 'polygon' && ground.corners.length < CORNERS_MAX ? withCorners(draft, cornerInserted(ground.corners, edge, to), ground.isDone) : draft
}

/** With fewer than three left the polygon is open again. */
export function removed(draft: Draft, corner: number): Draft {
  const { ground } = draft
  if (ground.kind !== 'polygon') return draft
  const corners = cornerRemoved(ground.corners, corner)
  return withCorners(draft, corners, ground.isDone && corners.length >= CORNERS_MIN)
}

/** The last corner while drawing; a closed polygon is opened again with all of its corners. */
export function takenBack(draft: Draft): Draft {
  const { ground } = draft
  if (ground.kind !== 'polygon') return draft
  return ground.isDone ? withCorners(draft, ground.corners, false) : withCorners(draft, ground.corners.slice(0, -1), false)
}

export function finished(draft: Draft): Draft {
  const { ground } = draft
  return ground.kind === 'polygon' && ground.corners.length >= CORNERS_MIN ? withCorners(draft, ground.corners, true) : draft
}

export const drawnAgain = (draft: Draft): Draft => withCorners(draft, [], false)

export function areaOf({ ground }: Draft): Area | null {
  if (ground.kind === 'kept') return ground.area
  return ground.isDone ? { type: 'Polygon', coordinates: [[...ground.corners, ground.corners[0]!]] } : null
}

export type Flaw = { field: 'name' | 'colour' | 'area'; message: string }

/** The body to send, or what is still missing: the first thing, from the top of the form. */
export function bodyOf(draft: Draft): TerritoryBody | Flaw {
  const name = draft.name.trim()
  if (name === '' || name.length > NAME_MAX) return { field: 'name', message: `Give it a name of 1 to ${NAME_MAX} characters.` }
  if (!/^#[0-9a-f]{6}$/i.test(draft.colour)) return { field: 'colour', message: 'The colour must be written as #rrggbb.' }
  const area = areaOf(draft)
  if (area === null) return { field: 'area', message: `Draw at least ${CORNERS_MIN} corners, then close the polygon.` }
  if (draft.ground.kind === 'polygon' && crossesItself(draft.ground.corners)) return { field: 'area', message: 'Its edges cross each other. Move a corner so that they do not.' }
  return { name, colour: draft.colour.toLowerCase(), parent_id: draft.parent, area }
}

export const isFlaw = (made: TerritoryBody | Flaw): made is Flaw => 'field' in made

/** What differs from before: an area that was not touched is not sent, nor checked, again. */
export function changesOf(before: Territory, body: TerritoryBody): Partial<TerritoryBody> {
  const changes: Partial<TerritoryBody> = {}
  if (body.name !== before.name) changes.name = body.name
  if (body.colour !== before.colour.toLowerCase()) changes.colour = body.colour
  if (body.parent_id !== (before.parent_id ?? null)) changes.parent_id = body.parent_id
  if (JSON.stringify(body.area) !== JSON.stringify(before.area) && !isSameRing(before.area, body.area)) changes.area = body.area
  return changes
}

function isSameRing(a: Area, b: Area): boolean {
  const [one, other] = [groundOf(a), groundOf(b)]
  return one.kind === 'polygon' && other.kind === 'polygon' && JSON.stringify(one.corners) === JSON.stringify(other.corners)
}
