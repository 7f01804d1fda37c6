/** Searches for a better plan: how long and for whom, how the cost falls, and what would change; accepted, or left. */
import { useState } from 'react'
import { queryOptions, useMutation, useQuery } from '@tanstack/react-query'
import { plans, type PlanDiff, type PlanJob } from '../../api/plans'
import { ApiError, explain } from '../../api/problem'
import { serverNow } from '../../live/live'
import { tell } from '../../shell/toasts'
import { Button } from '../../ui/Button'
import { Choices } from '../../ui/Choices'
import { Dialog } from '../../ui/Dialog'
import { Checkbox, SelectField } from '../../ui/fields'
import { Notice } from '../../ui/Notice'
import { count } from '../../util/units'
import { useNow } from '../../util/useNow'
import { CostCurve } from './CostCurve'
import { agentOfLane, laneOf } from './follow'
import { MoveList, type MovedVisit } from './MoveList'
import type { PlanDay } from './plan'
import { COST_IS } from './price'
import type { VersionNames } from './VersionsPanel'
import { refusalOf, withNames } from './why'

const jobQuery = (job: string) => queryOptions({
  queryKey: ['plans', 'job', job],
  queryFn: ({ signal }) => plans.job(job, signal),
  refetchInterval: ({ state }) => (state.data === undefined || state.data.state === 'queued' || state.data.state === 'running' ? 500 : false),
})

/** `nameOf`: of an agent or a visit that a refusal speaks of. */
type ImproveDialogProps = { plan: PlanDay; names: VersionNames; nameOf: (id: string) => string | null; onShow: (visit: string) => void; onClose: () => void }

export function ImproveDialog({ plan, names, nameOf, onShow, onClose }: ImproveDialogProps) {
  const [seconds, setSeconds] = useState('10')
  const [isDay, setDay] = useState(true)
  const [agents, setAgents] = useState<ReadonlySet<string>>(new Set())
  const [job, setJob] = useState<PlanJob | null>(null)
  const begin = useMutation({
    mutationFn: () => plans.improve(plan.territory, { base_version: plan.version, seconds: Number(seconds), ...(isDay && { dates: [plan.date] }), ...(agents.size > 0 && { agents: [...agents] }), apply: false }),
    onSuccess: setJob,
  })
  const people = [...new Map(plan.routes.map(({ agent }) => [agentOfLane(agent), names.lane(agent)]))].map(([id, name]) => ({ id, name }))
  if (job !== null) return <Search job={job} plan={plan} names={names} nameOf={nameOf} onShow={onShow} onClose={onClose} onAgain={() => { begin.reset(); setJob(null) }} />
  return (
    <Dialog
      title="Improve the plan" subtitle="Nothing changes until you accept what is found." onClose={onClose} isHeld={begin.isPending}
      footer={<><Button onClick={onClose}>Cancel</Button><Button look="primary" isBusy={begin.isPending} onClick={() => begin.mutate()}>{begin.isPending ? 'Beginning…' : 'Search'}</Button></>}
    >
      <div className="space-y-4">
        <SelectField label="Search for" value={seconds} onChange={setSeconds} hint="Longer finds more; what is promised or under way stays.">
          {[['3', '3 seconds'], ['10', '10 seconds'], ['30', 'half a minute'], ['60', 'a minute']].map(([value, name]) => <option key={value} value={value}>{name}</option>)}
        </SelectField>
        <Checkbox label="Only this day" isChecked={isDay} onChange={setDay} />
        <Choices label="Only these agents" items={people} chosen={agents} onChange={setAgents} className="max-h-44" />
        {begin.error && <Notice tone="danger" title="The search did not begin">{begin.error instanceof ApiError && begin.error.code === 'busy' ? 'As many searches as may wait are waiting already. Try again in a moment.' : refusalOf(begin.error, nameOf)}</Notice>}
      </div>
    </Dialog>
  )
}

type SearchProps = ImproveDialogProps & { job: PlanJob; onAgain: () => void }

function Search({ job: first, plan, names, nameOf, onShow, onClose, onAgain }: SearchProps) {
  const { data: job = first, error } = useQuery({ ...jobQuery(first.id), placeholderData: first })
  const isOn = job.state === 'queued' || job.state === 'running'
  const accept = useMutation({
    mutationFn: () => plans.acceptJob(job.id),
    onSuccess: ({ state }) => {
      tell(state === 'rebased' ? 'Accepted, as far as the plan had not gone on meanwhile.' : 'Accepted.')
      onClose()
    },
  })
  const discard = useMutation({ mutationFn: () => plans.discardJob(job.id), onSettled: onClose })
  const { proposal } = job
  const gain = proposal ? proposal.cost_before - proposal.cost_after : 0
  const moves = proposal ? movesOf(proposal.diff, names, plan.date) : []
  const leave = () => (isOn || job.state === 'proposed' ? discard.mutate() : onClose())
  return (
    <Dialog
      title={isOn ? 'Searching for a better plan' : job.state === 'proposed' ? 'A better plan' : job.state === 'failed' ? 'The search failed' : job.state === 'refused' ? 'Nothing better was found' : 'Done'} onClose={leave} isHeld={accept.isPending || discard.isPending}
      footer={(
        <>
          <Button isBusy={discard.isPending} onClick={leave}>{isOn ? 'Stop' : job.state === 'proposed' ? 'Leave it' : 'Close'}</Button>
          {job.state === 'proposed' && <Button look="primary" isBusy={accept.isPending} onClick={() => accept.mutate()}>{accept.isPending ? 'Accepting…' : 'Accept'}</Button>}
          {(job.state === 'refused' || job.state === 'failed') && <Button look="primary" onClick={onAgain}>Search again</Button>}
        </>
      )}
    >
      <div className="space-y-4">
        {isOn ? <Progress job={job} /> : <CostCurve points={(proposal?.curve ?? []).map(({ after_ms, cost }) => ({ at_s: after_ms / 1_000, cost }))} seconds={job.seconds} />}
        {error && <Notice tone="danger" title="How far it has come is unknown">{explain(error)}</Notice>}
        {accept.error && <Notice tone="danger" title="It was not accepted">{refusalOf(accept.error, nameOf)}</Notice>}
        {job.reason != null && <p className="text-[13px] text-ink-2 first-letter:uppercase">{withNames(job.reason, nameOf)}</p>}
        {proposal && (
          <>
            <dl className="tabular grid grid-cols-3 gap-3 text-[13px]">
              <Figure name="Cost before" value={count(Math.round(proposal.cost_before))} /><Figure name="Cost after" value={count(Math.round(proposal.cost_after))} />
              <Figure name="Saved" value={`${count(Math.round(gain))}${proposal.cost_before > 0 ? ` (${((gain / proposal.cost_before) * 100).toFixed(1)} %)` : ''}`} />
            </dl>
            <p className="-mt-2 text-xs text-ink-3">{COST_IS}</p>
            {(proposal.mandatory_lost_after ?? 0) < (proposal.mandatory_lost_before ?? 0) && <p className="text-[13px] text-ink-2">It makes visits that have to be made and are left out now.</p>}
            {proposal.was_late && <p className="text-[13px] text-ink-2">Nobody is late in it, as somebody is now.</p>}
            {job.base !== plan.version && job.state === 'proposed' && <p className="rounded-lg bg-warn-soft px-3 py-2 text-xs text-warn">The plan has gone on since version {job.base}. What still holds of this is accepted, the rest is left.</p>}
            <MoveList moves={moves} onShow={onShow} />
          </>
        )}
      </div>
    </Dialog>
  )
}

function Figure({ name, value }: { name: string; value: string }) {
  return <div><dt className="text-xs text-ink-3">{name}</dt><dd className="mt-0.5 font-semibold">{value}</dd></div>
}

function Progress({ job }: { job: PlanJob }) {
  useNow()
  const gone_s = job.started_at == null ? 0 : Math.min(job.seconds, (serverNow() - Date.parse(job.started_at)) / 1_000)
  return (
    <div>
      <p className="text-[13px] text-ink-2">{job.state === 'queued' ? 'Waiting for its turn…' : `${Math.max(0, Math.ceil(job.seconds - gone_s))} s left`}</p>
      <div role="progressbar" aria-valuenow={Math.round((gone_s / job.seconds) * 100)} aria-valuemin={0} aria-valuemax={100} className="mt-2 h-1.5 overflow-hidden rounded-full bg-line">
        <div className="h-full rounded-full bg-accent transition-[width] duration-500" style={{ width: `${(gone_s / job.seconds) * 100}%` }} />
      </div>
    </div>
  )
}

/** Visits that stand in another route than before, or in none. Who is merely pushed along within a route has not moved. */
export function movesOf(diff: PlanDiff, names: VersionNames, date: string): MovedVisit[] {
  const place = (side: 'before' | 'after') => new Map(diff.routes.flatMap((route) => route[side].map((visit, at): [string, string] => {
    const { agent, date: day, part } = route.shift
    return [visit, `${names.lane(laneOf(agent, part ?? 0))}${day === date ? '' : ` on ${day}`}|${at}`]
  })))
  const [before, after] = [place('before'), place('after')]
  const lane = (spot: string | undefined) => spot?.split('|')[0] ?? null
  return [...new Set([...before.keys(), ...after.keys()])]
    .filter((visit) => lane(before.get(visit)) !== lane(after.get(visit)))
    .map((visit) => ({ visit, name: names.visit(visit), from: lane(before.get(visit)), to: lane(after.get(visit)) }))
}
