import { useEffect, useMemo } from 'react'
import { Popup, type ExpressionSpecification, type FilterSpecification, type MapMouseEvent } from 'maplibre-gl'
import type { Fence, Shape } from '../../api/types'
import { MEDIUM } from '../fonts'
import { circle, labelPoint } from '../geometry'
import { meant, nameZooms, PIXEL_M, type Touched } from '../nameZoom'
import { firstLabel, geometryIs, put, takeOff, useMap } from '../MapContext'
import { OVERLAY } from '../palette'

const SOURCE = 'fences'
export const FENCE_FILL = 'fence-fill'
const LAYERS = [FENCE_FILL, 'fence-corridor', 'fence-line', 'fence-dot', 'fence-name'] as const
const TOUCHED = [FENCE_FILL, 'fence-corridor', 'fence-dot', 'fence-name'] as const
/** Where so many overlap, fills would add up to a blot. */
const CROWD = 40
/** A finger, or a hurried hand, is not exact. */
const TOUCH_PX = 6
/** A line that is as wide on the ground at every zoom. */
export const WIDTH: ExpressionSpecification = ['interpolate', ['exponential', 2], ['zoom'], 0, ['get', 'width'], 22, ['*', ['get', 'width'], 2 ** 22]]

type Props = { fences: readonly Fence[]; selected: string | null; onSelect?: (fence: string) => void }

/** Fences: circles and areas with a dashed edge, corridors as wide as they are, the chosen one stronger. */
export function FencesLayer({ fences, selected, onSelect }: Props) {
  const handle = useMap()
  const features = useMemo(() => fences.flatMap((fence) => toFeatures(fence, fence.id === selected, fences.length > CROWD)), [fences, selected])

  useEffect(() => {
    const { map, theme } = handle
    const { accent, ink, halo } = OVERLAY[theme]
    const under = firstLabel(map)
    map.addSource(SOURCE, { type: 'geojson', data: { type: 'FeatureCollection', features: [] } })
    map.addLayer({
      id: FENCE_FILL, type: 'fill', source: SOURCE, filter: geometryIs('Polygon'),
      paint: { 'fill-color': accent, 'fill-opacity': ['case', ['get', 'chosen'], 0.24, ['get', 'crowded'], 0.02, 0.1] },
    }, under)
    map.addLayer({
      id: 'fence-corridor', type: 'line', source: SOURCE, filter: geometryIs('LineString'), layout: { 'line-cap': 'round', 'line-join': 'round' },
      paint: { 'line-color': accent, 'line-opacity': ['case', ['get', 'chosen'], 0.4, 0.2], 'line-width': WIDTH },
    }, under)
    map.addLayer({
      id: 'fence-line', type: 'line', source: SOURCE, filter: ['all', ['!=', ['geometry-type'], 'Point'], ['any', ['get', 'chosen'], ['>=', ['zoom'], ['get', 'seen']]]] as FilterSpecification, layout: { 'line-join': 'round' },
      paint: {
        'line-color': accent, 'line-width': ['case', ['get', 'chosen'], 2.6, 1.4], 'line-dasharray': [3, 2],
        'line-opacity': ['interpolate', ['linear'], ['zoom'], 12, ['case', ['get', 'chosen'], 1, 0.45], 15, ['case', ['get', 'chosen'], 1, 0.9]],
      },
    }, under)
    // From too far away to see a shape there is a dot, so that none is lost.
    map.addLayer({
      id: 'fence-dot', type: 'circle', source: SOURCE, filter: ['all', geometryIs('Point'), ['<', ['zoom'], ['get', 'seen']]] as FilterSpecification,
      paint: { 'circle-color': accent, 'circle-radius': ['case', ['get', 'chosen'], 5, 2.6], 'circle-opacity': ['case', ['get', 'chosen'], 1, 0.55] },
    }, under)
    map.addLayer({
      id: 'fence-name', type: 'symbol', source: SOURCE, filter: ['all', geometryIs('Point'), ['any', ['get', 'chosen'], ['>=', ['zoom'], ['get', 'named']]]] as FilterSpecification,
      layout: { 'text-field': ['get', 'name'], 'text-font': [MEDIUM], 'text-size': 12, 'text-max-width': 9, 'text-padding': 6, 'symbol-sort-key': ['case', ['get', 'chosen'], -1, ['get', 'named']] },
      paint: { 'text-color': ['case', ['get', 'chosen'], accent, ink], 'text-halo-color': halo, 'text-halo-width': 1.6 },
    })
    return () => takeOff(map, SOURCE, LAYERS)
  }, [handle])

  useEffect(() => {
    if (!onSelect) return
    const { map } = handle
    const tip = new Popup({ closeButton: false, closeOnClick: false, className: 'agent-tip', offset: 10, anchor: 'bottom' })
    const under = (event: MapMouseEvent, slack_px: number) => {
      const { x, y } = event.point
      const hits = map.queryRenderedFeatures([[x - slack_px, y - slack_px], [x + slack_px, y + slack_px]], { layers: TOUCHED.filter((layer) => map.getLayer(layer)) })
      return meant(hits.map(({ layer, properties: { id, name, named, lon, lat } }): Touched => {
        const at = map.project([Number(lon), Number(lat)])
        return { id: String(id), name: String(name), named: Number(named), isByName: layer.id === 'fence-name', away_px: Math.hypot(at.x - x, at.y - y) }
      }))
    }
    const pick = (event: MapMouseEvent) => {
      const hit = under(event, 0) ?? under(event, TOUCH_PX)
      if (hit) onSelect(hit.id)
    }
    let isOver = false
    const hover = (event: MapMouseEvent) => {
      const hit = event.originalEvent.buttons === 0 ? under(event, 0) : null
      if (hit) tip.setLngLat(event.lngLat).setText(hit.name).addTo(map)
      else tip.remove()
      // Whoever draws has a cursor of their own.
      if ((hit !== null) === isOver || map.getCanvas().style.cursor === 'crosshair') return
      isOver = hit !== null
      map.getCanvas().style.cursor = isOver ? 'pointer' : ''
    }
    const leave = () => tip.remove()
    const subscriptions = [map.on('click', pick), map.on('mousemove', hover), map.on('mouseout', leave)]
    return () => {
      subscriptions.forEach((subscription) => subscription.unsubscribe())
      tip.remove()
      if (isOver) map.getCanvas().style.cursor = ''
    }
  }, [handle, onSelect])

  useEffect(() => {
    void put(handle.map, SOURCE, features)
  }, [handle, features])

  return null
}

function toFeatures({ id, name, shape }: Fence, chosen: boolean, crowded: boolean): GeoJSON.Feature[] {
  const label = labelOf(shape)
  const properties = { id, name, chosen, crowded, lon: label[0], lat: label[1], ...nameZooms(shape) }
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
