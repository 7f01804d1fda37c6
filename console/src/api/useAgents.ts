import { useMemo } from 'react'
import { useQuery } from '@tanstack/react-query'
import { agentsQuery } from './queries'
import type { Agent } from './types'

export type Agents = { all: readonly Agent[]; names: ReadonlyMap<string, string>; isPending: boolean; error: Error | null; retry: () => void }

/** Everybody, by name, for the pages that only choose. */
export function useAgents(): Agents {
  const { data, isPending, error, refetch } = useQuery(agentsQuery)
  return useMemo(() => {
    const collator = new Intl.Collator(undefined, { numeric: true, sensitivity: 'base' })
    const all = [...(data ?? [])].sort((a, b) => collator.compare(a.name, b.name))
    return { all, names: new Map(all.map(({ id, name }) => [id, name])), isPending, error: data ? null : error, retry: () => void refetch() }
  }, [data, isPending, error, refetch])
}
