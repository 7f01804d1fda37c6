/** Cache keys of visits. */
import { infiniteQueryOptions, keepPreviousData, queryOptions } from '@tanstack/react-query'
import { visits, type VisitsQuery } from './visits'

export const visitsQuery = (query: VisitsQuery) =>
  infiniteQueryOptions({
    queryKey: ['visits', 'list', query],
    queryFn: ({ pageParam, signal }) => visits.list({ ...query, after: pageParam }, signal),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.next ?? undefined,
    placeholderData: keepPreviousData,
  })

export const visitQuery = (visit: string) => queryOptions({ queryKey: ['visits', 'one', visit], queryFn: ({ signal }) => visits.one(visit, signal), refetchInterval: 30_000 })

export const visitEventsQuery = (visit: string) => queryOptions({ queryKey: ['visits', 'events', visit], queryFn: ({ signal }) => visits.events(visit, signal), refetchInterval: 30_000 })

export const visitProofQuery = (visit: string) => queryOptions({ queryKey: ['visits', 'proof', visit], queryFn: ({ signal }) => visits.proof(visit, signal) })
