/** Everybody who is visited: found by words, narrowed by territory, class and status. */
import { useDeferredValue, useMemo, useState } from 'react'
import { useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { Link, useNavigate, useSearchParams } from 'react-router'
import { useMay } from '../../api/access'
import { classesQuery, customersQuery } from '../../api/customerQueries'
import type { Customer, CustomersQuery, CustomerStatus } from '../../api/customers'
import { territoriesQuery } from '../../api/queries'
import { paths } from '../../paths'
import { Loadable } from '../../shell/Loadable'
import { Badge } from '../../ui/Badge'
import { Button } from '../../ui/Button'
import { EmptyState } from '../../ui/EmptyState'
import { CompactSelect, SearchField } from '../../ui/fields'
import { PlusIcon, ShopIcon } from '../../ui/icons'
import { Below, TableCard, TableSkeleton, TD, Th, TR, WIDE } from '../../ui/table'
import { tellHours } from '../../util/hours'
import { ImportDialog } from '../imports/ImportDialog'
import { CustomersFrame } from './CustomersFrame'
import { STATUSES } from './words'

const FILTERS = ['territory', 'class', 'status', 'unlocated'] as const

export function CustomersPage() {
  const may = useMay()
  const navigate = useNavigate()
  const [search, setSearch] = useSearchParams()
  const [q, setQ] = useState(search.get('q') ?? '')
  const wanted = useDeferredValue(q.trim())
  const asked = useMemo((): CustomersQuery => ({ ...(wanted !== '' && { q: wanted }), ...Object.fromEntries(FILTERS.flatMap((key) => (search.get(key) ? [[key, search.get(key)!]] : []))) }), [wanted, search])
  const query = useInfiniteQuery(customersQuery(asked))
  const found = useMemo(() => query.data?.pages.flatMap(({ items }) => items) ?? [], [query.data])
  const { data: territories = [] } = useQuery({ ...territoriesQuery, enabled: may('territories') })
  const { data: classes = [] } = useQuery(classesQuery)
  const territoryNames = useMemo(() => new Map(territories.map(({ id, name }) => [id, name])), [territories])
  const classNames = useMemo(() => new Map(classes.map(({ code, name }) => [code, name])), [classes])
  const narrow = (key: (typeof FILTERS)[number], value: string) => setSearch((before) => {
    const after = new URLSearchParams(before)
    if (value === '') after.delete(key)
    else after.set(key, value)
    return after
  }, { replace: true })
  const canCreate = may('customers', 'create')
  const [isImporting, setImporting] = useState(false)
  const isFiltered = Object.keys(asked).length > 0
  const create = <Button look="primary" onClick={() => void navigate(paths.newCustomer)}><PlusIcon />New customer</Button>

  return (
    <CustomersFrame title="Customers" actions={canCreate && <><Button onClick={() => setImporting(true)}>Import…</Button>{create}</>}>
      {isImporting && <ImportDialog kind="customers" onClose={() => setImporting(false)} />}
      <div className="flex flex-wrap gap-2.5">
        <SearchField label="Search name, code, tag or address" value={q} onChange={setQ} className="min-w-56 flex-1 sm:max-w-88" />
        {territories.length > 0 && (
          <CompactSelect label="Territory" value={search.get('territory') ?? ''} onChange={(value) => narrow('territory', value)} className="w-44">
            <option value="">All territories</option>
            {territories.map(({ id, name }) => <option key={id} value={id}>{name}</option>)}
            <option value="none">Without a territory</option>
          </CompactSelect>
        )}
        <CompactSelect label="Class" value={search.get('class') ?? ''} onChange={(value) => narrow('class', value)} className="w-36">
          <option value="">All classes</option>
          {classes.map(({ code, name }) => <option key={code} value={code}>{name}</option>)}
        </CompactSelect>
        <CompactSelect label="Status" value={search.get('status') ?? ''} onChange={(value) => narrow('status', value)} className="w-36">
          <option value="">Any status</option>
          {(Object.entries(STATUSES) as [CustomerStatus, { name: string }][]).map(([status, { name }]) => <option key={status} value={status}>{name}</option>)}
        </CompactSelect>
        <CompactSelect label="On the map" value={search.get('unlocated') ?? ''} onChange={(value) => narrow('unlocated', value)} className="w-40">
          <option value="">Located or not</option>
          <option value="true">Not located yet</option>
          <option value="false">Located</option>
        </CompactSelect>
      </div>
      <Loadable what="The customers" query={query} skeleton={<TableSkeleton label="Loading the customers" />}>
        {found.length === 0 ? (
          <div className="rounded-2xl border border-line bg-surface shadow-raised">
            <EmptyState
              icon={<ShopIcon />} title={isFiltered ? 'No customer fits' : 'No customers yet'}
              action={isFiltered ? <Button onClick={() => { setQ(''); setSearch({}, { replace: true }) }}>Show all</Button> : canCreate ? create : undefined}
            >
              {isFiltered ? 'Nobody with these words, in this territory, class and status.' : 'The people and shops your agents visit: with their places on the map, opening hours and whom to ask for.'}
            </EmptyState>
          </div>
        ) : (
          <TableCard label="Customers">
            <table className="w-full text-[13px] sm:min-w-[860px]">
              <caption className="sr-only">Customers with address, class, territory, hours and status</caption>
              <thead><tr><Th>Name</Th><Th className={WIDE}>Address</Th><Th className={WIDE}>Class</Th><Th className={WIDE}>Territory</Th><Th className={WIDE}>Hours</Th><Th className={WIDE}>Status</Th></tr></thead>
              <tbody>
                {found.map((customer) => (
                  <CustomerRow key={customer.id} customer={customer} territory={territoryNames.get(customer.territory_id ?? '') ?? null} className={classNames.get(customer.class ?? '') ?? customer.class ?? null} onOpen={() => void navigate(paths.customerAt(customer.id))} />
                ))}
              </tbody>
            </table>
          </TableCard>
        )}
        {query.hasNextPage && <div className="mt-3 text-center"><Button isBusy={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>{query.isFetchingNextPage ? 'Loading…' : 'Show more'}</Button></div>}
      </Loadable>
    </CustomersFrame>
  )
}

type CustomerRowProps = { customer: Customer; territory: string | null; className: string | null; onOpen: () => void }

function CustomerRow({ customer, territory, className, onOpen }: CustomerRowProps) {
  const { name, ref, status, places, tags } = customer
  const [primary] = places
  const isNowhere = places.some(({ point }) => point == null)
  const { name: state, tone } = STATUSES[status]
  return (
    <tr className={`${TR} cursor-pointer`} onClick={(event) => { if (!(event.target as Element).closest('a')) onOpen() }}>
      <td className={TD}>
        <Link to={paths.customerAt(customer.id)} className="block max-w-64 truncate rounded font-medium hover:text-accent hover:underline">{name}</Link>
        <span className="flex items-center gap-1.5 text-xs text-ink-3">
          {ref != null && <span className="tabular">{ref}</span>}
          {tags.slice(0, 2).map((tag) => <span key={tag} className="rounded bg-sunken px-1">{tag}</span>)}
        </span>
        <Below>{[primary?.address, className, state].filter(Boolean).join(' · ')}</Below>
      </td>
      <td className={`${TD} ${WIDE}`}>
        <span className="block max-w-64 truncate text-ink-2">{primary?.address || <span className="text-ink-3">–</span>}{places.length > 1 && <span className="text-ink-3"> +{places.length - 1}</span>}</span>
        {isNowhere && <Badge tone="warn">Not located</Badge>}
      </td>
      <td className={`${TD} ${WIDE} whitespace-nowrap`}>{className ?? <span className="text-ink-3">–</span>}</td>
      <td className={`${TD} ${WIDE} whitespace-nowrap text-ink-2`}>{territory ?? <span className="text-ink-3">–</span>}</td>
      <td className={`${TD} ${WIDE}`}><span className="line-clamp-2 max-w-52 text-xs text-ink-2">{primary?.hours ? tellHours(primary.hours) : <span className="text-ink-3">Always</span>}</span></td>
      <td className={`${TD} ${WIDE}`}><Badge tone={tone}>{state}</Badge></td>
    </tr>
  )
}
