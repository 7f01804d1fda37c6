/** Pins that mark places; the chosen one can be dragged to where it belongs. */
import { useEffect, useRef } from 'react'
import { Marker } from 'maplibre-gl'
import { useMap } from '../MapContext'
import { OVERLAY } from '../palette'

export type Pin = { id: string; name: string; lat: number; lon: number }

type Props = {
  pins: readonly Pin[]
  chosen: string | null
  onChoose?: (id: string) => void
  /** Absent: the pins stay where they are. */
  onMove?: (id: string, to: { lat: number; lon: number }) => void
}

export function PinsLayer({ pins, chosen, onChoose, onMove }: Props) {
  const handle = useMap()
  const latest = useRef({ chosen, onChoose, onMove })
  useEffect(() => {
    latest.current = { chosen, onChoose, onMove }
  })
  const canMove = onMove !== undefined

  useEffect(() => {
    const { map, theme } = handle
    const { accent, ink } = OVERLAY[theme]
    const markers = pins.map(({ id, name, lat, lon }) => {
      const isChosen = id === chosen
      const marker = new Marker({ color: isChosen ? accent : theme === 'dark' ? '#8691a3' : '#6f798b', scale: isChosen ? 1 : 0.75, draggable: isChosen && canMove })
      const element = marker.getElement()
      element.setAttribute('role', 'button')
      element.setAttribute('aria-label', isChosen && canMove ? `${name}: drag to correct the place` : name)
      element.style.cursor = isChosen && canMove ? 'grab' : 'pointer'
      element.style.color = ink
      element.addEventListener('click', (event) => {
        event.stopPropagation()
        latest.current.onChoose?.(id)
      })
      marker.on('dragend', () => {
        const { lat: toLat, lng } = marker.getLngLat().wrap()
        latest.current.onMove?.(id, { lat: toLat, lon: lng })
      })
      return marker.setLngLat([lon, lat]).addTo(map)
    })
    return () => markers.forEach((marker) => marker.remove())
  }, [handle, pins, chosen, canMove])

  return null
}
