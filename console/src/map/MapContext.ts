import { createContext, use } from 'react'
import type { FilterSpecification, GeoJSONSource, Map as MapLibreMap } from 'maplibre-gl'
import type { Theme } from '../theme'

/**
 * The app's map with a style that has loaded. A new style knows nothing of the layers put on the old one: there is a new
 * handle for each, none while one is loading, and a layer depends on the handle as a whole.
 */
export type MapHandle = { map: MapLibreMap; theme: Theme }

export const MapContext = createContext<MapHandle | null>(null)

export function useMap(): MapHandle {
  const handle = use(MapContext)
  if (!handle) throw new Error('A layer stands outside of <MapView>.')
  return handle
}

/** Layers leave in any order, after the style or even the map has gone before them. */
export function takeOff(map: MapLibreMap, source: string, layers: readonly string[]): void {
  if (!map.style) return
  for (const layer of layers) if (map.getLayer(layer)) map.removeLayer(layer)
  if (map.getSource(source)) map.removeSource(source)
}

/**
 * Hands features to a source of ours. Settles when they have been taken in and the map has come to rest, or at the latest after
 * `AT_REST_WITHIN_MS`: the source may be gone by then, which is nobody's fault.
 */
export async function put(map: MapLibreMap, source: string, features: GeoJSON.Feature[]): Promise<void> {
  const held = map.getSource<GeoJSONSource>(source)
  if (!held) return
  const late = new Promise<void>((resolve) => setTimeout(resolve, AT_REST_WITHIN_MS))
  const drawn = held.setData({ type: 'FeatureCollection', features }).then(() => new Promise<void>((resolve) => {
    void map.once('idle', () => resolve())
  }))
  await Promise.race([drawn.catch(() => undefined), late])
}

const AT_REST_WITHIN_MS = 2_000

export const geometryIs = (type: 'Point' | 'LineString' | 'Polygon'): FilterSpecification => ['==', ['geometry-type'], type]

/** Where the basemap's labels begin: areas and lines of ours go under them. */
export function firstLabel(map: MapLibreMap): string | undefined {
  return map.getStyle().layers.find((layer) => layer.type === 'symbol')?.id
}
