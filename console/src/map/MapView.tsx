/** The one map of the app. It owns the MapLibre instance and its style; what is drawn on top are its children. */
import { useEffect, useRef, useState, type CSSProperties, type ReactNode } from 'react'
import { AttributionControl, Map as MapLibreMap, NavigationControl, ScaleControl, setWorkerUrl } from 'maplibre-gl'
import workerUrl from 'maplibre-gl/dist/maplibre-gl-worker.mjs?url'
import 'maplibre-gl/dist/maplibre-gl.css'
import './map.css'
import type { Theme } from '../theme'
import { cx } from '../ui/cx'
import type { Basemap } from './basemap'
import { keepCameraInHash, parseCamera, toLngLatBounds } from './camera'
import { MapContext, type MapHandle } from './MapContext'

setWorkerUrl(workerUrl)

export type Insets = { top: number; right: number; bottom: number; left: number }

type MapViewProps = {
  basemap: Basemap
  theme: Theme
  insets: Insets
  /** What panels cover, where that is not what the camera keeps clear of. */
  covered?: Insets
  label?: string
  /** A map that shows what another one shows, and is not touched. */
  follows?: MapLibreMap
  onMap: (map: MapLibreMap | null) => void
  children: ReactNode
}

export function MapView({ basemap, theme, insets, covered = insets, label = 'Map of the agents', follows, onMap, children }: MapViewProps) {
  const holder = useRef<HTMLDivElement>(null)
  const [handle, setHandle] = useState<MapHandle | null>(null)
  const [isDrawn, setDrawn] = useState(false)
  const drawn = useRef<{ map: MapLibreMap; basemap: Basemap; theme: Theme } | null>(null)
  const latest = useRef({ basemap, theme, insets, follows, onMap })
  useEffect(() => {
    latest.current = { basemap, theme, insets, follows, onMap }
  })

  useEffect(() => {
    const first = latest.current
    const map = new MapLibreMap({
      container: holder.current!,
      style: first.basemap.style(first.theme),
      attributionControl: false,
      dragRotate: false,
      pitchWithRotate: false,
      maxZoom: 19,
      // Fading labels would keep the map drawing between two flushes.
      fadeDuration: 0,
      interactive: first.follows === undefined,
    })
    drawn.current = { map, basemap: first.basemap, theme: first.theme }
    const stop = first.follows ? follow(map, first.follows) : lead(map, first.basemap, first.insets)
    map.on('style.load', () => setHandle(drawn.current && { map, theme: drawn.current.theme }))
    void map.once('idle', () => setDrawn(true))
    map.on('error', ({ error }) => console.warn('map:', error.message))
    first.onMap(map)
    return () => {
      stop()
      drawn.current = null
      setHandle(null)
      latest.current.onMap(null)
      map.remove()
    }
  }, [])

  useEffect(() => {
    const held = drawn.current
    if (!held || (held.basemap === basemap && held.theme === theme)) return
    drawn.current = { ...held, basemap, theme }
    setHandle(null)
    held.map.setStyle(basemap.style(theme), { diff: false })
  }, [basemap, theme])

  const isAside = follows !== undefined
  return (
    // One that lies over another is seen when it is drawn: until then the other is better than nothing.
    <div aria-hidden={isAside || undefined} className={cx('absolute inset-0', isAside && 'pointer-events-none transition-opacity duration-200', isAside && !isDrawn && 'opacity-0')} data-map-theme={theme} data-drawn={isDrawn || undefined} style={{ '--covered-below': `${covered.bottom}px`, '--covered-right': `${covered.right}px` } as CSSProperties}>
      <div ref={holder} className="map-holder" {...(!isAside && { role: 'application', 'aria-label': label })} />
      {handle && <MapContext value={handle}>{children}</MapContext>}
    </div>
  )
}

function lead(map: MapLibreMap, basemap: Basemap, insets: Insets): () => void {
  map.touchZoomRotate.disableRotation()
  map.keyboard.disableRotation()
  map.addControl(new AttributionControl({ compact: false }), 'bottom-right')
  map.addControl(new ScaleControl({ maxWidth: 90 }), 'bottom-right')
  map.addControl(new NavigationControl({ showCompass: false }), 'bottom-right')
  map.setPadding(insets)
  placeCamera(map, basemap)
  return keepCameraInHash(map)
}

function follow(map: MapLibreMap, leader: MapLibreMap): () => void {
  const keepUp = () => void map.jumpTo({ center: leader.getCenter(), zoom: leader.getZoom() })
  keepUp()
  leader.on('move', keepUp)
  return () => void leader.off('move', keepUp)
}

function placeCamera(map: MapLibreMap, basemap: Basemap): void {
  const linked = parseCamera(location.hash)
  if (linked) map.jumpTo({ center: [linked.lon, linked.lat], zoom: linked.zoom })
  else if (basemap.bounds) map.fitBounds(toLngLatBounds(basemap.bounds), { animate: false, padding: 24 })
  else map.jumpTo({ center: [10, 25], zoom: 1.6 })
}
