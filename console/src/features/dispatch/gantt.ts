/** Where things stand on the timeline: pieces of a lane, the hours worth showing, the slot under a pointer. Pure. */
import { clamp, type Span } from '../../util/timescale'
import { count } from '../../util/units'
import type { PlanDay, Route, Stop } from './plan'

const MINUTE = 60_000
const AIR_MS = 30 * MINUTE
/** To where a dragged visit's time snaps. */
export const SNAP_MS = 5 * MINUTE
/** Of what is drawn around the expected arrival: four of five arrivals fall within. */
export const WHISKER_STDS = 1.28

export type Piece =
  | { kind: 'travel'; from: number; to: number; stop: Stop | null }
  | { kind: 'wait'; from: number; to: number }
  | { kind: 'break'; from: number; to: number; name: string | null }
  | { kind: 'visit'; from: number; to: number; stop: Stop; position: number }

/** The lane of a route, left to right: the way to each stop, the wait before it opens, the visit; and the breaks. */
export function piecesOf({ stops, shift }: Pick<Route, 'stops' | 'shift'>): Piece[] {
  const pieces: Piece[] = []
  for (const { from, to, name } of shift?.breaks ?? []) pieces.push({ kind: 'break', from, to, name })
  stops.forEach((stop, position) => {
    const before = stops[position - 1]
    const left = Math.max(before?.end ?? -Infinity, stop.arrival - stop.travel_s * 1_000)
    if (stop.arrival > left) pieces.push({ kind: 'travel', from: left, to: stop.arrival, stop })
    if (stop.start > stop.arrival) pieces.push({ kind: 'wait', from: stop.arrival, to: stop.start })
    pieces.push({ kind: 'visit', from: stop.start, to: stop.end, stop, position })
  })
  return pieces
}

/** What is worth looking at: from the first shift or stop to the last, with some air, within the day. */
export function hullOf(plan: PlanDay, day: Span): Span {
  let [from, to] = [Infinity, -Infinity]
  for (const { shift, stops } of plan.routes) {
    const last = stops.at(-1)
    const first = stops[0]
    from = Math.min(from, shift?.from ?? Infinity, first ? first.arrival - first.travel_s * 1_000 : Infinity)
    to = Math.max(to, shift?.to ?? -Infinity, last?.end ?? -Infinity)
  }
  if (from >= to) return { from: day.from + (day.to - day.from) / 4, to: day.to - (day.to - day.from) / 6 }
  return { from: clamp(from - AIR_MS, day.from, day.to), to: clamp(to + AIR_MS, day.from, day.to) }
}

const HOUR_MS = 3_600_000

/** Where the drawn day ends: at midnight, or after the hour in which the last visit or shift that goes on past it ends. */
export function endOfDrawn(plan: PlanDay, day: Span): number {
  const last = Math.max(day.to, ...plan.routes.flatMap(({ shift, stops }) => [shift?.to ?? 0, stops.at(-1)?.end ?? 0]))
  return last <= day.to ? day.to : day.to + Math.ceil((last - day.to) / HOUR_MS) * HOUR_MS
}

/** Where the visit would stand among the others of the route if it began at `at`: behind everything that begins before, never among what has happened. */
export function slotAt(stops: readonly Stop[], visit: string, at: number): number {
  const others = stops.filter((stop) => stop.visit !== visit)
  const settled = others.findLastIndex(({ commitment }) => commitment === 'done' || commitment === 'in_progress') + 1
  return Math.max(settled, others.filter(({ start, end }) => (start + end) / 2 < at).length)
}

export const snapped = (at: number): number => Math.round(at / SNAP_MS) * SNAP_MS

/** From when to when somebody is expected, or `null` for what has begun. */
export function whiskerOf({ eta, commitment }: Stop): Span | null {
  if (eta === null || commitment === 'done' || commitment === 'in_progress') return null
  const reach = eta.std_s * WHISKER_STDS * 1_000
  return { from: eta.at - reach, to: eta.at + reach }
}

/** Beyond the end of the shift. */
export function overtimeOf({ shift, stops, overtime_s }: Route): Span | null {
  const last = stops.at(-1)
  if (shift === null || overtime_s <= 0 || !last) return null
  return { from: shift.to, to: Math.max(last.end, shift.to + overtime_s * 1_000) }
}

/** What the vehicle is to carry, as `12 / 20`; `null` where it has no limit. */
export function freightOf({ totals, capacity }: Route): { text: string; isFull: boolean; isOver: boolean } | null {
  return capacity === null ? null : { text: `${count(totals.load)} / ${count(capacity)}`, isFull: totals.load >= capacity, isOver: totals.load > capacity }
}

/** How much of the shift is spent on the way or with customers; `null` without a shift. */
export function loadOf({ shift, totals }: Route): number | null {
  if (shift === null || shift.to <= shift.from) return null
  const rest = shift.breaks.reduce((sum, { from, to }) => sum + (to - from), 0)
  return ((totals.travel_s + totals.service_s) * 1_000) / Math.max(1, shift.to - shift.from - rest)
}

/** Half of the clock on the line of the present, and where the name of an hour begins and ends from its line. */
const CLOCK_PX = 19
const HOUR_PX = { from: 6, to: 40 }

/** Would the clock of the present cover the name of the hour at a share of a ruler so wide? */
export function isUnderClock(share: number, now: number, width_px: number): boolean {
  const from_px = (share - now) * width_px
  return from_px + HOUR_PX.from < CLOCK_PX && from_px + HOUR_PX.to > -CLOCK_PX
}
