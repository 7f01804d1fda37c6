import { useEffect, useMemo } from 'react'
import type { ExpressionSpecification } from 'maplibre-gl'
import type { Fence, Shape } from '../../api/types'
import { MEDIUM } from '../fonts'
import { circle, labelPoint } from '../geometry'
import { firstLabel, geometryIs, put, takeOff, useMap } from '../MapContext'
import { OVERLAY } from '../palette'

const SOURCE = 'fences'
export const FENCE_FILL = 'fence-fill'
const LAYERS = [FENCE_FILL, 'fence-corridor', 'fence-line', 'fence-name'] as const
/** Metres of a pixel at the equator and zoom 0, with tiles of 512 pixels. */
const PIXEL_M = 78_271.517
/** A line that is as wide on the ground at every zoom. */
export const WIDTH: ExpressionSpecification = ['interpolate', ['exponential', 2], ['zoom'], 0, ['get', 'width'], 22, ['*', ['get', 'width'], 2 ** 22]]

type Props = { fences: readonly Fence[]; selected: string | null; onSelect?: (fence: string) => void }

/** Fences: circles and areas with a dashed edge, corridors as wide as they are, the chosen one stronger. */
export function FencesLayer({ fences, selected, onSelect }: Props) {
  const handle = useMap()
  const features = useMemo(() => fences.flatMap((fence) => toFeatures(fence, fence.id === selected)), [fences, selected])

  useEffect(() => {
    const { map, theme } = handle
    const { accent, halo } = OVERLAY[theme]
    const under = firstLabel(map)
    map.addSource(SOURCE, { type: 'geojson', data: { type: 'FeatureCollection', features: [] } })
    map.addLayer({
      id: FENCE_FILL, type: 'fill', source: SOURCE, filter: geometryIs('Polygon'),
      paint: { 'fill-color': accent, 'fill-opacity': ['case', ['get', 'chosen'], 0.24, 0.1] },
    }, under)
    map.addLayer({
      id: 'fence-corridor', type: 'line', source: SOURCE, filter: geometryIs('LineString'), layout: { 'line-cap': 'round', 'line-join': 'round' },
      paint: { 'line-color': accent, 'line-opacity': ['case', ['get', 'chosen'], 0.4, 0.2], 'line-width': WIDTH },
    }, under)
    map.addLayer({
      id: 'fence-line', type: 'line', source: SOURCE, filter: ['!=', ['geometry-type'], 'Point'], layout: { 'line-join': 'round' },
      paint: { 'line-color': accent, 'line-width': ['case', ['get', 'chosen'], 2.6, 1.4], 'line-dasharray': [3, 2] },
    }, under)
    map.addLayer({
      id: 'fence-name', type: 'symbol', source: SOURCE, filter: geometryIs('Point'), minzoom: 11,
      layout: { 'text-field': ['get', 'name'], 'text-font': [MEDIUM], 'text-size': 12, 'text-max-width': 9, 'text-padding': 3 },
      paint: { 'text-color': accent, 'text-halo-color': halo, 'text-halo-width': 1.6 },
    })
    return () => takeOff(map, SOURCE, LAYERS)
  }, [handle])

  useEffect(() => {
    if (!onSelect) return
    const { map } = handle
    const areas = [FENCE_FILL, 'fence-corridor'] as const
    const pick = ({ features: [hit] = [] }: { features?: { properties: Record<string, unknown> }[] }) => {
      if (hit) onSelect(String(hit.properties.id))
    }
    for (const area of areas) map.on('click', area, pick)
    return () => {
      for (const area of areas) map.off('click', area, pick)
    }
  }, [handle, onSelect])

  useEffect(() => {
    void put(handle.map, SOURCE, features)
  }, [handle, features])

  return null
}

function toFeatures({ id, name, shape }: Fence, chosen: boolean): GeoJSON.Feature[] {
  const properties = { id, name, chosen }
  const label = labelOf(shape)
  return [outline(shape, properties), { type: 'Feature', properties, geometry: { type: 'Point', coordinates: label } }]
}

/** The shape as the map can draw it. */
export function outline(shape: Shape, properties: Record<string, unknown>): GeoJSON.Feature {
  switch (shape.type) {
    case 'Circle':
      return { type: 'Feature', properties, geometry: circle(shape.coordinates[1]!, shape.coordinates[0]!, shape.radius_m) }
    case 'Corridor': {
      const lat = shape.coordinates[0]![1]!
      const width = (2 * shape.half_width_m) / (PIXEL_M * Math.max(0.01, Math.cos((lat * Math.PI) / 180)))
      return { type: 'Feature', properties: { ...properties, width }, geometry: { type: 'LineString', coordinates: theShortWay(shape.coordinates) } }
    }
    case 'Polygon':
    case 'MultiPolygon':
      return { type: 'Feature', properties, geometry: shape }
  }
}

/** Across the antimeridian a line goes on, it does not go round the world. */
function theShortWay(line: readonly GeoJSON.Position[]): GeoJSON.Position[] {
  let turns = 0
  return line.map(([lon, lat], at) => {
    const before = at > 0 ? line[at - 1]![0]! : lon!
    if (lon! - before > 180) turns -= 360
    if (lon! - before < -180) turns += 360
    return [lon! + turns, lat!]
  })
}

function labelOf(shape: Shape): GeoJSON.Position {
  switch (shape.type) {
    case 'Circle':
      return shape.coordinates
    case 'Corridor':
      return shape.coordinates[Math.floor(shape.coordinates.length / 2)]!
    case 'Polygon':
    case 'MultiPolygon':
      return labelPoint(shape)
  }
}
