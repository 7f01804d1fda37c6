/** Places that go over from one holder to another: filled in the colour of where to, ringed in that of where from. */
import { useEffect, useMemo } from 'react'
import { Popup, type MapLayerMouseEvent } from 'maplibre-gl'
import { put, takeOff, useMap } from '../MapContext'
import { OVERLAY } from '../palette'

const SOURCE = 'moves'
const DOTS = 'move-dots'

export type MovedPlace = { id: string; lat: number; lon: number; from: string; to: string; tip: string }

type Props = { places: readonly MovedPlace[]; chosen: string | null }

export function MovesLayer({ places, chosen }: Props) {
  const handle = useMap()
  const features = useMemo(() => places.map((place): GeoJSON.Feature => ({
    type: 'Feature', properties: { from: place.from, to: place.to, tip: place.tip, chosen: place.id === chosen }, geometry: { type: 'Point', coordinates: [place.lon, place.lat] },
  })), [places, chosen])

  useEffect(() => {
    const { map, theme } = handle
    map.addSource(SOURCE, { type: 'geojson', data: { type: 'FeatureCollection', features: [] } })
    map.addLayer({
      id: 'move-chosen', type: 'circle', source: SOURCE, filter: ['==', ['get', 'chosen'], true],
      paint: { 'circle-radius': 15, 'circle-color': OVERLAY[theme].accent, 'circle-opacity': 0.22, 'circle-stroke-color': OVERLAY[theme].accent, 'circle-stroke-width': 2 },
    })
    // A halo under the ring: the ring's colour may be that of the ground.
    map.addLayer({ id: 'move-halo', type: 'circle', source: SOURCE, paint: { 'circle-radius': ['interpolate', ['linear'], ['zoom'], 8, 3.4, 12, 6.2, 15, 9], 'circle-color': OVERLAY[theme].ring } })
    map.addLayer({
      id: DOTS, type: 'circle', source: SOURCE, layout: { 'circle-sort-key': ['case', ['get', 'chosen'], 1, 0] },
      paint: {
        'circle-radius': ['interpolate', ['linear'], ['zoom'], 8, 1.4, 12, 3, 15, 5], 'circle-color': ['get', 'to'],
        'circle-stroke-color': ['get', 'from'], 'circle-stroke-width': ['interpolate', ['linear'], ['zoom'], 8, 1.2, 12, 2.2, 15, 3],
      },
    })
    const popup = new Popup({ closeButton: false, closeOnClick: false, className: 'agent-tip', offset: 8 })
    const show = ({ features: [hit] = [], lngLat }: MapLayerMouseEvent) => {
      if (hit) popup.setLngLat(lngLat).setText(String(hit.properties.tip)).addTo(map)
    }
    const hide = () => void popup.remove()
    map.on('mousemove', DOTS, show)
    map.on('mouseleave', DOTS, hide)
    return () => {
      map.off('mousemove', DOTS, show)
      map.off('mouseleave', DOTS, hide)
      popup.remove()
      takeOff(map, SOURCE, ['move-chosen', 'move-halo', DOTS])
    }
  }, [handle])

  useEffect(() => {
    void put(handle.map, SOURCE, features)
  }, [handle, features])

  return null
}
