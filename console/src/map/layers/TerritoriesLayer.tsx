import { useEffect, useMemo } from 'react'
import type { Position } from 'geojson'
import type { Territory } from '../../api/types'
import { MEDIUM } from '../fonts'
import { labelPoint } from '../geometry'
import { firstLabel, geometryIs, put, takeOff, useMap } from '../MapContext'
import { OVERLAY } from '../palette'

const SOURCE = 'territories'
export const TERRITORY_FILL = 'territory-fill'
const LAYERS = [TERRITORY_FILL, 'territory-line', 'territory-name'] as const

type Drawn = Pick<Territory, 'id' | 'name' | 'colour' | 'area'> & {
  /** Where the name stands instead of in the middle. */
  named?: Position | undefined
}
type Props = {
  territories: readonly Drawn[]
  isShown: (id: string) => boolean
  onSelect?: (territory: string) => void
  /** How much of what lies below is covered, where the areas themselves are what one looks at. */
  fill?: number
}

/** Territories in their own colours: a breath of fill, an outline, the name. */
export function TerritoriesLayer({ territories, isShown, onSelect, fill }: Props) {
  const handle = useMap()
  const features = useMemo(() => toFeatures(territories, isShown), [territories, isShown])

  useEffect(() => {
    const { map, theme } = handle
    const under = firstLabel(map)
    map.addSource(SOURCE, { type: 'geojson', data: { type: 'FeatureCollection', features: [] } })
    map.addLayer({
      id: TERRITORY_FILL, type: 'fill', source: SOURCE, filter: geometryIs('Polygon'),
      paint: {
        'fill-color': ['get', 'colour'],
        'fill-opacity': fill !== undefined ? ['case', ['get', 'shown'], fill, fill / 4]
          : ['interpolate', ['linear'], ['zoom'], 11, ['case', ['get', 'shown'], 0.08, 0.02], 15, ['case', ['get', 'shown'], 0.025, 0.01]],
      },
    }, under)
    map.addLayer({
      id: 'territory-line', type: 'line', source: SOURCE, filter: geometryIs('Polygon'), layout: { 'line-join': 'round' },
      paint: {
        'line-color': ['get', 'colour'], 'line-opacity': ['case', ['get', 'shown'], 0.75, 0.2],
        'line-width': ['interpolate', ['linear'], ['zoom'], 9, 1, 14, 2.2],
      },
    }, under)
    map.addLayer({
      id: 'territory-name', type: 'symbol', source: SOURCE, filter: geometryIs('Point'), maxzoom: 16,
      layout: {
        'text-field': ['get', 'name'], 'text-font': [MEDIUM], 'text-size': ['interpolate', ['linear'], ['zoom'], 9, 11, 14, 15],
        'text-max-width': 8, 'text-padding': 4,
      },
      paint: {
        // Over a strong fill of the same colour the name would drown, and on the dark map in what lies around.
        'text-color': fill === undefined && theme === 'light' ? ['get', 'colour'] : OVERLAY[theme].ink, 'text-halo-color': OVERLAY[theme].halo, 'text-halo-width': 1.8,
        'text-opacity': ['case', ['get', 'shown'], 1, 0.35],
      },
    })
    return () => takeOff(map, SOURCE, LAYERS)
  }, [handle, fill])

  useEffect(() => {
    if (!onSelect) return
    const { map } = handle
    // Where one lies in another, the inner one, which is drawn last, is meant.
    const pick = ({ features: [hit] = [] }: { features?: { properties: Record<string, unknown> }[] }) => {
      if (hit) onSelect(String(hit.properties.id))
    }
    map.on('click', TERRITORY_FILL, pick)
    return () => void map.off('click', TERRITORY_FILL, pick)
  }, [handle, onSelect])

  useEffect(() => {
    void put(handle.map, SOURCE, features)
  }, [handle, features, fill])

  return null
}

function toFeatures(territories: readonly Drawn[], isShown: (id: string) => boolean): GeoJSON.Feature[] {
  return territories.flatMap(({ id, name, colour, area, named }) => {
    const properties = { id, name, colour, shown: isShown(id) }
    return [
      { type: 'Feature', properties, geometry: area },
      { type: 'Feature', properties, geometry: { type: 'Point', coordinates: named ?? labelPoint(area) } },
    ] satisfies GeoJSON.Feature[]
  })
}
