/** The selected agent stands out of the crowd and of every cluster: halo, circle of accuracy, name. */
import { useEffect, useRef } from 'react'
import { positions } from '../../live/live'
import { Pace } from '../../live/pace'
import { MEDIUM } from '../fonts'
import { circle } from '../geometry'
import { geometryIs, put, takeOff, useMap } from '../MapContext'
import { addMarkerImages } from '../markers'
import { OVERLAY } from '../palette'
import { toFeature } from './AgentsLayer'

const SOURCE = 'selected-agent'
const LAYERS = ['selected-accuracy', 'selected-accuracy-line', 'selected-halo', 'selected-marker'] as const
const FLUSH_INTERVAL_MS = 500
/** A smaller circle would hide under the marker. */
const ACCURACY_SHOWN_FROM_M = 10

type Props = { agent: string; name: string; isFollowed: boolean }

export function SelectedAgentLayer({ agent, name, isFollowed }: Props) {
  const handle = useMap()
  const following = useRef(isFollowed)

  useEffect(() => {
    const { map, theme } = handle
    addMarkerImages(map, theme)
    const { accent, ink, halo } = OVERLAY[theme]
    map.addSource(SOURCE, { type: 'geojson', data: { type: 'FeatureCollection', features: [] } })
    const isArea = geometryIs('Polygon')
    const isPoint = geometryIs('Point')
    map.addLayer({ id: 'selected-accuracy', type: 'fill', source: SOURCE, filter: isArea, paint: { 'fill-color': accent, 'fill-opacity': 0.1 } })
    map.addLayer({ id: 'selected-accuracy-line', type: 'line', source: SOURCE, filter: isArea, paint: { 'line-color': accent, 'line-opacity': 0.5, 'line-width': 1 } })
    map.addLayer({
      id: 'selected-halo', type: 'circle', source: SOURCE, filter: isPoint,
      paint: { 'circle-radius': 23, 'circle-color': accent, 'circle-opacity': 0.18, 'circle-stroke-color': accent, 'circle-stroke-width': 2, 'circle-stroke-opacity': 0.95 },
    })
    map.addLayer({
      id: 'selected-marker', type: 'symbol', source: SOURCE, filter: isPoint,
      layout: {
        'icon-image': ['get', 'image'], 'icon-size': 1.12, 'icon-rotate': ['get', 'bearing'], 'icon-rotation-alignment': 'map',
        'icon-allow-overlap': true, 'icon-ignore-placement': true,
        'text-field': ['get', 'name'], 'text-font': [MEDIUM], 'text-size': 13, 'text-anchor': 'top', 'text-offset': [0, 2.1],
        'text-allow-overlap': true, 'text-ignore-placement': true,
      },
      paint: { 'text-color': ink, 'text-halo-color': halo, 'text-halo-width': 2 },
    })

    const draw = () => {
      const position = positions.of(agent)
      const features: GeoJSON.Feature[] = []
      if (position) {
        const { lat, lon, accuracy_m } = position
        if (accuracy_m !== undefined && accuracy_m >= ACCURACY_SHOWN_FROM_M) {
          features.push({ type: 'Feature', properties: {}, geometry: circle(lat, lon, accuracy_m) })
        }
        features.push(toFeature(position, name))
        if (following.current) map.easeTo({ center: [lon, lat], duration: 600 })
      }
      return put(map, SOURCE, features)
    }
    const pace = new Pace(FLUSH_INTERVAL_MS, draw)
    pace.ask()
    const stop = positions.watch(agent, () => pace.ask())
    return () => {
      stop()
      pace.cancel()
      takeOff(map, SOURCE, LAYERS)
    }
  }, [handle, agent, name])

  useEffect(() => {
    following.current = isFollowed
    const position = isFollowed ? positions.of(agent) : null
    if (position) handle.map.easeTo({ center: [position.lon, position.lat], zoom: Math.max(handle.map.getZoom(), 15) })
  }, [handle, agent, isFollowed])

  return null
}
