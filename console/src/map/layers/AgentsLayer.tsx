/**
 * Everybody but the selected agent. Positions go from the live store straight into the source, at most twice a second;
 * React renders this component only when a filter, a name or the selection changes.
 */
import { useEffect, useRef } from 'react'
import { Popup, type ExpressionSpecification, type GeoJSONSource, type Map as MapLibreMap, type MapLayerMouseEvent } from 'maplibre-gl'
import { positions } from '../../live/live'
import type { Position } from '../../live/positions'
import type { Theme } from '../../theme'
import { MEDIUM } from '../fonts'
import { put, takeOff, useMap } from '../MapContext'
import { addMarkerImages, markerImage } from '../markers'
import { OVERLAY, STATUS_COLOURS } from '../palette'

const SOURCE = 'agents'
export const AGENT_MARKERS = 'agent-markers'
export const AGENT_CLUSTERS = 'agent-clusters'
const LAYERS = [AGENT_CLUSTERS, 'agent-cluster-counts', AGENT_MARKERS] as const

const FLUSH_INTERVAL_MS = 500
/** A big fleet stays clustered until closer up: software rasterisers choke on thousands of icons. */
const BIG_FLEET = 2_000
const CLUSTER_UNTIL_ZOOM = { small: 11, big: 13 }

/** For the browser test: when the map was last given positions, and how many. */
export const flushed = { at_ms: 0, agents: 0 }

type Props = {
  names: ReadonlyMap<string, string>
  isShown: (position: Position) => boolean
  selected: string | null
  onSelect: (agent: string) => void
}

const nothing = (): Promise<void> => Promise.resolve()

export function AgentsLayer(props: Props) {
  const handle = useMap()
  const { names, isShown, selected } = props
  const latest = useRef(props)
  const flush = useRef(nothing)
  useEffect(() => {
    latest.current = props
  })

  useEffect(() => {
    const { map, theme } = handle
    addMarkerImages(map, theme)
    addLayers(map, theme)
    let clusterUntil = CLUSTER_UNTIL_ZOOM.small
    flush.current = () => {
      const until = positions.size > BIG_FLEET ? CLUSTER_UNTIL_ZOOM.big : CLUSTER_UNTIL_ZOOM.small
      if (until !== clusterUntil) {
        clusterUntil = until
        void map.getSource<GeoJSONSource>(SOURCE)?.setClusterOptions({ cluster: true, clusterMaxZoom: until })
      }
      const features = toFeatures(latest.current)
      flushed.at_ms = Date.now()
      flushed.agents = features.length
      return put(map, SOURCE, features)
    }
    void flush.current()
    const stopFlushing = positions.onChange(FLUSH_INTERVAL_MS, () => flush.current())
    const stopListening = listen(map, () => latest.current)
    return () => {
      stopFlushing()
      stopListening()
      flush.current = nothing
      takeOff(map, SOURCE, LAYERS)
    }
  }, [handle])

  useEffect(() => void flush.current(), [names, isShown, selected])

  return null
}

function toFeatures({ names, isShown, selected }: Props): GeoJSON.Feature[] {
  const features: GeoJSON.Feature[] = []
  for (const position of positions.all()) {
    if (position.agent === selected || !isShown(position)) continue
    features.push(toFeature(position, names.get(position.agent) ?? ''))
  }
  return features
}

export function toFeature(position: Position, name: string): GeoJSON.Feature {
  const { agent, lat, lon, status, bearing_deg } = position
  return {
    type: 'Feature',
    properties: {
      agent, name, status,
      image: markerImage(status, bearing_deg === undefined ? 'disc' : 'drop'),
      bearing: bearing_deg ?? 0,
    },
    geometry: { type: 'Point', coordinates: [lon, lat] },
  }
}

export const MARKER_SIZE: ExpressionSpecification = ['interpolate', ['linear'], ['zoom'], 9, 0.5, 13, 0.7, 16, 1]

function addLayers(map: MapLibreMap, theme: Theme): void {
  const { ink, halo, cluster, clusterInk } = OVERLAY[theme]
  map.addSource(SOURCE, {
    type: 'geojson', data: { type: 'FeatureCollection', features: [] }, maxzoom: 15,
    cluster: true, clusterMaxZoom: CLUSTER_UNTIL_ZOOM.small, clusterRadius: 46,
    clusterProperties: { moving: ['+', ['case', ['==', ['get', 'status'], 'moving'], 1, 0]] },
  })
  map.addLayer({
    id: AGENT_CLUSTERS, type: 'circle', source: SOURCE, filter: ['has', 'point_count'],
    paint: {
      'circle-color': cluster,
      'circle-radius': ['step', ['get', 'point_count'], 14, 10, 17, 50, 21, 200, 26, 1000, 32],
      // The ring tells how much of the cluster is on the road.
      'circle-stroke-color': ['interpolate', ['linear'], ['/', ['get', 'moving'], ['get', 'point_count']],
        0, STATUS_COLOURS[theme].offline, 0.6, STATUS_COLOURS[theme].moving],
      'circle-stroke-width': 3.5, 'circle-stroke-opacity': 0.9,
    },
  })
  map.addLayer({
    id: 'agent-cluster-counts', type: 'symbol', source: SOURCE, filter: ['has', 'point_count'],
    layout: {
      'text-field': ['get', 'point_count_abbreviated'], 'text-font': [MEDIUM], 'text-size': 12.5,
      'text-allow-overlap': true, 'text-ignore-placement': true,
    },
    paint: { 'text-color': clusterInk },
  })
  map.addLayer({
    id: AGENT_MARKERS, type: 'symbol', source: SOURCE, filter: ['!', ['has', 'point_count']],
    layout: {
      'icon-image': ['get', 'image'], 'icon-size': MARKER_SIZE, 'icon-rotate': ['get', 'bearing'], 'icon-rotation-alignment': 'map',
      'icon-allow-overlap': true, 'icon-ignore-placement': true,
      'symbol-sort-key': ['match', ['get', 'status'], 'moving', 3, 'idle', 2, 'stale', 1, 0],
      'text-field': ['step', ['zoom'], '', 14.2, ['get', 'name']], 'text-font': [MEDIUM], 'text-size': 11.5,
      'text-variable-anchor': ['top', 'bottom', 'left', 'right'], 'text-radial-offset': 1.25, 'text-optional': true, 'text-max-width': 9, 'text-padding': 3,
    },
    paint: { 'text-color': ink, 'text-halo-color': halo, 'text-halo-width': 1.5 },
  })
}

/** Pointing and clicking; answers the way to stop. */
function listen(map: MapLibreMap, now: () => Props): () => void {
  const tip = new Popup({ closeButton: false, closeOnClick: false, className: 'agent-tip', offset: 16, anchor: 'bottom' })
  const choose = ({ features }: MapLayerMouseEvent) => {
    const agent: unknown = features?.[0]?.properties?.agent
    if (typeof agent === 'string') now().onSelect(agent)
  }
  const openCluster = async ({ features }: MapLayerMouseEvent) => {
    const cluster = features?.[0]
    const source = map.getSource<GeoJSONSource>(SOURCE)
    if (!source || cluster?.geometry.type !== 'Point') return
    const [lon, lat] = cluster.geometry.coordinates as [number, number]
    const id: unknown = cluster.properties?.cluster_id
    // The cluster may have dissolved with the last flush; one step closer is then as good.
    const zoom = typeof id === 'number' ? await source.getClusterExpansionZoom(id).catch(() => map.getZoom() + 2) : map.getZoom() + 2
    map.easeTo({ center: [lon, lat], zoom: Math.min(zoom + 0.4, 17) })
  }
  const enter = ({ features }: MapLayerMouseEvent) => {
    map.getCanvas().style.cursor = 'pointer'
    const feature = features?.[0]
    const name: unknown = feature?.properties?.name
    if (feature?.geometry.type !== 'Point' || typeof name !== 'string' || name === '') return
    tip.setLngLat(feature.geometry.coordinates as [number, number]).setText(name).addTo(map)
  }
  const leave = () => {
    map.getCanvas().style.cursor = ''
    tip.remove()
  }
  const subscriptions = [
    map.on('click', AGENT_MARKERS, choose),
    map.on('click', AGENT_CLUSTERS, (event) => void openCluster(event)),
    map.on('mousemove', AGENT_MARKERS, enter), map.on('mouseleave', AGENT_MARKERS, leave),
    map.on('mouseenter', AGENT_CLUSTERS, enter), map.on('mouseleave', AGENT_CLUSTERS, leave),
  ]
  return () => {
    tip.remove()
    subscriptions.forEach((subscription) => subscription.unsubscribe())
  }
}
