/** The map beside the timeline: routes in their agents' colours, what waits, and where everybody is right now. */
import { useEffect, useMemo, useRef, useState } from 'react'
import type { Map as MapLibreMap } from 'maplibre-gl'
import type { Position as LonLat } from 'geojson'
import type { Position } from '../../live/positions'
import { boundsOf, parseCamera, toLngLatBounds } from '../../map/camera'
import { AgentsLayer } from '../../map/layers/AgentsLayer'
import { RoutesLayer, type RouteLine, type RouteMark } from '../../map/layers/RoutesLayer'
import { MapView } from '../../map/MapView'
import { useBasemap } from '../../map/useBasemap'
import { OVERLAY } from '../../map/palette'
import { useTheme } from '../../theme'
import { riskLevel, type PlanDay, type Point, type Route, type Stop } from './plan'
import { reasonInWords } from './why'
import { sentence } from './words'

const INSETS = { top: 0, right: 0, bottom: 0, left: 0 }
const VISIT_ZOOM_MIN = 14.5

type DispatchMapProps = {
  plan: PlanDay
  names: ReadonlyMap<string, string>
  colourOf: (agent: string) => string
  chosenAgent: string | null
  selected: ReadonlySet<string>
  /** The chosen agent's way on the roads; straight lines until it is there. */
  way: readonly LonLat[] | null
  /** Lines of another plan that this one is compared with. */
  ghosts?: readonly RouteLine[]
  focus: string | null
  onVisit: (visit: string) => void
  onAgent: (agent: string) => void
}

export function DispatchMap({ plan, names, colourOf, chosenAgent, selected, way, ghosts, focus, onVisit, onAgent }: DispatchMapProps) {
  const theme = useTheme((state) => state.theme)
  const basemap = useBasemap()
  const [map, setMap] = useState<MapLibreMap | null>(null)
  const lines = useMemo(
    () => [...plan.routes.map((route): RouteLine => ({
      id: route.agent, colour: colourOf(route.agent), line: route.agent === chosenAgent && way !== null ? way : straight(route),
      look: chosenAgent === null ? 'plain' : route.agent === chosenAgent ? 'chosen' : 'faint',
    })), ...(ghosts ?? [])],
    [plan.routes, colourOf, chosenAgent, way, ghosts],
  )
  const marks = useMemo(() => marksOf(plan, names, colourOf, selected, OVERLAY[theme].ink), [plan, names, colourOf, selected, theme])
  const agents = useMemo(() => new Set(plan.routes.map(({ agent }) => agent)), [plan.routes])
  const isShown = useMemo(() => ({ agent }: Position) => agents.has(agent), [agents])
  useFirstLook(map, plan)
  useFocus(map, plan, focus)
  useAgentInSight(map, plan, chosenAgent)

  if (!basemap) return <div role="status" aria-label="Loading the map" className="skeleton absolute inset-0 rounded-none!" />
  return (
    <MapView basemap={basemap} theme={theme} insets={INSETS} label="Map of the plan" onMap={setMap}>
      <RoutesLayer lines={lines} marks={marks} onVisit={onVisit} />
      <AgentsLayer names={names} isShown={isShown} selected={null} onSelect={onAgent} />
    </MapView>
  )
}

export const straight = ({ from, stops, to }: Route): LonLat[] =>
  [from, ...stops.map(({ point }) => point), to].flatMap((point) => (point === null ? [] : [[point.lon, point.lat]]))

function marksOf(plan: PlanDay, names: ReadonlyMap<string, string>, colourOf: (agent: string) => string, selected: ReadonlySet<string>, ink: string): RouteMark[] {
  const planned = plan.routes.flatMap(({ agent, stops }) => stops.flatMap((stop, at): RouteMark[] => {
    if (stop.point === null) return []
    const tip = sentence(stop, at, stops.length, names.get(agent) ?? '', plan.zone)
    return [{ visit: stop.visit, point: stop.point, number: String(at + 1), name: stop.name, tip, colour: colourOf(agent), tone: toneOf(stop), isChosen: selected.has(stop.visit) }]
  }))
  const waiting = plan.unplanned.flatMap(({ visit, point, name, reasons }): RouteMark[] =>
    point === null ? [] : [{ visit, point, number: '', name, tip: `${name}, not planned${reasons[0] ? `: ${reasonInWords(reasons[0].code)}` : ''}`, colour: ink, tone: 'waiting', isChosen: selected.has(visit) }])
  return [...planned, ...waiting]
}

function toneOf(stop: Stop): RouteMark['tone'] {
  if (stop.commitment === 'done') return 'done'
  const level = riskLevel(stop)
  return level === 'none' ? 'plain' : level
}

const pointsOf = (plan: PlanDay): Point[] =>
  [...plan.routes.flatMap(({ stops }) => stops), ...plan.unplanned].flatMap(({ point }) => (point === null ? [] : [point]))

/** Looks at the whole plan, once for each that is opened; a link with a camera keeps it. */
function useFirstLook(map: MapLibreMap | null, plan: PlanDay): void {
  const scene = `${plan.territory} ${plan.date}`
  const looked = useRef<string | null>(parseCamera(location.hash) === null ? null : scene)
  useEffect(() => {
    if (!map || looked.current === scene) return
    const bounds = boundsOf(pointsOf(plan))
    if (!bounds) return
    looked.current = scene
    map.fitBounds(toLngLatBounds(bounds), { padding: 40, maxZoom: 15, duration: 0 })
  }, [map, plan, scene])
}

/** Goes to the visit that was chosen elsewhere; where it stands then does not matter to the camera. */
function useFocus(map: MapLibreMap | null, plan: PlanDay, focus: string | null): void {
  const latest = useRef(plan)
  useEffect(() => {
    latest.current = plan
  }, [plan])
  useEffect(() => {
    if (!map || focus === null) return
    const point = latest.current.routes.flatMap(({ stops }) => stops).find(({ visit }) => visit === focus)?.point ?? latest.current.unplanned.find(({ visit }) => visit === focus)?.point
    if (!point) return
    if (map.getZoom() >= VISIT_ZOOM_MIN && map.getBounds().contains([point.lon, point.lat])) return
    map.easeTo({ center: [point.lon, point.lat], zoom: Math.max(map.getZoom(), VISIT_ZOOM_MIN), duration: 500 })
  }, [map, focus])
}

function useAgentInSight(map: MapLibreMap | null, plan: PlanDay, agent: string | null): void {
  const latest = useRef(plan)
  useEffect(() => {
    latest.current = plan
  }, [plan])
  useEffect(() => {
    const route = latest.current.routes.find((one) => one.agent === agent)
    if (!map || !route) return
    const bounds = boundsOf(straight(route).map(([lon, lat]) => ({ lat: lat!, lon: lon! })))
    if (bounds) map.fitBounds(toLngLatBounds(bounds), { padding: 56, maxZoom: 15.5, duration: 500 })
  }, [map, agent])
}
