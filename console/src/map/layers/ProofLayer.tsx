/** Where somebody said they were, where the track saw them, and the way they came: evidence for people to judge by. */
import { useEffect, useMemo } from 'react'
import type { Position } from 'geojson'
import { MEDIUM } from '../fonts'
import { circle } from '../geometry'
import { firstLabel, geometryIs, put, takeOff, useMap } from '../MapContext'
import { OVERLAY } from '../palette'

const SOURCE = 'proof'
const LAYERS = ['proof-accuracy', 'proof-track', 'proof-spots', 'proof-labels'] as const

export type Spot = { id: string; lat: number; lon: number; accuracy_m: number | null; label: string; tone: 'told' | 'track' | 'bad' }

export function ProofLayer({ spots, track }: { spots: readonly Spot[]; track: readonly Position[] }) {
  const handle = useMap()
  const features = useMemo(() => toFeatures(spots, track), [spots, track])

  useEffect(() => {
    const { map, theme } = handle
    const { accent, ring, ink, halo } = OVERLAY[theme]
    const [green, red] = theme === 'dark' ? ['#2fc48d', '#ff7d75'] : ['#0e9f6e', '#c8312b']
    const colour = ['match', ['get', 'tone'], 'told', accent, 'bad', red, green] as ['match', ['get', 'tone'], 'told', string, 'bad', string, string]
    const under = firstLabel(map)
    map.addSource(SOURCE, { type: 'geojson', data: { type: 'FeatureCollection', features: [] } })
    map.addLayer({ id: 'proof-accuracy', type: 'fill', source: SOURCE, filter: geometryIs('Polygon'), paint: { 'fill-color': colour, 'fill-opacity': 0.14, 'fill-outline-color': colour } }, under)
    map.addLayer({
      id: 'proof-track', type: 'line', source: SOURCE, filter: geometryIs('LineString'), layout: { 'line-join': 'round', 'line-cap': 'round' },
      paint: { 'line-color': green, 'line-width': 3, 'line-opacity': 0.75 },
    }, under)
    map.addLayer({ id: 'proof-spots', type: 'circle', source: SOURCE, filter: geometryIs('Point'), paint: { 'circle-radius': 7, 'circle-color': colour, 'circle-stroke-color': ring, 'circle-stroke-width': 2.4 } })
    map.addLayer({
      id: 'proof-labels', type: 'symbol', source: SOURCE, filter: geometryIs('Point'),
      layout: { 'text-field': ['get', 'label'], 'text-font': [MEDIUM], 'text-size': 11.5, 'text-variable-anchor': ['left', 'right', 'top', 'bottom'], 'text-radial-offset': 1, 'text-padding': 2 },
      paint: { 'text-color': ink, 'text-halo-color': halo, 'text-halo-width': 1.6 },
    })
    return () => takeOff(map, SOURCE, LAYERS)
  }, [handle])

  useEffect(() => {
    void put(handle.map, SOURCE, features)
  }, [handle, features])

  return null
}

function toFeatures(spots: readonly Spot[], track: readonly Position[]): GeoJSON.Feature[] {
  const features = spots.flatMap(({ lat, lon, accuracy_m, label, tone }): GeoJSON.Feature[] => [
    ...(accuracy_m !== null && accuracy_m > 1 ? [{ type: 'Feature' as const, properties: { tone }, geometry: circle(lat, lon, accuracy_m) }] : []),
    { type: 'Feature', properties: { tone, label }, geometry: { type: 'Point', coordinates: [lon, lat] } },
  ])
  if (track.length > 1) features.unshift({ type: 'Feature', properties: {}, geometry: { type: 'LineString', coordinates: [...track] } })
  return features
}
