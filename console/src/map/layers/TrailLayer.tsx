/** Where the selected agent has been: the track so far from the server, its end grown by live positions. */
import { useEffect } from 'react'
import type { Fix } from '../../api/types'
import { positions } from '../../live/live'
import { Pace } from '../../live/pace'
import { firstLabel, geometryIs, put, takeOff, useMap } from '../MapContext'
import { TRAIL_ARROW, addMarkerImages } from '../markers'
import { OVERLAY } from '../palette'

const SOURCE = 'trail'
const LAYERS = ['trail-casing', 'trail-line', 'trail-arrows', 'trail-ends'] as const
const FLUSH_INTERVAL_MS = 1_000
/** After a silence like this nobody knows the way taken, and a straight line would be a lie. */
const SILENCE_MS = 15 * 60_000

type Point = { at: number; lat: number; lon: number }
type Props = { agent: string; fixes: readonly Fix[] }

export function TrailLayer({ agent, fixes }: Props) {
  const handle = useMap()

  useEffect(() => {
    const { map, theme } = handle
    addMarkerImages(map, theme)
    const { accent, ring } = OVERLAY[theme]
    const under = firstLabel(map)
    const isLine = geometryIs('LineString')
    map.addSource(SOURCE, { type: 'geojson', data: { type: 'FeatureCollection', features: [] }, tolerance: 0.3 })
    map.addLayer({
      id: 'trail-casing', type: 'line', source: SOURCE, filter: isLine, layout: { 'line-join': 'round', 'line-cap': 'round' },
      paint: { 'line-color': ring, 'line-width': ['interpolate', ['linear'], ['zoom'], 10, 4, 16, 9], 'line-opacity': 0.9 },
    }, under)
    map.addLayer({
      id: 'trail-line', type: 'line', source: SOURCE, filter: isLine, layout: { 'line-join': 'round', 'line-cap': 'round' },
      paint: { 'line-color': accent, 'line-width': ['interpolate', ['linear'], ['zoom'], 10, 2.2, 16, 5.2] },
    }, under)
    map.addLayer({
      id: 'trail-arrows', type: 'symbol', source: SOURCE, filter: isLine, minzoom: 13.5,
      layout: {
        'symbol-placement': 'line', 'symbol-spacing': 70, 'icon-image': TRAIL_ARROW, 'icon-size': 0.9, 'icon-rotation-alignment': 'map',
        'icon-allow-overlap': true, 'icon-ignore-placement': true,
      },
    }, under)
    map.addLayer({
      id: 'trail-ends', type: 'circle', source: SOURCE, filter: geometryIs('Point'),
      paint: { 'circle-radius': 5, 'circle-color': ring, 'circle-stroke-color': accent, 'circle-stroke-width': 3 },
    }, under)

    const points = fixes.map(({ recorded_at, lat, lon }): Point => ({ at: Date.parse(recorded_at), lat, lon }))
    const draw = () => put(map, SOURCE, toFeatures(points))
    const pace = new Pace(FLUSH_INTERVAL_MS, draw)
    const grow = () => {
      const position = positions.of(agent)
      if (position && position.at > (points.at(-1)?.at ?? 0)) points.push(position)
      pace.ask()
    }
    grow()
    const stop = positions.watch(agent, grow)
    return () => {
      stop()
      pace.cancel()
      takeOff(map, SOURCE, LAYERS)
    }
  }, [handle, agent, fixes])

  return null
}

export function toFeatures(points: readonly Point[]): GeoJSON.Feature[] {
  const stretches: Point[][] = []
  let last: Point | null = null
  for (const point of points) {
    if (last === null || point.at - last.at > SILENCE_MS) stretches.push([])
    stretches.at(-1)!.push(point)
    last = point
  }
  const lines = stretches
    .filter((stretch) => stretch.length > 1)
    .map((stretch): GeoJSON.Feature => ({
      type: 'Feature', properties: {}, geometry: { type: 'LineString', coordinates: stretch.map(({ lat, lon }) => [lon, lat]) },
    }))
  const ends = stretches.flatMap((stretch) => stretch.slice(0, 1)).map(({ lat, lon }): GeoJSON.Feature => ({
    type: 'Feature', properties: {}, geometry: { type: 'Point', coordinates: [lon, lat] },
  }))
  return [...lines, ...ends]
}
