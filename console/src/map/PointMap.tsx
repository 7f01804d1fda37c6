/** A small map on which a pin is put: by a click, or by dragging it. */
import { useEffect, useState } from 'react'
import type { Map as MapLibreMap } from 'maplibre-gl'
import { useTheme } from '../theme'
import { boundsOf, toLngLatBounds } from './camera'
import { ClickLayer } from './layers/ClickLayer'
import { PinsLayer, type Pin } from './layers/PinsLayer'
import { MapView } from './MapView'
import { useBasemap } from './useBasemap'

const INSETS = { top: 0, right: 0, bottom: 0, left: 0 }
const FIRST_ZOOM_MAX = 14
const FOUND_ZOOM = 16

type At = { lat: number; lon: number }
type PointMapProps = { label: string; pins: readonly Pin[]; chosen: string; onPut: ((point: At) => void) | undefined; /** To be looked at: changes when a search has found something. */ look?: At | null }

export function PointMap({ label, pins, chosen, onPut, look = null }: PointMapProps) {
  const theme = useTheme((state) => state.theme)
  const basemap = useBasemap()
  const [map, setMap] = useState<MapLibreMap | null>(null)
  const [isDone, setDone] = useState(false)
  useEffect(() => {
    if (!map || isDone) return
    const bounds = boundsOf(pins)
    setDone(true)
    if (bounds) map.fitBounds(toLngLatBounds(bounds), { padding: 60, maxZoom: FIRST_ZOOM_MAX, duration: 0 })
  }, [map, pins, isDone])
  useEffect(() => {
    if (map && look) map.easeTo({ center: [look.lon, look.lat], zoom: Math.max(map.getZoom(), FOUND_ZOOM), duration: 400 })
  }, [map, look])
  if (!basemap) return <div role="status" aria-label="Loading the map" className="skeleton absolute inset-0 rounded-none!" />
  return (
    <MapView basemap={basemap} theme={theme} insets={INSETS} label={label} onMap={setMap}>
      {onPut && <ClickLayer onClick={onPut} />}
      <PinsLayer pins={pins} chosen={chosen} onMove={onPut && ((_, to) => onPut(to))} />
    </MapView>
  )
}
