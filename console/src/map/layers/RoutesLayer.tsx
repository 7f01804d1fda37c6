/** Routes of a plan: a line for each agent, its stops numbered in their order, and what is not planned beside them. */
import { useEffect, useMemo, useRef } from 'react'
import { Popup, type LineLayerSpecification, type MapLayerMouseEvent } from 'maplibre-gl'
import type { Position } from 'geojson'
import { MEDIUM } from '../fonts'
import { firstLabel, geometryIs, put, takeOff, useMap } from '../MapContext'
import { OVERLAY } from '../palette'

const SOURCE = 'routes'
export const ROUTE_STOPS = 'route-stops'
const LAYERS = ['route-casing', 'route-line', 'route-ghost', 'route-chosen', ROUTE_STOPS, 'route-numbers', 'route-names'] as const

export type RouteMark = {
  visit: string
  point: { lat: number; lon: number }
  /** In the order of the route; nothing for what is not planned. */
  number: string
  name: string
  tip: string
  colour: string
  tone: 'plain' | 'done' | 'some' | 'high' | 'waiting'
  isChosen: boolean
}
export type RouteLine = { id: string; colour: string; line: readonly Position[]; look: 'plain' | 'faint' | 'chosen' | 'ghost' }

type Props = { lines: readonly RouteLine[]; marks: readonly RouteMark[]; onVisit: (visit: string) => void }

export function RoutesLayer({ lines, marks, onVisit }: Props) {
  const handle = useMap()
  const features = useMemo(() => [...lines.flatMap(toLine), ...marks.map(toMark)], [lines, marks])
  const latest = useRef(onVisit)
  useEffect(() => {
    latest.current = onVisit
  })

  useEffect(() => {
    const { map, theme } = handle
    const { ring, accent, ink, halo } = OVERLAY[theme]
    const warn = theme === 'dark' ? '#f5bd5f' : '#c27803'
    const danger = theme === 'dark' ? '#ff7d75' : '#c8312b'
    const under = firstLabel(map)
    const order: LineLayerSpecification['layout'] = { 'line-join': 'round', 'line-cap': 'round', 'line-sort-key': ['match', ['get', 'look'], 'chosen', 2, 'plain', 1, 0] }
    map.addSource(SOURCE, { type: 'geojson', data: { type: 'FeatureCollection', features: [] } })
    map.addLayer({
      id: 'route-casing', type: 'line', source: SOURCE, filter: ['==', ['get', 'part'], 'line'], layout: order,
      paint: { 'line-color': ring, 'line-width': ['interpolate', ['linear'], ['zoom'], 10, 3, 16, 8], 'line-opacity': ['match', ['get', 'look'], 'faint', 0.25, 0.8] },
    }, under)
    map.addLayer({
      id: 'route-line', type: 'line', source: SOURCE, filter: ['==', ['get', 'part'], 'line'], layout: order,
      paint: {
        'line-color': ['get', 'colour'], 'line-opacity': ['match', ['get', 'look'], 'faint', 0.22, 'chosen', 1, 0.72],
        'line-width': ['interpolate', ['linear'], ['zoom'], 10, ['match', ['get', 'look'], 'chosen', 2.6, 1.6], 16, ['match', ['get', 'look'], 'chosen', 5.4, 3.6]],
      },
    }, under)
    map.addLayer({
      id: 'route-ghost', type: 'line', source: SOURCE, filter: ['==', ['get', 'part'], 'ghost'], layout: { 'line-join': 'round' },
      paint: { 'line-color': ['get', 'colour'], 'line-width': 2.4, 'line-opacity': 0.75, 'line-dasharray': [2, 1.6] },
    }, under)
    map.addLayer({
      id: 'route-chosen', type: 'circle', source: SOURCE, filter: ['==', ['get', 'chosen'], true],
      paint: { 'circle-radius': 17, 'circle-color': accent, 'circle-opacity': 0.2, 'circle-stroke-color': accent, 'circle-stroke-width': 2 },
    })
    map.addLayer({
      id: ROUTE_STOPS, type: 'circle', source: SOURCE, filter: geometryIs('Point'),
      layout: { 'circle-sort-key': ['case', ['get', 'chosen'], 2, ['==', ['get', 'tone'], 'done'], 0, 1] },
      paint: {
        'circle-radius': ['interpolate', ['linear'], ['zoom'], 9, 3.5, 12, 6, 14, 10],
        'circle-color': ['match', ['get', 'tone'], 'waiting', ring, ['get', 'colour']], 'circle-opacity': ['match', ['get', 'tone'], 'done', 0.5, 1],
        'circle-stroke-color': ['match', ['get', 'tone'], 'waiting', danger, 'high', danger, 'some', warn, ring],
        'circle-stroke-width': ['match', ['get', 'tone'], 'waiting', 2.6, 'high', 3, 'some', 3, 1.8],
      },
    })
    map.addLayer({
      id: 'route-numbers', type: 'symbol', source: SOURCE, filter: geometryIs('Point'), minzoom: 12.6,
      layout: { 'text-field': ['get', 'number'], 'text-font': [MEDIUM], 'text-size': 11, 'text-allow-overlap': true, 'text-ignore-placement': true },
      paint: { 'text-color': theme === 'dark' ? '#0d1430' : '#ffffff' },
    })
    map.addLayer({
      id: 'route-names', type: 'symbol', source: SOURCE, filter: geometryIs('Point'), minzoom: 13.2,
      layout: {
        'text-field': ['get', 'name'], 'text-font': [MEDIUM], 'text-size': 11.5, 'text-variable-anchor': ['top', 'bottom', 'left', 'right'],
        'text-radial-offset': 1.15, 'text-optional': true, 'text-max-width': 9, 'text-padding': 3,
      },
      paint: { 'text-color': ink, 'text-halo-color': halo, 'text-halo-width': 1.5 },
    })
    const tip = new Popup({ closeButton: false, closeOnClick: false, className: 'agent-tip', offset: 14, anchor: 'bottom' })
    const choose = ({ features: hits }: MapLayerMouseEvent) => {
      const visit: unknown = hits?.[0]?.properties.visit
      if (typeof visit === 'string') latest.current(visit)
    }
    const enter = ({ features: hits }: MapLayerMouseEvent) => {
      map.getCanvas().style.cursor = 'pointer'
      const hit = hits?.[0]
      if (hit?.geometry.type === 'Point') tip.setLngLat(hit.geometry.coordinates as [number, number]).setText(String(hit.properties.tip)).addTo(map)
    }
    const leave = () => {
      map.getCanvas().style.cursor = ''
      tip.remove()
    }
    const subscriptions = [map.on('click', ROUTE_STOPS, choose), map.on('mousemove', ROUTE_STOPS, enter), map.on('mouseleave', ROUTE_STOPS, leave)]
    return () => {
      tip.remove()
      subscriptions.forEach((subscription) => subscription.unsubscribe())
      takeOff(map, SOURCE, LAYERS)
    }
  }, [handle])

  useEffect(() => {
    void put(handle.map, SOURCE, features)
  }, [handle, features])

  return null
}

function toLine({ id, colour, line, look }: RouteLine): GeoJSON.Feature[] {
  if (line.length < 2) return []
  return [{ type: 'Feature', properties: { id, colour, look, part: look === 'ghost' ? 'ghost' : 'line' }, geometry: { type: 'LineString', coordinates: [...line] } }]
}

function toMark({ visit, point, number, name, tip, colour, tone, isChosen }: RouteMark): GeoJSON.Feature {
  return { type: 'Feature', properties: { visit, number, name, tip, colour, tone, chosen: isChosen }, geometry: { type: 'Point', coordinates: [point.lon, point.lat] } }
}
