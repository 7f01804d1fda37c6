/**
 * What lies under the fleet. The server says which kind (`GET /map`); each is looked at before it is used, and whatever
 * cannot be read is replaced by the bundled outline of the world. Never a blank page.
 */
import { addProtocol, type StyleSpecification } from 'maplibre-gl'
import { FetchSource, PMTiles, Protocol } from 'pmtiles'
import type { BasemapChoice, Bounds, MapConfig } from '../api/types'
import type { Theme } from '../theme'
import { outlineStyle } from './outline'
import { protomapsStyle } from './protomaps'
import { townStyle } from './town'

export type Basemap = {
  kind: BasemapChoice['kind']
  /** Said to the dispatcher when the map asked for could not be had. */
  complaint: string | null
  bounds: Bounds | null
  style: (theme: Theme) => StyleSpecification | string
}

const ANSWER_WITHIN_MS = 8_000

const archives = new Protocol({ metadata: true })
addProtocol('pmtiles', archives.tile)

export async function loadBasemap(config: MapConfig): Promise<Basemap> {
  const { basemap, bounds } = config
  try {
    switch (basemap.kind) {
      case 'pmtiles': {
        const url = absolute(basemap.url)
        const archive = new PMTiles(new FetchSource(url))
        const { minLon, minLat, maxLon, maxLat } = await within(ANSWER_WITHIN_MS, archive.getHeader())
        archives.add(archive)
        return {
          kind: 'pmtiles', complaint: null,
          bounds: bounds ?? { south: minLat, west: minLon, north: maxLat, east: maxLon },
          style: (theme) => protomapsStyle(theme, `pmtiles://${url}`, basemap.attribution),
        }
      }
      case 'style':
        await json(basemap.url)
        return { kind: 'style', complaint: null, bounds, style: () => absolute(basemap.url) }
      case 'town': {
        const town = await json(basemap.url)
        return { kind: 'town', complaint: null, bounds, style: (theme) => townStyle(theme, town, basemap.attribution) }
      }
      case 'outline':
        return { kind: 'outline', complaint: null, bounds, style: outlineStyle }
    }
  } catch (cause) {
    console.warn('the basemap cannot be read, showing the outline of the world instead:', cause)
    return outlineBasemap(bounds, 'The street map could not be loaded.')
  }
}

export function outlineBasemap(bounds: Bounds | null, complaint: string | null): Basemap {
  return { kind: 'outline', complaint, bounds, style: outlineStyle }
}

const absolute = (url: string): string => new URL(url, location.href).href

async function json(url: string): Promise<GeoJSON.FeatureCollection> {
  const response = await fetch(absolute(url), { signal: AbortSignal.timeout(ANSWER_WITHIN_MS) })
  if (!response.ok) throw new Error(`${url} answered ${response.status}`)
  return (await response.json()) as GeoJSON.FeatureCollection
}

function within<Value>(limit_ms: number, promise: Promise<Value>): Promise<Value> {
  const late = new Promise<never>((_, reject) => {
    setTimeout(() => reject(new Error(`no answer within ${limit_ms} ms`)), limit_ms)
  })
  return Promise.race([promise, late])
}
