/**
 * The day in lanes, one for each agent. One box scrolls both ways under the names and the ruler, which stand still; only the lanes in
 * sight are drawn. The keyboard is on one visit at a time: arrows walk, M picks it up, Enter drops it, Escape lets it go.
 */
import { useCallback, useEffect, useImperativeHandle, useLayoutEffect, useMemo, useRef, useState, type KeyboardEvent, type PointerEvent, type ReactNode, type Ref } from 'react'
import { IconButton } from '../../ui/Button'
import { MinusIcon, PlusIcon } from '../../ui/icons'
import { BUTTON_ZOOM, useZoom } from '../../ui/useZoom'
import { instantAt, shareOf, tickStep_min, ticks, ZOOM_MAX, type Span } from '../../util/timescale'
import type { Carry } from './carry'
import { hullOf } from './gantt'
import { HourNames, NowLine } from './NowLine'
import { placeOf, type PlanDay } from './plan'
import { ROW_PX, TimelineRow, type Foreseen } from './TimelineRow'
import { walked } from './walking'

const RULER_PX = 32
const OVERSCAN = 4
/** What of a lane is kept clear of its edges when the keyboard comes to a visit. */
const MARGIN_PX = 60

export type TimelineHandle = {
  /** Under a place of the screen: whose lane, and which instant. */
  at: (x: number, y: number) => { agent: string; at: number } | null
  /** Scrolls on while something is held near an edge. */
  pull: (x: number, y: number) => void
  reveal: (visit: string) => void
  /** On a visit, or on whichever can be reached. */
  focus: (visit: string | null) => void
}

type DayTimelineProps = {
  plan: PlanDay
  day: Span
  names: ReadonlyMap<string, string>
  colourOf: (agent: string) => string
  label_px: number
  selected: ReadonlySet<string>
  chosenAgent: string | null
  active: string | null
  carry: Carry | null
  foreseen: Foreseen | null
  /** What is being changed right now. */
  pending?: ReadonlySet<string>
  corner?: ReactNode
  onActive: (visit: string) => void
  onPress: (visit: string, event: PointerEvent<HTMLElement>) => void
  onAgent: (agent: string) => void
  /** What the page does on a key that the timeline has no use for itself. `true`: it had. */
  onKey: (event: KeyboardEvent) => boolean
  ref?: Ref<TimelineHandle>
}

const NOTHING: ReadonlySet<string> = new Set()

export function DayTimeline(props: DayTimelineProps) {
  const { plan, day, names, colourOf, label_px, selected, chosenAgent, active, carry, foreseen, pending = NOTHING, corner, onActive, onPress, onAgent, onKey, ref } = props
  const scroller = useRef<HTMLDivElement>(null)
  const grid = useRef<HTMLDivElement>(null)
  const { zoom, width_px, zoomBy, show } = useZoom(scroller, { inset_px: label_px, wheel: 'with_ctrl' })
  const [sight, setSight] = useState({ top: 0, height: 600 })
  const { routes, zone } = plan
  const marks = useMemo(() => ticks(day, zone, tickStep_min(day, Math.max(1, width_px * zoom))), [day, zone, width_px, zoom])
  const look = useCallback(() => {
    const box = scroller.current
    if (box) setSight((before) => (before.top === box.scrollTop && before.height === box.clientHeight ? before : { top: box.scrollTop, height: box.clientHeight }))
  }, [])

  const fit = useCallback(() => {
    const hull = hullOf(plan, day)
    show(shareOf(hull.from, day), shareOf(hull.to, day))
  }, [plan, day, show])
  useFirstFit(fit, width_px, `${plan.territory} ${plan.date}`)
  useEffect(() => {
    const box = scroller.current
    if (!box) return
    look()
    const observer = new ResizeObserver(look)
    observer.observe(box)
    return () => observer.disconnect()
  }, [look])

  const instantUnder = useCallback((x: number) => {
    const box = scroller.current!
    return instantAt((x - box.getBoundingClientRect().left - label_px + box.scrollLeft) / Math.max(1, box.scrollWidth - label_px), day)
  }, [day, label_px])
  const reveal = useCallback((visit: string) => {
    const box = scroller.current
    const place = placeOf(plan, visit)
    if (!box || !place) return
    const top = plan.routes.indexOf(place.route) * ROW_PX
    if (top < box.scrollTop) box.scrollTop = top
    else if (top + ROW_PX + RULER_PX > box.scrollTop + box.clientHeight) box.scrollTop = top + ROW_PX + RULER_PX - box.clientHeight
    const left = shareOf(place.stop.start, day) * (box.scrollWidth - label_px)
    const room_px = box.clientWidth - label_px
    if (left < box.scrollLeft + MARGIN_PX) box.scrollLeft = left - MARGIN_PX
    else if (left > box.scrollLeft + room_px - MARGIN_PX) box.scrollLeft = left - room_px + 2 * MARGIN_PX
  }, [plan, day, label_px])
  useImperativeHandle(ref, () => ({
    at: (x, y) => {
      const box = scroller.current?.getBoundingClientRect()
      if (!box || x < box.left + label_px || x > box.right || y < box.top + RULER_PX || y > box.bottom) return null
      const route = routes[Math.floor((y - box.top - RULER_PX + scroller.current!.scrollTop) / ROW_PX)]
      return route ? { agent: route.agent, at: instantUnder(x) } : null
    },
    pull: (x, y) => {
      const box = scroller.current
      if (!box) return
      const { left, right, top, bottom } = box.getBoundingClientRect()
      if (x < left || x > right || y < top || y > bottom) return
      box.scrollLeft += pullOf(x, left + label_px, right)
      box.scrollTop += pullOf(y, top + RULER_PX, bottom)
    },
    reveal,
    focus: (visit) => {
      const bar = visit === null ? grid.current?.querySelector<HTMLElement>('[data-visit][tabindex="0"]') : barOf(grid.current, visit)
      ;(bar ?? grid.current)?.focus({ preventScroll: true })
    },
  }), [routes, label_px, instantUnder, reveal])

  /** The focus goes along only while the keyboard is at work here. */
  const goesAlong = useRef(false)
  useLayoutEffect(() => {
    if (!goesAlong.current || active === null) return
    goesAlong.current = false
    barOf(grid.current, active)?.focus({ preventScroll: true })
  })
  const onKeyDown = (event: KeyboardEvent) => {
    if (onKey(event)) return event.preventDefault()
    if (event.ctrlKey || event.metaKey || event.altKey) return
    const next = walked(plan, active, event.key)
    if (!/^(Arrow|Home|End)/.test(event.key)) return
    event.preventDefault()
    if (next === null) return
    goesAlong.current = true
    reveal(next)
    look()
    onActive(next)
  }

  const first = Math.max(0, Math.floor(sight.top / ROW_PX) - OVERSCAN)
  const last = Math.min(routes.length, Math.ceil((sight.top + sight.height) / ROW_PX) + OVERSCAN)
  // Somebody must be reachable by Tab, be it the first visit in sight.
  const reachable = active !== null && placeOf(plan, active) ? active : (routes.slice(first, last).find(({ stops }) => stops.length > 0)?.stops[0]?.visit ?? null)
  return (
    <div ref={scroller} data-zoom={zoom.toFixed(2)} className="relative min-h-0 flex-1 overflow-auto overscroll-contain bg-surface" onScroll={look}>
      <div
        ref={grid} role="grid" tabIndex={-1} aria-label="Timeline of the day" aria-rowcount={routes.length} aria-multiselectable="true" onKeyDown={onKeyDown}
        className="relative min-h-full outline-none select-none" style={{ width: `calc(${label_px}px + (100% - ${label_px}px) * ${zoom})` }}
      >
        <div role="presentation" className="sticky top-0 z-20 flex border-b border-line-strong bg-sunken" style={{ height: RULER_PX }}>
          <div className="sticky left-0 z-10 flex shrink-0 items-center gap-0.5 border-r border-line bg-sunken px-2" style={{ width: label_px }}>
            <IconButton label="Zoom out (-)" className="size-6! rounded-md" disabled={zoom <= 1} onClick={() => zoomBy(1 / BUTTON_ZOOM)}><MinusIcon className="size-3.5" /></IconButton>
            <IconButton label="Zoom in (+)" className="size-6! rounded-md" disabled={zoom >= ZOOM_MAX} onClick={() => zoomBy(BUTTON_ZOOM)}><PlusIcon className="size-3.5" /></IconButton>
            <button type="button" title="Zoom to the shifts" onClick={fit} className="rounded-md px-1.5 text-xs font-medium text-ink-3 hover:bg-hover hover:text-ink">Fit</button>
            <span className="ml-auto">{corner}</span>
          </div>
          <div className="relative min-w-0 flex-1">
            <HourNames marks={marks} span={day} width_px={width_px * zoom} />
            <NowLine span={day} zone={zone} />
          </div>
        </div>
        <div role="presentation" className="relative" style={{ height: routes.length * ROW_PX }}>
          <div aria-hidden="true" className="pointer-events-none absolute inset-y-0 right-0" style={{ left: label_px }}>
            {marks.map(({ at, share }) => <span key={at} className="absolute inset-y-0 w-px bg-line/70" style={{ left: `${share * 100}%` }} />)}
          </div>
          {routes.slice(first, last).map((route, i) => (
            <TimelineRow
              key={route.agent} route={route} index={first + i} name={names.get(route.agent) ?? route.agent} colour={colourOf(route.agent)} span={day} zone={zone} label_px={label_px}
              selected={selected} active={reachable} carry={concerns(carry, route) ? carry : null} foreseen={foreseen?.agent === route.agent ? foreseen : null} pending={pending}
              isChosen={route.agent === chosenAgent} onPress={onPress} onFocus={onActive} onAgent={onAgent}
            />
          ))}
          <div aria-hidden="true" className="pointer-events-none absolute inset-y-0 right-0 z-[6] overflow-hidden" style={{ left: label_px }}><NowLine span={day} /></div>
        </div>
      </div>
    </div>
  )
}

/** Lanes that a carried visit neither leaves nor enters need not be drawn anew. */
function concerns(carry: Carry | null, { agent, stops }: PlanDay['routes'][number]): boolean {
  return carry !== null && (carry.target?.agent === agent || carry.origin?.agent === agent || stops.some(({ visit }) => visit === carry.visit))
}

const barOf = (grid: HTMLElement | null, visit: string): HTMLElement | null => [...(grid?.querySelectorAll<HTMLElement>('[data-visit]') ?? [])].find((bar) => bar.dataset.visit === visit) ?? null

const PULL_PX = 36

function pullOf(at: number, least: number, most: number): number {
  if (at < least + PULL_PX) return -Math.ceil((least + PULL_PX - at) / 3)
  return at > most - PULL_PX ? Math.ceil((at - most + PULL_PX) / 3) : 0
}

/** Once for each day that is opened, as soon as there is a width to fit it to. */
function useFirstFit(fit: () => void, width_px: number, scene: string): void {
  const fitted = useRef<string | null>(null)
  useEffect(() => {
    if (width_px <= 0 || fitted.current === scene) return
    fitted.current = scene
    fit()
  }, [fit, width_px, scene])
}
