/** Layers of the agent's own map. Each owns its source and returns nothing. */
import { useEffect } from 'react'
import type { MapLayerMouseEvent } from 'maplibre-gl'
import { put, takeOff, useMap } from '../../map/MapContext'
import { OVERLAY, STATUS_COLOURS } from '../../map/palette'
import { MEDIUM } from '../../map/fonts'
import { isOver, type Point } from '../model/day'
import type { Reading } from '../model/policy'
import type { VisitView } from '../model/project'

const STOPS = 'field-stops'
const WAY = 'field-way'
const ME = 'field-me'
const HIT_PX = 22

const pair = ({ lat, lon }: Point): [number, number] => [lon, lat]

export function StopsLayer({ visits, chosen, start, onChoose }: { visits: readonly VisitView[]; chosen: string | null; start: Point | null; onChoose: (visit: string) => void }) {
  const { map, theme } = useMap()
  const handle = useMap()
  useEffect(() => {
    const { accent, ring, ink } = OVERLAY[theme]
    map.addSource(WAY, { type: 'geojson', data: { type: 'FeatureCollection', features: [] } })
    map.addSource(STOPS, { type: 'geojson', data: { type: 'FeatureCollection', features: [] } })
    map.addLayer({ id: `${WAY}-case`, type: 'line', source: WAY, layout: { 'line-cap': 'round', 'line-join': 'round' }, paint: { 'line-color': ring, 'line-width': 8 } })
    map.addLayer({
      id: WAY, type: 'line', source: WAY, layout: { 'line-cap': 'round', 'line-join': 'round' },
      paint: { 'line-color': ['case', ['get', 'done'], STATUS_COLOURS[theme].offline, accent], 'line-width': 4.5, 'line-opacity': ['case', ['get', 'done'], 0.6, 0.95] },
    })
    map.addLayer({
      id: STOPS, type: 'circle', source: STOPS,
      paint: {
        'circle-radius': ['case', ['get', 'chosen'], 18, ['==', ['get', 'look'], 'start'], 7, 14], 'circle-stroke-width': 3, 'circle-stroke-color': ring,
        'circle-color': ['match', ['get', 'look'], 'done', STATUS_COLOURS[theme].moving, 'poor', STATUS_COLOURS[theme].idle, 'over', STATUS_COLOURS[theme].offline, 'start', ink, accent],
      },
    })
    map.addLayer({
      id: `${STOPS}-n`, type: 'symbol', source: STOPS,
      layout: { 'text-field': ['get', 'n'], 'text-font': [MEDIUM], 'text-size': ['case', ['get', 'chosen'], 15, 13], 'text-allow-overlap': true, 'text-ignore-placement': true },
      paint: { 'text-color': ring },
    })
    return () => {
      takeOff(map, STOPS, [`${STOPS}-n`, STOPS])
      takeOff(map, WAY, [WAY, `${WAY}-case`])
    }
  }, [map, theme, handle])

  useEffect(() => {
    void put(map, STOPS, [
      ...(start ? [{ type: 'Feature' as const, geometry: { type: 'Point' as const, coordinates: pair(start) }, properties: { look: 'start', n: '', chosen: false } }] : []),
      ...visits.flatMap((visit, i) => (visit.place.point === null ? [] : [{
        type: 'Feature' as const, geometry: { type: 'Point' as const, coordinates: pair(visit.place.point) },
        properties: { id: visit.id, n: String(i + 1), chosen: visit.id === chosen, look: visit.status === 'completed' ? (visit.outcome === 'unproductive' ? 'poor' : 'done') : isOver(visit.status) ? 'over' : 'ahead' },
      }])),
    ])
    void put(map, WAY, legs(visits, start))
  }, [map, visits, chosen, start, handle])

  useEffect(() => {
    const press = (event: MapLayerMouseEvent | { point: { x: number; y: number } }) => {
      const { x, y } = event.point
      const [hit] = map.queryRenderedFeatures([[x - HIT_PX, y - HIT_PX], [x + HIT_PX, y + HIT_PX]], { layers: [STOPS] })
      const id: unknown = hit?.properties?.id
      if (typeof id === 'string') onChoose(id)
    }
    map.on('click', press)
    return () => void map.off('click', press)
  }, [map, onChoose, handle])
  return null
}

/** By the roads where the plan knows them, as the crow flies where it does not. */
export function legs(visits: readonly VisitView[], start: Point | null): GeoJSON.Feature[] {
  let from = start
  return visits.filter(({ position }) => position !== null).flatMap((visit) => {
    const to = visit.place.point
    if (to === null) return []
    const line = visit.leg && visit.leg.path.length > 1 ? visit.leg.path : from === null ? [] : [from, to]
    from = to
    return line.length < 2 ? [] : [{ type: 'Feature' as const, geometry: { type: 'LineString' as const, coordinates: line.map(pair) }, properties: { done: isOver(visit.status) } }]
  })
}

export function MeLayer({ reading }: { reading: Reading | null }) {
  const handle = useMap()
  const { map, theme } = handle
  useEffect(() => {
    const { ring } = OVERLAY[theme]
    map.addSource(ME, { type: 'geojson', data: { type: 'FeatureCollection', features: [] } })
    map.addLayer({ id: `${ME}-halo`, type: 'circle', source: ME, paint: { 'circle-radius': 20, 'circle-color': '#2f7bff', 'circle-opacity': 0.2 } })
    map.addLayer({ id: ME, type: 'circle', source: ME, paint: { 'circle-radius': 8, 'circle-color': '#2f7bff', 'circle-stroke-width': 3, 'circle-stroke-color': ring } })
    return () => takeOff(map, ME, [ME, `${ME}-halo`])
  }, [map, theme, handle])
  useEffect(() => {
    void put(map, ME, reading === null ? [] : [{ type: 'Feature', geometry: { type: 'Point', coordinates: pair(reading) }, properties: {} }])
  }, [map, reading, handle])
  return null
}
