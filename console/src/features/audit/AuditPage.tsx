/** The audit log: who did what, when, from where, and how it ended; newest first. */
import { useMemo, useState } from 'react'
import { useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { useSearchParams } from 'react-router'
import { auditQuery, everybodyQuery } from '../../api/accountQueries'
import { useMay } from '../../api/access'
import type { AuditEntry, AuditParty } from '../../api/auditEntry'
import { complaintOf } from '../../api/problem'
import { Loadable } from '../../shell/Loadable'
import { PageFrame } from '../../shell/PageFrame'
import { Badge } from '../../ui/Badge'
import { Button } from '../../ui/Button'
import { EmptyState } from '../../ui/EmptyState'
import { LedgerIcon, LinkIcon, RefreshIcon } from '../../ui/icons'
import { Below, TableCard, TableSkeleton, TD, Th, TR, WIDE } from '../../ui/table'
import { count } from '../../util/units'
import { AuditDetail } from './AuditDetail'
import { AuditFilters } from './AuditFilters'
import { filtersOf, isFiltered, queryOf, searchOf, type Filters } from './filters'
import { useNames } from './names'
import { lookOfOutcome, nameOf, nameOfKind } from './words'

export function AuditPage() {
  const may = useMay()
  const [search, setSearch] = useSearchParams()
  const filters = useMemo(() => filtersOf(search), [search])
  /** "The last 7 days" reach back from when the page was opened, or asked again. */
  const [asOf_ms, setAsOf] = useState(() => Date.now())
  const query = useInfiniteQuery(auditQuery(useMemo(() => queryOf(filters, asOf_ms), [filters, asOf_ms])))
  const entries = useMemo(() => query.data?.pages.flatMap(({ items }) => items) ?? [], [query.data])
  const { data: people = [] } = useQuery({ ...everybodyQuery, enabled: may('users') })
  const names = useNames()
  const [openId, setOpenId] = useState<string | null>(null)
  const open = entries.find(({ id }) => id === openId)
  const isMisread = query.error !== null && ['actor', 'object'].some((field) => complaintOf(query.error, field) !== null)
  const show = (next: Filters) => setSearch(searchOf(next), { replace: true })
  const called = (party: AuditParty) => nameOf(party, names)

  return (
    <PageFrame
      title="Audit log" hint="Who did what, when and from where. Entries are only ever added, and sealed into a chain that shows when one was altered."
      actions={<Button onClick={() => setAsOf(Date.now())} isBusy={query.isFetching && !query.isFetchingNextPage}><RefreshIcon />{query.isFetching && !query.isFetchingNextPage ? 'Looking…' : 'Look again'}</Button>}
    >
      <AuditFilters filters={filters} people={people} error={query.error} onChange={show} onClear={() => setSearch({}, { replace: true })} />
      {isMisread ? (
        <div className="rounded-2xl border border-line bg-surface shadow-raised">
          <EmptyState icon={<LedgerIcon />} title="The server does not know what to look for">See what is marked above.</EmptyState>
        </div>
      ) : (
        <Loadable what="The audit log" query={query} skeleton={<TableSkeleton label="Loading the audit log" rows={8} />}>
          {entries.length === 0 ? (
            <div className="rounded-2xl border border-line bg-surface shadow-raised">
              <EmptyState icon={<LedgerIcon />} title="Nothing to show" action={isFiltered(filters) && <Button onClick={() => setSearch({ span: 'all' })}>Show everything</Button>}>
                {isFiltered(filters) ? 'No entry fits all of these.' : 'In the last seven days nothing was done that is written down here.'}
              </EmptyState>
            </div>
          ) : (
            <>
              <TableCard label="Entries">
                <table className="w-full sm:min-w-[820px] text-[13px]">
                  <caption className="sr-only">Entries of the audit log, newest first</caption>
                  <thead><tr><Th className={WIDE}>When</Th><Th className={WIDE}>Who</Th><Th>What</Th><Th className={WIDE}>To what</Th><Th>Outcome</Th><Th className={WIDE}>From</Th><Th className={WIDE}><span className="sr-only">Sealed</span></Th></tr></thead>
                  <tbody>
                    {entries.map((entry) => <EntryRow key={entry.id} entry={entry} called={called} onOpen={() => setOpenId(entry.id)} onActor={(actor) => show({ ...filters, span: 'all', actor })} />)}
                  </tbody>
                </table>
              </TableCard>
              <div className="flex items-center justify-between gap-4 text-[13px] text-ink-3">
                <p aria-live="polite" className="tabular">{count(entries.length)} {entries.length === 1 ? 'entry' : 'entries'}{query.hasNextPage ? ' so far' : ', that is all'}</p>
                {query.hasNextPage && <Button isBusy={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>{query.isFetchingNextPage ? 'Loading…' : 'Older'}</Button>}
              </div>
            </>
          )}
        </Loadable>
      )}
      {open && <AuditDetail entry={open} names={names} onClose={() => setOpenId(null)} onFilter={(change) => { setOpenId(null); show({ ...filters, span: 'all', ...change }) }} />}
    </PageFrame>
  )
}

type EntryRowProps = { entry: AuditEntry; called: (party: AuditParty) => string; onOpen: () => void; onActor: (id: string) => void }

function EntryRow({ entry, called, onOpen, onActor }: EntryRowProps) {
  const { name, tone } = lookOfOutcome(entry.outcome)
  const at = new Date(entry.at)
  const [day, time] = [at.toLocaleDateString('en-GB', { day: '2-digit', month: 'short' }), at.toLocaleTimeString('en-GB')]
  const { id } = entry.actor
  return (
    <tr className={TR} onClick={(event) => { if (!(event.target as Element).closest('button')) onOpen() }}>
      <td className={`${TD} ${WIDE} tabular whitespace-nowrap text-ink-2`}>
        <time dateTime={entry.at} title={entry.at}>{day} <span className="text-ink">{time}</span></time>
      </td>
      <td className={`${TD} ${WIDE}`}>
        {id === null
          ? <span className="text-ink-3">{called(entry.actor)}</span>
          : <button type="button" title="Show only what they did" className="max-w-44 truncate rounded text-left hover:text-accent hover:underline" onClick={() => onActor(id)}>{called(entry.actor)}</button>}
      </td>
      <td className={`${TD} sm:whitespace-nowrap`}>
        <button type="button" className="rounded text-left font-medium hover:text-accent hover:underline" onClick={onOpen}>{nameOfKind(entry.kind)}</button>
        {entry.count > 1 && <span className="tabular ml-1.5 text-xs text-ink-3">{count(entry.count)}×</span>}
        <Below>{called(entry.actor)}{entry.object && `: ${called(entry.object)}`}<br /><time dateTime={entry.at} className="tabular">{day} {time}</time></Below>
      </td>
      <td className={`${TD} ${WIDE} max-w-52 truncate text-ink-2`}>{entry.object ? called(entry.object) : <span className="text-ink-3">–</span>}</td>
      <td className={TD}><Badge tone={tone === 'good' ? 'plain' : tone}>{name}</Badge></td>
      <td className={`${TD} ${WIDE} tabular font-mono text-xs whitespace-nowrap text-ink-2`}>{entry.address ?? <span className="text-ink-3">–</span>}</td>
      <td className={`${TD} ${WIDE} text-right`}>
        {entry.seq === null
          ? <span title="Not sealed yet: that takes a moment" className="text-xs text-ink-3">waiting</span>
          : <span title={`Sealed as number ${entry.seq}`} className="tabular inline-flex items-center gap-1 align-middle text-xs text-ink-3"><LinkIcon className="size-3.5" />{entry.seq}</span>}
      </td>
    </tr>
  )
}
