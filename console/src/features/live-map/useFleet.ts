import { useEffect, useMemo } from 'react'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { agentsQuery } from '../../api/queries'
import type { Agent } from '../../api/types'
import { positions, useCensus } from '../../live/live'
import { muster, type Fleet } from './fleet'
import type { Link } from './useLink'
import { useView } from './view'

const NOBODY: readonly Agent[] = []
/** Agents the directory does not know yet may be many at once, and asking again does not help at once. */
const ASK_AGAIN_AFTER_MS = 15_000

export type Directory = {
  agents: readonly Agent[]
  byId: ReadonlyMap<string, Agent>
  names: ReadonlyMap<string, string>
  isPending: boolean
  error: Error | null
  retry: () => void
}

export function useDirectory(): Directory {
  const { data, isPending, error, refetch } = useQuery(agentsQuery)
  return useMemo(() => {
    const collator = new Intl.Collator(undefined, { numeric: true, sensitivity: 'base' })
    const agents = data ? [...data].sort((a, b) => collator.compare(a.name, b.name)) : NOBODY
    return {
      agents,
      byId: new Map(agents.map((agent) => [agent.id, agent])),
      names: new Map(agents.map(({ id, name }) => [id, name])),
      isPending,
      error: data ? null : error,
      retry: () => void refetch(),
    }
  }, [data, isPending, error, refetch])
}

/** The fleet as listed; computed anew when positions have changed, at most once a second. */
export function useFleet({ agents, byId }: Directory, territories: Link['territories']): Fleet {
  const census = useCensus()
  const { query, statuses, order } = useView()
  const fleet = useMemo(
    () => muster(agents, (agent) => positions.of(agent), { query, statuses, territories, order }),
    // The census stands for the positions, which are outside React.
    [agents, query, statuses, territories, order, census],
  )
  useNewcomers(byId, census, agents !== NOBODY)
  return fleet
}

/** A marker without a name is somebody created after the directory was read. */
function useNewcomers(byId: ReadonlyMap<string, Agent>, census: number, isRead: boolean): void {
  const client = useQueryClient()
  useEffect(() => {
    const { queryKey } = agentsQuery
    const readAt = client.getQueryState(queryKey)?.dataUpdatedAt ?? 0
    if (!isRead || Date.now() - readAt < ASK_AGAIN_AFTER_MS) return
    for (const { agent } of positions.all()) {
      if (byId.has(agent)) continue
      void client.invalidateQueries({ queryKey })
      return
    }
  }, [client, byId, census, isRead])
}
