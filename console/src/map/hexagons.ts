/** H3 cells on the map. Coordinates are GeoJSON's: longitude first. */
import type { Polygon, Position } from 'geojson'
import { cellToBoundary, cellToLatLng, getResolution, latLngToCell } from 'h3-js'
import { unrolled } from './geometry'

export const hexagonOf = (cell: string): Polygon => ({ type: 'Polygon', coordinates: [unrolled(cellToBoundary(cell, true))] })

export function middleOf(cell: string): Position {
  const [lat, lon] = cellToLatLng(cell)
  return [lon, lat]
}

/** The cell at a place, of the same size as another. */
export const cellAt = (lat: number, lon: number, like: string): string => latLngToCell(lat, lon, getResolution(like))
