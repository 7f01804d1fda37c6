/** The dispatcher's day: which territory, which date, and the bench on which its plan is worked. */
import { useCallback, useEffect, useMemo, useRef, useState, type ReactNode } from 'react'
import { queryOptions, useQuery } from '@tanstack/react-query'
import { Link, useSearchParams } from 'react-router'
import { useMay } from '../../api/access'
import type { PlanDiffBody } from '../../api/plans'
import { plans } from '../../api/plans'
import { explain } from '../../api/problem'
import { territoriesQuery } from '../../api/queries'
import { useAgents } from '../../api/useAgents'
import { useTrackRules } from '../../api/useTrackRules'
import { serverNow } from '../../live/live'
import { LINE_COLOURS } from '../../map/palette'
import { paths } from '../../paths'
import { useTheme } from '../../theme'
import { Button } from '../../ui/Button'
import { EmptyState } from '../../ui/EmptyState'
import { CompactSelect } from '../../ui/fields'
import { BoltIcon, LayersIcon, RouteIcon, SparkIcon } from '../../ui/icons'
import { Notice } from '../../ui/Notice'
import { dateOf, dayBounds, isDate } from '../../util/zone'
import type { Conflict } from './desk'
import { agentOfLane, jobsOf, partOfLane } from './follow'
import { visitIn, type PlanDay } from './plan'
import { serverDesk } from './serverDesk'
import { DayPicker } from './SummaryBar'
import { useDayPlan } from './useDayPlan'
import { useJobs } from './useJobs'
import { Workbench } from './Workbench'

export const summariesQuery = (date: string) => queryOptions({ queryKey: ['plans', 'summaries', date], queryFn: ({ signal }) => plans.summaries(date, signal), staleTime: 30_000 })

export function DispatchPage() {
  const rules = useTrackRules()
  return rules === null ? <Skeleton /> : <Dispatch zone={rules.zone} />
}

function Dispatch({ zone }: { zone: string }) {
  const may = useMay()
  const [search, setSearch] = useSearchParams()
  const today = dateOf(serverNow(), zone)
  const given = search.get('date')
  const date = isDate(given) ? given : today
  const { data: territories = [] } = useQuery({ ...territoriesQuery, enabled: may('territories') })
  const summaries = useQuery(summariesQuery(date))
  // Where there is most to do, unless somebody says otherwise.
  const busiest = useMemo(() => summaries.data?.toSorted((a, b) => b.visits + b.unassigned - (a.visits + a.unassigned))[0] ?? null, [summaries.data])
  const territory = search.get('territory') ?? (summaries.data ? (busiest?.territory_id ?? 'none') : summaries.error ? (territories[0]?.id ?? 'none') : null)
  const go = useCallback((over: Record<string, string>) => setSearch((before) => {
    const after = new URLSearchParams(before)
    for (const [key, value] of Object.entries(over)) after.set(key, value)
    return after
  }, { replace: true }), [setSearch])
  const waiting = new Map(summaries.data?.map((one) => [one.territory_id ?? 'none', one.unassigned]))
  const option = (id: string, name: string) => <option key={id} value={id}>{name}{(waiting.get(id) ?? 0) > 0 ? ` · ${waiting.get(id)} unplanned` : ''}</option>
  const header = (
    <>
      <CompactSelect label="Territory" value={territory ?? ''} onChange={(id) => go({ territory: id })} className="w-48">
        {territories.map(({ id, name }) => option(id, name))}
        {option('none', 'Without a territory')}
      </CompactSelect>
      <DayPicker date={date} today={today} onChange={(to) => go({ date: to })} />
    </>
  )
  return (
    <div className="absolute inset-0">
      <title>Dispatch · SalesSync</title>
      <h1 className="sr-only">Dispatch</h1>
      {territory === null ? <Skeleton /> : <Day key={`${territory} ${date}`} territory={territory} date={date} header={header} />}
    </div>
  )
}

type DayProps = { territory: string; date: string; header: ReactNode }

function Day({ territory, date, header }: DayProps) {
  const may = useMay()
  const agents = useAgents()
  const theme = useTheme((state) => state.theme)
  const heard = useRef<Conflict['changes']>([])
  const latest = useRef<{ plan: PlanDay | null; names: ReadonlyMap<string, string> }>({ plan: null, names: agents.names })
  const onChange = useCallback((diff: PlanDiffBody) => {
    heard.current = [...heard.current.slice(-49), ...told(diff, latest.current.plan, latest.current.names)]
  }, [])
  const { plan: raw, error, isPending, refetch } = useDayPlan(territory, date, { onChange })
  const plan = useMemo(() => raw && byName(raw, agents.names), [raw, agents.names])
  useEffect(() => {
    latest.current = { plan, names: agents.names }
  }, [plan, agents.names])
  const jobs = useJobs(territory)
  const desk = useMemo(() => serverDesk(refetch, (since) => heard.current.filter(({ version }) => version > since)), [refetch])
  const [chosenAgent, setChosenAgent] = useState<string | null>(null)
  const lanes = plan?.routes
  const laneNames = useMemo(() => new Map([...agents.names, ...(lanes ?? []).map(({ agent }): [string, string] => {
    const part = partOfLane(agent)
    return [agent, `${agents.names.get(agentOfLane(agent)) ?? 'Unknown'}${part > 0 ? `, shift ${part + 1}` : ''}`]
  })]), [agents.names, lanes])
  const order = useMemo(() => new Map(lanes?.map(({ agent }, at) => [agentOfLane(agent), at])), [lanes])
  const colourOf = useCallback((agent: string) => LINE_COLOURS[theme][(order.get(agentOfLane(agent)) ?? 0) % LINE_COLOURS[theme].length]!, [theme, order])
  const shownJobs = useMemo(() => jobsOf(jobs, (visit) => (plan && visitIn(plan, visit)?.name) ?? 'A visit'), [jobs, plan])

  if (plan === null) {
    return (
      <div className="flex h-full flex-col">
        <div className="flex flex-wrap items-center gap-2 border-b border-line bg-surface px-3 py-2">{header}</div>
        {isPending ? <Skeleton /> : <div className="p-6"><Notice tone="danger" title="The plan could not be loaded" action={<Button onClick={() => void refetch()}>Try again</Button>}>{explain(error)}</Notice></div>}
      </div>
    )
  }
  return (
    <Workbench
      plan={plan} day={dayBounds(date, plan.zone)} names={laneNames} agents={agents.all} colourOf={colourOf} desk={desk} canEdit={may('plans', 'update')} jobs={shownJobs} canDispatch={may('dispatch', 'update')}
      onCandidates={() => {}} onCancelJob={() => {}} onBulk={async () => {}} chosenAgent={chosenAgent} onAgent={setChosenAgent} way={null} header={header}
      actions={<><Button><SparkIcon />Improve</Button><Button><LayersIcon />Versions</Button><Button look="primary"><BoltIcon />Urgent visit</Button></>}
      explanation={() => null} visitLink={(visit) => <Link to={paths.visitAt(visit)} className="mt-4 inline-block rounded text-[13px] font-medium text-accent hover:underline">Open the visit</Link>}
      note={plan.routes.length === 0 ? <NobodyWorks /> : null}
    />
  )
}

function NobodyWorks() {
  return <div className="border-b border-line bg-surface"><EmptyState icon={<RouteIcon />} title="Nobody works that day">Agents of this territory who have a shift on this date get a lane here. Shifts are set in an agent’s planning profile.</EmptyState></div>
}

function byName(plan: PlanDay, names: ReadonlyMap<string, string>): PlanDay {
  const collator = new Intl.Collator(undefined, { numeric: true, sensitivity: 'base' })
  const nameOf = (lane: string) => names.get(agentOfLane(lane)) ?? ''
  return { ...plan, routes: plan.routes.toSorted((a, b) => collator.compare(nameOf(a.agent), nameOf(b.agent)) || a.agent.localeCompare(b.agent)) }
}

/** A change that came on the lane, in words for whoever ran into it. */
function told(diff: PlanDiffBody, plan: PlanDay | null, names: ReadonlyMap<string, string>): Conflict['changes'] {
  const by = diff.by.kind === 'system' ? 'The planner' : 'Somebody'
  const nameOf = (visit: string) => (plan && visitIn(plan, visit)?.name) ?? 'a visit'
  const moves = diff.changes.slice(0, 4).map(({ visit, to }) => (to ? `moved ${nameOf(visit)} to ${names.get(to.agent) ?? 'somebody'}` : `took ${nameOf(visit)} out`))
  const rest = diff.changes.length - moves.length
  const words = moves.length === 0 ? 'settled something of a visit' : `${moves.join(', ')}${rest > 0 ? `, and ${rest} more` : ''}`
  return [{ version: diff.version, by, words }]
}

function Skeleton() {
  return (
    <div role="status" aria-label="Loading the plan" className="flex-1 space-y-px bg-surface">
      {Array.from({ length: 10 }, (_, at) => (
        <div key={at} className="flex h-15 items-center gap-6 border-b border-line px-4">
          <div className="skeleton h-4 w-32" />
          <div className="skeleton h-8 flex-1" style={{ marginLeft: `${(at * 7) % 20}%`, marginRight: `${(at * 11) % 30}%` }} />
        </div>
      ))}
    </div>
  )
}
