/** The bundled world: countries without streets, for when there is nothing better. */
import type { StyleSpecification } from 'maplibre-gl'
import { feature, mesh } from 'topojson-client'
import type { GeometryCollection, Topology } from 'topojson-specification'
import worldUrl from 'world-atlas/countries-110m.json?url'
import type { Theme } from '../theme'
import { FONT_FACES } from './fonts'
import { unrolled } from './geometry'
import { PALETTES } from './palette'

type World = Topology<{ countries: GeometryCollection; land: GeometryCollection }>

const ATTRIBUTION = 'Natural Earth'
const EMPTY: GeoJSON.FeatureCollection = { type: 'FeatureCollection', features: [] }
let land: GeoJSON.GeoJSON = EMPTY
let borders: GeoJSON.GeoJSON = EMPTY

/** Fetched once, from our own origin, before the first map is drawn. */
export async function loadOutline(): Promise<void> {
  if (land !== EMPTY) return
  try {
    const world = (await (await fetch(worldUrl)).json()) as World
    land = { type: 'FeatureCollection', features: feature(world, world.objects.land).features.map(flattened) }
    borders = mesh(world, world.objects.countries, (a, b) => a !== b)
  } catch (cause) {
    console.warn('the outline of the world cannot be read:', cause)
  }
}

export function outlineStyle(theme: Theme): StyleSpecification {
  const palette = PALETTES[theme]
  return {
    version: 8,
    'font-faces': FONT_FACES,
    sources: {
      land: { type: 'geojson', data: land, attribution: ATTRIBUTION },
      borders: { type: 'geojson', data: borders },
      grid: { type: 'geojson', data: graticule() },
    },
    layers: [
      { id: 'water', type: 'background', paint: { 'background-color': palette.water } },
      { id: 'land', type: 'fill', source: 'land', paint: { 'fill-color': palette.earth } },
      { id: 'shore', type: 'line', source: 'land', paint: { 'line-color': palette.waterLine, 'line-width': 1.2 } },
      { id: 'borders', type: 'line', source: 'borders', paint: { 'line-color': palette.border, 'line-width': 0.8 } },
      { id: 'grid', type: 'line', source: 'grid', paint: { 'line-color': palette.waterLine, 'line-width': 0.5, 'line-opacity': 0.45 } },
    ],
  }
}

/** The atlas is made for a globe: on a flat map, what crosses the 180th meridian would be drawn across the whole world. */
function flattened(shape: GeoJSON.Feature): GeoJSON.Feature {
  const { geometry } = shape
  if (geometry.type === 'Polygon') return { ...shape, geometry: { ...geometry, coordinates: geometry.coordinates.map(unrolled) } }
  if (geometry.type !== 'MultiPolygon') return shape
  return { ...shape, geometry: { ...geometry, coordinates: geometry.coordinates.map((polygon) => polygon.map(unrolled)) } }
}

/** Meridians and parallels every ten degrees, so that even a close-up has something to hold on to. */
function graticule(): GeoJSON.MultiLineString {
  const lines: number[][][] = []
  for (let lon = -180; lon <= 180; lon += 10) lines.push([[lon, -80], [lon, 80]])
  for (let lat = -80; lat <= 80; lat += 10) lines.push([[-180, lat], [180, lat]])
  return { type: 'MultiLineString', coordinates: lines }
}
