import { useCallback, useEffect, useMemo, useRef, useState } from 'react'
import type { Map as MapLibreMap } from 'maplibre-gl'
import type { Territory } from '../../api/types'
import { boundsOf, parseCamera, toLngLatBounds } from '../../map/camera'
import { boundsOfArea } from '../../map/geometry'
import { DraftLayer } from '../../map/layers/DraftLayer'
import { TerritoriesLayer } from '../../map/layers/TerritoriesLayer'
import { MapView, type Insets } from '../../map/MapView'
import { useBasemap } from '../../map/useBasemap'
import { useTheme } from '../../theme'
import { areaOf, inserted, moved, placed, type Draft } from './draft'

type TerritoryMapProps = {
  territories: readonly Territory[]
  isRead: boolean
  selected: Territory | null
  draft: Draft | null
  corner: number | null
  onDraft: (draft: Draft) => void
  /** `null` while a click means a corner. */
  onSelect: ((id: string) => void) | null
  isWide: boolean
  isSideOpen: boolean
  onMap: (map: MapLibreMap | null) => void
}

const TOP_BAR_PX = 52

export function TerritoryMap({ territories, isRead, selected, draft, corner, onDraft, onSelect, isWide, isSideOpen, onMap }: TerritoryMapProps) {
  const theme = useTheme((state) => state.theme)
  const basemap = useBasemap()
  const [map, setMap] = useState<MapLibreMap | null>(null)
  const insets: Insets = isWide
    ? { top: 0, bottom: 0, left: 312, right: isSideOpen ? 372 : 0 }
    : { top: 0, bottom: Math.round((innerHeight - TOP_BAR_PX) * 0.58), left: 0, right: 0 }
  const others = useMemo(() => territories.filter(({ id }) => id !== draft?.id), [territories, draft?.id])
  const focus = draft ? null : (selected?.id ?? null)
  const isShown = useCallback((id: string) => focus === null || id === focus, [focus])

  const { left, right, bottom } = insets
  const [isPlaced, setPlaced] = useState(() => parseCamera(location.hash) !== null)
  const goneTo = useRef<string | null>(null)
  useEffect(() => {
    if (!map || !isRead) return
    if (selected && selected.id !== goneTo.current) {
      goneTo.current = selected.id
      const bounds = boundsOfArea(selected.area)
      if (bounds) map.fitBounds(toLngLatBounds(bounds), { padding: { top: 56, bottom: bottom + 56, left: left + 56, right: right + 56 }, maxZoom: 15, duration: isPlaced ? 500 : 0 })
      setPlaced(true)
      return
    }
    goneTo.current = selected?.id ?? null
    if (isPlaced) return
    setPlaced(true)
    const bounds = boundsOf(territories.flatMap(({ area }) => boundsOfArea(area) ?? []).flatMap((box) => [{ lat: box.south, lon: box.west }, { lat: box.north, lon: box.east }]))
    if (bounds) map.fitBounds(toLngLatBounds(bounds), { padding: { top: 48, bottom: bottom + 48, left: left + 48, right: right + 48 }, maxZoom: 14, duration: 0 })
    // The camera goes to what is chosen, not after every change of it.
  }, [map, isRead, selected?.id, left, right, bottom])

  // A corner that is named in the form and out of sight is brought into it.
  const ring = draft?.ground.kind === 'polygon' ? draft.ground.corners : null
  const at = corner === null ? undefined : ring?.[corner]
  useEffect(() => {
    if (map && at && !map.getBounds().contains([at[0]!, at[1]!])) map.easeTo({ center: [at[0]!, at[1]!], offset: [(left - right) / 2, -bottom / 2], duration: 250 })
  }, [map, corner])

  if (!basemap) return <div role="status" aria-label="Loading the map" className="skeleton absolute inset-0 rounded-none!" />
  return (
    <>
      {/* The camera is fitted with the panels in mind; the map itself keeps no padding, or it would be counted twice. */}
      <MapView basemap={basemap} theme={theme} insets={NO_INSETS} covered={insets} label="Map of the territories" onMap={(made) => { setMap(made); onMap(made) }}>
        <TerritoriesLayer territories={others} isShown={isShown} {...(onSelect && { onSelect })} />
        {draft && (
          <DraftLayer
            shape={areaOf(draft)} corners={ring ?? []} colour={draft.colour} active={corner} onPlace={(to) => onDraft(placed(draft, to))} onSize={() => {}}
            {...(ring && { edit: { move: (i: number, to: GeoJSON.Position) => onDraft(moved(draft, i, to)), insert: (i: number, to: GeoJSON.Position) => onDraft(inserted(draft, i, to)) } })}
          />
        )}
      </MapView>
      {draft?.ground.kind === 'polygon' && !draft.ground.isDone && (
        <span aria-hidden="true" className="pointer-events-none absolute top-1/2 left-1/2 z-[1] size-5 -translate-1/2 text-ink opacity-45 before:absolute before:top-1/2 before:h-px before:w-full before:bg-current after:absolute after:left-1/2 after:h-full after:w-px after:bg-current" />
      )}
      {basemap.complaint !== null && (
        <p role="status" className="absolute top-3 left-1/2 z-10 -translate-x-1/2 rounded-full border border-line bg-surface px-3.5 py-1.5 text-xs font-medium text-warn shadow-panel">{basemap.complaint} Showing the outline of the world.</p>
      )}
    </>
  )
}

const NO_INSETS: Insets = { top: 0, bottom: 0, left: 0, right: 0 }
