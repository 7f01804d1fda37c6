/** What the items of a day say, in words. Pure. */
import type { ItemKind, TimelineItem } from '../../api/types'
import { duration } from '../../util/time'
import { distance, speed } from '../../util/units'
import { clockOf } from '../../util/zone'
import type { Bar } from './lanes'

export const KIND_NAMES: Record<ItemKind, string> = {
  trip: 'Trip', stop: 'Stop', gap: 'Silence', fence_passage: 'Fence', overspeed: 'Above the limit', suspect: 'Suspect fix',
}

export type Told = { title: string; when: string; facts: string[]; amended: string | null }

/** `fences`: names, as far as they are known. */
export function tell({ item, from, to, isOpen }: Bar, zone: string, fences: ReadonlyMap<string, string>): Told {
  const until = isOpen ? 'goes on' : clockOf(to, zone)
  return {
    title: titleOf(item, fences),
    when: item.kind === 'suspect' || from === to ? clockOf(from, zone) : `${clockOf(from, zone)} – ${until}`,
    facts: [...(to > from ? [duration((to - from) / 1_000)] : []), ...factsOf(item)],
    amended: amendmentOf(item.revision),
  }
}

export const amendmentOf = (revision: number): string | null =>
  revision > 1 ? `Amended by late data: revision ${revision}` : null

export const asSentence = ({ title, when, facts, amended }: Told): string =>
  [title, when, ...facts, ...(amended === null ? [] : [amended])].join(', ')

export function titleOf(item: TimelineItem, fences: ReadonlyMap<string, string>): string {
  switch (item.kind) {
    case 'trip': return item.unobserved === true ? 'Trip nobody saw' : 'Trip'
    case 'fence_passage': return `${item.passage.kind === 'cross' ? 'Through' : 'In'} ${fences.get(item.passage.fence) ?? shortened(item.passage.fence)}`
    case 'gap': return item.relocated === true ? 'Silence, heard again elsewhere' : 'Silence'
    case 'stop':
    case 'overspeed':
    case 'suspect': return KIND_NAMES[item.kind]
  }
}

/** A name for a fence that has none any more. */
export const shortened = (id: string): string => `fence ${id.slice(-6)}`

function factsOf(item: TimelineItem): string[] {
  switch (item.kind) {
    case 'trip': return [
      ...(item.distance_mm == null ? [] : [distance(item.distance_mm / 1_000)]),
      ...(item.max_speed_cmps == null ? [] : [`up to ${speed(item.max_speed_cmps / 100)}`]),
    ]
    case 'gap': return [`${distance(item.distance_mm / 1_000)} as the crow flies`]
    case 'fence_passage': return item.passage.chord_m == null ? [] : [`${distance(item.passage.chord_m)} within`]
    case 'overspeed': return [
      ...(item.max_speed_cmps == null ? [] : [`up to ${speed(item.max_speed_cmps / 100)}`]),
      `limit ${speed(item.limit_cmps / 100)}`,
    ]
    case 'suspect': return [SUSPICIONS[item.reason]]
    case 'stop': return []
  }
}

const SUSPICIONS: Record<Extract<TimelineItem, { kind: 'suspect' }>['reason'], string> = {
  null_island: 'at 0° N 0° E', poor_accuracy: 'too coarse', jump: 'too far too fast', frozen: 'stuck while moving',
}

/** Where an item is looked at: its ends, or its place. */
export function pointsOf(item: TimelineItem): { lat: number; lon: number }[] {
  switch (item.kind) {
    case 'trip': return item.to == null ? [item.from] : [item.from, item.to]
    case 'gap': return [item.from, item.to]
    case 'stop':
    case 'overspeed': return [item.at]
    case 'fence_passage': return [item.passage.enter, ...(item.passage.exit == null ? [] : [item.passage.exit])]
    case 'suspect': return [item.fix]
  }
}
