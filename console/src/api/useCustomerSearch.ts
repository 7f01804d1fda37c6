import { useDeferredValue } from 'react'
import { useQuery } from '@tanstack/react-query'
import { customersFoundQuery } from './customerQueries'
import type { Customer } from './customers'

export type CustomerSearch = { found: readonly Customer[] | null; isBusy: boolean }

/** Customers by what is typed, as fast as the server answers and no faster. */
export function useCustomerSearch(query: string): CustomerSearch {
  const wanted = useDeferredValue(query.trim())
  const { data, isFetching } = useQuery(customersFoundQuery(wanted))
  return { found: wanted === '' ? null : (data ?? null), isBusy: isFetching || wanted !== query.trim() }
}

export const noteOf = ({ ref, places }: Pick<Customer, 'ref' | 'places'>): string => [places[0]?.address, ref].filter(Boolean).join(' · ')
