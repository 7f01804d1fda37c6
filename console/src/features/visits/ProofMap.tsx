/** The evidence on the map: the place and its fence, where it was told from, where the track was, and the way around that time. */
import { useEffect, useMemo, useState } from 'react'
import { queryOptions, useQuery } from '@tanstack/react-query'
import type { Map as MapLibreMap } from 'maplibre-gl'
import type { Position } from 'geojson'
import { useMay } from '../../api/access'
import { api } from '../../api/client'
import type { CustomerPlace } from '../../api/customers'
import type { Fence, Shape } from '../../api/types'
import type { Verification, Visit } from '../../api/visits'
import { boundsOf, toLngLatBounds } from '../../map/camera'
import { FencesLayer } from '../../map/layers/FencesLayer'
import { PinsLayer } from '../../map/layers/PinsLayer'
import { ProofLayer } from '../../map/layers/ProofLayer'
import { MapView } from '../../map/MapView'
import { useBasemap } from '../../map/useBasemap'
import { useTheme } from '../../theme'
import { spotsOf } from './proof'

const INSETS = { top: 0, right: 0, bottom: 0, left: 0 }
/** What of the track around a visit is shown. */
const AROUND_MS = 15 * 60_000

/** The way from a little before the check-in to a little after the end. */
const aroundQuery = (agent: string, from: number, to: number) => queryOptions({ queryKey: ['track', agent, from, to, 'around'], queryFn: ({ signal }) => api.track(agent, new Date(from), new Date(to), 'exclude', signal), staleTime: 60_000 })

type ProofMapProps = { visit: Visit; place: CustomerPlace | null; name: string; proof: Verification | null }

export function ProofMap({ visit, place, name, proof }: ProofMapProps) {
  const may = useMay()
  const theme = useTheme((state) => state.theme)
  const basemap = useBasemap()
  const [map, setMap] = useState<MapLibreMap | null>(null)
  const begins = visit.checked_in_at ?? visit.arrived_at ?? null
  const ends = visit.ended_at ?? visit.left_at ?? begins
  const agent = visit.performed_by ?? visit.agent_id ?? null
  const { data: fixes } = useQuery({ ...aroundQuery(agent ?? '', Date.parse(begins ?? '') - AROUND_MS, Date.parse(ends ?? '') + AROUND_MS), enabled: agent !== null && begins !== null && may('tracks') })
  const track = useMemo((): Position[] => (fixes ?? []).map(({ lat, lon }) => [lon, lat]), [fixes])
  const spots = useMemo(() => (proof ? spotsOf(proof) : []), [proof])
  const pins = useMemo(() => (place?.point ? [{ id: place.id, name, lat: place.point.lat, lon: place.point.lon }] : []), [place, name])
  const fences = useMemo((): Fence[] => {
    if (!place) return []
    const shape = (place.fence.shape as Shape | null | undefined) ?? (place.point ? { type: 'Circle' as const, coordinates: [place.point.lon, place.point.lat], radius_m: place.fence.radius_m } : null)
    return shape === null ? [] : [{ id: place.id, name: '', shape } as Fence]
  }, [place])
  const [isDone, setDone] = useState(false)
  useEffect(() => {
    if (!map || isDone || pins.length === 0) return
    const bounds = boundsOf([...pins, ...spots])
    if (!bounds) return
    if (proof) setDone(true)
    map.fitBounds(toLngLatBounds(bounds), { padding: 110, maxZoom: 16.6, duration: 0 })
  }, [map, pins, spots, proof, isDone])
  if (!basemap) return <div role="status" aria-label="Loading the map" className="skeleton absolute inset-0 rounded-none!" />
  return (
    <MapView basemap={basemap} theme={theme} insets={INSETS} label="Map of the proof" onMap={setMap}>
      <FencesLayer fences={fences} selected={place?.id ?? null} />
      <ProofLayer spots={spots} track={track} />
      <PinsLayer pins={pins} chosen={place?.id ?? null} />
    </MapView>
  )
}
