/** How the server stands: who supervises how many agents, what was halted, how full the journal is. */
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { Link } from 'react-router'
import { useMay } from '../../api/access'
import { api } from '../../api/client'
import { explain } from '../../api/problem'
import { agentsQuery, systemQuery } from '../../api/queries'
import type { Arbiter, HaltedAgent, SystemReport } from '../../api/types'
import { paths } from '../../paths'
import { Button } from '../../ui/Button'
import { Notice } from '../../ui/Notice'
import { ago, duration } from '../../util/time'
import { count } from '../../util/units'
import { Card, Figure, Gauges } from './Gauges'

export function SystemPage() {
  const { data: report, error, isPending, refetch } = useQuery(systemQuery)
  return (
    <div className="h-full overflow-y-auto">
      <title>System · SalesSync</title>
      <div className="mx-auto max-w-5xl space-y-5 px-4 py-6 sm:px-8 sm:py-8">
        <header className="flex flex-wrap items-baseline gap-x-4 gap-y-1">
          <h1 className="text-xl font-semibold tracking-[-0.018em]">System</h1>
          {report && (
            <p className="tabular text-[13px] text-ink-3">Version {report.version} · up for {duration(report.uptime_s)} · epoch <code className="font-mono text-xs">{report.epoch.slice(0, 13)}</code></p>
          )}
        </header>
        {error && (
          <Notice tone="danger" title={report ? 'These figures are old' : 'The system report could not be loaded'} action={<Button onClick={() => void refetch()}>Try again</Button>}>
            {explain(error)}
          </Notice>
        )}
        {isPending && <div role="status" aria-label="Loading the system report" className="grid gap-4 sm:grid-cols-4">{Array.from({ length: 4 }, (_, i) => <div key={i} className="skeleton h-24" />)}</div>}
        {report && <Report report={report} />}
      </div>
    </div>
  )
}

function Report({ report: { agents, arbiters, journal, halted } }: { report: SystemReport }) {
  return (
    <>
      <dl className="grid grid-cols-2 gap-3 sm:grid-cols-4 sm:gap-4">
        <Figure name="Agents known" value={count(agents.known)} />
        <Figure name="Awake" value={count(agents.awake)} hint="with a process of their own" />
        <Figure name="Restarting" value={count(agents.restarting)} tone={agents.restarting > 0 ? 'warn' : 'plain'} />
        <Figure name="Halted" value={count(agents.halted)} tone={agents.halted > 0 ? 'danger' : 'plain'} />
      </dl>
      <HaltedAgents halted={halted} />
      <div className="grid gap-5 md:grid-cols-[3fr_2fr]">
        <Arbiters arbiters={arbiters} />
        <Card title="Journal" hint="Fixes on their way into Postgres"><Gauges gauges={journal} /></Card>
      </div>
    </>
  )
}

function HaltedAgents({ halted }: { halted: readonly HaltedAgent[] }) {
  const may = useMay()
  if (halted.length === 0) {
    return <Card title="Halted agents"><p className="px-4 pb-4 text-[13px] text-ink-2">None. Every agent that was asked for has a working process.</p></Card>
  }
  return (
    <Card title="Halted agents" hint="Restarted too often in a row; their phones keep the fixes until somebody resumes them">
      <ul className="divide-y divide-line border-t border-line">
        {halted.map((agent) => <HaltedRow key={agent.agent} agent={agent} canResume={may('agents', 'update')} />)}
      </ul>
    </Card>
  )
}

function HaltedRow({ agent: { agent, name, restarts, since, last_panic }, canResume }: { agent: HaltedAgent; canResume: boolean }) {
  const client = useQueryClient()
  const resume = useMutation({
    mutationFn: () => api.resume(agent),
    onSuccess: () => Promise.all([
      client.invalidateQueries({ queryKey: systemQuery.queryKey }),
      client.invalidateQueries({ queryKey: agentsQuery.queryKey }),
    ]),
  })
  return (
    <li className="flex items-center gap-4 px-4 py-3">
      <div className="min-w-0 flex-1">
        <Link to={paths.agentOnMap(agent)} className="text-[13.5px] font-medium hover:text-accent hover:underline">{name}</Link>
        <p className="tabular text-xs text-ink-3">{count(restarts)} restarts · halted {ago(Date.now() - Date.parse(since))}</p>
        {last_panic && <p className="mt-1 truncate font-mono text-xs text-danger" title={last_panic}>{last_panic}</p>}
        {resume.isError && <p role="alert" className="mt-1 text-xs font-medium text-danger">{explain(resume.error)}</p>}
      </div>
      {canResume && <Button aria-label={`Resume ${name}`} isBusy={resume.isPending} onClick={() => resume.mutate()}>Resume</Button>}
    </li>
  )
}

function Arbiters({ arbiters }: { arbiters: readonly Arbiter[] }) {
  const most = Math.max(1, ...arbiters.map(({ agents_awake }) => agents_awake))
  return (
    <Card title="Arbiters" hint="Threads, and the agents that live on each">
      <div className="overflow-x-auto">
        <table className="tabular w-full text-[13px]">
          <thead>
            <tr className="text-left text-xs text-ink-3">
              <th scope="col" className="px-4 py-1.5 font-medium">No.</th>
              <th scope="col" className="px-4 py-1.5 font-medium">Agents awake</th>
            </tr>
          </thead>
          <tbody>
            {arbiters.map(({ index, agents_awake }) => (
              <tr key={index} className="border-t border-line">
                <td className="px-4 py-2 text-ink-3">{index}</td>
                <td className="px-4 py-2">
                  <span className="flex items-center gap-3">
                    <span className="w-10">{count(agents_awake)}</span>
                    <span aria-hidden="true" className="h-1.5 w-24 overflow-hidden rounded-full bg-sunken">
                      <span className="block h-full rounded-full bg-accent" style={{ width: `${(100 * agents_awake) / most}%` }} />
                    </span>
                  </span>
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </Card>
  )
}
