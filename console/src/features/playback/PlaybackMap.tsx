/** The map of a playback: which layers, and where the camera goes. */
import { useEffect, useRef, useState } from 'react'
import type { Map as MapLibreMap } from 'maplibre-gl'
import type { Fence } from '../../api/types'
import { boundsOf, parseCamera, toLngLatBounds } from '../../map/camera'
import { FencesLayer } from '../../map/layers/FencesLayer'
import { MapView } from '../../map/MapView'
import { useBasemap } from '../../map/useBasemap'
import { useTheme } from '../../theme'
import type { Bar } from './lanes'
import { MarksLayer, stretchOf, type Mark } from './MarksLayer'
import type { Player } from './player'
import type { Track } from './track'
import { WaysLayer, type Way } from './WaysLayer'
import { pointsOf } from './words'

const INSETS = { top: 0, right: 0, bottom: 0, left: 0 }
const PLACE_ZOOM_MIN = 15.5

type PlaybackMapProps = {
  ways: readonly Way[]
  marks: readonly Mark[]
  /** Those that were passed, as they were then. */
  fences: readonly Fence[]
  tracks: readonly Track[]
  player: Player
  gap_ms: number
  followed: string | null
  showsSuspects: boolean
  chosen: Bar | null
  onChoose: (bar: Bar) => void
  /** The camera goes to everybody's ways when this changes: agents and date. */
  scene: string
}

export function PlaybackMap({ ways, marks, fences, tracks, player, gap_ms, followed, showsSuspects, chosen, onChoose, scene }: PlaybackMapProps) {
  const theme = useTheme((state) => state.theme)
  const basemap = useBasemap()
  const [map, setMap] = useState<MapLibreMap | null>(null)
  useFirstLook(map, tracks, scene)
  useLookAtChosen(map, chosen, tracks)

  if (!basemap) return <div role="status" aria-label="Loading the map" className="skeleton absolute inset-0 rounded-none!" />
  return (
    <>
      <MapView basemap={basemap} theme={theme} insets={INSETS} label="Map of the day" onMap={setMap}>
        <FencesLayer fences={fences} selected={chosen?.item.kind === 'fence_passage' ? chosen.item.passage.fence : null} />
        <MarksLayer marks={marks} showsSuspects={showsSuspects} chosen={chosen} tracks={tracks} onChoose={onChoose} />
        <WaysLayer ways={ways} player={player} gap_ms={gap_ms} followed={followed} />
      </MapView>
      {basemap.complaint !== null && (
        <p role="status" className="absolute bottom-8 left-1/2 z-10 -translate-x-1/2 rounded-full border border-line bg-surface px-3.5 py-1.5 text-xs font-medium text-warn shadow-panel">
          {basemap.complaint} Showing the outline of the world.
        </p>
      )}
    </>
  )
}

/** Looks at everybody's ways, once for each choice of agents and date; a link with a camera keeps it. */
function useFirstLook(map: MapLibreMap | null, tracks: readonly Track[], scene: string): void {
  const looked = useRef<string | null>(parseCamera(location.hash) === null ? null : scene)
  useEffect(() => {
    if (!map || looked.current === scene) return
    const bounds = boundsOf(tracks.flatMap(({ lat, lon }) => Array.from(lat, (one, i) => ({ lat: one, lon: lon[i]! }))))
    if (!bounds) return
    looked.current = scene
    map.fitBounds(toLngLatBounds(bounds), { padding: paddingOf(map), maxZoom: 16, duration: 0 })
  }, [map, tracks, scene])
}

function useLookAtChosen(map: MapLibreMap | null, chosen: Bar | null, tracks: readonly Track[]): void {
  const latest = useRef(tracks)
  useEffect(() => {
    latest.current = tracks
  }, [tracks])
  useEffect(() => {
    if (!map || !chosen) return
    const { item, from, to } = chosen
    const places = pointsOf(item)
    if (places.length === 1 && item.kind !== 'overspeed' && item.kind !== 'trip') {
      const [{ lat, lon }] = places as [{ lat: number; lon: number }]
      map.easeTo({ center: [lon, lat], zoom: Math.max(map.getZoom(), PLACE_ZOOM_MIN), duration: 600 })
      return
    }
    const stretch = stretchOf(latest.current, item.agent_id, item.device, from, to).map(([lon, lat]) => ({ lat: lat!, lon: lon! }))
    const bounds = boundsOf([...stretch, ...(stretch.length === 0 ? places : [])])
    if (bounds) map.fitBounds(toLngLatBounds(bounds), { padding: paddingOf(map), maxZoom: 16.5, duration: 600 })
  }, [map, chosen])
}

/** Room for the bar above and the marks, as far as a small map has it. */
function paddingOf(map: MapLibreMap): { top: number; right: number; bottom: number; left: number } {
  const { clientWidth, clientHeight } = map.getContainer()
  const [x, y] = [Math.min(64, clientWidth * 0.1), Math.min(56, clientHeight * 0.1)]
  return { top: y + Math.min(56, clientHeight * 0.15), right: x, bottom: y, left: x }
}
