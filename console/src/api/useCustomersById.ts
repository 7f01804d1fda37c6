import { useMemo } from 'react'
import { useQueries } from '@tanstack/react-query'
import { customerQuery } from './customerQueries'
import type { Customer } from './customers'

/** Customers that a list speaks of, each asked for once and kept for a while. */
export function useCustomersById(ids: readonly string[]): ReadonlyMap<string, Customer> {
  const wanted = useMemo(() => [...new Set(ids)], [ids])
  return useQueries({
    queries: wanted.map((id) => ({ ...customerQuery(id), staleTime: 5 * 60_000, retry: false })),
    combine: (results) => new Map(results.flatMap(({ data }) => (data ? [[data.id, data] as const] : []))),
  })
}
