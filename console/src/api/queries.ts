/** What the pages ask for, under one set of cache keys. */
import { QueryClient, infiniteQueryOptions, keepPreviousData, queryOptions } from '@tanstack/react-query'
import { api } from './client'
import { ApiError } from './problem'
import type { Fence } from './types'
import type { DayBounds } from '../util/zone'

const RETRIES_MAX = 2

export const queryClient = new QueryClient({
  defaultOptions: {
    queries: {
      // A refusal stays a refusal; only a failure is worth another try.
      retry: (failures, error) =>
        failures < RETRIES_MAX && !(error instanceof ApiError && error.status < 500),
      staleTime: 30_000,
      refetchOnWindowFocus: false,
    },
  },
})

export const agentsQuery = queryOptions({
  queryKey: ['agents'],
  queryFn: ({ signal }) => api.agents(signal),
  staleTime: 60_000,
  refetchInterval: 60_000,
})

export const territoriesQuery = queryOptions({
  queryKey: ['territories'],
  queryFn: ({ signal }) => api.territories(signal),
  staleTime: 5 * 60_000,
})

const FENCES_LISTED = 200
const FENCES_DRAWN = 1_000

/** Whose fences: of customers' places, of territories, drawn for themselves, or (`null`) all. */
export type FenceKind = Fence['owner']['kind'] | null

/** Fences by part of their name, page by page. */
export const fencesQuery = (q: string, kind: FenceKind) =>
  infiniteQueryOptions({
    queryKey: ['fences', 'list', q, kind],
    queryFn: ({ pageParam, signal }) => api.fences({ q, ...(kind !== null && { owner_kind: kind }), after: pageParam, limit: FENCES_LISTED }, signal),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.next ?? undefined,
    placeholderData: keepPreviousData,
  })

/** Fences in a box, `west,south,east,north`. */
export const fencesInQuery = (bbox: string, kind: FenceKind = null) =>
  queryOptions({
    queryKey: ['fences', 'in', bbox, kind],
    queryFn: ({ signal }) => api.fences({ bbox, ...(kind !== null && { owner_kind: kind }), limit: FENCES_DRAWN }, signal),
    placeholderData: keepPreviousData,
  })

export const mapQuery = queryOptions({
  queryKey: ['map'],
  queryFn: ({ signal }) => api.map(signal),
  staleTime: Infinity,
  gcTime: Infinity,
})

export const systemQuery = queryOptions({
  queryKey: ['system'],
  queryFn: ({ signal }) => api.system(signal),
  refetchInterval: 5_000,
})

export const positionQuery = (agent: string) =>
  queryOptions({
    queryKey: ['position', agent],
    queryFn: ({ signal }) => api.position(agent, signal),
    refetchInterval: 15_000,
  })

export const contactsQuery = (agent: string) =>
  queryOptions({ queryKey: ['contacts', agent], queryFn: ({ signal }) => api.contacts(agent, signal), staleTime: 5 * 60_000 })

export const devicesQuery = (agent: string) =>
  queryOptions({
    queryKey: ['devices', agent],
    queryFn: ({ signal }) => api.devices(agent, signal),
    select: (page) => page.items,
    refetchInterval: 10_000,
  })

/** The agent's track since `from` (a local midnight), up to the moment of asking. */
export const trackQuery = (agent: string, from: Date) =>
  queryOptions({
    queryKey: ['track', agent, from.getTime()],
    queryFn: ({ signal }) => api.track(agent, from, new Date(Date.now() + 60_000), 'include', signal),
    staleTime: 5 * 60_000,
    gcTime: 60_000,
  })

/** A day that is still going on is asked for again; one that is over is changed by late data only. */
const TODAY_REFETCH_MS = 60_000

type CivilDay = DayBounds & { date: string; isToday: boolean }
const ofDay = ({ isToday }: CivilDay) => ({
  staleTime: isToday ? TODAY_REFETCH_MS / 2 : 5 * 60_000, gcTime: 5 * 60_000, refetchInterval: isToday ? (TODAY_REFETCH_MS as number) : (false as const),
})

/** What is believed of an agent's day; suspects are items of the timeline. */
export const dayTrackQuery = (agent: string, day: CivilDay) =>
  queryOptions({
    queryKey: ['track', agent, day.from, day.to, 'believed'],
    queryFn: ({ signal }) => api.track(agent, new Date(day.from), new Date(day.to), 'exclude', signal),
    ...ofDay(day),
  })

export const timelineQuery = (agent: string, day: CivilDay) =>
  queryOptions({
    queryKey: ['timeline', agent, day.from, day.to],
    queryFn: ({ signal }) => api.timeline(agent, new Date(day.from), new Date(day.to), signal),
    ...ofDay(day),
  })

export const daysQuery = (agent: string, day: CivilDay) =>
  queryOptions({
    queryKey: ['days', agent, day.date],
    queryFn: ({ signal }) => api.days(agent, day.date, signal),
    ...ofDay(day),
  })

export const trackSettingsQuery = queryOptions({
  queryKey: ['settings', 'tracks'],
  queryFn: ({ signal }) => api.trackSettings(signal),
  staleTime: 5 * 60_000,
})

/** A fence as it was at any time, newest first, deleted or not; none where there never was one. */
export const fenceVersionsQuery = (fence: string) =>
  queryOptions({
    queryKey: ['fences', 'versions', fence],
    queryFn: async ({ signal }): Promise<Fence[]> => {
      try {
        return (await api.fenceVersions(fence, signal)).items
      } catch (error) {
        if (error instanceof ApiError && error.status === 404) return []
        throw error
      }
    },
    staleTime: 5 * 60_000,
  })

export const quarantineCountsQuery = (from: Date | null) =>
  queryOptions({
    queryKey: ['quarantine', 'counts', from?.getTime() ?? 0],
    queryFn: async ({ signal }) => (await api.quarantineCounts(from, signal)).items,
  })

export const quarantineQuery = (agent: string, from: Date | null) =>
  queryOptions({
    queryKey: ['quarantine', 'of', agent, from?.getTime() ?? 0],
    queryFn: ({ signal }) => api.quarantine(agent, from, signal),
  })

/** What an agent's phones said around an instant, believed or not. */
export const neighboursQuery = (agent: string, from: number, to: number) =>
  queryOptions({
    queryKey: ['track', agent, from, to, 'all'],
    queryFn: ({ signal }) => api.track(agent, new Date(from), new Date(to), 'include', signal),
  })
