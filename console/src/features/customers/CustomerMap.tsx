/** The map beside a customer: its pins, the fence of the place that is looked at, and what is being drawn. */
import { useEffect, useMemo, useState } from 'react'
import type { Map as MapLibreMap } from 'maplibre-gl'
import type { CustomerPlace } from '../../api/customers'
import type { Fence, Shape } from '../../api/types'
import { boundsOf, toLngLatBounds } from '../../map/camera'
import { DraftLayer } from '../../map/layers/DraftLayer'
import { FencesLayer } from '../../map/layers/FencesLayer'
import { PinsLayer, type Pin } from '../../map/layers/PinsLayer'
import { MapView } from '../../map/MapView'
import { useBasemap } from '../../map/useBasemap'
import { useTheme } from '../../theme'
import { clicked, fenceOf, pinned, resized, type PlaceDraft } from './placeDraft'

const INSETS = { top: 0, right: 0, bottom: 0, left: 0 }
const PLACE_ZOOM = 16.2
const NEW = 'new'

type CustomerMapProps = {
  name: string
  places: readonly CustomerPlace[]
  chosen: string | null
  onChoose: (place: string) => void
  draft: PlaceDraft | null
  onDraft: (draft: PlaceDraft) => void
  /** To be looked at: changes when a search has found something. */
  look: { lat: number; lon: number } | null
}

export function CustomerMap({ name, places, chosen, onChoose, draft, onDraft, look }: CustomerMapProps) {
  const theme = useTheme((state) => state.theme)
  const basemap = useBasemap()
  const [map, setMap] = useState<MapLibreMap | null>(null)
  const edited = draft === null ? null : (draft.id ?? NEW)
  const pins = useMemo(() => {
    const others = places.flatMap(({ id, label, point }): Pin[] => (point == null || id === edited ? [] : [{ id, name: label || name, lat: point.lat, lon: point.lon }]))
    return draft?.point ? [...others, { id: edited!, name: draft.label || name || 'New place', ...draft.point }] : others
  }, [places, name, draft?.point, draft?.label, edited])
  const fences = useMemo(() => places.filter(({ id }) => id !== edited).flatMap((place): Fence[] => {
    const shape = (place.fence.shape as Shape | null | undefined) ?? fenceOf({ drawn: null, point: place.point ?? null, radius: String(place.fence.radius_m) })
    return shape === null ? [] : [{ id: place.id, name: '', shape } as Fence]
  }), [places, edited])
  const shape = draft && fenceOf(draft)
  const isDrawing = draft?.drawn?.kind === 'polygon' && !draft.drawn.isDone

  useFirstLook(map, places, look)
  useEffect(() => {
    if (map && look) map.easeTo({ center: [look.lon, look.lat], zoom: Math.max(map.getZoom(), PLACE_ZOOM), duration: 500 })
  }, [map, look])

  if (!basemap) return <div role="status" aria-label="Loading the map" className="skeleton absolute inset-0 rounded-none!" />
  return (
    <MapView basemap={basemap} theme={theme} insets={INSETS} label="Map of the places" onMap={setMap}>
      <FencesLayer fences={fences} selected={chosen} />
      {draft && (
        <DraftLayer
          shape={shape} corners={draft.drawn?.kind === 'polygon' ? draft.drawn.corners : []} onPlace={(at) => onDraft(clicked(draft, at))}
          onSize={(radius_m) => onDraft(resized(draft, radius_m))}
        />
      )}
      <PinsLayer pins={pins} chosen={edited ?? chosen} onChoose={draft === null ? onChoose : undefined} onMove={draft && !isDrawing ? (_, to) => onDraft(pinned(draft, to)) : undefined} />
    </MapView>
  )
}

function useFirstLook(map: MapLibreMap | null, places: readonly CustomerPlace[], look: { lat: number; lon: number } | null): void {
  const [isDone, setDone] = useState(false)
  useEffect(() => {
    if (!map || isDone || look !== null) return
    const bounds = boundsOf(places.flatMap(({ point }) => (point == null ? [] : [point])))
    if (!bounds) return
    setDone(true)
    map.fitBounds(toLngLatBounds(bounds), { padding: 90, maxZoom: PLACE_ZOOM, duration: 0 })
  }, [map, places, isDone, look])
}
