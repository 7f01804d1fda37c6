/** The ground as it is today, as it is proposed, or both, with a line between them that is pushed to and fro. */
import { useCallback, useEffect, useMemo, useRef, useState, type KeyboardEvent, type PointerEvent, type ReactNode } from 'react'
import type { Position } from 'geojson'
import type { Map as MapLibreMap } from 'maplibre-gl'
import type { Proposal } from '../../api/designs'
import { boundsOf, toLngLatBounds } from '../../map/camera'
import { boundsOfArea, isWithin, labelPoint } from '../../map/geometry'
import { CellsLayer } from '../../map/layers/CellsLayer'
import { MovesLayer, type MovedPlace } from '../../map/layers/MovesLayer'
import { TerritoriesLayer } from '../../map/layers/TerritoriesLayer'
import { MapView, type Insets } from '../../map/MapView'
import { useBasemap } from '../../map/useBasemap'
import { useTheme } from '../../theme'
import { cx } from '../../ui/cx'
import { SwapIcon } from '../../ui/icons'
import type { GroundCell } from './cells'

export type View = 'today' | 'both' | 'proposed'
const VIEWS: readonly { view: View; name: string }[] = [{ view: 'today', name: 'Today' }, { view: 'both', name: 'Compare' }, { view: 'proposed', name: 'Proposed' }]

export type Picking = { picked: ReadonlySet<string>; colour: string; onCell: (cell: string) => void }

type DesignMapProps = {
  proposal: Proposal
  ground: readonly GroundCell[]
  colours: ReadonlyMap<string, string>
  chosen: string | null
  onChoose: (territory: string | null) => void
  moves: readonly MovedPlace[]
  /** To be looked at: a place of `moves`. */
  look: MovedPlace | null
  /** Cells are picked to be given away. */
  picking: Picking | null
  onMap: (map: MapLibreMap | null) => void
}

export function DesignMap({ proposal, ground, colours, chosen, onChoose, moves, look, picking, onMap }: DesignMapProps) {
  const theme = useTheme((state) => state.theme)
  const basemap = useBasemap()
  const [map, setMap] = useState<MapLibreMap | null>(null)
  const [wanted, setView] = useState<View>('both')
  const [showsMoves, setShowsMoves] = useState(true)
  const view = picking ? 'proposed' : wanted
  const cells = useMemo(() => ground.map(({ cell, territory, today }) => ({ cell, holder: territory, colour: colours.get(territory) ?? '', changes: territory !== today })), [ground, colours])
  const areas = useMemo(() => {
    const drawn = (when: 'area' | 'area_today') =>
      proposal.territories.map((one) => ({ id: one.territory_id, name: one.name, colour: colours.get(one.territory_id) ?? one.colour, area: one[when], named: commonName(one) }))
    return { today: drawn('area_today'), proposed: drawn('area') }
  }, [proposal, colours])
  const isShown = useCallback((id: string) => chosen === null || id === chosen, [chosen])
  const toggle = useCallback((id: string) => onChoose(id === chosen ? null : id), [chosen, onChoose])
  useFirstLook(map, proposal)
  useEffect(() => {
    if (map && look) map.easeTo({ center: [look.lon, look.lat], zoom: Math.max(map.getZoom(), LOOK_ZOOM), duration: 500 })
  }, [map, look])

  if (!basemap) return <div role="status" aria-label="Loading the map" className="skeleton absolute inset-0 rounded-none!" />
  const dots = showsMoves && picking === null && <MovesLayer places={moves} chosen={look?.id ?? null} />
  const today = <TerritoriesLayer territories={areas.today} isShown={isShown} fill={TODAY_FILL} {...(view === 'today' && { onSelect: toggle })} />
  return (
    <>
      <MapView basemap={basemap} theme={theme} insets={NO_INSETS} label="Map of the design" onMap={(made) => { setMap(made); onMap(made) }}>
        {view === 'today' ? today : (
          <>
            <CellsLayer cells={cells} chosen={chosen} picked={picking?.picked ?? NOTHING} pickColour={picking?.colour ?? ''} onCell={(cell, holder) => (picking ? picking.onCell(cell) : toggle(holder))} />
            <TerritoriesLayer territories={areas.proposed} isShown={isShown} fill={0} />
          </>
        )}
        {dots}
      </MapView>
      {view === 'both' && map && (
        <Swipe>
          <MapView basemap={basemap} theme={theme} insets={NO_INSETS} follows={map} onMap={() => {}}>{today}{dots}</MapView>
        </Swipe>
      )}
      {picking === null ? (
        <div className="absolute top-3 left-3 z-10 flex flex-wrap items-center gap-2">
          <div role="group" aria-label="What the map shows" className="flex rounded-lg border border-line bg-surface p-0.5 shadow-panel">
            {VIEWS.map((one) => (
              <button
                key={one.view} type="button" aria-pressed={view === one.view} onClick={() => setView(one.view)}
                className={cx('h-7 rounded-md px-2.5 text-xs font-medium transition-colors', view === one.view ? 'bg-accent text-on-accent' : 'text-ink-2 hover:bg-hover hover:text-ink')}
              >
                {one.name}
              </button>
            ))}
          </div>
          {moves.length > 0 && (
            <button
              type="button" aria-pressed={showsMoves} onClick={() => setShowsMoves(!showsMoves)}
              className={cx('h-8 rounded-lg border border-line bg-surface px-2.5 text-xs font-medium shadow-panel hover:bg-hover', showsMoves ? 'text-accent' : 'text-ink-2')}
            >
              Moved customers
            </button>
          )}
        </div>
      ) : (
        <span aria-hidden="true" className="pointer-events-none absolute top-1/2 left-1/2 z-[1] size-5 -translate-1/2 text-ink opacity-45 before:absolute before:top-1/2 before:h-px before:w-full before:bg-current after:absolute after:left-1/2 after:h-full after:w-px after:bg-current" />
      )}
      {view !== 'today' && picking === null && (
        <p aria-hidden="true" className="pointer-events-none absolute bottom-3 left-3 z-10 flex items-center gap-3 rounded-lg border border-line bg-surface/90 px-2.5 py-1.5 text-[11px] text-ink-2 shadow-raised max-sm:hidden">
          <span className="flex items-center gap-1.5"><span className="size-2.5 rounded-[3px] bg-ink-2/70" />changes hands</span>
          <span className="flex items-center gap-1.5"><span className="size-2.5 rounded-[3px] bg-ink-2/30" />stays</span>
          {showsMoves && moves.length > 0 && <span className="flex items-center gap-1.5"><span className="size-2.5 rounded-full border-2 border-ink-3 bg-ink" />customer: ring from, dot to</span>}
        </p>
      )}
    </>
  )
}

/** Where a name is right today and as proposed: there it stands once, wherever the line between the two is. */
const commonName = ({ area, area_today }: Proposal['territories'][number]): Position | undefined =>
  [area_today, area].map(labelPoint).find((point) => isWithin(point, area) && isWithin(point, area_today))

const NO_INSETS: Insets = { top: 0, right: 0, bottom: 0, left: 0 }
const NOTHING: ReadonlySet<string> = new Set()
const TODAY_FILL = 0.3
const LOOK_ZOOM = 13

function useFirstLook(map: MapLibreMap | null, { territories }: Proposal): void {
  const isDone = useRef(false)
  useEffect(() => {
    if (!map || isDone.current) return
    const bounds = boundsOf(territories.flatMap(({ area, area_today }) => [boundsOfArea(area), boundsOfArea(area_today)]).flatMap((box) => (box ? [{ lat: box.south, lon: box.west }, { lat: box.north, lon: box.east }] : [])))
    if (!bounds) return
    isDone.current = true
    map.fitBounds(toLngLatBounds(bounds), { padding: { top: 60, bottom: 48, left: 32, right: 56 }, duration: 0 })
  }, [map, territories])
}

const EDGE_PERCENT = 4
const STEP_PERCENT = 4

/** What it holds is seen left of a line; the line is dragged, or moved by the arrow keys. */
function Swipe({ children }: { children: ReactNode }) {
  const frame = useRef<HTMLDivElement>(null)
  const [at, setAt] = useState(50)
  const put = (percent: number) => setAt(Math.max(EDGE_PERCENT, Math.min(100 - EDGE_PERCENT, percent)))
  const drag = (event: PointerEvent<HTMLElement>) => {
    if (!event.currentTarget.hasPointerCapture(event.pointerId)) return
    const { left, width } = frame.current!.getBoundingClientRect()
    put(((event.clientX - left) / width) * 100)
  }
  const onKeyDown = (event: KeyboardEvent) => {
    const to = { ArrowLeft: at - STEP_PERCENT, ArrowRight: at + STEP_PERCENT, Home: 0, End: 100 }[event.key]
    if (to === undefined) return
    event.preventDefault()
    put(to)
  }
  return (
    <div ref={frame} className="pointer-events-none absolute inset-0 z-[2] overflow-hidden">
      <div className="absolute inset-0" style={{ clipPath: `inset(0 ${100 - at}% 0 0)` }}>{children}</div>
      <span aria-hidden="true" className="absolute bottom-12 -translate-x-full pr-3 text-right" style={{ left: `${at}%` }}><Flag>Today</Flag></span>
      <span aria-hidden="true" className="absolute bottom-12 pl-3" style={{ left: `${at}%` }}><Flag>Proposed</Flag></span>
      <div
        role="slider" tabIndex={0} aria-label="Today to the left, proposed to the right" aria-valuemin={EDGE_PERCENT} aria-valuemax={100 - EDGE_PERCENT} aria-valuenow={Math.round(at)} aria-valuetext={`${Math.round(at)} % today`}
        onKeyDown={onKeyDown} onPointerDown={(event) => event.currentTarget.setPointerCapture(event.pointerId)} onPointerMove={drag}
        className="group pointer-events-auto absolute inset-y-0 z-[3] w-6 -translate-x-1/2 cursor-ew-resize touch-none outline-none before:absolute before:inset-y-0 before:left-1/2 before:w-0.5 before:-translate-x-1/2 before:bg-ink" style={{ left: `${at}%` }}
      >
        <span className="absolute top-1/2 left-1/2 grid size-9 -translate-1/2 place-items-center rounded-full border-2 border-ink bg-surface text-ink shadow-panel group-focus-visible:outline-2 group-focus-visible:outline-offset-2 group-focus-visible:outline-accent"><SwapIcon /></span>
      </div>
    </div>
  )
}

function Flag({ children }: { children: string }) {
  return <span className="rounded-md bg-ink px-2 py-1 text-[11px] font-semibold text-surface shadow-panel">{children}</span>
}
