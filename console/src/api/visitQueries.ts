/** Cache keys of visits. */
import { infiniteQueryOptions, keepPreviousData, queryOptions } from '@tanstack/react-query'
import { beats, forms, holidays, overdue, visits, visitSettings, type VisitsQuery } from './visits'

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

export const formsQuery = queryOptions({ queryKey: ['forms'], queryFn: ({ signal }) => forms.list(signal) })
export const activityTypesQuery = queryOptions({ queryKey: ['activity-types'], queryFn: ({ signal }) => forms.activityTypes(signal) })
export const formVersionQuery = (form: string, version: number) => queryOptions({ queryKey: ['forms', 'version', form, version], queryFn: ({ signal }) => forms.ofVersion(form, version, signal), staleTime: Infinity })
export const beatsQuery = queryOptions({ queryKey: ['beats'], queryFn: ({ signal }) => beats.list(signal) })
/** Of one year. */
export const holidaysQuery = (year: number) => queryOptions({ queryKey: ['holidays', year], queryFn: ({ signal }) => holidays.within(`${year}-01-01`, `${year}-12-31`, signal) })
export const visitSettingsQuery = queryOptions({ queryKey: ['settings', 'visits'], queryFn: ({ signal }) => visitSettings.read(signal) })
export const overdueQuery = infiniteQueryOptions({
  queryKey: ['overdue-customers'],
  queryFn: ({ pageParam, signal }) => overdue.page(pageParam, signal),
  initialPageParam: undefined as string | undefined,
  getNextPageParam: (page) => page.next ?? undefined,
})

/** Visits of one customer within some dates, oldest first. */
export const customerVisitsQuery = (customer: string, from: string, to: string) =>
  queryOptions({ queryKey: ['visits', 'customer', customer, from, to], queryFn: ({ signal }) => visits.list({ customer, from, to }, signal).then(({ items }) => items) })
