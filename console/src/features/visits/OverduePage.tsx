/** Who has waited for longer than their class says, longest first. */
import { useMemo } from 'react'
import { useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { Link } from 'react-router'
import { useMay } from '../../api/access'
import { classesQuery } from '../../api/customerQueries'
import { territoriesQuery } from '../../api/queries'
import { overdueQuery } from '../../api/visitQueries'
import { paths } from '../../paths'
import { Loadable } from '../../shell/Loadable'
import { Button } from '../../ui/Button'
import { cx } from '../../ui/cx'
import { EmptyState } from '../../ui/EmptyState'
import { CheckInIcon } from '../../ui/icons'
import { Below, TableCard, TableSkeleton, TD, Th, TR, WIDE } from '../../ui/table'
import { longDate } from '../../util/zone'
import { VisitsFrame } from './VisitsFrame'

export function OverduePage() {
  const may = useMay()
  const query = useInfiniteQuery(overdueQuery)
  const found = useMemo(() => query.data?.pages.flatMap(({ items }) => items) ?? [], [query.data])
  const { data: territories = [] } = useQuery({ ...territoriesQuery, enabled: may('territories') })
  const { data: classes = [] } = useQuery(classesQuery)
  const classOf = (code: string) => classes.find((known) => known.code === code)?.name ?? code
  const territoryOf = (id: string | null | undefined) => territories.find((territory) => territory.id === id)?.name
  return (
    <VisitsFrame title="Overdue">
      <Loadable what="The overdue customers" query={query} skeleton={<TableSkeleton label="Loading the overdue customers" />}>
        {found.length === 0 ? (
          <div className="rounded-2xl border border-line bg-surface shadow-raised"><EmptyState icon={<CheckInIcon />} title="Nobody has waited too long">Customers come here once they have not been visited for longer than their class says.</EmptyState></div>
        ) : (
          <TableCard label="Overdue customers">
            <table className="w-full text-[13px] sm:min-w-[760px]">
              <caption className="sr-only">Overdue customers with class, last visit and next visit</caption>
              <thead><tr><Th>Customer</Th><Th>Overdue</Th><Th className={WIDE}>Class</Th><Th className={WIDE}>Territory</Th><Th className={WIDE}>Last visit</Th><Th className={WIDE}>Next visit</Th></tr></thead>
              <tbody>
                {found.map(({ customer_id, name, class: held, territory_id, last_visit, interval_days, days_overdue, next_visit }) => (
                  <tr key={customer_id} className={TR}>
                    <td className={TD}>
                      <Link to={paths.customerAt(customer_id)} className="block max-w-72 truncate max-sm:max-w-44 rounded font-medium hover:text-accent hover:underline">{name}</Link>
                      <Below>{last_visit ? `last ${longDate(last_visit)}` : 'never visited'}</Below>
                    </td>
                    <td className={`${TD} tabular whitespace-nowrap`}><span className={cx('font-medium', days_overdue > interval_days ? 'text-danger' : 'text-warn')}>{days_overdue} {days_overdue === 1 ? 'day' : 'days'}</span></td>
                    <td className={`${TD} ${WIDE} whitespace-nowrap text-ink-2`}>{classOf(held)} · every {Math.round(interval_days * 10) / 10} days</td>
                    <td className={`${TD} ${WIDE} whitespace-nowrap text-ink-2`}>{territoryOf(territory_id) ?? '–'}</td>
                    <td className={`${TD} ${WIDE} tabular whitespace-nowrap text-ink-2`}>{last_visit ? longDate(last_visit) : 'never'}</td>
                    <td className={`${TD} ${WIDE} tabular whitespace-nowrap`}>
                      {next_visit ? (territory_id && may('plans') ? <Link to={paths.dispatchOf(territory_id, next_visit)} className="rounded hover:text-accent hover:underline">{longDate(next_visit)}</Link> : longDate(next_visit)) : <span className="text-warn">none planned</span>}
                    </td>
                  </tr>
                ))}
              </tbody>
            </table>
          </TableCard>
        )}
        {query.hasNextPage && <div className="mt-3 text-center"><Button isBusy={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>{query.isFetchingNextPage ? 'Loading…' : 'Show more'}</Button></div>}
      </Loadable>
    </VisitsFrame>
  )
}
