/** Today's territories; those chosen stand out, and a click chooses one or lets it go. */
import { useCallback, useEffect, useRef, useState } from 'react'
import type { Map as MapLibreMap } from 'maplibre-gl'
import type { Territory } from '../../api/types'
import { boundsOf, toLngLatBounds } from '../../map/camera'
import { boundsOfArea } from '../../map/geometry'
import { TerritoriesLayer } from '../../map/layers/TerritoriesLayer'
import { MapView, type Insets } from '../../map/MapView'
import { useBasemap } from '../../map/useBasemap'
import { useTheme } from '../../theme'

const INSETS: Insets = { top: 0, right: 0, bottom: 0, left: 0 }
const CHOSEN_FILL = 0.34

export function ChooseMap({ territories, chosen, onToggle }: { territories: readonly Territory[]; chosen: ReadonlySet<string>; onToggle: (territory: string) => void }) {
  const theme = useTheme((state) => state.theme)
  const basemap = useBasemap()
  const [map, setMap] = useState<MapLibreMap | null>(null)
  const isPlaced = useRef(false)
  const latest = useRef(onToggle)
  useEffect(() => {
    latest.current = onToggle
  })
  const isShown = useCallback((id: string) => chosen.has(id), [chosen])
  const toggle = useCallback((id: string) => latest.current(id), [])
  useEffect(() => {
    if (!map || isPlaced.current) return
    const bounds = boundsOf(territories.flatMap(({ area }) => boundsOfArea(area) ?? []).flatMap((box) => [{ lat: box.south, lon: box.west }, { lat: box.north, lon: box.east }]))
    if (!bounds) return
    isPlaced.current = true
    map.fitBounds(toLngLatBounds(bounds), { padding: 48, maxZoom: 14, duration: 0 })
  }, [map, territories])
  if (!basemap) return <div role="status" aria-label="Loading the map" className="skeleton absolute inset-0 rounded-none!" />
  return (
    <MapView basemap={basemap} theme={theme} insets={INSETS} label="Map of the territories" onMap={setMap}>
      <TerritoriesLayer territories={territories} isShown={isShown} fill={CHOSEN_FILL} onSelect={toggle} />
    </MapView>
  )
}
