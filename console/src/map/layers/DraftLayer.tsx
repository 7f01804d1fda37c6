import { useEffect, useMemo, useRef } from 'react'
import type { MapMouseEvent, MapTouchEvent, PointLike } from 'maplibre-gl'
import type { Position } from 'geojson'
import type { Shape } from '../../api/types'
import { middles } from '../corners'
import { put, takeOff, useMap } from '../MapContext'
import { OVERLAY } from '../palette'
import { outline, WIDTH } from './FencesLayer'

const SOURCE = 'draft'
const KNOB = 'draft-knob'
const CORNER = 'draft-corner'
const MIDDLE = 'draft-middle'
const LAYERS = ['draft-fill', 'draft-corridor', 'draft-line', MIDDLE, CORNER, KNOB] as const
/** A finger hits less exactly than a pointer. */
const FINGER_PX = 16
const EARTH_RADIUS_M = 6_371_008.8

type Props = {
  shape: Shape | null
  /** Of a polygon or a corridor, done or not. */
  corners: readonly Position[]
  onPlace: (at: Position) => void
  /** While the edge of a circle is dragged. */
  onSize: (radius_m: number) => void
  /** For a polygon whose corners can be changed: dragging one moves it, dragging the middle of an edge makes one of it. */
  edit?: { move: (corner: number, to: Position) => void; insert: (edge: number, to: Position) => void }
  /** The corner that is looked at elsewhere. */
  active?: number | null
  colour?: string
}

/** What is being drawn: clicks place it, and the knob on a circle's edge sizes it. */
export function DraftLayer({ shape, corners, onPlace, onSize, edit, active = null, colour }: Props) {
  const handle = useMap()
  const latest = useRef({ shape, onPlace, onSize, edit })
  useEffect(() => {
    latest.current = { shape, onPlace, onSize, edit }
  })
  const features = useMemo(() => toFeatures(shape, corners, edit !== undefined, active), [shape, corners, edit !== undefined, active])

  useEffect(() => {
    const { map, theme } = handle
    const { accent: usual, ring } = OVERLAY[theme]
    const accent = colour ?? usual
    map.addSource(SOURCE, { type: 'geojson', data: { type: 'FeatureCollection', features: [] } })
    map.addLayer({ id: 'draft-fill', type: 'fill', source: SOURCE, filter: ['==', ['geometry-type'], 'Polygon'], paint: { 'fill-color': accent, 'fill-opacity': 0.2 } })
    map.addLayer({
      id: 'draft-corridor', type: 'line', source: SOURCE, filter: ['has', 'width'], layout: { 'line-cap': 'round', 'line-join': 'round' },
      paint: { 'line-color': accent, 'line-opacity': 0.3, 'line-width': WIDTH },
    })
    map.addLayer({ id: 'draft-line', type: 'line', source: SOURCE, filter: ['!=', ['geometry-type'], 'Point'], layout: { 'line-join': 'round' }, paint: { 'line-color': accent, 'line-width': 2.6 } })
    const dot = { 'circle-color': ring, 'circle-stroke-color': accent, 'circle-stroke-width': 2.4 } as const
    map.addLayer({ id: MIDDLE, type: 'circle', source: SOURCE, filter: ['==', ['get', 'part'], 'middle'], paint: { 'circle-color': accent, 'circle-opacity': 0.55, 'circle-stroke-color': ring, 'circle-stroke-width': 1.4, 'circle-radius': 4 } })
    map.addLayer({
      id: CORNER, type: 'circle', source: SOURCE, filter: ['==', ['get', 'part'], 'corner'],
      paint: { ...dot, 'circle-color': ['case', ['get', 'active'], accent, ring], 'circle-radius': ['case', ['get', 'active'], 7.5, ['get', 'loose'], 6, 4] },
    })
    map.addLayer({ id: KNOB, type: 'circle', source: SOURCE, filter: ['==', ['get', 'part'], 'knob'], paint: { ...dot, 'circle-radius': 7 } })

    const canvas = map.getCanvas()
    const cursor = canvas.style.cursor
    canvas.style.cursor = 'crosshair'
    let isDragging = false
    /** The corner in hand. */
    let held: number | null = null
    const click = ({ lngLat, point }: MapMouseEvent) => {
      // A click on what can be dragged is a drag that went nowhere.
      if (map.queryRenderedFeatures(point, { layers: latest.current.edit ? [KNOB, CORNER, MIDDLE] : [KNOB] }).length > 0) return
      latest.current.onPlace([wrapped(lngLat.lng), lngLat.lat])
    }
    const grab = (event: MapMouseEvent) => {
      event.preventDefault()
      isDragging = true
      canvas.style.cursor = 'ew-resize'
    }
    const take = (event: MapMouseEvent | MapTouchEvent) => {
      const { edit: editing } = latest.current
      const { x, y } = event.point
      const reach = event.type === 'touchstart' ? FINGER_PX : 0
      const place: PointLike | [PointLike, PointLike] = reach === 0 ? event.point : [[x - reach, y - reach], [x + reach, y + reach]]
      const [hit] = map.queryRenderedFeatures(place, { layers: [CORNER, MIDDLE] })
      if (!editing || !hit) return
      event.preventDefault()
      held = Number(hit.properties.at)
      if (hit.properties.part === 'middle') {
        editing.insert(held, [wrapped(event.lngLat.lng), event.lngLat.lat])
        held += 1
      }
      canvas.style.cursor = 'grabbing'
    }
    const over = () => {
      if (latest.current.edit && held === null) canvas.style.cursor = 'grab'
    }
    const away = () => {
      if (held === null) canvas.style.cursor = 'crosshair'
    }
    const drag = ({ lngLat }: MapMouseEvent | MapTouchEvent) => {
      const { shape: sized, edit: editing } = latest.current
      if (held !== null) editing?.move(held, [wrapped(lngLat.lng), lngLat.lat])
      if (isDragging && sized?.type === 'Circle') latest.current.onSize(Math.max(1, Math.round(apart(sized.coordinates, [lngLat.lng, lngLat.lat]))))
    }
    const drop = () => {
      isDragging = false
      held = null
      canvas.style.cursor = 'crosshair'
    }
    map.on('click', click)
    map.on('mousedown', KNOB, grab)
    map.on('mousedown', take)
    map.on('touchstart', take)
    map.on('touchmove', drag)
    map.on('touchend', drop)
    for (const layer of [CORNER, MIDDLE]) {
      map.on('mouseenter', layer, over)
      map.on('mouseleave', layer, away)
    }
    map.on('mousemove', drag)
    map.on('mouseup', drop)
    map.doubleClickZoom.disable()
    return () => {
      map.off('click', click)
      map.off('mousedown', KNOB, grab)
      map.off('mousedown', take)
      map.off('touchstart', take)
      map.off('touchmove', drag)
      map.off('touchend', drop)
      for (const layer of [CORNER, MIDDLE]) {
        map.off('mouseenter', layer, over)
        map.off('mouseleave', layer, away)
      }
      map.off('mousemove', drag)
      map.off('mouseup', drop)
      map.doubleClickZoom.enable()
      canvas.style.cursor = cursor
      takeOff(map, SOURCE, LAYERS)
    }
  }, [handle, colour])

  useEffect(() => {
    void put(handle.map, SOURCE, features)
  }, [handle, features, colour])

  return null
}

function toFeatures(shape: Shape | null, corners: readonly Position[], isLoose: boolean, active: number | null): GeoJSON.Feature[] {
  const features: GeoJSON.Feature[] = corners.map((to, at) => spot(to, 'corner', { at, loose: isLoose, active: at === active }))
  if (isLoose && shape !== null) features.push(...middles(corners).map((to, at) => spot(to, 'middle', { at })))
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

const spot = (coordinates: Position, part: 'corner' | 'middle' | 'knob', more: Record<string, unknown> = {}): GeoJSON.Feature => ({ type: 'Feature', properties: { part, loose: false, active: false, ...more }, geometry: { type: 'Point', coordinates } })

const wrapped = (lon: number): number => ((((lon + 180) % 360) + 360) % 360) - 180

function apart([aLon, aLat]: Position, [bLon, bLat]: Position): number {
  const radians = (degrees: number) => (degrees * Math.PI) / 180
  const h = Math.sin(radians(bLat! - aLat!) / 2) ** 2 + Math.cos(radians(aLat!)) * Math.cos(radians(bLat!)) * Math.sin(radians(bLon! - aLon!) / 2) ** 2
  return 2 * EARTH_RADIUS_M * Math.asin(Math.min(1, Math.sqrt(h)))
}
