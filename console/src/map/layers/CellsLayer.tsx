/** A ground cut into cells, each in the colour of whoever holds it; what changes hands stands out, and some cells may be picked. */
import { useEffect, useMemo, useRef } from 'react'
import type { ExpressionSpecification } from 'maplibre-gl'
import { hexagonOf } from '../hexagons'
import { firstLabel, put, takeOff, useMap } from '../MapContext'
import { OVERLAY } from '../palette'

const SOURCE = 'cells'
const PICKED = 'cells-picked'
const FILL = 'cell-fill'

export type Cell = { cell: string; holder: string; colour: string; changes: boolean }

type Props = {
  cells: readonly Cell[]
  /** The others stand back. */
  chosen: string | null
  picked: ReadonlySet<string>
  pickColour: string
  onCell: (cell: string, holder: string) => void
}

export function CellsLayer({ cells, chosen, picked, pickColour, onCell }: Props) {
  const handle = useMap()
  const features = useMemo(() => cells.map(toFeature), [cells])
  const latest = useRef(onCell)
  useEffect(() => {
    latest.current = onCell
  })

  useEffect(() => {
    const { map, theme } = handle
    const under = firstLabel(map)
    const nothing: GeoJSON.FeatureCollection = { type: 'FeatureCollection', features: [] }
    map.addSource(SOURCE, { type: 'geojson', data: nothing })
    map.addSource(PICKED, { type: 'geojson', data: nothing })
    map.addLayer({ id: FILL, type: 'fill', source: SOURCE, paint: { 'fill-color': ['get', 'colour'], 'fill-opacity': opacity(null) } }, under)
    map.addLayer({ id: 'cell-line', type: 'line', source: SOURCE, paint: { 'line-color': OVERLAY[theme].ring, 'line-width': ['interpolate', ['linear'], ['zoom'], 9, 0.3, 14, 1.2], 'line-opacity': 0.55 } }, under)
    map.addLayer({ id: 'picked-fill', type: 'fill', source: PICKED, paint: { 'fill-color': ['get', 'colour'], 'fill-opacity': 0.75 } }, under)
    map.addLayer({ id: 'picked-line', type: 'line', source: PICKED, paint: { 'line-color': OVERLAY[theme].ink, 'line-width': 2 } }, under)
    const pick = ({ features: [hit] = [] }: { features?: { properties: Record<string, unknown> }[] }) => {
      if (hit) latest.current(String(hit.properties.cell), String(hit.properties.holder))
    }
    const point = () => { map.getCanvas().style.cursor = 'pointer' }
    const leave = () => { map.getCanvas().style.cursor = '' }
    map.on('click', FILL, pick)
    map.on('mouseenter', FILL, point)
    map.on('mouseleave', FILL, leave)
    return () => {
      map.off('click', FILL, pick)
      map.off('mouseenter', FILL, point)
      map.off('mouseleave', FILL, leave)
      takeOff(map, SOURCE, [FILL, 'cell-line'])
      takeOff(map, PICKED, ['picked-fill', 'picked-line'])
    }
  }, [handle])

  useEffect(() => {
    void put(handle.map, SOURCE, features)
  }, [handle, features])
  useEffect(() => {
    void put(handle.map, PICKED, [...picked].map((cell) => ({ type: 'Feature', properties: { colour: pickColour }, geometry: hexagonOf(cell) })))
  }, [handle, picked, pickColour])
  useEffect(() => {
    if (handle.map.getLayer(FILL)) handle.map.setPaintProperty(FILL, 'fill-opacity', opacity(chosen))
  }, [handle, chosen])

  return null
}

const toFeature = ({ cell, holder, colour, changes }: Cell): GeoJSON.Feature => ({ type: 'Feature', properties: { cell, holder, colour, changes }, geometry: hexagonOf(cell) })

function opacity(chosen: string | null): ExpressionSpecification {
  const own: ExpressionSpecification = ['case', ['get', 'changes'], 0.62, 0.26]
  return chosen === null ? own : ['case', ['==', ['get', 'holder'], chosen], own, 0.07]
}
