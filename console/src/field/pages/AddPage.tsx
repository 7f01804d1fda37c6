/** A visit that nobody planned: the customers on this phone, the nearest first. */
import { useMemo, useState } from 'react'
import { useNavigate } from 'react-router'
import { explain } from '../../api/problem'
import { SearchField } from '../../ui/fields'
import { distance } from '../../util/units'
import { useDay, useRuntime } from '../app'
import type { Customer, Place } from '../model/day'
import { useField } from '../state'
import { distance_m } from '../track/pace'
import { ForwardIcon, StoreIcon } from '../ui/icons'
import { Empty, Panel, ROW, Screen, Word } from '../ui/phone'

const SHOWN_MAX = 50

type Found = { customer: Customer; place: Place; away_m: number | null }

export function AddPage() {
  const day = useDay()
  const runtime = useRuntime()
  const navigate = useNavigate()
  const reading = useField((state) => state.reading)
  const [query, setQuery] = useState('')
  const [error, setError] = useState<string | null>(null)
  const found = useMemo(() => search(day?.customers ?? [], query, reading), [day?.customers, query, reading])
  const add = async ({ customer, place }: Found) => {
    try {
      const visit = await runtime.act({ kind: 'new_visit', visit: runtime.newId(), title: customer.name, made: { customer_id: customer.id, place_id: place.id, day: day!.date } })
      void navigate(`/visits/${visit}`, { replace: true })
    } catch (problem) {
      setError(explain(problem))
    }
  }
  return (
    <Screen title="Add a visit" subtitle="Nobody planned it, but you are there" back="/">
      <div className="p-3 pb-0"><SearchField label="Name or address" value={query} onChange={setQuery} className="[&_input]:h-13 [&_input]:rounded-2xl [&_input]:pl-10 [&_svg]:left-3.5" /></div>
      {error !== null && <div className="p-3 pb-0"><Word tone="danger" title="That was not kept">{error}</Word></div>}
      {found.length === 0
        ? <Empty icon={<StoreIcon />} title={query === '' ? 'No customers on this phone' : 'Nobody by that name'}>{query === '' ? 'Customers of your day and your territory come with the next network.' : 'Only customers that have come to this phone can be found here.'}</Empty>
        : (
          <Panel className="mb-6">
            <ul className="divide-y divide-line">{found.slice(0, SHOWN_MAX).map((one) => (
              <li key={one.place.id}>
                <button type="button" className={ROW} onClick={() => void add(one)}>
                  <span className="min-w-0 flex-1"><span className="line-clamp-3 text-[16px] font-medium">{one.customer.name}</span><span className="line-clamp-2 text-[13.5px] text-ink-2">{one.place.address || one.place.label || 'No address'}</span></span>
                  {one.away_m !== null && <span className="tabular shrink-0 text-[14px] text-ink-2">{distance(one.away_m)}</span>}
                  <ForwardIcon className="size-5 text-ink-3" />
                </button>
              </li>
            ))}</ul>
          </Panel>
        )}
    </Screen>
  )
}

export function search(customers: readonly Customer[], query: string, from: { lat: number; lon: number } | null): Found[] {
  const words = fold(query).split(/\s+/).filter(Boolean)
  return customers
    .flatMap((customer) => customer.places.map((place) => ({ customer, place, away_m: from && place.point ? distance_m(from, place.point) : null })))
    .filter(({ customer, place }) => {
      const text = fold(`${customer.name} ${place.label} ${place.address}`)
      return words.every((word) => text.includes(word))
    })
    .sort((a, b) => (a.away_m ?? Infinity) - (b.away_m ?? Infinity) || a.customer.name.localeCompare(b.customer.name))
}

const fold = (text: string): string => text.normalize('NFD').replaceAll(/\p{M}/gu, '').toLowerCase()
