import { useEffect, useRef } from 'react'
import type { MapMouseEvent } from 'maplibre-gl'
import { useMap } from '../MapContext'

/** A click on the map means a place. */
export function ClickLayer({ onClick }: { onClick: (at: { lat: number; lon: number }) => void }) {
  const handle = useMap()
  const latest = useRef(onClick)
  useEffect(() => {
    latest.current = onClick
  })
  useEffect(() => {
    const { map } = handle
    const click = ({ lngLat }: MapMouseEvent) => {
      const { lat, lng } = lngLat.wrap()
      latest.current({ lat, lon: lng })
    }
    const canvas = map.getCanvas()
    const cursor = canvas.style.cursor
    canvas.style.cursor = 'crosshair'
    map.on('click', click)
    return () => {
      map.off('click', click)
      canvas.style.cursor = cursor
    }
  }, [handle])
  return null
}
