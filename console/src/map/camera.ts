/** The camera in the URL hash, `#zoom/lat/lon`, so that a link shows what its sender saw. */
import type { LngLatBoundsLike, Map as MapLibreMap } from 'maplibre-gl'
import type { Bounds } from '../api/types'
import { Pace } from '../live/pace'

export type Camera = { zoom: number; lat: number; lon: number }

const ZOOM_MAX = 22

export function parseCamera(hash: string): Camera | null {
  const parts = hash.replace(/^#/, '').split('/')
  if (parts.length !== 3) return null
  const [zoom, lat, lon] = parts.map((part) => (part.trim() === '' ? Number.NaN : Number(part)))
  if (zoom === undefined || lat === undefined || lon === undefined) return null
  const isSane = zoom >= 0 && zoom <= ZOOM_MAX && Math.abs(lat) <= 90 && Math.abs(lon) <= 180
  return isSane ? { zoom, lat, lon } : null
}

export function formatCamera({ zoom, lat, lon }: Camera): string {
  return `#${zoom.toFixed(2)}/${lat.toFixed(5)}/${lon.toFixed(5)}`
}

/** Browsers refuse to be told a new address many times a second, which a camera that follows somebody would do. */
const WRITE_INTERVAL_MS = 300

/** Writes the resting places of the camera into the address bar, past the router: it is not a navigation. */
export function keepCameraInHash(map: MapLibreMap): () => void {
  const { pathname } = location
  const write = () => {
    // The map of a page that is being left still comes to rest.
    if (location.pathname !== pathname) return
    const { lat, lng } = map.getCenter()
    const hash = formatCamera({ zoom: map.getZoom(), lat, lon: lng })
    history.replaceState(history.state, '', location.pathname + location.search + hash)
  }
  const pace = new Pace(WRITE_INTERVAL_MS, write)
  const ask = () => pace.ask()
  map.on('moveend', ask)
  return () => {
    map.off('moveend', ask)
    pace.cancel()
  }
}

export const toLngLatBounds = ({ south, west, north, east }: Bounds): LngLatBoundsLike => [[west, south], [east, north]]

/** The smallest box around some points; `null` around none. */
export function boundsOf(points: Iterable<{ lat: number; lon: number }>): Bounds | null {
  let box: Bounds | null = null
  for (const { lat, lon } of points) {
    box = box === null
      ? { south: lat, west: lon, north: lat, east: lon }
      : {
          south: Math.min(box.south, lat), west: Math.min(box.west, lon),
          north: Math.max(box.north, lat), east: Math.max(box.east, lon),
        }
  }
  return box
}
