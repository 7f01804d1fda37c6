/** Everything the page knows of the chosen agents' day, and what may be done about what it does not. */
import { useEffect, useMemo, useState } from 'react'
import { useQueries, type UseQueryResult } from '@tanstack/react-query'
import { dayTrackQuery, daysQuery, fenceVersionsQuery, timelineQuery } from '../../api/queries'
import type { Fence, Fix, TimelineDay, TimelineItem } from '../../api/types'
import { dateOf, dayBounds, type DayBounds } from '../../util/zone'
import { toTracks, type Track } from './track'

export type Day = DayBounds & { date: string; isToday: boolean }

export type AgentDay = {
  agent: string
  tracks: readonly Track[]
  items: readonly TimelineItem[]
  days: readonly TimelineDay[]
  isPending: boolean
  error: Error | null
  retry: () => void
}

export function useCivilDay(date: string, zone: string): Day {
  const [now] = useState(Date.now)
  return useMemo(() => ({ date, ...dayBounds(date, zone), isToday: dateOf(now, zone) === date }), [date, zone, now])
}

const NONE: readonly never[] = []

export function useAgentDays(agents: readonly string[], day: Day): readonly AgentDay[] {
  const fixes = useQueries({ queries: agents.map((agent) => dayTrackQuery(agent, day)), combine: settled<Fix> })
  const items = useQueries({ queries: agents.map((agent) => timelineQuery(agent, day)), combine: settled<TimelineItem> })
  const days = useQueries({ queries: agents.map((agent) => daysQuery(agent, day)), combine: settled<TimelineDay> })
  return useMemo(() => agents.map((agent, i): AgentDay => {
    const parts = [fixes[i], items[i], days[i]]
    return {
      agent,
      tracks: tracksOf(agent, fixes[i]?.data ?? NONE), items: items[i]?.data ?? NONE, days: days[i]?.data ?? NONE,
      isPending: parts.some((part) => part?.isPending ?? true),
      error: parts.find((part) => part?.error)?.error ?? null,
      retry: () => parts.forEach((part) => part?.error && part.retry()),
    }
  }), [agents, fixes, items, days])
}

type Part<Row> = { data: readonly Row[] | undefined; isPending: boolean; error: Error | null; retry: () => void }

/** Outside of the component: react-query then combines anew only when an answer has changed. */
function settled<Row>(results: UseQueryResult<Row[]>[]): Part<Row>[] {
  return results.map(({ data, isPending, error, refetch }) => ({ data, isPending, error: data ? null : error, retry: () => void refetch() }))
}

/** Packing a day of fixes is worth doing once for each answer. */
const packed = new WeakMap<readonly Fix[], Track[]>()

function tracksOf(agent: string, fixes: readonly Fix[]): Track[] {
  let tracks = packed.get(fixes)
  if (!tracks) {
    tracks = toTracks(agent, fixes)
    packed.set(fixes, tracks)
  }
  return tracks
}

export type PassedFences = { names: ReadonlyMap<string, string>; versions: readonly Fence[] }

/** The fences that were passed, as far as they are known: what they are called now, and as they were when they were passed. */
export function usePassedFences(days: readonly AgentDay[]): PassedFences {
  const passages = useMemo(() => days.flatMap(({ items }) => items.flatMap((item) => (item.kind === 'fence_passage' ? [item.passage] : []))), [days])
  const ids = useMemo(() => [...new Set(passages.map(({ fence }) => fence))], [passages])
  const known = useQueries({ queries: ids.map(fenceVersionsQuery), combine: answers })
  return useMemo(() => {
    const passed = new Set(passages.map(({ fence, version }) => `${fence} ${version}`))
    return {
      names: new Map(known.flatMap(([newest]): [string, string][] => (newest ? [[newest.id, newest.name]] : []))),
      versions: known.flatMap((versions) => versions.filter(({ id, version }) => passed.has(`${id} ${version}`))),
    }
  }, [passages, known])
}

const answers = (results: UseQueryResult<Fence[]>[]): Fence[][] => results.map(({ data }) => data ?? [])

/** The present, once a minute, while the day shown is still going on. */
export function useKnownUntil({ isToday, to }: Day): number {
  const [now, setNow] = useState(Date.now)
  useEffect(() => {
    if (!isToday) return
    const timer = setInterval(() => setNow(Date.now()), 60_000)
    return () => clearInterval(timer)
  }, [isToday])
  return isToday ? Math.min(now, to) : to
}
