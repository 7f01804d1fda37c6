/** Cache keys of customers. */
import { infiniteQueryOptions, keepPreviousData, queryOptions } from '@tanstack/react-query'
import { customers, type CustomersQuery } from './customers'

export const customersQuery = (query: CustomersQuery) =>
  infiniteQueryOptions({
    queryKey: ['customers', 'list', query],
    queryFn: ({ pageParam, signal }) => customers.list({ ...query, after: pageParam }, signal),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.next ?? undefined,
    placeholderData: keepPreviousData,
  })

/** Some by the beginnings of words, for boxes to choose from. */
export const customersFoundQuery = (q: string) =>
  queryOptions({ queryKey: ['customers', 'found', q], queryFn: async ({ signal }) => (await customers.list({ q }, signal)).items, placeholderData: keepPreviousData, enabled: q !== '' })

export const customerQuery = (customer: string) => queryOptions({ queryKey: ['customers', 'one', customer], queryFn: ({ signal }) => customers.one(customer, signal) })

export const customerContactsQuery = (customer: string) => queryOptions({ queryKey: ['customers', 'contacts', customer], queryFn: ({ signal }) => customers.contacts(customer, signal) })

export const classesQuery = queryOptions({ queryKey: ['customer-classes'], queryFn: ({ signal }) => customers.classes(signal), staleTime: 5 * 60_000 })

export const skillsQuery = queryOptions({ queryKey: ['skills'], queryFn: ({ signal }) => customers.skills(signal), staleTime: 5 * 60_000 })
