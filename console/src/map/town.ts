/** A whole town from one GeoJSON file: features tell by `kind` what they are, roads also by `class`. */
import type {
  ExpressionSpecification, FilterSpecification, LayerSpecification, LineLayerSpecification, StyleSpecification,
} from 'maplibre-gl'
import type { Theme } from '../theme'
import { FONT_FACES, ITALIC, MEDIUM, REGULAR } from './fonts'
import { PALETTES, type Palette } from './palette'

const SOURCE = 'town'

export function townStyle(theme: Theme, town: GeoJSON.FeatureCollection, attribution: string): StyleSpecification {
  const p = PALETTES[theme]
  return {
    version: 8,
    'font-faces': FONT_FACES,
    sources: { [SOURCE]: { type: 'geojson', data: town, attribution, tolerance: 0.2, maxzoom: 16 } },
    layers: [
      { id: 'earth', type: 'background', paint: { 'background-color': p.earth } },
      ...areas(p), ...roads(p), ...labels(p),
    ],
  }
}

const kind = (name: string): ExpressionSpecification => ['==', ['get', 'kind'], name]
const polygons = (name: string): FilterSpecification => ['all', kind(name), ['==', ['geometry-type'], 'Polygon']]
const road = (...classes: string[]): FilterSpecification =>
  ['all', ['==', ['get', 'kind'], 'road'], ['in', ['get', 'class'], ['literal', classes]]]
const width = (...stops: number[]): ExpressionSpecification =>
  ['interpolate', ['exponential', 1.6], ['zoom'], ...stops] as unknown as ExpressionSpecification

function areas(p: Palette): LayerSpecification[] {
  const fill = (name: string, colour: string): LayerSpecification =>
    ({ id: name, type: 'fill', source: SOURCE, filter: polygons(name), paint: { 'fill-color': colour } })
  return [
    fill('land', p.urban), fill('block', p.block), fill('park', p.park), fill('water', p.water),
    {
      id: 'water-line', type: 'line', source: SOURCE, filter: kind('water'), layout: { 'line-join': 'round', 'line-cap': 'round' },
      paint: { 'line-color': ['case', ['==', ['geometry-type'], 'Polygon'], p.waterLine, p.water], 'line-width': ['case', ['==', ['geometry-type'], 'Polygon'], 1, 4] },
    },
    {
      id: 'building', type: 'fill', source: SOURCE, filter: polygons('building'), minzoom: 13.5,
      paint: {
        'fill-color': p.building, 'fill-outline-color': p.buildingLine,
        'fill-opacity': ['interpolate', ['linear'], ['zoom'], 13.5, 0, 14.5, 1],
      },
    },
  ]
}

function roads(p: Palette): LayerSpecification[] {
  const line = (
    id: string, filter: FilterSpecification, colour: string, line_width: ExpressionSpecification,
    extra: LineLayerSpecification['paint'] = {}, minzoom = 0,
  ): LayerSpecification => ({
    id, type: 'line', source: SOURCE, filter, minzoom, layout: { 'line-join': 'round', 'line-cap': 'round' },
    paint: { 'line-color': colour, 'line-width': line_width, ...extra },
  })
  return [
    line('path', road('path'), p.path, width(14, 0.8, 18, 4), { 'line-dasharray': [2, 1.6] }, 14),
    line('minor-casing', road('minor'), p.roadCasing, width(12, 0.9, 15, 6, 18, 20), {}, 12),
    line('major-casing', road('major'), p.majorCasing, width(10, 1.2, 13, 4.4, 15, 10.5, 18, 28)),
    line('motorway-casing', road('motorway'), p.motorwayCasing, width(8, 1.4, 13, 6, 15, 13, 18, 32)),
    line('minor', road('minor'), p.road, width(12, 0.4, 15, 4.6, 18, 17.5), {}, 12),
    line('major', road('major'), p.major, width(10, 0.6, 13, 3, 15, 8.5, 18, 25)),
    line('motorway', road('motorway'), p.motorway, width(8, 0.8, 13, 4.4, 15, 10.5, 18, 28)),
    line('rail', kind('rail'), p.rail, width(11, 0.8, 16, 2.4)),
    {
      id: 'rail-ties', type: 'line', source: SOURCE, filter: kind('rail'), minzoom: 13, layout: { 'line-cap': 'butt' },
      paint: { 'line-color': p.rail, 'line-width': width(13, 3, 16, 7), 'line-dasharray': [0.22, 1.8] },
    },
  ]
}

function labels(p: Palette): LayerSpecification[] {
  const halo = { 'text-halo-color': p.labelHalo, 'text-halo-width': 1.3 }
  const street = (id: string, filter: FilterSpecification, minzoom: number, size: ExpressionSpecification, colour: string): LayerSpecification => ({
    id, type: 'symbol', source: SOURCE, filter, minzoom,
    layout: {
      'symbol-placement': 'line', 'symbol-spacing': 320, 'text-field': ['get', 'name'], 'text-font': [REGULAR],
      'text-size': size, 'text-max-angle': 32, 'text-padding': 6, 'text-letter-spacing': 0.01,
    },
    paint: { 'text-color': colour, ...halo },
  })
  return [
    street('minor-name', road('minor', 'path'), 15, ['interpolate', ['linear'], ['zoom'], 15, 10, 18, 13], p.labelSoft),
    street('major-name', road('major', 'motorway'), 13, ['interpolate', ['linear'], ['zoom'], 13, 10.5, 18, 14], p.label),
    {
      id: 'park-name', type: 'symbol', source: SOURCE, filter: polygons('park'), minzoom: 13.5,
      layout: { 'text-field': ['get', 'name'], 'text-font': [REGULAR], 'text-size': 11.5, 'text-max-width': 7 },
      paint: { 'text-color': p.parkLabel, ...halo },
    },
    {
      id: 'water-name', type: 'symbol', source: SOURCE, filter: kind('water'), minzoom: 12,
      layout: { 'text-field': ['get', 'name'], 'text-font': [ITALIC], 'text-size': 12.5, 'text-letter-spacing': 0.08, 'text-max-width': 8 },
      paint: { 'text-color': p.waterLabel, 'text-halo-color': p.water, 'text-halo-width': 1 },
    },
    {
      id: 'shop', type: 'circle', source: SOURCE, filter: kind('shop'), minzoom: 14,
      paint: {
        'circle-radius': ['interpolate', ['linear'], ['zoom'], 14, 1.8, 17, 4], 'circle-color': p.shop, 'circle-stroke-color': p.labelHalo,
        'circle-stroke-width': ['interpolate', ['linear'], ['zoom'], 14, 0.5, 17, 1.4],
        'circle-opacity': ['interpolate', ['linear'], ['zoom'], 14, 0.5, 15.5, 1],
      },
    },
    {
      id: 'shop-name', type: 'symbol', source: SOURCE, filter: kind('shop'), minzoom: 16,
      layout: {
        'text-field': ['get', 'name'], 'text-font': [REGULAR], 'text-size': 11, 'text-variable-anchor': ['left', 'right', 'top', 'bottom'],
        'text-radial-offset': 0.7, 'text-max-width': 8, 'text-justify': 'auto',
      },
      paint: { 'text-color': p.shop, ...halo },
    },
    {
      id: 'place-name', type: 'symbol', source: SOURCE, filter: kind('place'), maxzoom: 16.5,
      layout: {
        'text-field': ['get', 'name'], 'text-font': [MEDIUM], 'text-size': ['interpolate', ['linear'], ['zoom'], 10, 11, 15, 15],
        'text-letter-spacing': 0.06, 'text-max-width': 8, 'text-padding': 10,
      },
      paint: { 'text-color': p.placeLabel, ...halo, 'text-halo-width': 1.6 },
    },
  ]
}
