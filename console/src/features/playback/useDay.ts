/** Everything the page knows of the chosen agents' day, and what may be done about what it does not. */
import { useEffect, useMemo, useState } from 'react'
import { useQueries, type UseQueryResult } from '@tanstack/react-query'
import { dayTrackQuery, daysQuery, fenceNameQuery, timelineQuery } from '../../api/queries'
import type { Fix, TimelineDay, TimelineItem } from '../../api/types'
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

/** Names of the fences that were passed, as far as they are known. */
export function useFenceNames(days: readonly AgentDay[]): ReadonlyMap<string, string> {
  const fences = useMemo(() => [...new Set(days.flatMap(({ items }) => items.flatMap((item) => (item.kind === 'fence_passage' ? [item.passage.fence] : []))))], [days])
  const names = useQueries({ queries: fences.map(fenceNameQuery), combine: namesOf })
  return useMemo(() => new Map(fences.flatMap((fence, i): [string, string][] => (names[i] == null ? [] : [[fence, names[i]]]))), [fences, names])
}

const namesOf = (results: UseQueryResult<string | null>[]): (string | null | undefined)[] => results.map(({ data }) => data)

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
