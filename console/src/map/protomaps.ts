/** The Protomaps schema in our palette. Sprites do not exist here, so what needs one loses its icon or is left out. */
import { DARK, LIGHT, layers, type Flavor } from '@protomaps/basemaps'
import type { LayerSpecification, StyleSpecification } from 'maplibre-gl'
import type { Theme } from '../theme'
import { FONT_FACES, ITALIC, MEDIUM, REGULAR } from './fonts'
import { PALETTES } from './palette'

const SOURCE = 'basemap'
const OSM = '© <a href="https://www.openstreetmap.org/copyright" target="_blank" rel="noreferrer">OpenStreetMap</a> contributors'
/** Labels that are still worth reading without their icon. */
const WITHOUT_ICON = new Set(['pois', 'places_locality'])

export function protomapsStyle(theme: Theme, url: string, attribution: string): StyleSpecification {
  return {
    version: 8,
    'font-faces': FONT_FACES,
    sources: { [SOURCE]: { type: 'vector', url, attribution: attribution || OSM } },
    layers: layers(SOURCE, flavour(theme), { lang: 'en' }).flatMap((layer) => withoutSprite(layer as LayerSpecification)),
  }
}

function withoutSprite(layer: LayerSpecification): LayerSpecification[] {
  if (layer.type !== 'symbol' || layer.layout?.['icon-image'] === undefined) return [layer]
  if (!WITHOUT_ICON.has(layer.id)) return []
  const layout = Object.fromEntries(Object.entries(layer.layout).filter(([key]) => !key.startsWith('icon-')))
  return [{ ...layer, layout }]
}

function flavour(theme: Theme): Flavor {
  const p = PALETTES[theme]
  return {
    ...(theme === 'dark' ? DARK : LIGHT),
    background: p.earth, earth: p.earth, water: p.water,
    park_a: p.park, park_b: p.park, wood_a: p.wood, wood_b: p.wood, scrub_a: p.park, scrub_b: p.park, zoo: p.park,
    hospital: p.block, industrial: p.block, school: p.block, aerodrome: p.block, military: p.block, pedestrian: p.block,
    sand: p.sand, beach: p.sand, runway: p.road, pier: p.block, buildings: p.building,
    other: p.path, minor_service: p.road, minor_a: p.road, minor_b: p.road, link: p.major, major: p.major, highway: p.motorway,
    minor_service_casing: p.roadCasing, minor_casing: p.roadCasing, link_casing: p.majorCasing,
    major_casing_early: p.majorCasing, major_casing_late: p.majorCasing,
    highway_casing_early: p.motorwayCasing, highway_casing_late: p.motorwayCasing,
    tunnel_other: p.path, tunnel_minor: p.road, tunnel_link: p.major, tunnel_major: p.major, tunnel_highway: p.motorway,
    tunnel_other_casing: p.roadCasing, tunnel_minor_casing: p.roadCasing, tunnel_link_casing: p.majorCasing,
    tunnel_major_casing: p.majorCasing, tunnel_highway_casing: p.motorwayCasing,
    bridges_other: p.path, bridges_minor: p.road, bridges_link: p.major, bridges_major: p.major, bridges_highway: p.motorway,
    bridges_other_casing: p.roadCasing, bridges_minor_casing: p.roadCasing, bridges_link_casing: p.majorCasing,
    bridges_major_casing: p.majorCasing, bridges_highway_casing: p.motorwayCasing,
    railway: p.rail, boundaries: p.border,
    roads_label_minor: p.labelSoft, roads_label_minor_halo: p.labelHalo, roads_label_major: p.label, roads_label_major_halo: p.labelHalo,
    ocean_label: p.waterLabel, subplace_label: p.label, subplace_label_halo: p.labelHalo,
    city_label: p.placeLabel, city_label_halo: p.labelHalo, state_label: p.labelSoft, state_label_halo: p.labelHalo,
    country_label: p.label, address_label: p.labelSoft, address_label_halo: p.labelHalo,
    regular: REGULAR, bold: MEDIUM, italic: ITALIC, landcover: undefined,
    pois: theme === 'dark'
      ? { blue: '#5d7f9c', green: '#5b8570', lapis: '#6f80a8', pink: '#93748a', red: '#a07070', slategray: '#75808f', tangerine: '#a5855c', turquoise: '#5d8f8f' }
      : { blue: '#5b86a6', green: '#5f8a55', lapis: '#5f70a0', pink: '#a0768f', red: '#b06f6b', slategray: '#858b95', tangerine: '#b07d3c', turquoise: '#4f8f8f' },
  }
}
