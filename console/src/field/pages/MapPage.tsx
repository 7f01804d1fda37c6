/** Today's way on the map: the stops in their order, the legs, and where I am. */
import { useCallback, useEffect, useRef, useState } from 'react'
import { Link } from 'react-router'
import type { Map as MapLibreMap } from 'maplibre-gl'
import { boundsOf, toLngLatBounds } from '../../map/camera'
import { MapView } from '../../map/MapView'
import { useBasemap } from '../../map/useBasemap'
import { useTheme } from '../../theme'
import { TargetIcon } from '../../ui/icons'
import { distance } from '../../util/units'
import { useDay, useLookAround } from '../app'
import { isOver } from '../model/day'
import { nextOf, type VisitView } from '../model/project'
import { span, statusOf, time } from '../model/words'
import { useField } from '../state'
import { MeLayer, StopsLayer } from '../parts/mapLayers'
import { wayTo } from '../parts/wayTo'
import { ForwardIcon, NavigateIcon } from '../ui/icons'
import { Pill, TapOut } from '../ui/phone'

const INSETS = { top: 70, right: 64, left: 48 }
/** Round the card, and above it for a stop's own circle. */
const [CARD_GAP, STOP_ROOM] = [12, 32]
const NEAR_ZOOM = 15.5

export default function MapPage() {
  const basemap = useBasemap()
  const theme = useTheme((state) => state.theme)
  const day = useDay()
  useLookAround()
  const reading = useField((state) => state.reading)
  const [map, setMap] = useState<MapLibreMap | null>(null)
  const [chosen, setChosen] = useState<string | null>(null)
  const [covered, setCovered] = useState(0)
  const framed = useRef(false)
  const visits = day?.visits ?? []
  const visit = visits.find(({ id }) => id === chosen) ?? nextOf(visits)

  const frame = useCallback(() => {
    const points = [...visits.filter((held) => !isOver(held.status)).flatMap((held) => held.place.point ?? []), ...(reading ? [reading] : [])]
    const box = boundsOf(points.length > 0 ? points : visits.flatMap((held) => held.place.point ?? []))
    if (map && box) map.fitBounds(toLngLatBounds(box), { padding: { ...INSETS, bottom: covered + STOP_ROOM }, maxZoom: NEAR_ZOOM, duration: framed.current ? 500 : 0 })
    return box !== null
    // The day is framed when it first comes; afterwards the map is the agent's.
  }, [map, visits, reading, covered])
  useEffect(() => {
    if (map && !framed.current && (visit === null || covered > 0) && frame()) framed.current = true
  }, [map, frame, visit, covered])

  return (
    <main className="relative min-h-0 flex-1">
      <title>Map · SalesSync Field</title>
      <h1 className="sr-only">Map</h1>
      {basemap && (
        <MapView basemap={basemap} theme={theme} insets={{ top: 0, right: 0, bottom: 0, left: 0 }} covered={{ top: 0, right: 0, bottom: visit ? covered : 0, left: 0 }} label="Map of today’s visits" onMap={setMap}>
          <StopsLayer visits={visits} chosen={visit?.id ?? null} start={day?.start ?? null} onChoose={setChosen} />
          <MeLayer reading={reading} />
        </MapView>
      )}
      {!basemap && <div role="status" aria-label="The map is loading" className="skeleton absolute inset-0 rounded-none!" />}
      <div className="safe-top absolute top-3 right-3 flex flex-col gap-2.5">
        <RoundButton label="All of today" onClick={() => void frame()}><FrameIcon /></RoundButton>
        <RoundButton label="Where I am" disabled={reading === null} onClick={() => reading && map?.easeTo({ center: [reading.lon, reading.lat], zoom: NEAR_ZOOM })}><TargetIcon className="size-6" /></RoundButton>
      </div>
      {basemap?.complaint != null && <p className="safe-top absolute top-3 left-3 max-w-[70%] rounded-full bg-warn-soft px-3 py-1.5 text-[13px] font-medium text-warn shadow-raised">{basemap.complaint}</p>}
      {visit && day && <StopCard visit={visit} n={visits.indexOf(visit) + 1} zone={day.zone} onHeight={setCovered} />}
    </main>
  )
}

function RoundButton({ label, ...rest }: React.ButtonHTMLAttributes<HTMLButtonElement> & { label: string }) {
  return <button type="button" aria-label={label} {...rest} className="grid size-12 place-items-center rounded-full border border-line bg-surface text-ink shadow-panel active:bg-hover disabled:text-ink-3" />
}

function FrameIcon() {
  return <svg viewBox="0 0 20 20" className="size-6" fill="none" stroke="currentColor" strokeWidth="1.6" strokeLinecap="round" strokeLinejoin="round" aria-hidden="true"><path d="M3 7V4.600A1.6 1.600 0 0 1 4.600 3H7M13 3h2.400A1.6 1.600 0 0 1 17 4.600V7M17 13v2.400a1.600 1.600 0 0 1-1.600 1.600H13M7 17H4.600A1.600 1.600 0 0 1 3 15.400V13" /></svg>
}

function StopCard({ visit, n, zone, onHeight }: { visit: VisitView; n: number; zone: string; onHeight: (height: number) => void }) {
  const card = useRef<HTMLElement>(null)
  useEffect(() => {
    const size = new ResizeObserver(() => onHeight(Math.ceil(card.current!.offsetHeight) + 2 * CARD_GAP))
    size.observe(card.current!)
    return () => size.disconnect()
  }, [onHeight])
  const { text, tone } = statusOf(visit)
  return (
    <section ref={card} aria-label={`Stop ${n}: ${visit.customer}`} className="absolute inset-x-3 bottom-3 rounded-3xl border border-line bg-surface p-3 shadow-panel">
      <div className="flex items-center gap-2.5">
        <Link to={`/visits/${visit.id}`} className="min-w-0 flex-1 rounded-2xl px-1.5 py-1 active:bg-hover">
          <span className="flex items-center gap-2"><span className="line-clamp-2 text-[17px] font-semibold">{n}. {visit.customer}</span><ForwardIcon className="size-4.5 shrink-0 text-ink-3" /></span>
          <span className="block truncate text-[14px] text-ink-2">{visit.place.address || visit.place.label}</span>
          <span className="tabular mt-1.5 flex flex-wrap items-center gap-1.5">
            <Pill tone={tone}>{text}</Pill>
            {visit.windows.length > 0 && <Pill>{visit.windows.map((window) => span(window, zone)).join(', ')}</Pill>}
            {visit.eta_ms !== null && !isOver(visit.status) && <Pill>about {time(visit.eta_ms, zone)}</Pill>}
            {visit.leg?.distance_m != null && !isOver(visit.status) && <Pill>{distance(visit.leg.distance_m)}</Pill>}
          </span>
        </Link>
        {visit.place.point && !isOver(visit.status) && <TapOut look="primary" {...wayTo(visit)} className="size-13 shrink-0 px-0!"><NavigateIcon /></TapOut>}
      </div>
    </section>
  )
}
