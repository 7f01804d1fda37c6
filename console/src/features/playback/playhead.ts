/** How the playhead moves: with the clock, over what is quiet if asked to, never out of its day. Pure. */
import type { TimelineItem } from '../../api/types'
import { clamp, type Span } from '../../util/timescale'

export const SPEEDS = [1, 10, 30, 60, 120, 300] as const
export type Speed = (typeof SPEEDS)[number]

/** A pause shorter than this is watched, not jumped over. */
const QUIET_MIN_MS = 60_000

/** Where the playhead is after `elapsed_ms` of true time. A quiet span costs no time; `quiet` is ordered and without overlaps. */
export function advance(at: number, elapsed_ms: number, speed: number, quiet: readonly Span[], end: number): number {
  let rest = elapsed_ms * speed
  let now = at
  for (const { from, to } of quiet) {
    if (to <= now) continue
    if (now + rest < from) break
    rest -= Math.max(0, from - now)
    now = to
  }
  return Math.min(now + rest, end)
}

/** When nobody of those shown is seen on the way. Empty when nobody ever is: there is nothing to skip to. */
export function quietSpans(items: readonly TimelineItem[], day: Span, knownUntil: number): Span[] {
  const spanOf = ({ start_at, end_at }: TimelineItem): Span => ({
    from: Math.max(day.from, Date.parse(start_at)), to: Math.min(day.to, end_at == null ? knownUntil : Date.parse(end_at)),
  })
  // Each phone by itself: a gap of one does not hide the trip of another.
  const seen = merged([...byPhone(items).values()].flatMap((own) => {
    const trips = own.filter((item) => item.kind === 'trip' && item.unobserved !== true)
    const gaps = own.filter((item) => item.kind === 'gap')
    return without(merged(trips.map(spanOf)), merged(gaps.map(spanOf)))
  }))
  if (seen.length === 0) return []
  return without([day], seen).filter(({ from, to }) => to - from >= QUIET_MIN_MS)
}

export function byPhone<Item extends { agent_id: string; device: string }>(items: readonly Item[]): Map<string, Item[]> {
  const phones = new Map<string, Item[]>()
  for (const item of items) {
    const key = `${item.agent_id} ${item.device}`
    const own = phones.get(key)
    if (own) own.push(item)
    else phones.set(key, [item])
  }
  return phones
}

/** Ordered, without overlaps; what is empty or turned around is left out. */
export function merged(spans: readonly Span[]): Span[] {
  const joined: Span[] = []
  for (const span of [...spans].filter(({ from, to }) => to > from).sort((a, b) => a.from - b.from)) {
    const last = joined.at(-1)
    if (last && span.from <= last.to) last.to = Math.max(last.to, span.to)
    else joined.push({ ...span })
  }
  return joined
}

/** Both ordered and without overlaps. */
export function without(spans: readonly Span[], holes: readonly Span[]): Span[] {
  return spans.flatMap((span) => {
    const left: Span[] = []
    let { from } = span
    for (const hole of holes) {
      if (hole.to <= from || hole.from >= span.to) continue
      if (hole.from > from) left.push({ from, to: hole.from })
      from = Math.max(from, hole.to)
    }
    if (from < span.to) left.push({ from, to: span.to })
    return left
  })
}

export type Stroke = { key: string; shiftKey: boolean }
const STEP_MS = 10_000
const LONG_STEP_MS = 60_000

/** Where a key takes the playhead; `null` for a key that does not. */
export function keyed({ key, shiftKey }: Stroke, at: number, { from, to }: Span): number | null {
  const step = shiftKey ? LONG_STEP_MS : STEP_MS
  switch (key) {
    case 'ArrowLeft': return clamp(at - step, from, to)
    case 'ArrowRight': return clamp(at + step, from, to)
    case 'Home': return from
    case 'End': return to
    default: return null
  }
}
