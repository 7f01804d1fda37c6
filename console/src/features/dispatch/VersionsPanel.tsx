/** Every accepted change of the plan, the newest first: taken back, or held against the plan as it is, with ghosts on the map. */
import { useEffect, useRef } from 'react'
import { infiniteQueryOptions, queryOptions, useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { plans, type PlanDiff, type PlanMove, type PlanVersionShown } from '../../api/plans'
import { explain } from '../../api/problem'
import { Loadable } from '../../shell/Loadable'
import { Badge, type BadgeTone } from '../../ui/Badge'
import { Button, IconButton } from '../../ui/Button'
import { cx } from '../../ui/cx'
import { CloseIcon } from '../../ui/icons'
import { Notice } from '../../ui/Notice'
import { count } from '../../util/units'
import { dateOf, longDate, minuteOf } from '../../util/zone'
import { partsOf } from './asked'
import { movesInWords, spotName } from './changeWords'
import { MoveList, type MovedVisit } from './MoveList'
import type { PlanDay } from './plan'
import { COST_IS } from './price'

export const versionsQuery = (territory: string) => infiniteQueryOptions({
  queryKey: ['plans', 'versions', territory],
  queryFn: ({ pageParam, signal }) => plans.versions(territory, pageParam, signal),
  initialPageParam: undefined as string | undefined,
  getNextPageParam: (page) => page.next ?? undefined,
})
export const comparisonQuery = (territory: string, from: number, to: number) => queryOptions({ queryKey: ['plans', 'compare', territory, from, to], queryFn: ({ signal }) => plans.compare(territory, from, to, signal), staleTime: Infinity })

export type VersionNames = { visit: (id: string) => string; lane: (lane: string) => string; author: (by: PlanVersionShown['by']) => string }

type VersionsPanelProps = {
  plan: PlanDay
  names: VersionNames
  canUndo: boolean
  isBusy: boolean
  failure: string | null
  onUndo: (version: number, words: string) => void
  onShow: (visit: string) => void
  /** The version that the plan is compared with. */
  since: number | null
  onSince: (version: number | null) => void
  /** How the touched routes ran then. */
  onDiff: (diff: PlanDiff | null) => void
  onClose: () => void
}

const KINDS: Record<PlanVersionShown['kind'], { name: string; tone: BadgeTone }> = {
  edit: { name: 'Edit', tone: 'plain' }, undo: { name: 'Undo', tone: 'warn' }, improve: { name: 'Improved', tone: 'good' }, repair: { name: 'Mended', tone: 'accent' }, dispatch: { name: 'Dispatch', tone: 'accent' },
  bulk: { name: 'Together', tone: 'plain' }, follow: { name: 'Followed', tone: 'plain' },
}

export function VersionsPanel({ plan, names, canUndo, isBusy, failure, onUndo, onShow, since, onSince, onDiff, onClose }: VersionsPanelProps) {
  const query = useInfiniteQuery(versionsQuery(plan.territory))
  const shown = query.data?.pages.flatMap(({ items }) => items) ?? []
  const undone = new Set(shown.flatMap(({ undoes }) => (undoes == null ? [] : [undoes])))
  return (
    <section aria-label="Versions of the plan" className="p-4">
      <header className="flex items-start gap-2">
        <div className="min-w-0 flex-1"><h2 className="text-[15px] font-semibold tracking-[-0.01em]">Versions of the plan</h2><p className="mt-0.5 text-[13px] text-ink-2">Version {plan.version} is in force.</p></div>
        <IconButton label="Back to the lists" className="-mt-1 -mr-1.5" onClick={onClose}><CloseIcon /></IconButton>
      </header>
      <div className="mt-4 space-y-4">
        {failure !== null && <Notice tone="danger" title="That did not work">{failure}</Notice>}
        {since !== null && <Compared plan={plan} from={since} names={names} onShow={onShow} onDiff={onDiff} onClose={() => onSince(null)} />}
        <Loadable what="The versions" query={query} skeleton={<div className="space-y-2">{[0, 1, 2, 3].map((at) => <div key={at} className="skeleton h-14" />)}</div>}>
          {shown.length === 0 && <p className="text-[13px] text-ink-3">The plan has not been changed yet.</p>}
          <ol className="space-y-1.5">
            {shown.map((one) => (
              <Version
                key={one.version} shown={one} plan={plan} names={namesIn(names, one.customers)} isUndone={undone.has(one.version)} isCompared={since === one.version}
                onUndo={canUndo && !undone.has(one.version) ? () => onUndo(one.version, movesInWords(one.moves, plan.date, namesIn(names, one.customers), one.diff.holds)) : null} isBusy={isBusy} onCompare={one.version < plan.version ? () => onSince(one.version) : null}
              />
            ))}
          </ol>
          {query.hasNextPage && <div className="mt-3 text-center"><Button isBusy={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>Show older</Button></div>}
        </Loadable>
      </div>
    </section>
  )
}

type VersionProps = { shown: PlanVersionShown; plan: PlanDay; names: VersionNames; isUndone: boolean; isCompared: boolean; isBusy: boolean; onUndo: (() => void) | null; /** The one in force is what others are compared with. */ onCompare: (() => void) | null }

function Version({ shown: { version, at, by, kind, moves, diff, cost, undoes }, plan, names, isUndone, isCompared, isBusy, onUndo, onCompare }: VersionProps) {
  const when = Date.parse(at)
  const date = dateOf(when, plan.zone)
  return (
    <li className={cx('rounded-xl border px-3 py-2.5', isCompared ? 'border-accent' : 'border-line')}>
      <div className="flex items-center gap-2 text-xs">
        <span className="tabular font-semibold">v{version}</span>
        <span className="tabular text-ink-3">{date === plan.date ? '' : `${longDate(date)}, `}{minuteOf(when, plan.zone)}</span>
        <span className="min-w-0 flex-1 truncate font-medium text-ink-2">{names.author(by)}</span>
        {isUndone && <Badge>Taken back</Badge>}
        <Badge tone={KINDS[kind].tone}>{KINDS[kind].name}{undoes != null && ` of v${undoes}`}</Badge>
      </div>
      <p className="mt-1 text-[13px] leading-snug first-letter:uppercase">{movesInWords(moves, plan.date, names, diff.holds)}</p>
      <div className="mt-1 flex items-center gap-3 text-xs">
        <span className={cx('tabular', cost < 0 ? 'text-good' : cost > 0 ? 'text-ink-2' : 'text-ink-3')} title={COST_IS}>cost {signed(cost)}</span>
        <span className="flex-1" />
        {onCompare && <button type="button" className="rounded font-medium text-accent hover:underline" onClick={onCompare}>Compare with now</button>}
        {onUndo && <button type="button" disabled={isBusy} className="rounded font-medium text-accent hover:underline disabled:opacity-50" onClick={onUndo}>Take back</button>}
      </div>
    </li>
  )
}

/** Names that came with an answer go before what the day shown knows of others. */
const namesIn = (names: VersionNames, customers: Readonly<Record<string, string>>): VersionNames => ({ ...names, visit: (id) => customers[id] ?? names.visit(id) })

const signed = (cost: number): string => `${cost > 0 ? '+' : cost < 0 ? '−' : '±'}${count(Math.abs(Math.round(cost)))}`

/** Where visits were then and are now. */
export function movedVisits(moves: readonly PlanMove[], date: string, names: VersionNames): MovedVisit[] {
  return moves.map(({ visit, from, to }) => ({ visit, name: names.visit(visit), from: from ? spotName(from, date, names) : null, to: to ? spotName(to, date, names) : null }))
}

function Compared({ plan, from, names, onShow, onDiff, onClose }: { plan: PlanDay; from: number; names: VersionNames; onShow: (visit: string) => void; onDiff: (diff: PlanDiff | null) => void; onClose: () => void }) {
  const { data, error } = useQuery(comparisonQuery(plan.territory, from, plan.version))
  const diff = data?.diff ?? null
  const head = useRef<HTMLElement>(null)
  // Asked for far down the list, it opens at the top of it.
  useEffect(() => void head.current?.scrollIntoView?.({ block: 'nearest', behavior: 'smooth' }), [from])
  useEffect(() => {
    onDiff(diff)
    return () => onDiff(null)
  }, [diff, onDiff])
  return (
    <section ref={head} aria-label={`Since version ${from}`} className="scroll-mt-4 rounded-xl border border-accent bg-accent-soft/40 p-3.5">
      <header className="flex items-baseline gap-2"><h3 className="flex-1 text-[13px] font-semibold">From version {from} to now</h3><Button look="quiet" className="h-7!" onClick={onClose}>Close</Button></header>
      {error && <p className="text-xs text-danger">{explain(error)}</p>}
      {!data && !error && <div className="skeleton mt-2 h-16" />}
      {data && (
        <>
          <ul className="tabular mt-1 flex flex-wrap gap-x-3 gap-y-1 text-xs text-ink-2">
            <li>{data.changes} {data.changes === 1 ? 'change' : 'changes'}</li><li>{data.moves.length} {data.moves.length === 1 ? 'visit' : 'visits'} elsewhere</li><li className="font-medium text-ink" title={COST_IS}>cost {signed(data.cost)}</li>
            {partsOf(data.bill).map(({ name, text }) => <li key={name}>{name} {text}</li>)}
          </ul>
          <p className="mt-1 text-xs text-ink-3">{COST_IS}</p>
          <div className="mt-2 border-t border-line pt-1.5"><MoveList moves={movedVisits(data.moves, plan.date, namesIn(names, data.customers))} onShow={onShow} /></div>
        </>
      )}
    </section>
  )
}
