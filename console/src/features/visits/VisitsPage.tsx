/** Visits of some days: by agent, territory, status and proof; each opens with its history. */
import { useMemo, useState } from 'react'
import { useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { Link, useNavigate, useSearchParams } from 'react-router'
import { useMay } from '../../api/access'
import { territoriesQuery } from '../../api/queries'
import { useAgents } from '../../api/useAgents'
import { useTrackRules } from '../../api/useTrackRules'
import { visitsQuery } from '../../api/visitQueries'
import { CANCELLED_AT_ONCE_MAX, type Visit, type VisitsQuery } from '../../api/visits'
import { serverNow } from '../../live/live'
import { paths } from '../../paths'
import { Loadable } from '../../shell/Loadable'
import { isCancellable, KINDS, STATUSES, VERIFICATIONS } from '../../shell/visitWords'
import { Button } from '../../ui/Button'
import { EmptyState } from '../../ui/EmptyState'
import { Checkbox, CompactSelect } from '../../ui/fields'
import { CheckInIcon } from '../../ui/icons'
import { Below, TableCard, TableSkeleton, TD, Th, TR, WIDE } from '../../ui/table'
import { dateOf, isDate, longDate, minuteOf, shiftDate } from '../../util/zone'
import { ImportDialog } from '../imports/ImportDialog'
import { CancelDialog } from './CancelDialog'
import { StatusBadge, VerificationMark } from './StatusBadge'
import { VisitsFrame } from './VisitsFrame'

export function VisitsPage() {
  const rules = useTrackRules()
  const may = useMay()
  const [isImporting, setImporting] = useState(false)
  return (
    <VisitsFrame title="Visits" actions={may('visits', 'create') && <Button onClick={() => setImporting(true)}>Import…</Button>}>
      {isImporting && <ImportDialog kind="visits" onClose={() => setImporting(false)} />}
      {rules ? <Visits zone={rules.zone} /> : <TableSkeleton label="Loading the visits" />}
    </VisitsFrame>
  )
}

const FILTERS = ['territory', 'agent', 'status', 'verification', 'kind'] as const

function Visits({ zone }: { zone: string }) {
  const may = useMay()
  const navigate = useNavigate()
  const [search, setSearch] = useSearchParams()
  const today = dateOf(serverNow(), zone)
  const [from, to] = [search.get('from'), search.get('to')].map((text) => (isDate(text) ? text : null)) as [string | null, string | null]
  const asked = useMemo((): VisitsQuery => ({ from: from ?? today, to: to ?? from ?? today, ...Object.fromEntries(FILTERS.flatMap((key) => (search.get(key) ? [[key, search.get(key)!]] : []))) }), [from, to, today, search])
  const query = useInfiniteQuery(visitsQuery(asked))
  const found = useMemo(() => query.data?.pages.flatMap(({ items }) => items) ?? [], [query.data])
  const agents = useAgents()
  const { data: territories = [] } = useQuery({ ...territoriesQuery, enabled: may('territories') })
  const narrow = (changes: Record<string, string>) => setSearch((before) => {
    const after = new URLSearchParams(before)
    for (const [key, value] of Object.entries(changes)) {
      if (value === '') after.delete(key)
      else after.set(key, value)
    }
    return after
  }, { replace: true })
  const isFiltered = FILTERS.some((key) => search.get(key))
  const days = asked.from === asked.to ? 1 : 2
  const canCancel = may('visits', 'delete')
  const [ticked, setTicked] = useState<ReadonlySet<string>>(new Set())
  const [isCancelling, setCancelling] = useState(false)
  const open = useMemo(() => (canCancel ? found.filter(({ status }) => isCancellable(status)) : []), [found, canCancel])
  // What has left the list meanwhile, or can be cancelled no more, is not chosen any more.
  const chosen = open.filter(({ id }) => ticked.has(id))
  const tick = (id: string, isOn: boolean) => setTicked((before) => {
    const after = new Set(before)
    if (isOn) after.add(id)
    else after.delete(id)
    return after
  })
  return (
    <>
      <div className="flex flex-wrap gap-2.5">
        <div className="flex flex-wrap items-center gap-1.5 text-[13px]">
          <input type="date" aria-label="From" value={asked.from} onChange={({ target }) => { if (target.value !== '') narrow({ from: target.value, to: asked.to! < target.value ? target.value : asked.to! }) }} className="tabular h-9 rounded-lg border border-line-strong bg-surface px-2.5 shadow-raised" />
          <span className="text-ink-3">to</span>
          <input type="date" aria-label="To" value={asked.to} min={asked.from} onChange={({ target }) => { if (target.value !== '') narrow({ from: asked.from!, to: target.value }) }} className="tabular h-9 rounded-lg border border-line-strong bg-surface px-2.5 shadow-raised" />
          <Button look="quiet" onClick={() => narrow({ from: '', to: '' })}>Today</Button>
          <Button look="quiet" onClick={() => narrow({ from: shiftDate(today, -6), to: today })}>7 days</Button>
        </div>
        {territories.length > 0 && (
          <CompactSelect label="Territory" value={search.get('territory') ?? ''} onChange={(value) => narrow({ territory: value })} className="w-40">
            <option value="">All territories</option>
            {territories.map(({ id, name }) => <option key={id} value={id}>{name}</option>)}
            <option value="none">Without a territory</option>
          </CompactSelect>
        )}
        <CompactSelect label="Agent" value={search.get('agent') ?? ''} onChange={(value) => narrow({ agent: value })} className="w-40">
          <option value="">All agents</option>
          {agents.all.map(({ id, name }) => <option key={id} value={id}>{name}</option>)}
        </CompactSelect>
        <CompactSelect label="Status" value={search.get('status') ?? ''} onChange={(value) => narrow({ status: value })} className="w-36">
          <option value="">Any status</option>
          {Object.entries(STATUSES).map(([status, { name }]) => <option key={status} value={status}>{name}</option>)}
        </CompactSelect>
        <CompactSelect label="Proof" value={search.get('verification') ?? ''} onChange={(value) => narrow({ verification: value })} className="w-36">
          <option value="">Any proof</option>
          {Object.entries(VERIFICATIONS).map(([status, { name }]) => <option key={status} value={status}>{name}</option>)}
        </CompactSelect>
        <CompactSelect label="Kind" value={search.get('kind') ?? ''} onChange={(value) => narrow({ kind: value })} className="w-36">
          <option value="">Every kind</option>
          {Object.entries(KINDS).map(([kind, name]) => <option key={kind} value={kind}>{name}</option>)}
        </CompactSelect>
      </div>
      <Loadable what="The visits" query={query} skeleton={<TableSkeleton label="Loading the visits" />}>
        {found.length === 0 ? (
          <div className="rounded-2xl border border-line bg-surface shadow-raised">
            <EmptyState icon={<CheckInIcon />} title={isFiltered ? 'No visit fits' : 'No visits on these days'} action={isFiltered ? <Button onClick={() => setSearch({}, { replace: true })}>Show all of today</Button> : undefined}>
              {isFiltered ? 'None of this agent, territory, status and proof.' : 'Visits come from beats, from dispatch, from imports, or from agents in the field.'}
            </EmptyState>
          </div>
        ) : (
          <TableCard label="Visits">
            <table className="w-full text-[13px] sm:min-w-[860px]">
              <caption className="sr-only">Visits with time, customer, agent, status and proof</caption>
              <thead><tr>{open.length > 0 && <Th className="w-10 pr-0!"><Checkbox hidesLabel label="Choose all that can be cancelled" isChecked={chosen.length === open.length} isMixed={chosen.length > 0 && chosen.length < open.length} onChange={(isOn) => setTicked(new Set(isOn ? open.map(({ id }) => id) : []))} /></Th>}<Th>When</Th><Th>Customer</Th><Th className={WIDE}>Agent</Th><Th className={WIDE}>Kind</Th><Th className={WIDE}>Status</Th><Th className={WIDE}>Proof</Th></tr></thead>
              <tbody>
                {found.map((visit) => (
                  <VisitRow
                    key={visit.id} visit={visit} zone={zone} hasDay={days > 1}
                    agent={agents.names.get(visit.performed_by ?? visit.agent_id ?? '') ?? null} onOpen={() => void navigate(paths.visitAt(visit.id))}
                    tick={open.length === 0 ? null : { isOn: ticked.has(visit.id), isFree: isCancellable(visit.status), onTick: (isOn) => tick(visit.id, isOn) }}
                  />
                ))}
              </tbody>
            </table>
          </TableCard>
        )}
        {query.hasNextPage && <div className="mt-3 text-center"><Button isBusy={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>{query.isFetchingNextPage ? 'Loading…' : 'Show more'}</Button></div>}
      </Loadable>
      {chosen.length > 0 && (
        <div role="toolbar" aria-label="Chosen visits" className="appear sticky bottom-2 z-10 mx-auto flex w-fit max-w-full items-center gap-2 rounded-2xl border border-line bg-surface py-1.5 pr-1.5 pl-4 shadow-panel">
          <span aria-live="polite" className="tabular text-[13px] font-semibold whitespace-nowrap">{chosen.length} {chosen.length === 1 ? 'visit' : 'visits'}</span>
          {chosen.length > CANCELLED_AT_ONCE_MAX && <span className="text-xs text-warn">at most {CANCELLED_AT_ONCE_MAX} at once</span>}
          <Button look="quiet" onClick={() => setTicked(new Set())}>Choose none</Button>
          <Button look="danger" disabled={chosen.length > CANCELLED_AT_ONCE_MAX} onClick={() => setCancelling(true)}>Cancel…</Button>
        </div>
      )}
      {isCancelling && chosen.length > 0 && <CancelDialog visits={chosen} onDone={() => setTicked(new Set())} onClose={() => setCancelling(false)} />}
    </>
  )
}

type VisitRowProps = {
  visit: Visit
  zone: string
  hasDay: boolean
  agent: string | null
  onOpen: () => void
  /** `null`: none of the list can be chosen. */
  tick: { isOn: boolean; isFree: boolean; onTick: (isOn: boolean) => void } | null
}

function VisitRow({ visit, zone, hasDay, agent, onOpen, tick }: VisitRowProps) {
  const { checked_in_at, ended_at, windows, date, customer_name, address, status, verification, kind, flags } = visit
  const [window] = windows
  const clock = (text: string) => minuteOf(Date.parse(text), zone)
  const when = checked_in_at != null ? `${clock(checked_in_at)}–${ended_at != null ? clock(ended_at) : '…'}` : window ? `${clock(window.from)}–${clock(window.to)}` : 'any time'
  return (
    <tr className={`${TR} cursor-pointer`} onClick={(event) => { if (!(event.target as Element).closest('a, label')) onOpen() }}>
      {tick && <td className={`${TD} w-10 pr-0!`}>{tick.isFree && <Checkbox hidesLabel label={`Choose the visit to ${customer_name}`} isChecked={tick.isOn} onChange={tick.onTick} />}</td>}
      <td className={`${TD} tabular whitespace-nowrap`}>{hasDay && <span className="block text-xs text-ink-3">{longDate(date)}</span>}<span className={checked_in_at != null ? 'font-medium' : 'text-ink-2'}>{when}</span></td>
      <td className={TD}>
        <Link to={paths.visitAt(visit.id)} className="block max-w-72 truncate rounded font-medium hover:text-accent hover:underline">{customer_name}</Link>
        {address !== '' && <span className="block max-w-72 truncate text-xs text-ink-3">{address}</span>}
        <Below>{agent ?? 'Nobody'} · {STATUSES[status].name}</Below>
      </td>
      <td className={`${TD} ${WIDE} whitespace-nowrap`}>{agent ?? <span className="text-warn">Nobody yet</span>}</td>
      <td className={`${TD} ${WIDE} whitespace-nowrap text-ink-2`}>{KINDS[kind]}</td>
      <td className={`${TD} ${WIDE}`}><StatusBadge status={status} />{visit.outcome === 'unproductive' && <span className="ml-1.5 text-xs text-ink-3">unproductive</span>}</td>
      <td className={`${TD} ${WIDE} text-ink-2`}>{checked_in_at != null ? <><VerificationMark verification={verification} />{flags.length > 0 && <span className="ml-2 text-xs text-warn">{flags.length} to look at</span>}</> : <span className="text-ink-3">–</span>}</td>
    </tr>
  )
}
