/** The dispatcher's day: which territory, which date, and the bench on which its plan is worked. */
import { useCallback, useEffect, useMemo, useRef, useState, type ReactNode } from 'react'
import { keepPreviousData, queryOptions, useMutation, useQueries, useQuery, useQueryClient } from '@tanstack/react-query'
import type { Position as LonLat } from 'geojson'
import { Link, useSearchParams } from 'react-router'
import { useMay } from '../../api/access'
import { everybodyQuery } from '../../api/accountQueries'
import { skillsQuery } from '../../api/customerQueries'
import { dispatch, plans, type PlanDiff, type PlanDiffBody, type RoutesShown } from '../../api/plans'
import { explain } from '../../api/problem'
import { territoriesQuery } from '../../api/queries'
import { useSession } from '../../api/session'
import { useAgents } from '../../api/useAgents'
import { useTrackRules } from '../../api/useTrackRules'
import { visitQuery } from '../../api/visitQueries'
import { visits, type Visit } from '../../api/visits'
import { serverNow } from '../../live/live'
import type { RouteLine } from '../../map/layers/RoutesLayer'
import { LINE_COLOURS } from '../../map/palette'
import { paths } from '../../paths'
import { tell } from '../../shell/toasts'
import { useTheme } from '../../theme'
import { Button } from '../../ui/Button'
import { EmptyState } from '../../ui/EmptyState'
import { CompactSelect } from '../../ui/fields'
import { BoltIcon, LayersIcon, RouteIcon, SparkIcon } from '../../ui/icons'
import { Notice } from '../../ui/Notice'
import { dateOf, dayBounds, isDate } from '../../util/zone'
import { performBulk } from './bulk'
import type { BulkWish } from './BulkBar'
import { CandidatesDialog } from './CandidatesDialog'
import { authorName, kindName } from './changeWords'
import { agentOfLane, jobsOf, partOfLane, takenAway } from './follow'
import { ImproveDialog } from './ImproveDialog'
import { placeOf, visitIn, type PlanDay } from './plan'
import { serverDesk } from './serverDesk'
import { DayPicker } from './SummaryBar'
import { UrgentDialog } from './UrgentDialog'
import { useDayPlan } from './useDayPlan'
import { useJobs } from './useJobs'
import { VersionsPanel, type VersionNames } from './VersionsPanel'
import { takenInWords } from './words'
import { refusalOf } from './why'
import { WhyCard } from './WhyCard'
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
  const { data: known } = useQuery({ ...territoriesQuery, enabled: may('territories') })
  const territories = known ?? []
  const summaries = useQuery(summariesQuery(date))
  // Where there is most to do, unless somebody says otherwise.
  const busiest = useMemo(() => summaries.data?.toSorted((a, b) => b.visits + b.unassigned - (a.visits + a.unassigned)).find(({ visits, unassigned }) => visits + unassigned > 0) ?? null, [summaries.data])
  const first = known?.[0]?.id ?? 'none'
  const isKnown = summaries.data !== undefined && (known !== undefined || !may('territories'))
  const territory = search.get('territory') ?? (isKnown ? (busiest ? (busiest.territory_id ?? 'none') : first) : summaries.error ? first : null)
  const go = useCallback((over: Record<string, string>) => setSearch((before) => {
    const after = new URLSearchParams(before)
    for (const [key, value] of Object.entries(over)) after.set(key, value)
    return after
  }, { replace: true }), [setSearch])
  const waiting = new Map(summaries.data?.map((one) => [one.territory_id ?? 'none', one.unassigned]))
  const option = (id: string, name: string) => <option key={id} value={id}>{name}{(waiting.get(id) ?? 0) > 0 ? ` · ${waiting.get(id)} unplanned` : ''}</option>
  const header = (
    <>
      <CompactSelect label="Territory" value={territory ?? ''} onChange={(id) => go({ territory: id })} className="w-56 max-sm:w-auto max-sm:flex-1">
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
type Opened = { kind: 'urgent' } | { kind: 'improve' } | { kind: 'versions' } | { kind: 'candidates'; job: string } | null

function Day({ territory, date, header }: DayProps) {
  const may = useMay()
  const agents = useAgents()
  const author = useAuthors()
  const client = useQueryClient()
  const theme = useTheme((state) => state.theme)
  const [chosenAgent, setChosenAgent] = useState<string | null>(null)
  const [opened, setOpened] = useState<Opened>(null)
  const [shown, setShown] = useState<{ visit: string } | null>(null)
  const [since, setSince] = useState<number | null>(null)
  const [diff, setDiff] = useState<PlanDiff | null>(null)
  const onChange = useCallback((change: PlanDiffBody, held: PlanDay | null) => {
    void client.invalidateQueries({ queryKey: ['plans', 'versions', territory] })
    if (held) for (const words of takenInWords(takenAway(held, change), (lane) => agents.names.get(agentOfLane(lane)) ?? 'somebody')) tell(words)
  }, [client, territory, agents.names])
  const { plan: raw, error, isPending, refetch, awaitVersion } = useDayPlan(territory, date, { onChange })
  const { data: skills } = useQuery(skillsQuery)
  const plan = useMemo(() => raw && inNames(raw, agents.names, skills ?? []), [raw, agents.names, skills])
  const heldJobs = useJobs(territory)
  const lanes = plan?.routes
  // Skills by their codes beside them: refusals speak of these too.
  const laneNames = useMemo(() => new Map([...(skills ?? []).map(({ code, name }): [string, string] => [code, name]), ...agents.names, ...(lanes ?? []).map(({ agent }): [string, string] => {
    const part = partOfLane(agent)
    return [agent, `${agents.names.get(agentOfLane(agent)) ?? 'Unknown'}${part > 0 ? `, shift ${part + 1}` : ''}`]
  })]), [agents.names, lanes, skills])
  const names = useMemo((): VersionNames => ({
    visit: (visit) => (plan && visitIn(plan, visit)?.name) ?? 'a visit of another day', lane: (lane) => laneNames.get(lane) ?? 'somebody', author,
  }), [plan, laneNames, author])
  const latest = useRef(names)
  const knownNames = useRef(laneNames)
  const latestPlan = useRef(plan)
  useEffect(() => {
    latest.current = names
    knownNames.current = laneNames
    latestPlan.current = plan
  }, [names, laneNames, plan])
  const nameOfId = useCallback((id: string) => knownNames.current.get(id) ?? (latestPlan.current && visitIn(latestPlan.current, id)?.name) ?? null, [])
  const desk = useMemo(() => serverDesk(refetch, nameOfId, (since) => since.map(({ version, by, kind, visits }) => ({
    version, by: latest.current.author(by), words: `${kindName(kind)} ${visits.map((visit) => latest.current.visit(visit)).slice(0, 4).join(', ')}${visits.length > 4 ? ` and ${visits.length - 4} more` : ''}`,
  })), awaitVersion), [refetch, nameOfId, awaitVersion])
  const order = useMemo(() => new Map(lanes?.map(({ agent }, at) => [agentOfLane(agent), at])), [lanes])
  const colourOf = useCallback((agent: string) => LINE_COLOURS[theme][(order.get(agentOfLane(agent)) ?? 0) % LINE_COLOURS[theme].length]!, [theme, order])
  const elsewhere = useVisitNames(useMemo(() => heldJobs.flatMap(({ visit_id }) => (plan && !visitIn(plan, visit_id) ? [visit_id] : [])), [heldJobs, plan]))
  const jobs = useMemo(() => jobsOf(heldJobs, (visit) => (plan && visitIn(plan, visit)?.name) ?? elsewhere.get(visit) ?? 'A visit'), [heldJobs, plan, elsewhere])
  const way = useQuery({ ...wayQuery(territory, agentOfLane(chosenAgent ?? ''), date, plan?.version ?? 0), enabled: chosenAgent !== null && plan !== null }).data ?? null
  const ghosts = useMemo(() => (diff && plan ? ghostsOf(diff, plan, colourOf) : []), [diff, plan, colourOf])
  const stop = useMutation({ mutationFn: (job: string) => dispatch.cancel(job), onSuccess: () => tell('Nobody is sought for it any more.'), onError: (failure) => tell(refusalOf(failure, nameOfId)) })
  const takeBack = useMutation({ mutationFn: ({ version }: { version: number; words: string }) => plans.undo(territory, version, plan!.version), onSuccess: ({ version }, { words }) => {
    awaitVersion(version)
    tell(`Taken back: ${words}.`)
  } })

  if (plan === null) {
    return (
      <div className="flex h-full flex-col">
        <div className="flex flex-wrap items-center gap-2 border-b border-line bg-surface px-3 py-2">{header}</div>
        {isPending ? <Skeleton /> : <div className="p-6"><Notice tone="danger" title="The plan could not be loaded" action={<Button onClick={() => void refetch()}>Try again</Button>}>{explain(error)}</Notice></div>}
      </div>
    )
  }
  const canEdit = may('plans', 'update')
  const canDispatch = may('dispatch', 'update')
  const openJob = opened?.kind === 'candidates' ? (jobs.find(({ id }) => id === opened.job) ?? null) : null
  const show = (visit: string) => setShown({ visit })
  const bulk = async (base: PlanDay, several: readonly string[], wish: BulkWish) => {
    try {
      await performBulk(base, several, wish, visits.cancelAll)
    } catch (failure) {
      throw new Error(refusalOf(failure, nameOfId))
    }
  }
  return (
    <>
      <Workbench
        plan={plan} day={dayBounds(date, plan.zone)} names={laneNames} agents={agents.all} colourOf={colourOf} desk={desk} canEdit={canEdit} jobs={jobs} canDispatch={canDispatch} header={header} shown={shown}
        onCandidates={(job) => setOpened({ kind: 'candidates', job })} onCancelJob={(job) => stop.mutate(job)} onBulk={bulk} chosenAgent={chosenAgent} onAgent={setChosenAgent} way={way}
        actions={(
          <>
            {canEdit && <Button onClick={() => setOpened({ kind: 'improve' })}><SparkIcon /><span className="max-sm:sr-only">Improve</span></Button>}
            <Button onClick={() => setOpened({ kind: 'versions' })}><LayersIcon /><span className="max-sm:sr-only">Versions</span></Button>
            {may('dispatch', 'create') && <Button look="primary" onClick={() => setOpened({ kind: 'urgent' })}><BoltIcon />Urgent visit</Button>}
          </>
        )}
        explanation={(visit, onAccept, isBusy) => <WhyCard {...{ territory, visit, date, onAccept, isBusy }} version={plan.version} zone={plan.zone} isChosen={placeOf(plan, visit)?.stop.isChosen === true} nameOf={names.lane} visitName={names.visit} />}
        visitLink={(visit) => <Link to={paths.visitAt(visit)} className="mt-4 inline-block rounded text-[13px] font-medium text-accent hover:underline">Open the visit</Link>}
        note={plan.routes.length === 0 ? <NobodyWorks /> : null} ghosts={ghosts}
        side={opened?.kind === 'versions' ? (
          <VersionsPanel
            plan={plan} names={names} canUndo={canEdit} isBusy={takeBack.isPending} failure={takeBack.error && refusalOf(takeBack.error, nameOfId)} onUndo={(version, words) => takeBack.mutate({ version, words })}
            since={since} onSince={setSince} onDiff={setDiff} onShow={show} onClose={() => { takeBack.reset(); setSince(null); setOpened(null) }}
          />
        ) : null}
      />
      {opened?.kind === 'urgent' && <UrgentDialog territory={territory} date={date} zone={plan.zone} onOpened={(job) => setOpened({ kind: 'candidates', job: job.id })} onClose={() => setOpened(null)} />}
      {opened?.kind === 'improve' && <ImproveDialog plan={plan} names={names} nameOf={nameOfId} onShow={show} onClose={() => setOpened(null)} />}
      {openJob && <CandidatesDialog job={openJob} names={laneNames} visitName={names.visit} date={date} zone={plan.zone} canAct={canDispatch} onCancel={() => stop.mutate(openJob.id)} onShow={() => { show(openJob.visit); setOpened(null) }} onClose={() => setOpened(null)} />}
    </>
  )
}

/** How the routes that were touched ran before, as far as the places of their visits are known here. */
function ghostsOf(diff: PlanDiff, plan: PlanDay, colourOf: (agent: string) => string): RouteLine[] {
  return diff.routes.filter(({ shift }) => shift.date === plan.date).map(({ shift, before }) => ({
    id: `before ${shift.agent} ${shift.part}`, colour: colourOf(shift.agent), look: 'ghost', line: before.flatMap((visit): LonLat[] => {
      const point = visitIn(plan, visit)?.point
      return point ? [[point.lon, point.lat]] : []
    }),
  }))
}

/** Leg after leg; where one ends the next begins. */
const lineOf = ({ way, legs }: RoutesShown['routes'][0]): LonLat[] =>
  (legs.length === 0 ? way : legs.flatMap(({ points }, at) => (at === 0 ? points : points.slice(1)))).map(({ lat, lon }) => [lon, lat])

/** On the roads, as far as the server knows them. */
const wayQuery = (territory: string, agent: string, date: string, version: number) => queryOptions({
  queryKey: ['plans', 'way', territory, agent, date, version],
  queryFn: async ({ signal }): Promise<LonLat[]> => (await plans.route(territory, agent, date, signal)).routes.flatMap(lineOf),
  placeholderData: keepPreviousData,
})

/** Of visits that are not in the day shown: sought for on another one, or not planned yet. */
function useVisitNames(visits_: readonly string[]): ReadonlyMap<string, string> {
  return useQueries({
    queries: [...new Set(visits_)].map((visit) => ({ ...visitQuery(visit), refetchInterval: false as const, staleTime: 5 * 60_000, retry: false })),
    combine: nameById,
  })
}

const nameById = (results: readonly { data?: Visit }[]): ReadonlyMap<string, string> => new Map(results.flatMap(({ data }) => (data ? [[data.id, data.customer_name] as const] : [])))

/** Who did it, by name where one may know it. */
function useAuthors(): VersionNames['author'] {
  const may = useMay()
  const me = useSession((state) => state.me?.id ?? null)
  const agents = useAgents()
  const { data: people } = useQuery({ ...everybodyQuery, enabled: may('users') })
  return useCallback((by) => authorName(by, me, (id) => people?.find((person) => person.id === id)?.name ?? agents.names.get(id) ?? null), [me, people, agents.names])
}

function NobodyWorks() {
  return <EmptyState icon={<RouteIcon />} title="Nobody works that day">Agents of this territory who have a shift on this date get a lane here. Shifts are set in an agent’s planning profile.</EmptyState>
}

/** Lanes by their agents' names, skills by theirs. */
function inNames(plan: PlanDay, names: ReadonlyMap<string, string>, skills: readonly { code: string; name: string }[]): PlanDay {
  const collator = new Intl.Collator(undefined, { numeric: true, sensitivity: 'base' })
  const nameOf = (lane: string) => names.get(agentOfLane(lane)) ?? ''
  const skillName = (code: string) => skills.find((skill) => skill.code === code)?.name ?? code
  return { ...plan, unplanned: plan.unplanned.map((visit) => ({ ...visit, skills: visit.skills.map(skillName) })), routes: plan.routes.toSorted((a, b) => collator.compare(nameOf(a.agent), nameOf(b.agent)) || a.agent.localeCompare(b.agent)) }
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
