/** What the pages ask for, under one set of cache keys. */
import { QueryClient, keepPreviousData, queryOptions } from '@tanstack/react-query'
import { api } from './client'
import { ApiError } from './problem'

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

/** Fences by part of their name. */
export const fencesQuery = (q: string) =>
  queryOptions({
    queryKey: ['fences', 'list', q],
    queryFn: ({ signal }) => api.fences({ q, limit: FENCES_LISTED }, signal),
    placeholderData: keepPreviousData,
  })

/** Fences in a box, `west,south,east,north`. */
export const fencesInQuery = (bbox: string) =>
  queryOptions({
    queryKey: ['fences', 'in', bbox],
    queryFn: ({ signal }) => api.fences({ bbox, limit: FENCES_DRAWN }, signal),
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
    queryFn: ({ signal }) => api.track(agent, from, new Date(Date.now() + 60_000), signal),
    staleTime: 5 * 60_000,
    gcTime: 60_000,
  })
