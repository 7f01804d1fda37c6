/** The map of the fences: those in sight, the chosen one, and what is being drawn. */
import { useCallback, useEffect, useMemo, useState } from 'react'
import { useQuery } from '@tanstack/react-query'
import type { Map as MapLibreMap } from 'maplibre-gl'
import { fencesInQuery, type FenceKind } from '../../api/queries'
import type { Fence, Shape } from '../../api/types'
import { boundsOf, parseCamera, toLngLatBounds } from '../../map/camera'
import type { Basemap } from '../../map/basemap'
import { boundsOfArea, circle } from '../../map/geometry'
import { DraftLayer } from '../../map/layers/DraftLayer'
import { FencesLayer } from '../../map/layers/FencesLayer'
import { MapView, type Insets } from '../../map/MapView'
import { useBasemap } from '../../map/useBasemap'
import { useTheme } from '../../theme'
import { placed, shapeOf, sized, type Draft } from './draft'

/** The sheet covers 55 % of what is below the bar. */
const TOP_BAR_PX = 52

type FenceMapProps = {
  kind: FenceKind
  selected: string | null
  /** To be looked at. */
  focus: Fence | null
  draft: Draft | null
  onDraft: (draft: Draft) => void
  onSelect: (fence: Fence) => void
  isWide: boolean
}

export function FenceMap({ kind, selected, focus, draft, onDraft, onSelect, isWide }: FenceMapProps) {
  const theme = useTheme((state) => state.theme)
  const basemap = useBasemap()
  const [map, setMap] = useState<MapLibreMap | null>(null)
  const { data: page, error } = useQuery({ ...fencesInQuery(useSight(map), kind), enabled: map !== null })
  const fences = useMemo(() => (page?.items ?? []).filter(({ id }) => id !== draft?.id), [page, draft?.id])
  const insets: Insets = isWide ? { top: 0, bottom: 0, left: 352, right: 0 } : { top: 0, bottom: Math.round((innerHeight - TOP_BAR_PX) * 0.55), left: 0, right: 0 }
  // A click means a place then, not the fence under it.
  const isDrawing = draft !== null && draft.ground.kind !== 'kept'

  const select = useCallback((id: string) => {
    const fence = fences.find((one) => one.id === id)
    if (fence) onSelect(fence)
  }, [fences, onSelect])

  useFirstLook(map, basemap, page?.items ?? null)
  useEffect(() => {
    if (!map || !focus) return
    const bounds = boundsOfShape(focus.shape)
    if (bounds) map.fitBounds(toLngLatBounds(bounds), { padding: 64, maxZoom: 17, duration: 500 })
  }, [map, focus])

  if (!basemap) return <div role="status" aria-label="Loading the map" className="skeleton absolute inset-0 rounded-none!" />
  const ground = draft?.ground
  const note = error ? 'The fences could not be drawn.' : page?.next != null ? `${page.items.length} fences are drawn; move closer to see all.` : null
  return (
    <>
      <MapView basemap={basemap} theme={theme} insets={insets} label="Map of the fences" onMap={setMap}>
        <FencesLayer fences={fences} selected={selected} onSelect={isDrawing ? undefined : select} />
        {draft && ground && ground.kind !== 'kept' && (
          <DraftLayer
            shape={shapeOf(draft)} corners={ground.kind === 'circle' ? [] : ground.corners}
            onPlace={(at) => onDraft(placed(draft, at))} onSize={(radius_m) => onDraft(sized(draft, radius_m))}
          />
        )}
        {draft && ground?.kind === 'kept' && <DraftLayer shape={ground.shape} corners={[]} onPlace={() => {}} onSize={() => {}} />}
      </MapView>
      {note !== null && (
        <p role="status" className="absolute top-3 left-1/2 z-10 -translate-x-1/2 rounded-full border border-line bg-surface px-3.5 py-1.5 text-xs font-medium text-ink-2 shadow-panel">{note}</p>
      )}
    </>
  )
}

/** With neither a link nor bounds to go by, look at the fences there are. Once. */
function useFirstLook(map: MapLibreMap | null, basemap: Basemap | null, fences: readonly Fence[] | null): void {
  const [isDone, setDone] = useState(() => parseCamera(location.hash) !== null)
  useEffect(() => {
    if (!map || !basemap || isDone || fences === null) return
    setDone(true)
    if (basemap.bounds) return
    const corners = fences.flatMap(({ shape }) => boundsOfShape(shape) ?? []).flatMap((box) => [
      { lat: box.south, lon: box.west }, { lat: box.north, lon: box.east },
    ])
    const bounds = boundsOf(corners)
    if (bounds) map.fitBounds(toLngLatBounds(bounds), { padding: 48, maxZoom: 14, duration: 0 })
  }, [map, basemap, fences, isDone])
}

/** The box in sight, `west,south,east,north`, whenever the camera rests. */
function useSight(map: MapLibreMap | null): string {
  const [sight, setSight] = useState('-180,-90,180,90')
  useEffect(() => {
    if (!map) return
    const look = () => {
      const bounds = map.getBounds()
      const isWorld = bounds.getEast() - bounds.getWest() >= 360
      const lon = (degrees: number) => (((((degrees + 180) % 360) + 360) % 360) - 180).toFixed(4)
      const [west, east] = isWorld ? ['-180', '180'] : [lon(bounds.getWest()), lon(bounds.getEast())]
      setSight(`${west},${Math.max(-90, bounds.getSouth()).toFixed(4)},${east},${Math.min(90, bounds.getNorth()).toFixed(4)}`)
    }
    look()
    map.on('moveend', look)
    return () => void map.off('moveend', look)
  }, [map])
  return sight
}

function boundsOfShape(shape: Shape) {
  switch (shape.type) {
    case 'Circle':
      return boundsOfArea(circle(shape.coordinates[1]!, shape.coordinates[0]!, shape.radius_m))
    case 'Corridor':
      return boundsOf(shape.coordinates.map(([lon, lat]) => ({ lat: lat!, lon: lon! })))
    case 'Polygon':
    case 'MultiPolygon':
      return boundsOfArea(shape)
  }
}
