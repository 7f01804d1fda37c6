/** Fixes that were set aside: whose, why, where; and a person's decision about each. */
import { useEffect, useId, useMemo, useRef, useState, type RefObject } from 'react'
import { useQuery } from '@tanstack/react-query'
import { useNavigate, useSearchParams } from 'react-router'
import { explain } from '../../api/problem'
import { quarantineCountsQuery, quarantineQuery } from '../../api/queries'
import type { DecisionKind, QuarantineCount, QuarantinedFix, QuarantineReason } from '../../api/types'
import { useAgents } from '../../api/useAgents'
import { useTrackRules, type TrackRules } from '../../api/useTrackRules'
import { PageSkeleton } from '../../shell/PageSkeleton'
import { Button } from '../../ui/Button'
import { cx } from '../../ui/cx'
import { AsideIcon } from '../../ui/icons'
import { Notice } from '../../ui/Notice'
import { VirtualList, type VirtualListHandle } from '../../ui/VirtualList'
import { count } from '../../util/units'
import { useIsWide } from '../../util/useMedia'
import { FixDetail } from './FixDetail'
import { FixRow, ROW_HEIGHT_PX } from './FixRow'
import { QuarantineMap } from './QuarantineMap'
import { useDecide, type Decisions } from './useDecide'
import { nameOf, REASON_NAMES } from './words'

const DAY_MS = 86_400_000
const PERIODS = [{ days: null, name: 'All time' }, { days: 7, name: 'Last 7 days' }, { days: 30, name: 'Last 30 days' }] as const

export function QuarantinePage() {
  const rules = useTrackRules()
  return rules === null ? <PageSkeleton /> : <Quarantine rules={rules} />
}

function Quarantine({ rules }: { rules: TrackRules }) {
  const [search] = useSearchParams()
  const navigate = useNavigate()
  const agents = useAgents()
  const [openedAt] = useState(() => Math.floor(Date.now() / 60_000) * 60_000)
  const period = PERIODS.find(({ days }) => String(days) === search.get('days')) ?? PERIODS[0]
  const from = useMemo(() => (period.days === null ? null : new Date(openedAt - period.days * DAY_MS)), [period, openedAt])
  const counts = useQuery(quarantineCountsQuery(from))
  const agent = search.get('agent') ?? counts.data?.[0]?.agent_id ?? null

  const go = (change: Record<string, string | null>) => {
    const next = new URLSearchParams(location.search)
    for (const [key, value] of Object.entries(change)) {
      if (value === null) next.delete(key)
      else next.set(key, value)
    }
    void navigate({ search: next.toString() }, { replace: true })
  }
  const nameOfAgent = (id: string) => agents.names.get(id) ?? (agents.isPending ? 'Loading…' : 'Unknown agent')
  const periodSelect = (
    <select
      aria-label="Period" value={String(period.days)} onChange={(event) => go({ days: event.target.value === 'null' ? null : event.target.value })}
      className="h-8 rounded-lg border border-line bg-surface px-2 text-[13px] font-medium text-ink-2 hover:text-ink"
    >
      {PERIODS.map(({ days, name }) => <option key={name} value={String(days)}>{name}</option>)}
    </select>
  )
  const isEmpty = counts.data?.length === 0 && search.get('agent') === null
  return (
    <div className="absolute inset-0 flex flex-col min-[820px]:flex-row">
      <title>Quarantine · SalesSync</title>
      <Whose counts={counts.data ?? null} error={counts.data ? null : counts.error} retry={() => void counts.refetch()} agent={agent} nameOf={nameOfAgent} onChoose={(id) => go({ agent: id })} period={periodSelect} />
      {isEmpty && <NothingAside hasPeriod={period.days !== null} onAllTime={() => go({ days: null })} />}
      {agent !== null && !isEmpty && <Fixes key={agent} agent={agent} name={nameOfAgent(agent)} from={from} rules={rules} />}
    </div>
  )
}

type WhoseProps = {
  counts: readonly QuarantineCount[] | null
  error: Error | null
  retry: () => void
  agent: string | null
  nameOf: (agent: string) => string
  onChoose: (agent: string) => void
  period: React.ReactNode
}

/** Agents with fixes set aside; on a phone, one box to choose from. */
function Whose({ counts, error, retry, agent, nameOf, onChoose, period }: WhoseProps) {
  const isWide = useIsWide()
  if (!isWide) {
    return (
      <header className="flex items-center gap-2 border-b border-line bg-surface px-3 py-2">
        <h1 className="sr-only">Quarantine</h1>
        <select
          aria-label="Agent" value={agent ?? ''} disabled={!counts?.length} onChange={(event) => onChoose(event.target.value)}
          className="h-8 min-w-0 flex-1 rounded-lg border border-line bg-surface px-2 text-[13px] font-medium"
        >
          {agent === null && <option value="">{error ? 'Could not be loaded' : counts ? 'Nobody' : 'Loading…'}</option>}
          {agent !== null && !counts?.some((one) => one.agent_id === agent) && <option value={agent}>{nameOf(agent)}</option>}
          {counts?.map((one) => <option key={one.agent_id} value={one.agent_id}>{nameOf(one.agent_id)} ({count(one.fixes)})</option>)}
        </select>
        {error && <Button onClick={retry}>Try again</Button>}
        {period}
      </header>
    )
  }
  return (
    <nav aria-label="Agents with fixes set aside" className="flex w-64 shrink-0 flex-col border-r border-line bg-surface">
      <header className="space-y-2.5 px-4 pt-4 pb-3">
        <h1 className="text-[17px] font-semibold tracking-[-0.015em]">Quarantine</h1>
        <p className="text-[13px] leading-snug text-ink-2">Fixes that a receiver or a clock got wrong, kept out of tracks and totals.</p>
        {period}
      </header>
      <div className="min-h-0 flex-1 overflow-y-auto border-t border-line py-1.5">
        {error && <div className="p-3"><Notice tone="danger" title="The agents could not be loaded" action={<Button onClick={retry}>Try again</Button>}>{explain(error)}</Notice></div>}
        {!counts && !error && <div role="status" aria-label="Loading" className="space-y-4 px-4 py-3">{Array.from({ length: 6 }, (_, i) => <div key={i} className="skeleton h-4" style={{ width: `${60 + ((i * 17) % 30)}%` }} />)}</div>}
        <ul>
          {counts?.map((one) => (
            <li key={one.agent_id}>
              <button
                type="button" aria-current={one.agent_id === agent || undefined} onClick={() => onChoose(one.agent_id)}
                className={cx('flex w-full items-center justify-between gap-3 px-4 py-2 text-left text-[13px]', one.agent_id === agent ? 'bg-accent-soft font-medium shadow-[inset_3px_0_0_var(--accent)]' : 'hover:bg-hover')}
              >
                <span className="truncate">{nameOf(one.agent_id)}</span>
                <span className="tabular rounded-full bg-sunken px-2 text-xs leading-5 text-ink-2">{count(one.fixes)}<span className="sr-only"> fixes</span></span>
              </button>
            </li>
          ))}
        </ul>
      </div>
    </nav>
  )
}

function Fixes({ agent, name, from, rules: { zone, gap_ms } }: { agent: string; name: string; from: Date | null; rules: TrackRules }) {
  const { data, error, isPending, refetch } = useQuery(quarantineQuery(agent, from))
  const decisions = useDecide(agent)
  const [only, setOnly] = useState<QuarantineReason | null>(null)
  const shown = useMemo(() => [...(data ?? [])].reverse().filter(({ reason }) => only === null || reason === only), [data, only])
  const [selected, setSelected] = useState<{ key: string; index: number } | null>(null)
  // A fix may leave the list by a decision: then whichever stands in its place is selected.
  const found = selected === null ? 0 : shown.findIndex(({ key }) => key === selected.key)
  const index = found === -1 ? Math.min(selected?.index ?? 0, shown.length - 1) : found
  const fix = shown[index] ?? null

  const list = useRef<VirtualListHandle>(null)
  const noteBox = useRef<HTMLInputElement>(null)
  const select = (to: number) => {
    const next = Math.max(0, Math.min(shown.length - 1, to))
    const key = shown[next]?.key
    if (key === undefined) return
    setSelected({ key, index: next })
    list.current?.reveal(next)
  }
  const decide = (decision: DecisionKind) => {
    if (!fix || !isOpenTo(fix, decision)) return
    setSelected({ key: fix.key, index })
    decisions.decide({ key: fix.key, decision, note: noteBox.current?.value ?? '' })
    if (noteBox.current) noteBox.current.value = ''
  }
  useKeys({ step: (by) => select(index + by), decide, noteBox })

  return (
    <>
      <section aria-label={`Fixes of ${name}`} className="flex h-[38%] shrink-0 flex-col border-line bg-surface max-[820px]:border-b min-[820px]:h-auto min-[820px]:w-[380px] min-[820px]:border-r">
        <Reasons fixes={data ?? []} only={only} onOnly={setOnly} />
        <FixList list={list} fixes={shown} index={index} zone={zone} decisions={decisions} onSelect={select} />
        {isPending && <div role="status" aria-label="Loading the fixes" className="absolute m-4 space-y-3"><div className="skeleton h-4 w-60" /><div className="skeleton h-4 w-44" /></div>}
        {error && !data && <div className="p-3"><Notice tone="danger" title="The fixes could not be loaded" action={<Button onClick={() => void refetch()}>Try again</Button>}>{explain(error)}</Notice></div>}
        {data && shown.length === 0 && <p className="px-6 py-10 text-center text-[13px] text-ink-2">{name} has no fix set aside{from === null ? '' : ' in this period'}.</p>}
        <p aria-hidden="true" className="hidden items-center justify-between gap-2 border-t border-line bg-sunken px-4 py-1.5 text-[11px] whitespace-nowrap text-ink-3 min-[820px]:flex">
          <Hint keys={['j', 'k']}>walk</Hint><Hint keys={['r']}>restore</Hint><Hint keys={['x']}>keep out</Hint><Hint keys={['u']}>undo</Hint><Hint keys={['n']}>note</Hint>
        </p>
      </section>
      <div className="flex min-h-0 min-w-0 flex-1 flex-col">
        <div className="relative min-h-0 flex-1"><QuarantineMap agent={agent} fix={fix} zone={zone} gap_ms={gap_ms} /></div>
        {fix && (
          <FixDetail
            key={fix.key} agent={agent} fix={fix} zone={zone} pending={decisions.pending.get(fix.key)} error={decisions.errors.get(fix.key)}
            noteBox={noteBox} onDecide={decide}
          />
        )}
      </div>
    </>
  )
}

/** What is decided already cannot be decided the same way again, and nothing can be undone that was not done. */
export function isOpenTo({ decision }: QuarantinedFix, kind: DecisionKind): boolean {
  switch (kind) {
    case 'restore': return decision !== 'restored'
    case 'exclude': return decision !== 'excluded'
    case 'clear': return decision != null
  }
}

type FixListProps = { list: RefObject<VirtualListHandle | null>; fixes: readonly QuarantinedFix[]; index: number; zone: string; decisions: Decisions; onSelect: (index: number) => void }

function FixList({ list, fixes, index, zone, decisions, onSelect }: FixListProps) {
  const id = useId()
  if (fixes.length === 0) return null
  return (
    <VirtualList
      ref={list} id={`${id}-list`} label="Fixes set aside" count={fixes.length} rowHeight_px={ROW_HEIGHT_PX}
      keyboard={{
        activeId: `${id}-${index}`,
        onKeyDown: (event) => {
          const step = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0
          if (step === 0) return
          event.preventDefault()
          onSelect(index + step)
        },
      }}
      row={(at) => {
        const fix = fixes[at]!
        return (
          <FixRow
            key={fix.key} id={`${id}-${at}`} fix={fix} zone={zone} isSelected={at === index} pending={decisions.pending.get(fix.key)}
            hasFailed={decisions.errors.has(fix.key)} onSelect={() => onSelect(at)}
          />
        )
      }}
    />
  )
}

function Reasons({ fixes, only, onOnly }: { fixes: readonly QuarantinedFix[]; only: QuarantineReason | null; onOnly: (only: QuarantineReason | null) => void }) {
  const counts = useMemo(() => {
    const held = new Map<QuarantineReason, number>()
    for (const { reason } of fixes) held.set(reason, (held.get(reason) ?? 0) + 1)
    const order = Object.keys(REASON_NAMES)
    return [...held].sort(([a], [b]) => order.indexOf(a) - order.indexOf(b))
  }, [fixes])
  return (
    <div role="group" aria-label="Filter by reason" className="flex min-h-11 shrink-0 items-center gap-1 overflow-x-auto border-b border-line bg-sunken px-3 py-2 [scrollbar-width:none]">
      <Reason isOn={only === null} onPress={() => onOnly(null)} fixes={fixes.length}>All</Reason>
      {counts.map(([reason, n]) => <Reason key={reason} isOn={only === reason} onPress={() => onOnly(only === reason ? null : reason)} fixes={n}>{nameOf(reason)}</Reason>)}
    </div>
  )
}

function Reason({ isOn, onPress, fixes, children }: { isOn: boolean; onPress: () => void; fixes: number; children: string }) {
  return (
    <button
      type="button" aria-pressed={isOn} onClick={onPress}
      className={cx('h-6.5 shrink-0 rounded-full px-2.5 text-xs font-medium whitespace-nowrap transition-colors', isOn ? 'bg-surface text-ink shadow-raised' : 'text-ink-3 hover:text-ink')}
    >
      {children} <span className="tabular font-normal text-ink-3">{count(fixes)}</span>
    </button>
  )
}

function Hint({ keys, children }: { keys: readonly string[]; children: string }) {
  return (
    <span className="flex items-center gap-1">
      {keys.map((key) => <kbd key={key} className="rounded border border-line-strong bg-surface px-1 font-sans leading-4">{key}</kbd>)}
      {children}
    </span>
  )
}

function NothingAside({ hasPeriod, onAllTime }: { hasPeriod: boolean; onAllTime: () => void }) {
  return (
    <div className="grid flex-1 place-items-center p-8">
      <div className="max-w-sm text-center">
        <span className="mx-auto grid size-12 place-items-center rounded-2xl bg-accent-soft text-accent"><AsideIcon className="size-6" /></span>
        <h2 className="mt-4 text-[17px] font-semibold tracking-[-0.015em]">Nothing is set aside</h2>
        <p className="mt-1.5 text-[13px] text-ink-2">
          {hasPeriod ? 'In this period every fix was believed.' : 'Every fix so far was believed. When a receiver or a clock gets one wrong, it waits here, and a person can put it back.'}
        </p>
        {hasPeriod && <Button className="mt-4" onClick={onAllTime}>Look at all time</Button>}
      </div>
    </div>
  )
}

type Keys = { step: (by: number) => void; decide: (decision: DecisionKind) => void; noteBox: RefObject<HTMLInputElement | null> }

/** One hand is enough to go through a long list; not while typing, and not in the map. */
function useKeys(keys: Keys): void {
  const latest = useRef(keys)
  useEffect(() => {
    latest.current = keys
  })
  useEffect(() => {
    const press = (event: KeyboardEvent) => {
      const isTyping = event.target instanceof HTMLElement && event.target.closest('input, textarea, select, [contenteditable]') !== null
      if (isTyping || event.repeat && !'jk'.includes(event.key) || event.ctrlKey || event.metaKey || event.altKey) return
      const { step, decide, noteBox } = latest.current
      switch (event.key) {
        case 'j': return step(1)
        case 'k': return step(-1)
        case 'r': return decide('restore')
        case 'x': return decide('exclude')
        case 'u': return decide('clear')
        case 'n':
          event.preventDefault()
          noteBox.current?.focus()
      }
    }
    addEventListener('keydown', press)
    return () => removeEventListener('keydown', press)
  }, [])
}
