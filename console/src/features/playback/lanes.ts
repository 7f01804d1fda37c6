/** Where the items of a day stand in its lanes: one for each phone of each agent. Shares of the day, so that zooming moves nothing. Pure. */
import type { TimelineDay, TimelineItem } from '../../api/types'
import { clamp, shareOf, type Span } from '../../util/timescale'
import { byPhone } from './playhead'
import type { Track } from './track'

/** Fence passages are drawn in so many rows; where more overlap, they share the last. */
export const PASSAGE_ROWS = 2

export type Bar = { item: TimelineItem; from: number; to: number; left: number; width: number; row: number; isOpen: boolean }

/** `bars` are in the order of their beginning: what the keyboard walks. */
export type Lane = { agent: string; device: string; bars: Bar[] }

type Phones = { agent: string; tracks: readonly Track[]; items: readonly TimelineItem[]; days: readonly TimelineDay[] }

/** A lane for each phone that was heard or has items, at least one for the agent; the phone with most fixes first. */
export function toLanes({ agent, tracks, items }: Phones, day: Span, now: number): Lane[] {
  const own = byPhone(items)
  const devices = [...new Set([...tracks.map(({ device }) => device), ...items.map(({ device }) => device)])]
  if (devices.length === 0) return [{ agent, device: '', bars: [] }]
  return devices.map((device) => {
    const heardAt = tracks.find((track) => track.device === device)?.at.at(-1)
    const mine = own.get(`${agent} ${device}`) ?? []
    return { agent, device, bars: toBars(mine, day, Math.min(now, heardAt ?? now)) }
  })
}

/** `heardAt`: how far an item that goes on is known to go on. */
export function toBars(items: readonly TimelineItem[], day: Span, heardAt: number): Bar[] {
  const rowEnds = Array.from({ length: PASSAGE_ROWS }, () => Number.NEGATIVE_INFINITY)
  return items
    .map((item) => ({ item, from: Date.parse(item.start_at), end: item.end_at == null ? null : Date.parse(item.end_at) }))
    .sort((a, b) => a.from - b.from)
    .flatMap(({ item, from, end }): Bar[] => {
      const to = Math.max(from, end ?? heardAt)
      if (from >= day.to || to < day.from) return []
      const row = item.kind === 'fence_passage' ? freeRow(rowEnds, from, to) : 0
      const left = shareOf(clamp(from, day.from, day.to), day)
      return [{ item, from, to, left, width: shareOf(clamp(to, day.from, day.to), day) - left, row, isOpen: end === null }]
    })
}

function freeRow(rowEnds: number[], from: number, to: number): number {
  const free = rowEnds.findIndex((end) => end <= from)
  const row = free === -1 ? rowEnds.length - 1 : free
  rowEnds[row] = Math.max(rowEnds[row]!, to)
  return row
}

export type Totals = { distance_m: number; motion_s: number; fixes: number; stops: number; max_speed_mps: number }

/** What the agent's day adds up to, over all phones. Two phones carried together count twice in the way; the phones are told beside it. */
export function totalsOf({ items, days }: Phones, date: string): Totals {
  const sum = (read: (day: TimelineDay) => number) => days.reduce((total, day) => total + read(day), 0)
  return {
    distance_m: sum(({ distance_mm }) => distance_mm) / 1_000,
    motion_s: sum(({ motion_ms }) => motion_ms) / 1_000,
    fixes: sum(({ fixes }) => fixes),
    stops: items.filter((item) => item.kind === 'stop' && item.date === date).length,
    max_speed_mps: Math.max(0, ...days.map(({ max_speed_cmps }) => max_speed_cmps / 100)),
  }
}
