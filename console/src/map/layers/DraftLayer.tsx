import { useEffect, useMemo, useRef } from 'react'
import type { MapMouseEvent } from 'maplibre-gl'
import type { Position } from 'geojson'
import type { Shape } from '../../api/types'
import { put, takeOff, useMap } from '../MapContext'
import { OVERLAY } from '../palette'
import { outline, WIDTH } from './FencesLayer'

const SOURCE = 'draft'
const KNOB = 'draft-knob'
const LAYERS = ['draft-fill', 'draft-corridor', 'draft-line', 'draft-corner', KNOB] as const
const EARTH_RADIUS_M = 6_371_008.8

type Props = {
  shape: Shape | null
  /** Of a polygon or a corridor, done or not. */
  corners: readonly Position[]
  onPlace: (at: Position) => void
  /** While the edge of a circle is dragged. */
  onSize: (radius_m: number) => void
}

/** What is being drawn: clicks place it, and the knob on a circle's edge sizes it. */
export function DraftLayer({ shape, corners, onPlace, onSize }: Props) {
  const handle = useMap()
  const latest = useRef({ shape, onPlace, onSize })
  useEffect(() => {
    latest.current = { shape, onPlace, onSize }
  })
  const features = useMemo(() => toFeatures(shape, corners), [shape, corners])

  useEffect(() => {
    const { map, theme } = handle
    const { accent, ring } = OVERLAY[theme]
    map.addSource(SOURCE, { type: 'geojson', data: { type: 'FeatureCollection', features: [] } })
    map.addLayer({ id: 'draft-fill', type: 'fill', source: SOURCE, filter: ['==', ['geometry-type'], 'Polygon'], paint: { 'fill-color': accent, 'fill-opacity': 0.2 } })
    map.addLayer({
      id: 'draft-corridor', type: 'line', source: SOURCE, filter: ['has', 'width'], layout: { 'line-cap': 'round', 'line-join': 'round' },
      paint: { 'line-color': accent, 'line-opacity': 0.3, 'line-width': WIDTH },
    })
    map.addLayer({ id: 'draft-line', type: 'line', source: SOURCE, filter: ['!=', ['geometry-type'], 'Point'], layout: { 'line-join': 'round' }, paint: { 'line-color': accent, 'line-width': 2.6 } })
    const dot = { 'circle-color': ring, 'circle-stroke-color': accent, 'circle-stroke-width': 2.4 } as const
    map.addLayer({ id: 'draft-corner', type: 'circle', source: SOURCE, filter: ['==', ['get', 'part'], 'corner'], paint: { ...dot, 'circle-radius': 4 } })
    map.addLayer({ id: KNOB, type: 'circle', source: SOURCE, filter: ['==', ['get', 'part'], 'knob'], paint: { ...dot, 'circle-radius': 7 } })

    const canvas = map.getCanvas()
    const cursor = canvas.style.cursor
    canvas.style.cursor = 'crosshair'
    let isDragging = false
    const click = ({ lngLat, point }: MapMouseEvent) => {
      if (map.queryRenderedFeatures(point, { layers: [KNOB] }).length > 0) return
      latest.current.onPlace([wrapped(lngLat.lng), lngLat.lat])
    }
    const grab = (event: MapMouseEvent) => {
      event.preventDefault()
      isDragging = true
      canvas.style.cursor = 'ew-resize'
    }
    const drag = ({ lngLat }: MapMouseEvent) => {
      const held = latest.current.shape
      if (isDragging && held?.type === 'Circle') latest.current.onSize(Math.max(1, Math.round(apart(held.coordinates, [lngLat.lng, lngLat.lat]))))
    }
    const drop = () => {
      isDragging = false
      canvas.style.cursor = 'crosshair'
    }
    map.on('click', click)
    map.on('mousedown', KNOB, grab)
    map.on('mousemove', drag)
    map.on('mouseup', drop)
    map.doubleClickZoom.disable()
    return () => {
      map.off('click', click)
      map.off('mousedown', KNOB, grab)
      map.off('mousemove', drag)
      map.off('mouseup', drop)
      map.doubleClickZoom.enable()
      canvas.style.cursor = cursor
      takeOff(map, SOURCE, LAYERS)
    }
  }, [handle])

  useEffect(() => {
    void put(handle.map, SOURCE, features)
  }, [handle, features])

  return null
}

function toFeatures(shape: Shape | null, corners: readonly Position[]): GeoJSON.Feature[] {
  const features: GeoJSON.Feature[] = corners.map((at) => spot(at, 'corner'))
  if (corners.length > 1 && shape === null) {
    features.push({ type: 'Feature', properties: {}, geometry: { type: 'LineString', coordinates: [...corners] } })
  }
  if (shape !== null) features.push(outline(shape, {}))
  if (shape?.type === 'Circle') {
    const drawn = outline(shape, {}).geometry as GeoJSON.Polygon
    features.push(spot(shape.coordinates, 'corner'), spot(drawn.coordinates[0]![0]!, 'knob'))
  }
  return features
}

const spot = (coordinates: Position, part: 'corner' | 'knob'): GeoJSON.Feature => ({ type: 'Feature', properties: { part }, geometry: { type: 'Point', coordinates } })

const wrapped = (lon: number): number => ((((lon + 180) % 360) + 360) % 360) - 180

function apart([aLon, aLat]: Position, [bLon, bLat]: Position): number {
  const radians = (degrees: number) => (degrees * Math.PI) / 180
  const h = Math.sin(radians(bLat! - aLat!) / 2) ** 2 + Math.cos(radians(aLat!)) * Math.cos(radians(bLat!)) * Math.sin(radians(bLon! - aLon!) / 2) ** 2
  return 2 * EARTH_RADIUS_M * Math.asin(Math.min(1, Math.sqrt(h)))
}
