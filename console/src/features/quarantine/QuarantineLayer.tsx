/** The fix that was set aside, the way its phone went around it, and the leap between the two. */
import { useEffect, useMemo } from 'react'
import type { Fix, QuarantinedFix } from '../../api/types'
import { MEDIUM } from '../../map/fonts'
import { firstLabel, put, takeOff, useMap } from '../../map/MapContext'
import { OVERLAY, STATUS_COLOURS } from '../../map/palette'
import { clockOf } from '../../util/zone'
import type { Neighbourhood } from './neighbours'

const SOURCE = 'quarantine'
const LAYERS = ['q-way', 'q-leap', 'q-believed', 'q-doubted', 'q-fix-halo', 'q-fix', 'q-label'] as const

type Props = { fix: QuarantinedFix; around: Neighbourhood; zone: string }

export function QuarantineLayer({ fix, around, zone }: Props) {
  const handle = useMap()
  const features = useMemo(() => toFeatures(fix, around, zone), [fix, around, zone])

  useEffect(() => {
    const { map, theme } = handle
    const { accent, ring, ink, halo } = OVERLAY[theme]
    const aside = theme === 'dark' ? '#ff7d75' : '#c8312b'
    const colour = ['match', ['get', 'decision'], 'restored', STATUS_COLOURS[theme].moving, 'excluded', STATUS_COLOURS[theme].offline, aside] as ['match', ['get', string], string, string, string, string, string]
    const part = (name: string): ['==', ['get', string], string] => ['==', ['get', 'part'], name]
    const under = firstLabel(map)
    map.addSource(SOURCE, { type: 'geojson', data: { type: 'FeatureCollection', features: [] } })
    map.addLayer({ id: 'q-way', type: 'line', source: SOURCE, filter: part('way'), layout: { 'line-join': 'round', 'line-cap': 'round' }, paint: { 'line-color': accent, 'line-width': 3.2, 'line-opacity': 0.85 } }, under)
    map.addLayer({ id: 'q-leap', type: 'line', source: SOURCE, filter: part('leap'), paint: { 'line-color': colour, 'line-width': 1.8, 'line-dasharray': [2, 2] } }, under)
    map.addLayer({ id: 'q-believed', type: 'circle', source: SOURCE, filter: part('believed'), paint: { 'circle-radius': 3.6, 'circle-color': ring, 'circle-stroke-color': accent, 'circle-stroke-width': 2 } })
    map.addLayer({ id: 'q-doubted', type: 'circle', source: SOURCE, filter: part('doubted'), paint: { 'circle-radius': 4, 'circle-color': ring, 'circle-opacity': 0.4, 'circle-stroke-color': ink, 'circle-stroke-opacity': 0.55, 'circle-stroke-width': 1.4 } })
    map.addLayer({ id: 'q-fix-halo', type: 'circle', source: SOURCE, filter: part('fix'), paint: { 'circle-radius': 19, 'circle-color': colour, 'circle-opacity': 0.16 } })
    map.addLayer({ id: 'q-fix', type: 'circle', source: SOURCE, filter: part('fix'), paint: { 'circle-radius': 7.5, 'circle-color': ring, 'circle-stroke-color': colour, 'circle-stroke-width': 3.4 } })
    map.addLayer({
      id: 'q-label', type: 'symbol', source: SOURCE, filter: ['has', 'label'],
      layout: { 'text-field': ['get', 'label'], 'text-font': [MEDIUM], 'text-size': 11.5, 'text-variable-anchor': ['top', 'bottom', 'right', 'left'], 'text-radial-offset': 1.3, 'text-padding': 2 },
      paint: { 'text-color': ink, 'text-halo-color': halo, 'text-halo-width': 1.8 },
    })
    return () => takeOff(map, SOURCE, LAYERS)
  }, [handle])

  useEffect(() => {
    void put(handle.map, SOURCE, features)
  }, [handle, features])

  return null
}

function toFeatures(fix: QuarantinedFix, { stretches, believed, doubted, before, after, isFar }: Neighbourhood, zone: string): GeoJSON.Feature[] {
  const decision = fix.decision ?? ''
  const position = ({ lat, lon }: { lat: number; lon: number }): GeoJSON.Position => [lon, lat]
  const label = ({ recorded_at }: Fix) => clockOf(Date.parse(recorded_at), zone)
  const dot = (one: Fix, part: string, rest = {}): GeoJSON.Feature => ({ type: 'Feature', properties: { part, decision, ...rest }, geometry: { type: 'Point', coordinates: position(one) } })
  const line = (points: readonly Fix[], part: string): GeoJSON.Feature => ({ type: 'Feature', properties: { part, decision }, geometry: { type: 'LineString', coordinates: points.map(position) } })
  return [
    ...stretches.filter((stretch) => stretch.length > 1).map((stretch) => line(stretch, 'way')),
    // Across half the world a straight line says nothing.
    ...(isFar ? [] : [before, after].flatMap((other) => (other ? [line([other, fix], 'leap')] : []))),
    ...believed.map((one) => dot(one, 'believed', one === before || one === after ? { label: label(one) } : {})),
    ...doubted.map((one) => dot(one, 'doubted')),
    dot(fix, 'fix', { label: label(fix) }),
  ]
}
