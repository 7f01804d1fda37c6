/**
 * Where the agents went: faint for the whole day, solid as far as it has been played, and a marker at the playhead. The day is handed to
 * the map once, in pieces; playing switches whole pieces on by feature state and redraws only the piece under the playhead.
 */
import { useEffect, useRef } from 'react'
import type { ExpressionSpecification, GeoJSONSource, Map as MapLibreMap } from 'maplibre-gl'
import { Pace } from '../../live/pace'
import { MEDIUM } from '../../map/fonts'
import { firstLabel, geometryIs, takeOff, useMap, type MapHandle } from '../../map/MapContext'
import { OVERLAY } from '../../map/palette'
import type { Player } from './player'
import { pieces, placeAt, type Piece, type Place, type Track } from './track'

const DAY = 'ways'
const NOW = 'ways-now'
const DAY_LAYERS = ['ways-faint', 'ways-casing', 'ways-played'] as const
const NOW_LAYERS = ['ways-head-casing', 'ways-head', 'ways-halo', 'ways-marker', 'ways-name'] as const
const PIECE_FIXES_MAX = 96
const DRAW_INTERVAL_MS = 33
const FOLLOW_INTERVAL_MS = 400

export type Way = { track: Track; colour: string; name: string }

type Props = { ways: readonly Way[]; player: Player; gap_ms: number; followed: string | null }

export function WaysLayer({ ways, player, gap_ms, followed }: Props) {
  const handle = useMap()
  const follow = useRef(followed)
  useEffect(() => {
    follow.current = followed
  }, [followed])

  useEffect(() => {
    const { map } = handle
    addLayers(handle)
    return () => {
      takeOff(map, NOW, NOW_LAYERS)
      takeOff(map, DAY, DAY_LAYERS)
    }
  }, [handle])

  useEffect(() => {
    const { map } = handle
    const drawn = ways.map(({ track, colour, name }, i) => ({ track, colour, name, pieces: pieces(track, gap_ms, PIECE_FIXES_MAX), first: i * IDS_A_WAY, played: 0 }))
    map.removeFeatureState({ source: DAY })
    void map.getSource<GeoJSONSource>(DAY)?.setData({ type: 'FeatureCollection', features: drawn.flatMap(toPieces) })

    let followedAt = 0
    const draw = () => {
      const { at } = player
      const features = drawn.flatMap((way) => {
        markPlayed(map, way, at)
        return toNow(way, at, gap_ms)
      })
      const { isFollowing, isPlaying } = player.state()
      if (isFollowing && (!isPlaying || performance.now() - followedAt > FOLLOW_INTERVAL_MS)) {
        followedAt = performance.now()
        goAfter(map, drawn, follow.current, at, gap_ms)
      }
      return map.getSource<GeoJSONSource>(NOW)?.setData({ type: 'FeatureCollection', features }).then(() => undefined, () => undefined)
    }
    const pace = new Pace(DRAW_INTERVAL_MS, draw)
    const stopTicks = player.onTick(() => pace.ask())
    const stopState = player.subscribe(() => pace.ask())
    return () => {
      stopTicks()
      stopState()
      pace.cancel()
    }
  }, [handle, ways, player, gap_ms])

  // Whoever moves the map by hand wants to look elsewhere.
  useEffect(() => {
    const subscription = handle.map.on('dragstart', () => player.choose({ isFollowing: false }))
    return () => subscription.unsubscribe()
  }, [handle, player])

  return null
}

/** Ids of features are numbers: those of a way's pieces begin at its own thousand. A day at ten fixes a second has 9,000. */
const IDS_A_WAY = 100_000

type Drawn = Way & { pieces: readonly Piece[]; first: number; played: number }

function toPieces({ track, colour, pieces, first }: Drawn): GeoJSON.Feature[] {
  return pieces.map((piece, i) => ({ type: 'Feature', id: first + i, properties: { colour }, geometry: line(track, piece.first, piece.last) }))
}

function line({ lat, lon }: Track, first: number, last: number, end?: Place): GeoJSON.LineString {
  const coordinates: GeoJSON.Position[] = []
  for (let i = first; i <= last; i += 1) coordinates.push([lon[i]!, lat[i]!])
  if (end) coordinates.push([end.lon, end.lat])
  return { type: 'LineString', coordinates }
}

/** Tells the map of the pieces that were finished, or taken back, since last time. */
function markPlayed(map: MapLibreMap, way: Drawn, at: number): void {
  const { track, pieces, first } = way
  const endOf = (i: number) => track.at[pieces[i]!.last]!
  for (; way.played < pieces.length && endOf(way.played) <= at; way.played += 1) {
    map.setFeatureState({ source: DAY, id: first + way.played }, { played: true })
  }
  for (; way.played > 0 && endOf(way.played - 1) > at; way.played -= 1) {
    map.setFeatureState({ source: DAY, id: first + way.played - 1 }, { played: false })
  }
}

/** The piece under the playhead as far as it was gone, and the marker. */
function toNow({ track, colour, name, pieces, played }: Drawn, at: number, gap_ms: number): GeoJSON.Feature[] {
  const place = placeAt(track, at, gap_ms)
  if (place === null) return []
  const properties = { colour, name, held: place.isHeld }
  const features: GeoJSON.Feature[] = [{ type: 'Feature', properties, geometry: { type: 'Point', coordinates: [place.lon, place.lat] } }]
  const piece = pieces[played]
  if (piece && piece.first <= place.index) features.push({ type: 'Feature', properties, geometry: line(track, piece.first, place.index, place) })
  return features
}

function goAfter(map: MapLibreMap, ways: readonly Drawn[], followed: string | null, at: number, gap_ms: number): void {
  const way = ways.find(({ track }) => track.agent === followed) ?? ways[0]
  const place = way ? placeAt(way.track, at, gap_ms) : null
  if (place) map.easeTo({ center: [place.lon, place.lat], duration: FOLLOW_INTERVAL_MS + 50, easing: (share) => share })
}

function addLayers({ map, theme }: MapHandle): void {
  const { ring, ink, halo } = OVERLAY[theme]
  const under = firstLabel(map)
  map.addSource(DAY, { type: 'geojson', data: { type: 'FeatureCollection', features: [] }, tolerance: 0.3 })
  map.addSource(NOW, { type: 'geojson', data: { type: 'FeatureCollection', features: [] }, tolerance: 0 })
  const width = (narrow: number, wide: number): ExpressionSpecification => ['interpolate', ['linear'], ['zoom'], 10, narrow, 16, wide]
  const ifPlayed = (opacity: number): ExpressionSpecification => ['case', ['boolean', ['feature-state', 'played'], false], opacity, 0]
  const layout = { 'line-join': 'round', 'line-cap': 'round' } as const
  map.addLayer({
    id: 'ways-faint', type: 'line', source: DAY, layout: { 'line-join': 'round' },
    paint: { 'line-color': ['get', 'colour'], 'line-width': width(1.6, 3.4), 'line-opacity': theme === 'dark' ? 0.36 : 0.3 },
  }, under)
  map.addLayer({ id: 'ways-casing', type: 'line', source: DAY, layout, paint: { 'line-color': ring, 'line-width': width(3.8, 8), 'line-opacity': ifPlayed(0.85) } }, under)
  map.addLayer({ id: 'ways-head-casing', type: 'line', source: NOW, filter: geometryIs('LineString'), layout, paint: { 'line-color': ring, 'line-width': width(3.8, 8), 'line-opacity': 0.85 } }, under)
  map.addLayer({ id: 'ways-played', type: 'line', source: DAY, layout, paint: { 'line-color': ['get', 'colour'], 'line-width': width(2.2, 4.8), 'line-opacity': ifPlayed(1) } }, under)
  map.addLayer({ id: 'ways-head', type: 'line', source: NOW, filter: geometryIs('LineString'), layout, paint: { 'line-color': ['get', 'colour'], 'line-width': width(2.2, 4.8) } }, under)
  map.addLayer({
    id: 'ways-halo', type: 'circle', source: NOW, filter: geometryIs('Point'),
    paint: { 'circle-radius': 17, 'circle-color': ['get', 'colour'], 'circle-opacity': ['case', ['get', 'held'], 0, 0.2] },
  })
  map.addLayer({
    id: 'ways-marker', type: 'circle', source: NOW, filter: geometryIs('Point'),
    paint: {
      'circle-radius': ['case', ['get', 'held'], 6.5, 8],
      'circle-color': ['case', ['get', 'held'], ring, ['get', 'colour']],
      'circle-stroke-color': ['case', ['get', 'held'], ['get', 'colour'], ring],
      'circle-stroke-width': ['case', ['get', 'held'], 3.2, 2.6],
    },
  })
  map.addLayer({
    id: 'ways-name', type: 'symbol', source: NOW, filter: geometryIs('Point'),
    layout: {
      'text-field': ['get', 'name'], 'text-font': [MEDIUM], 'text-size': 12.5, 'text-variable-anchor': ['top', 'bottom', 'right', 'left'], 'text-radial-offset': 1.1,
      'text-padding': 1,
    },
    paint: { 'text-color': ink, 'text-halo-color': halo, 'text-halo-width': 2 },
  })
}
