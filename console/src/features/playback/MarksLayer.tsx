/** Stops as dots with how long they took, suspect fixes as small hollow marks, and the item that was chosen. */
import { useEffect, useMemo, useRef } from 'react'
import { Popup, type MapLayerMouseEvent } from 'maplibre-gl'
import { MEDIUM } from '../../map/fonts'
import { firstLabel, geometryIs, put, takeOff, useMap } from '../../map/MapContext'
import { OVERLAY } from '../../map/palette'
import { duration } from '../../util/time'
import type { Bar } from './lanes'
import { countUntil, type Track } from './track'
import { pointsOf } from './words'

const SOURCE = 'marks'
const STOPS = 'mark-stops'
const SUSPECTS = 'mark-suspects'
const LAYERS = ['mark-chosen-way', 'mark-chosen', STOPS, SUSPECTS, 'mark-labels'] as const

export type Mark = { bar: Bar; colour: string; tip: string }

type Props = { marks: readonly Mark[]; showsSuspects: boolean; chosen: Bar | null; tracks: readonly Track[]; onChoose: (bar: Bar) => void }

export function MarksLayer({ marks, showsSuspects, chosen, tracks, onChoose }: Props) {
  const handle = useMap()
  const features = useMemo(
    () => [...toMarks(marks, showsSuspects), ...(chosen ? toChosen(chosen, tracks) : [])],
    [marks, showsSuspects, chosen, tracks],
  )
  const latest = useRef({ marks, onChoose })
  useEffect(() => {
    latest.current = { marks, onChoose }
  })

  useEffect(() => {
    const { map, theme } = handle
    const { ring, accent, ink, halo } = OVERLAY[theme]
    const under = firstLabel(map)
    map.addSource(SOURCE, { type: 'geojson', data: { type: 'FeatureCollection', features: [] } })
    map.addLayer({
      id: 'mark-chosen-way', type: 'line', source: SOURCE, filter: geometryIs('LineString'), layout: { 'line-join': 'round', 'line-cap': 'round' },
      paint: { 'line-color': accent, 'line-width': 15, 'line-opacity': 0.28 },
    }, under)
    map.addLayer({
      id: 'mark-chosen', type: 'circle', source: SOURCE, filter: ['==', ['get', 'part'], 'chosen'],
      paint: { 'circle-radius': 17, 'circle-color': accent, 'circle-opacity': 0.16, 'circle-stroke-color': accent, 'circle-stroke-width': 2 },
    })
    map.addLayer({
      id: STOPS, type: 'circle', source: SOURCE, filter: ['==', ['get', 'part'], 'stop'],
      paint: {
        'circle-radius': ['interpolate', ['linear'], ['zoom'], 10, ['*', 0.55, ['get', 'radius']], 15, ['get', 'radius']],
        'circle-color': ['get', 'colour'], 'circle-stroke-color': ring, 'circle-stroke-width': 2,
      },
    })
    map.addLayer({
      id: SUSPECTS, type: 'circle', source: SOURCE, filter: ['==', ['get', 'part'], 'suspect'],
      paint: { 'circle-radius': 4.5, 'circle-color': ring, 'circle-opacity': 0.5, 'circle-stroke-color': ['get', 'colour'], 'circle-stroke-width': 1.6 },
    })
    map.addLayer({
      id: 'mark-labels', type: 'symbol', source: SOURCE, filter: ['==', ['get', 'part'], 'stop'], minzoom: 12.5,
      layout: {
        'text-field': ['get', 'label'], 'text-font': [MEDIUM], 'text-size': 11, 'text-variable-anchor': ['left', 'right', 'top', 'bottom'],
        'text-radial-offset': 0.95, 'text-optional': true, 'text-padding': 3, 'symbol-sort-key': ['-', 0, ['get', 'radius']],
      },
      paint: { 'text-color': ink, 'text-halo-color': halo, 'text-halo-width': 1.6 },
    })
    return () => takeOff(map, SOURCE, LAYERS)
  }, [handle])

  useEffect(() => {
    void put(handle.map, SOURCE, features)
  }, [handle, features])

  useEffect(() => {
    const { map } = handle
    const tip = new Popup({ closeButton: false, closeOnClick: false, className: 'agent-tip', offset: 14, anchor: 'bottom' })
    const find = ({ features }: MapLayerMouseEvent) => latest.current.marks.find(({ bar }) => bar.item.id === features?.[0]?.properties.id)
    const enter = (event: MapLayerMouseEvent) => {
      map.getCanvas().style.cursor = 'pointer'
      const mark = find(event)
      const at = event.features?.[0]?.geometry
      if (mark && at?.type === 'Point') tip.setLngLat(at.coordinates as [number, number]).setText(mark.tip).addTo(map)
    }
    const leave = () => {
      map.getCanvas().style.cursor = ''
      tip.remove()
    }
    const choose = (event: MapLayerMouseEvent) => {
      const mark = find(event)
      if (mark) latest.current.onChoose(mark.bar)
    }
    const subscriptions = [STOPS, SUSPECTS].flatMap((layer) => [
      map.on('click', layer, choose), map.on('mousemove', layer, enter), map.on('mouseleave', layer, leave),
    ])
    return () => {
      tip.remove()
      subscriptions.forEach((subscription) => subscription.unsubscribe())
    }
  }, [handle])

  return null
}

function toMarks(marks: readonly Mark[], showsSuspects: boolean): GeoJSON.Feature[] {
  return marks.flatMap(({ bar: { item, from, to }, colour }): GeoJSON.Feature[] => {
    if (item.kind !== 'stop' && (item.kind !== 'suspect' || !showsSuspects)) return []
    const [at] = pointsOf(item)
    const minutes = (to - from) / 60_000
    const properties = { id: item.id, part: item.kind, colour, radius: Math.min(10, 4 + Math.sqrt(minutes) * 0.5), label: duration((to - from) / 1_000) }
    return at ? [{ type: 'Feature', properties, geometry: { type: 'Point', coordinates: [at.lon, at.lat] } }] : []
  })
}

/** The stretch of the chosen item, or its place. */
function toChosen({ item, from, to }: Bar, tracks: readonly Track[]): GeoJSON.Feature[] {
  const stretch = stretchOf(tracks, item.agent_id, item.device, from, to)
  if (stretch.length > 1 && item.kind !== 'stop') {
    return [{ type: 'Feature', properties: {}, geometry: { type: 'LineString', coordinates: stretch } }]
  }
  return pointsOf(item).map(({ lat, lon }) => ({ type: 'Feature', properties: { part: 'chosen' }, geometry: { type: 'Point', coordinates: [lon, lat] } }))
}

/** The fixes of one phone from one instant to another, as positions. */
export function stretchOf(tracks: readonly Track[], agent: string, device: string, from: number, to: number): GeoJSON.Position[] {
  const track = tracks.find((one) => one.agent === agent && one.device === device)
  if (!track) return []
  const positions: GeoJSON.Position[] = []
  for (let i = countUntil(track.at, from - 1); i < track.at.length && track.at[i]! <= to; i += 1) positions.push([track.lon[i]!, track.lat[i]!])
  return positions
}
