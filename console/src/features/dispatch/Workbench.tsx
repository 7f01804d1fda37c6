/**
 * Timeline, map and lists of one day, kept in step: what is chosen in one is chosen in all. Changes go through `useChanges`, prices through a
 * `Previewer`; the plan itself comes from outside and may change at any time.
 */
import { useCallback, useEffect, useMemo, useRef, useState, type KeyboardEvent, type ReactNode } from 'react'
import type { Position as LonLat } from 'geojson'
import type { RouteLine } from '../../map/layers/RoutesLayer'
import { Button, IconButton } from '../../ui/Button'
import { cx } from '../../ui/cx'
import { CloseIcon, UndoIcon, WarningIcon } from '../../ui/icons'
import type { Span } from '../../util/timescale'
import { useIsWide } from '../../util/useMedia'
import { AgentBar } from './AgentBar'
import { BulkBar, type BulkWish } from './BulkBar'
import { operationOf, type Carry, type Operation } from './carry'
import { ConflictDialog } from './ConflictDialog'
import { DayTimeline, type TimelineHandle } from './DayTimeline'
import type { Desk, Job, Relaxation } from './desk'
import { DispatchMap } from './DispatchMap'
import { DropCard } from './DropCard'
import { agentOfLane } from './follow'
import { endOfDrawn } from './gantt'
import { latest } from './history'
import { JobCard } from './JobCard'
import { wordsOf } from './opWords'
import { Peek } from './Peek'
import { atRisk, isLockable, isLocked, isMovable, placeOf, sumsOf, visitIn, type PlanDay } from './plan'
import { Previewer, type Verdict } from './previewer'
import type { Price } from './price'
import { SummaryBar } from './SummaryBar'
import { useCarry } from './useCarry'
import { useChanges } from './useChanges'
import { VisitCard } from './VisitCard'
import { AtRiskList, Tab, UnplannedList } from './VisitLists'
import { acceptanceOf } from './why'
import { hours } from './words'

const LABEL_PX = { wide: 212, narrow: 118 } as const

export type WorkbenchProps = {
  plan: PlanDay
  day: Span
  names: ReadonlyMap<string, string>
  agents: readonly { id: string; name: string }[]
  colourOf: (agent: string) => string
  desk: Desk
  canEdit: boolean
  jobs: readonly Job[]
  canDispatch: boolean
  onCandidates: (job: string) => void
  onCancelJob: (job: string) => void
  onBulk: (plan: PlanDay, visits: readonly string[], wish: BulkWish) => Promise<void>
  chosenAgent: string | null
  onAgent: (agent: string | null) => void
  way: readonly LonLat[] | null
  ghosts?: readonly RouteLine[]
  header: ReactNode
  actions: ReactNode
  /** About the chosen visit: why this agent, and where to read on. */
  explanation: (visit: string, onAccept: ((relaxation: Relaxation) => void) | null, isBusy: boolean) => ReactNode
  visitLink: (visit: string) => ReactNode
  note: ReactNode
  /** A visit that somebody asked for elsewhere; each time anew. */
  shown?: { visit: string } | null
  /** Stands in for the lists, beside the timeline and below the map. */
  side?: ReactNode
}

type View = 'timeline' | 'map' | 'lists'
type ListKind = 'unplanned' | 'risk' | 'jobs'

export function Workbench(props: WorkbenchProps) {
  const { plan, day: { from: dayFrom }, names, agents, colourOf, desk, canEdit, jobs, canDispatch, onCandidates, onCancelJob, onBulk, chosenAgent, onAgent, way, ghosts, header, actions, explanation, visitLink, note, shown = null, side = null } = props
  const dayTo = endOfDrawn(plan, props.day)
  // Lanes compare it: it must be another only when it is.
  const day = useMemo(() => ({ from: dayFrom, to: dayTo }), [dayFrom, dayTo])
  const isWide = useIsWide()
  const timeline = useRef<TimelineHandle>(null)
  const [selected, setSelected] = useState<ReadonlySet<string>>(new Set())
  const [active, setActive] = useState<string | null>(null)
  const [focus, setFocus] = useState<string | null>(null)
  const [list, setList] = useState<ListKind>('unplanned')
  const [view, setView] = useState<View>('timeline')
  const changes = useChanges(desk, plan)
  const { perform, undo } = changes

  // Visits that are gone are not chosen any more.
  const chosen = useMemo(() => [...selected].flatMap((visit) => visitIn(plan, visit) ?? []), [selected, plan])
  const choose = useCallback((visit: string, isMore: boolean) => {
    setSelected((before) => {
      if (!isMore) return new Set([visit])
      const after = new Set(before)
      if (!after.delete(visit)) after.add(visit)
      return after
    })
    setActive(visit)
    if (!isMore) setFocus(visit)
  }, [])
  // Lanes that nothing happens to are not drawn again: what they are given must stay the same.
  const toggleAgent = useCallback((agent: string) => onAgent(agent === chosenAgent ? null : agent), [onAgent, chosenAgent])
  const look = useCallback((visit: string) => {
    choose(visit, false)
    timeline.current?.reveal(visit)
  }, [choose])

  useEffect(() => {
    if (shown) look(shown.visit)
  }, [shown, look])
  // What is asked for has to be seen where there is room for one thing only.
  const hasSide = side !== null
  useEffect(() => setView(hasSide ? 'lists' : 'timeline'), [hasSide])

  const act = useCallback((operation: Operation) => void perform([operation], wordsOf(operation, plan, names)), [perform, plan, names])
  const drop = useCallback((carry: Carry) => {
    const operation = operationOf(carry)
    if (operation) act(operation)
  }, [act])
  const { carry, card, press, key, pickUp } = useCarry({ plan, timeline, canMove: canEdit && !changes.isBusy, onDrop: drop, onClick: choose })
  const verdict = usePrice(desk, plan, useMemo(() => {
    const operation = carry && operationOf(carry)
    return operation ? [operation] : null
  }, [carry]))
  // A price upon a plan that is known to be old would be no answer.
  const isBehind = changes.heldUp !== null && plan.version < changes.heldUp.conflict.version
  const heldUpVerdict = usePrice(desk, plan, isBehind ? null : (changes.heldUp?.operations ?? null))
  const foreseen = useMemo(() => {
    const price = verdict.kind === 'answered' ? verdict.answer : null
    return carry?.target ? (price?.routes.find(({ agent }) => agent === carry.target!.agent) ?? null) : null
  }, [verdict, carry])

  useUndoKey(undo)
  const onKey = (event: KeyboardEvent): boolean => {
    if (key(event, active)) return true
    if (event.ctrlKey || event.metaKey || event.altKey) return false
    const place = active === null ? null : placeOf(plan, active)
    switch (event.key) {
      case 'Enter':
        if (place) choose(place.stop.visit, false)
        return place !== null
      case ' ':
        if (place) choose(place.stop.visit, true)
        return place !== null
      case 'Escape':
        if (selected.size === 0) return false
        setSelected(new Set())
        return true
      case 'l':
      case 'L':
        if (!place || !canEdit || !isLockable(place.stop)) return false
        act({ kind: isLocked(place.stop) ? 'unlock' : 'lock', visit: place.stop.visit })
        return true
      case 'Delete':
        if (!place || !canEdit || !isMovable(place.stop)) return false
        act({ kind: 'unassign', visit: place.stop.visit })
        return true
      default:
        return false
    }
  }

  const [bulk, setBulk] = useState<{ isBusy: boolean; failure: string | null }>({ isBusy: false, failure: null })
  const wish = async (asked: BulkWish): Promise<boolean> => {
    setBulk({ isBusy: true, failure: null })
    try {
      await onBulk(plan, chosen.map(({ visit }) => visit), asked)
      setBulk({ isBusy: false, failure: null })
      setSelected(new Set())
      return true
    } catch (error) {
      setBulk({ isBusy: false, failure: error instanceof Error ? error.message : 'Something went wrong.' })
      return false
    }
  }

  const sums = useMemo(() => sumsOf(plan), [plan])
  const risky = useMemo(() => atRisk(plan), [plan])
  const step = latest(changes.history)
  const only = chosen.length === 1 ? chosen[0]! : null
  const place = only && placeOf(plan, only.visit)
  const openJobs = jobs.filter(({ state }) => state === 'open' || state === 'offering' || state === 'unfilled')
  const label_px = isWide ? LABEL_PX.wide : LABEL_PX.narrow

  const explain = (visit: string) => explanation(visit, canEdit ? (relaxation) => act({ kind: 'assign_though', visit, agent: relaxation.agent_id, date: relaxation.date, accepts: acceptanceOf(relaxation) }) : null, changes.isBusy)
  const agentDay = chosenAgent === null ? [] : plan.routes.filter((route) => agentOfLane(route.agent) === agentOfLane(chosenAgent))
  const ofAgent = chosenAgent !== null && agentDay.length > 0 && (
    <AgentBar
      routes={agentDay} name={names.get(chosenAgent) ?? chosenAgent} colour={colourOf(chosenAgent)} zone={plan.zone} canAct={canEdit} isBusy={changes.isBusy}
      onEnd={() => act({ kind: 'end_day', agent: chosenAgent })} onOpen={() => act({ kind: 'open_day', agent: chosenAgent })} onClose={() => onAgent(null)}
    />
  )
  const toLists = () => setView('lists')
  const noVisit = () => setSelected(new Set())
  const lists = side !== null ? side : place ? (
    <VisitCard
      place={place} agent={names.get(place.route.agent) ?? place.route.agent} zone={plan.zone} canAct={canEdit} isBusy={changes.isBusy}
      explanation={explanation(place.stop.visit, null, changes.isBusy)} link={visitLink(place.stop.visit)} onMove={() => { setView('timeline'); pickUp(place.stop.visit); timeline.current?.reveal(place.stop.visit); timeline.current?.focus(place.stop.visit) }}
      onLock={(isLocked) => act({ kind: isLocked ? 'lock' : 'unlock', visit: place.stop.visit })} onUnassign={() => act({ kind: 'unassign', visit: place.stop.visit })}
      onClose={noVisit}
    />
  ) : (
    <>
      {ofAgent}
      <div role="tablist" aria-label="Lists" className="sticky top-0 z-10 flex gap-1 overflow-x-auto border-b border-line bg-surface px-2 pt-1 [scrollbar-width:none]" onKeyDown={walkTabs}>
        <Tab isOn={list === 'unplanned'} count={plan.unplanned.length} tone="warn" onPress={() => setList('unplanned')}>Unplanned</Tab>
        <Tab isOn={list === 'risk'} count={risky.length} tone={risky.some(({ level }) => level === 'high') ? 'danger' : 'warn'} onPress={() => setList('risk')}>At risk</Tab>
        <Tab isOn={list === 'jobs'} count={openJobs.length} tone={openJobs.some(({ state }) => state === 'unfilled') ? 'danger' : 'plain'} onPress={() => setList('jobs')}>Seeking</Tab>
      </div>
      {list === 'unplanned' && <UnplannedList visits={plan.unplanned} zone={plan.zone} selected={selected} carried={carry?.visit ?? null} canMove={canEdit} onPress={press} onPickUp={(visit) => { pickUp(visit); timeline.current?.focus(null) }} onChoose={choose} explanation={explain} />}
      {list === 'risk' && <AtRiskList rows={risky} names={names} zone={plan.zone} selected={selected} onChoose={look} />}
      {list === 'jobs' && (jobs.length === 0
        ? <p className="px-6 py-12 text-center text-[13px] text-ink-2">Nobody is sought right now. An urgent visit is offered to the best agents from the button above.</p>
        : <div className="space-y-2 p-3">{jobs.map((job) => <JobCard key={job.id} job={job} names={names} visitName={(visit) => visitIn(plan, visit)?.name ?? 'a visit of another day'} zone={plan.zone} canAct={canDispatch} onCandidates={() => onCandidates(job.id)} onCancel={() => onCancelJob(job.id)} onShow={() => look(job.visit)} />)}</div>)}
    </>
  )
  const peek = place ? (
    <Peek title={place.stop.name} text={`${hours({ from: place.stop.start, to: place.stop.end }, plan.zone)} · stop ${place.position + 1} of ${place.route.stops.length} of ${names.get(place.route.agent) ?? place.route.agent}`} colour={colourOf(place.route.agent)} onOpen={toLists} onClose={noVisit} />
  ) : only ? (
    <Peek title={only.name} text="Not planned" colour={null} onOpen={() => { setList('unplanned'); toLists() }} onClose={noVisit} />
  ) : ofAgent && chosen.length === 0 ? (
    <Peek title={names.get(chosenAgent) ?? chosenAgent} text={`Visits: ${agentDay.reduce((sum, { stops }) => sum + stops.length, 0)}`} colour={colourOf(chosenAgent)} onOpen={toLists} onClose={() => onAgent(null)} />
  ) : null
  return (
    <div className="flex h-full flex-col">
      <div className="z-20 flex flex-wrap items-center gap-x-5 gap-y-2 border-b border-line bg-surface px-3 py-2">
        <div className="flex min-w-0 flex-wrap items-center gap-2">{header}</div>
        <div className="order-last min-w-0 flex-1 basis-full min-[1480px]:order-none min-[1480px]:basis-0"><SummaryBar sums={sums} /></div>
        <div className="ml-auto flex flex-wrap items-center gap-2">
          <Button disabled={step === null || changes.isBusy} title={step ? `Take back: ${step.words} (Ctrl-Z)` : 'Nothing to take back'} onClick={undo}><UndoIcon /><span className="max-sm:sr-only">Undo</span></Button>
          {actions}
        </div>
      </div>
      {changes.failure !== null && (
        <div role="alert" className="flex items-center gap-2.5 border-b border-line bg-danger-soft px-4 py-1.5 text-[13px] text-danger">
          <WarningIcon className="size-4 shrink-0" /><p className="min-w-0 flex-1">{changes.failure}</p>
          <IconButton label="Close this message" className="size-7!" onClick={changes.forgive}><CloseIcon /></IconButton>
        </div>
      )}
      {!isWide && (
        <div role="tablist" aria-label="View" className="flex border-b border-line bg-surface px-2" onKeyDown={walkTabs}>
          <Tab isOn={view === 'timeline'} count={null} onPress={() => setView('timeline')}>Timeline</Tab>
          <Tab isOn={view === 'map'} count={null} onPress={() => setView('map')}>Map</Tab>
          <Tab isOn={view === 'lists'} count={side !== null || place ? null : plan.unplanned.length + risky.length} tone="warn" onPress={toLists}>{side !== null ? 'Versions' : place ? 'Visit' : 'Lists'}</Tab>
        </div>
      )}
      <div className={cx('relative grid min-h-0 flex-1', isWide && 'grid-cols-[minmax(0,1fr)_clamp(320px,30%,460px)]')}>
        {/* Laid out though it is not seen, or it would forget where it was scrolled to. */}
        <div className={cx('flex min-h-0 min-w-0 flex-col', isWide || view === 'timeline' ? 'relative' : 'invisible absolute inset-0')}>
          <DayTimeline
            ref={timeline} plan={plan} day={day} names={names} colourOf={colourOf} label_px={label_px} selected={selected} chosenAgent={chosenAgent} active={active} carry={carry} foreseen={foreseen}
            pending={changes.pending} onActive={setActive} onPress={press} onAgent={toggleAgent} onKey={onKey}
          />
          {note !== null && <div className="pointer-events-none absolute inset-0 top-8 grid place-items-center">{note}</div>}
          {carry?.by === 'keyboard' && <DropCard carry={carry} plan={plan} names={names} verdict={verdict} />}
          {chosen.length > 1 && carry === null && canEdit && (
            <BulkBar visits={chosen} agents={agents} date={plan.date} isBusy={bulk.isBusy} failure={bulk.failure} onWish={wish} onForgive={() => setBulk({ isBusy: false, failure: null })} onClear={() => setSelected(new Set())} />
          )}
        </div>
        {!isWide && view !== 'lists' && carry === null && !hasSide && peek !== null && <div className={cx('absolute inset-x-2 z-30', view === 'map' ? 'top-2' : 'bottom-2')}>{peek}</div>}
        <div className={cx('flex min-h-0 min-w-0 flex-col border-line bg-surface', isWide ? 'border-l' : view === 'timeline' && 'hidden')}>
          <div className={cx('relative', isWide ? 'h-[46%] shrink-0 border-b border-line' : view === 'map' ? 'flex-1' : 'hidden')}>
            <DispatchMap plan={plan} names={names} colourOf={colourOf} chosenAgent={chosenAgent} selected={selected} way={way} ghosts={ghosts} focus={focus} onVisit={look} onAgent={onAgent} />
          </div>
          {(isWide || view === 'lists') && <div className="min-h-0 flex-1 overflow-y-auto overscroll-contain">{lists}</div>}
        </div>
      </div>
      {carry?.by === 'pointer' && <DropCard ref={card} carry={carry} plan={plan} names={names} verdict={verdict} />}
      {changes.heldUp && (
        <ConflictDialog
          words={changes.heldUp.words} conflict={changes.heldUp.conflict} verdict={heldUpVerdict} isBusy={changes.isBusy} failure={changes.failure}
          onApply={() => void perform(changes.heldUp!.operations, changes.heldUp!.words)} onClose={changes.letGo}
        />
      )}
    </div>
  )
}

/** What some operations would cost upon the plan as it is; asked anew when either changes. */
function usePrice(desk: Desk, plan: PlanDay, operations: readonly Operation[] | null): Verdict<Price> {
  const [verdict, setVerdict] = useState<Verdict<Price>>({ kind: 'none' })
  const now = useRef({ desk, plan })
  useEffect(() => {
    now.current = { desk, plan }
  })
  const [previewer] = useState(() => new Previewer<{ version: number; operations: readonly Operation[] }, Price>(
    (question, signal) => now.current.desk.price(now.current.plan, question.operations, signal), setVerdict,
  ))
  useEffect(() => {
    if (operations === null) previewer.clear()
    else previewer.want({ version: plan.version, operations })
  }, [previewer, operations, plan.version])
  useEffect(() => () => previewer.clear(), [previewer])
  return verdict
}

/** Ctrl-Z, or ⌘Z, unless somebody is typing. */
function useUndoKey(undo: () => void): void {
  useEffect(() => {
    const press = (event: globalThis.KeyboardEvent) => {
      if (event.key.toLowerCase() !== 'z' || !(event.ctrlKey || event.metaKey) || event.shiftKey || event.altKey) return
      if (event.target instanceof HTMLElement && event.target.closest('input, textarea, select, [role=dialog]') !== null) return
      event.preventDefault()
      undo()
    }
    addEventListener('keydown', press)
    return () => removeEventListener('keydown', press)
  }, [undo])
}

function walkTabs(event: KeyboardEvent<HTMLElement>): void {
  if (event.key !== 'ArrowRight' && event.key !== 'ArrowLeft') return
  const tabs = [...event.currentTarget.querySelectorAll<HTMLElement>('[role=tab]')]
  const next = tabs.at((tabs.indexOf(document.activeElement as HTMLElement) + (event.key === 'ArrowRight' ? 1 : -1)) % tabs.length)
  event.preventDefault()
  next?.click()
  next?.focus()
}
