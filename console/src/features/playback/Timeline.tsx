/**
 * The day in lanes, from midnight to midnight. Items stand at shares of the day in a box that zooming makes wider and the browser scrolls:
 * neither zooming nor playing draws an item anew. Wheel and pinch zoom, dragging pans, the ruler and the playhead seek.
 */
import { useCallback, useEffect, useMemo, useRef, useState, type PointerEvent as ReactPointerEvent, type RefObject } from 'react'
import { IconButton } from '../../ui/Button'
import { cx } from '../../ui/cx'
import { MinusIcon, PlusIcon } from '../../ui/icons'
import { BUTTON_ZOOM, useZoom } from '../../ui/useZoom'
import { ZOOM_MAX, instantAt, shareOf, tickStep_min, ticks, type Span } from '../../util/timescale'
import { speed } from '../../util/units'
import { clockOf, minuteOf } from '../../util/zone'
import { ItemTip, type Pointed } from './ItemTip'
import { LaneBars } from './LaneBars'
import type { Bar, Lane } from './lanes'
import type { Player } from './player'
import { keyed } from './playhead'
import { Ticking } from './Ticking'
import { placeAt, type Track } from './track'

export type LaneView = Lane & { key: string; name: string; phone: string | null; colour: string; track: Track | null }

type TimelineProps = {
  lanes: readonly LaneView[]
  day: Span
  zone: string
  gap_ms: number
  player: Player
  fences: ReadonlyMap<string, string>
  showsSuspects: boolean
  isPending: boolean
  /** What comes after has not happened yet. */
  knownUntil: number
  /** Whom the map follows, and what was chosen in the list, on the map or here. */
  followed: string | null
  onFollow: (agent: string) => void
  chosen: Bar | null
  onChoose: (bar: Bar) => void
}

/** Less is a click by an unsteady hand. */
const DRAG_MIN_PX = 4

export function Timeline({ lanes, day, zone, gap_ms, player, fences, showsSuspects, isPending, knownUntil, followed, onFollow, chosen, onChoose }: TimelineProps) {
  const scroller = useRef<HTMLDivElement>(null)
  const { zoom, width_px, zoomBy, show } = useZoom(scroller)
  const [pointed, setPointed] = useState<Pointed | null>(null)
  const drag = useDragging(scroller, day, player)
  useKeptInSight(scroller, player, day, zoom)

  const step_min = tickStep_min(day, Math.max(1, width_px * zoom))
  const marks = useMemo(() => ticks(day, zone, step_min), [day, zone, step_min])
  return (
    <div className="relative grid min-h-0 grid-cols-[104px_minmax(0,1fr)] overflow-y-auto overscroll-contain border-t border-line min-[820px]:grid-cols-[176px_minmax(0,1fr)]">
      <div className="border-r border-line">
        <div className="flex h-7 items-center gap-0.5 border-b border-line bg-sunken px-1 min-[820px]:px-2">
          <IconButton label="Zoom out (-)" className="size-6! rounded-md" disabled={zoom <= 1} onClick={() => zoomBy(1 / BUTTON_ZOOM)}><MinusIcon className="size-3.5" /></IconButton>
          <IconButton label="Zoom in (+)" className="size-6! rounded-md" disabled={zoom >= ZOOM_MAX} onClick={() => zoomBy(BUTTON_ZOOM)}><PlusIcon className="size-3.5" /></IconButton>
          <ZoomButton onPress={() => show(...spanOf(lanes))} title="Zoom to what was heard">Fit</ZoomButton>
          {zoom > 1 && <ZoomButton className="max-[820px]:hidden" onPress={() => show(0, 1)} title="From midnight to midnight">Whole day</ZoomButton>}
        </div>
        {lanes.map((lane) => (
          <LaneLabel key={lane.key} lane={lane} player={player} gap_ms={gap_ms} isFollowed={lane.agent === followed} onFollow={onFollow} />
        ))}
      </div>
      <div
        ref={scroller} data-zoom={zoom.toFixed(2)}
        className="timeline-scroller relative overflow-x-auto overflow-y-hidden overscroll-x-contain [touch-action:pan-x_pan-y]"
        onScroll={() => setPointed(null)}
      >
        <div className="relative select-none" style={{ width: `${zoom * 100}%` }}>
          <div data-ruler className="relative h-7 cursor-ew-resize border-b border-line bg-sunken" {...drag.ruler}>
            {marks.map(({ at, share, label }) => (
              <span key={at} className="tabular absolute top-0 flex h-full items-center border-l border-line-strong pl-1.5 text-[11px] text-ink-3" style={{ left: `${share * 100}%` }}>{label}</span>
            ))}
          </div>
          <div className="relative cursor-grab active:cursor-grabbing" {...drag.lanes}>
            <div aria-hidden="true" className="pointer-events-none absolute inset-0">
              {marks.map(({ at, share }) => <span key={at} className="absolute inset-y-0 w-px bg-line" style={{ left: `${share * 100}%` }} />)}
              {knownUntil < day.to && <span className="absolute inset-y-0 right-0 border-l border-dashed border-line-strong bg-sunken/70" style={{ left: `${shareOf(knownUntil, day) * 100}%` }} />}
            </div>
            {lanes.map((lane) => (
              <LaneBars
                key={lane.key} lane={lane} zone={zone} fences={fences} showsSuspects={showsSuspects} isPending={isPending}
                chosen={chosen} onChoose={onChoose} onPoint={setPointed}
              />
            ))}
          </div>
          <Playhead player={player} day={day} zone={zone} drag={drag.ruler} />
        </div>
      </div>
      {pointed && <ItemTip pointed={pointed} zone={zone} fences={fences} />}
    </div>
  )
}

/** From the first item to the last, as shares of the day; all of it when there are none. */
function spanOf(lanes: readonly LaneView[]): [number, number] {
  const bars = lanes.flatMap((lane) => lane.bars)
  return bars.length === 0 ? [0, 1] : [Math.min(...bars.map(({ left }) => left)), Math.max(...bars.map(({ left, width }) => left + width))]
}

function ZoomButton({ onPress, title, className, children }: { onPress: () => void; title: string; className?: string; children: string }) {
  return <button type="button" title={title} className={cx('rounded-md px-1.5 text-xs font-medium whitespace-nowrap text-ink-3 hover:bg-hover hover:text-ink', className)} onClick={onPress}>{children}</button>
}

type LaneLabelProps = { lane: LaneView; player: Player; gap_ms: number; isFollowed: boolean; onFollow: (agent: string) => void }

function LaneLabel({ lane: { agent, name, phone, colour, track }, player, gap_ms, isFollowed, onFollow }: LaneLabelProps) {
  const text = useCallback((at: number) => {
    const place = track ? placeAt(track, at, gap_ms) : null
    if (place === null) return 'not heard yet'
    return place.isHeld ? 'silent' : speed(place.speed_mps)
  }, [track, gap_ms])
  return (
    <button
      type="button" aria-pressed={isFollowed} title={`Follow ${name}`} onClick={() => onFollow(agent)}
      className={cx('flex h-11 w-full items-center gap-2 border-b border-line px-2 text-left transition-colors hover:bg-hover min-[820px]:px-3', isFollowed && 'bg-hover')}
    >
      <span aria-hidden="true" className="size-2.5 shrink-0 rounded-full" style={{ background: colour }} />
      <span className="min-w-0 leading-tight">
        <span className="block truncate text-xs font-medium min-[820px]:text-[13px]">{name}</span>
        <span className="tabular block truncate text-[11px] text-ink-3">{phone !== null && `${phone} · `}<Ticking player={player} text={text} /></span>
      </span>
    </button>
  )
}

/** A slider for the keyboard and for screen readers; its place is written past React. */
function Playhead({ player, day, zone, drag }: { player: Player; day: Span; zone: string; drag: Dragging['ruler'] }) {
  const line = useRef<HTMLDivElement>(null)
  useEffect(() => player.onTick((at, isJump) => {
    if (!line.current) return
    line.current.style.left = `${shareOf(at, day) * 100}%`
    // While playing, a word for every tick would be noise.
    const text = isJump ? clockOf(at, zone) : minuteOf(at, zone)
    if (isJump || line.current.getAttribute('aria-valuetext') !== text) {
      line.current.setAttribute('aria-valuetext', text)
      line.current.setAttribute('aria-valuenow', String(Math.round((at - day.from) / 1_000)))
    }
  }), [player, day, zone])
  return (
    <div
      ref={line} role="slider" tabIndex={0} aria-label="Playhead" aria-valuemin={0} aria-valuemax={Math.round((day.to - day.from) / 1_000)} aria-valuenow={0}
      title="Arrows: 10 s, with Shift 1 min"
      className="group absolute inset-y-0 z-10 -ml-2.5 w-5 cursor-ew-resize outline-none [touch-action:none]"
      onKeyDown={(event) => {
        const next = keyed(event, player.at, day)
        if (next === null) return
        event.preventDefault()
        event.stopPropagation()
        player.seek(next)
      }}
      {...drag}
    >
      <span aria-hidden="true" className="absolute inset-y-0 left-1/2 -ml-px w-0.5 bg-ink" />
      <span aria-hidden="true" className="absolute top-1.5 left-1/2 -ml-[7px] h-4 w-3.5 rounded-[4px_4px_7px_7px] border-2 border-surface bg-ink group-focus-visible:ring-2 group-focus-visible:ring-accent" />
    </div>
  )
}

type PointerHandlers = Partial<Record<'onPointerDown' | 'onPointerMove' | 'onPointerUp' | 'onPointerCancel', (event: ReactPointerEvent<HTMLElement>) => void>>
type Dragging = { ruler: PointerHandlers; lanes: PointerHandlers }

/** On the ruler and the playhead a pointer seeks; on the lanes it pans, or seeks where it was only pressed. Touch pans by itself. */
function useDragging(scroller: RefObject<HTMLDivElement | null>, day: Span, player: Player): Dragging {
  const held = useRef<{ kind: 'seek' | 'pan'; x: number; scroll_px: number; hasMoved: boolean } | null>(null)
  return useMemo((): Dragging => {
    const instantUnder = (x: number) => {
      const box = scroller.current!
      return instantAt((x - box.getBoundingClientRect().left + box.scrollLeft) / box.scrollWidth, day)
    }
    const end = () => {
      held.current = null
    }
    const seek = (event: ReactPointerEvent<HTMLElement>) => player.seek(instantUnder(event.clientX))
    return {
      ruler: {
        onPointerDown: (event) => {
          if (event.button !== 0) return
          event.currentTarget.setPointerCapture(event.pointerId)
          held.current = { kind: 'seek', x: event.clientX, scroll_px: 0, hasMoved: false }
          seek(event)
        },
        onPointerMove: (event) => {
          if (held.current?.kind === 'seek') seek(event)
        },
        onPointerUp: end, onPointerCancel: end,
      },
      lanes: {
        onPointerDown: (event) => {
          const isOnItem = (event.target as HTMLElement).closest('[data-item]') !== null
          if (event.button !== 0 || isOnItem) return
          held.current = { kind: 'pan', x: event.clientX, scroll_px: scroller.current!.scrollLeft, hasMoved: false }
          if (event.pointerType === 'mouse') event.currentTarget.setPointerCapture(event.pointerId)
        },
        onPointerMove: (event) => {
          const pan = held.current
          if (pan?.kind !== 'pan') return
          const moved_px = event.clientX - pan.x
          if (Math.abs(moved_px) >= DRAG_MIN_PX) pan.hasMoved = true
          if (pan.hasMoved && event.pointerType === 'mouse') scroller.current!.scrollLeft = pan.scroll_px - moved_px
        },
        onPointerUp: (event) => {
          if (held.current?.kind === 'pan' && !held.current.hasMoved) seek(event)
          end()
        },
        onPointerCancel: end,
      },
    }
  }, [scroller, day, player])
}

/** Scrolls on when the playhead leaves the part in view, and goes after it when it jumps. */
function useKeptInSight(scroller: RefObject<HTMLDivElement | null>, player: Player, day: Span, zoom: number): void {
  useEffect(() => {
    if (zoom === 1) return
    return player.onTick((at) => {
      const box = scroller.current
      if (!box) return
      const x = shareOf(at, day) * box.scrollWidth
      if (x < box.scrollLeft || x > box.scrollLeft + box.clientWidth) box.scrollLeft = x - box.clientWidth * 0.15
    })
  }, [scroller, player, day, zoom])
}
