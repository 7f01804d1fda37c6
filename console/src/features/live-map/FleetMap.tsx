/** The map with the fleet on it: which basemap, which layers, and where the camera goes. */
import { useEffect, useMemo, useRef, useState } from 'react'
import { useQuery } from '@tanstack/react-query'
import type { Map as MapLibreMap } from 'maplibre-gl'
import { trackQuery } from '../../api/queries'
import type { Territory } from '../../api/types'
import { positions } from '../../live/live'
import type { Position } from '../../live/positions'
import type { Basemap } from '../../map/basemap'
import { boundsOf, parseCamera, toLngLatBounds } from '../../map/camera'
import { boundsOfArea } from '../../map/geometry'
import { AgentsLayer } from '../../map/layers/AgentsLayer'
import { SelectedAgentLayer } from '../../map/layers/SelectedAgentLayer'
import { TerritoriesLayer } from '../../map/layers/TerritoriesLayer'
import { TrailLayer } from '../../map/layers/TrailLayer'
import { MapView, type Insets } from '../../map/MapView'
import { useBasemap } from '../../map/useBasemap'
import { useTheme } from '../../theme'
import { localMidnight } from '../../util/time'
import { exposeDebugHandle } from './debug'
import { useView } from './view'

const SELECTED_ZOOM_MIN = 14.5

type FleetMapProps = {
  territories: readonly Territory[]
  isTerritoryShown: (id: string) => boolean
  names: ReadonlyMap<string, string>
  isShown: (position: Position) => boolean
  selected: string | null
  onSelect: (agent: string) => void
  isWide: boolean
}

export function FleetMap({ territories, isTerritoryShown, names, isShown, selected, onSelect, isWide }: FleetMapProps) {
  const theme = useTheme((state) => state.theme)
  const { showsTrail, isFollowing } = useView()
  const basemap = useBasemap()
  const [map, setMap] = useState<MapLibreMap | null>(null)
  const today = useMemo(() => localMidnight(new Date()), [])
  const trail = useQuery({ ...trackQuery(selected ?? '', today), enabled: selected !== null && showsTrail })
  const insets = insetsFor(isWide, selected !== null)

  useEffect(() => (map ? exposeDebugHandle(map) : undefined), [map])
  useCameraOnSelected(map, selected, insets)
  useFirstLook(map, basemap, territories)

  if (!basemap) return <div role="status" aria-label="Loading the map" className="skeleton absolute inset-0 rounded-none!" />
  return (
    <>
      <MapView basemap={basemap} theme={theme} insets={insets} onMap={setMap}>
        <TerritoriesLayer territories={territories} isShown={isTerritoryShown} />
        {selected !== null && showsTrail && trail.data && <TrailLayer agent={selected} fixes={trail.data} />}
        <AgentsLayer names={names} isShown={isShown} selected={selected} onSelect={onSelect} />
        {selected !== null && (
          <SelectedAgentLayer agent={selected} name={names.get(selected) ?? ''} isFollowed={isFollowing} />
        )}
      </MapView>
      {basemap.complaint !== null && (
        <p role="status" className="absolute top-3 left-1/2 z-10 -translate-x-1/2 rounded-full border border-line bg-surface px-3.5 py-1.5 text-xs font-medium text-warn shadow-panel">
          {basemap.complaint} Showing the outline of the world.
        </p>
      )}
    </>
  )
}

/** How much of the map the panels cover, so that its middle is the middle of what can be seen. */
function insetsFor(isWide: boolean, hasSelected: boolean): Insets {
  if (isWide) return { top: 0, bottom: 0, left: 352, right: hasSelected ? 372 : 0 }
  return { top: 0, bottom: hasSelected ? Math.round(innerHeight * 0.58) : 142, left: 0, right: 0 }
}

function useCameraOnSelected(map: MapLibreMap | null, selected: string | null, insets: Insets): void {
  const { left, right, bottom } = insets
  const goneTo = useRef<string | null>(null)
  useEffect(() => {
    if (!map) return
    const padding = { top: 0, left, right, bottom }
    const isNew = selected !== goneTo.current
    goneTo.current = selected
    if (selected === null || !isNew) {
      map.easeTo({ padding, duration: 250 })
      return
    }
    const go = (position: Position) =>
      map.easeTo({ center: [position.lon, position.lat], zoom: Math.max(map.getZoom(), SELECTED_ZOOM_MIN), padding, duration: 700 })
    const position = positions.of(selected)
    if (position) {
      go(position)
      return
    }
    // A deep link is faster than the first snapshot.
    map.easeTo({ padding, duration: 0 })
    const stop = positions.watch(selected, (first) => {
      if (!first) return
      stop()
      go(first)
    })
    return stop
  }, [map, selected, left, right, bottom])
}

/** With neither a link nor bounds to go by, look at the territories, or at whoever is there. Once. */
function useFirstLook(map: MapLibreMap | null, basemap: Basemap | null, territories: readonly Territory[]): void {
  const [isDone, setDone] = useState(() => parseCamera(location.hash) !== null)
  useEffect(() => {
    if (!map || !basemap || isDone) return
    if (basemap.bounds) return setDone(true)
    const look = () => {
      const corners = territories.flatMap(({ area }) => boundsOfArea(area) ?? []).flatMap((box) => [
        { lat: box.south, lon: box.west }, { lat: box.north, lon: box.east },
      ])
      const bounds = boundsOf(corners.length > 0 ? corners : positions.all())
      if (!bounds) return
      map.fitBounds(toLngLatBounds(bounds), { padding: 48, maxZoom: 14, duration: 0 })
      setDone(true)
    }
    look()
    return positions.onChange(1_000, look)
  }, [map, basemap, territories, isDone])
}
