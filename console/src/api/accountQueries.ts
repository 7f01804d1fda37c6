/** Cache keys of people and rights. */
import { infiniteQueryOptions, keepPreviousData, queryOptions } from '@tanstack/react-query'
import { accounts } from './accounts'
import { everyPage } from './client'
import type { AuditQuery } from './identity'

export const sessionsQuery = queryOptions({ queryKey: ['sessions'], queryFn: ({ signal }) => accounts.sessions(signal) })

export const peopleQuery = (query: { q?: string; role?: string }) =>
  infiniteQueryOptions({
    queryKey: ['people', 'list', query],
    queryFn: ({ pageParam, signal }) => accounts.people({ ...query, after: pageParam }, signal),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.next ?? undefined,
    placeholderData: keepPreviousData,
  })

/** Everybody, for lists to choose from. */
export const everybodyQuery = queryOptions({
  queryKey: ['people', 'all'],
  queryFn: ({ signal }) => everyPage((after) => accounts.people({ after }, signal)),
  staleTime: 60_000,
})

export const personQuery = (person: string) => queryOptions({ queryKey: ['people', 'one', person], queryFn: ({ signal }) => accounts.person(person, signal) })

export const rolesQuery = queryOptions({ queryKey: ['roles'], queryFn: ({ signal }) => accounts.roles(signal), staleTime: 60_000 })

export const teamsQuery = queryOptions({ queryKey: ['teams'], queryFn: ({ signal }) => accounts.teams(signal) })

export const invitationsQuery = queryOptions({ queryKey: ['invitations'], queryFn: ({ signal }) => accounts.invitations(signal) })

export const apiKeysQuery = queryOptions({ queryKey: ['api-keys'], queryFn: ({ signal }) => accounts.apiKeys(signal) })

const ENTRIES_A_PAGE = 100

export const auditQuery = (query: AuditQuery) =>
  infiniteQueryOptions({
    queryKey: ['audit', query],
    queryFn: ({ pageParam, signal }) => accounts.audit({ ...query, limit: ENTRIES_A_PAGE, after: pageParam }, signal),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.next ?? undefined,
    placeholderData: keepPreviousData,
  })
