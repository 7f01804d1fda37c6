/** One visit: what is planned, what was told and seen of it, how far it is proved; with the evidence on the map. */
import { useMemo, useState, type ReactNode } from 'react'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { Link, useParams } from 'react-router'
import { useMay } from '../../api/access'
import { customerQuery, skillsQuery } from '../../api/customerQueries'
import type { Customer } from '../../api/customers'
import { ApiError, explain } from '../../api/problem'
import { useAgents } from '../../api/useAgents'
import { useTrackRules } from '../../api/useTrackRules'
import { activityTypesQuery, formVersionQuery, visitEventsQuery, visitProofQuery, visitQuery } from '../../api/visitQueries'
import { visits, type Visit, type VisitActivity, type VisitEvent, type VisitFile } from '../../api/visits'
import { paths } from '../../paths'
import { NotFoundPage } from '../../shell/Gate'
import { CancelReason } from '../../shell/CancelReason'
import { Loadable } from '../../shell/Loadable'
import { tell } from '../../shell/toasts'
import { isCancellable, KINDS } from '../../shell/visitWords'
import { Badge } from '../../ui/Badge'
import { Button } from '../../ui/Button'
import { Card } from '../../ui/Card'
import { ConfirmDialog } from '../../ui/ConfirmDialog'
import { cx } from '../../ui/cx'
import { BackIcon } from '../../ui/icons'
import { Notice } from '../../ui/Notice'
import { inWords } from '../../util/code'
import { duration } from '../../util/time'
import { count } from '../../util/units'
import { useIsWide } from '../../util/useMedia'
import { clockOf, longDate, minuteOf } from '../../util/zone'
import { AnswersView } from './AnswersView'
import { FileView } from './FileView'
import { cameLate, happened } from './proof'
import { ProofMap } from './ProofMap'
import { StatusBadge } from './StatusBadge'
import { VerificationCard } from './VerificationCard'
import { proofName } from './words'

export function VisitPage() {
  const { id = '' } = useParams()
  const query = useQuery(visitQuery(id))
  const rules = useTrackRules()
  if (query.error instanceof ApiError && query.error.status === 404) return <NotFoundPage />
  return (
    <Loadable what="The visit" query={query} skeleton={<div role="status" aria-label="Loading the visit" className="space-y-4 p-8"><div className="skeleton h-7 w-64" /><div className="skeleton h-40" /></div>}>
      {query.data && rules && <Shown key={id} visit={query.data} zone={rules.zone} />}
    </Loadable>
  )
}

function Shown({ visit, zone }: { visit: Visit; zone: string }) {
  const isWide = useIsWide()
  const { data: customer = null } = useQuery(customerQuery(visit.customer_id))
  const { data: proofs } = useQuery(visitProofQuery(visit.id))
  const events = useQuery(visitEventsQuery(visit.id))
  const place = customer?.places.find(({ id }) => id === visit.place_id) ?? null
  const files = useMemo(() => (events.data ?? []).flatMap((event) => (event.kind === 'file' ? [event.file] : [])), [events.data])
  return (
    <div className={cx('grid h-full', isWide ? 'grid-cols-[minmax(440px,600px)_minmax(0,1fr)]' : 'grid-rows-[34%_minmax(0,1fr)]')}>
      <title>{`${customer?.name ?? 'Visit'} · SalesSync`}</title>
      <div className={cx('min-h-0 space-y-4 overflow-y-auto px-5 py-6', isWide ? 'order-first border-r border-line' : 'order-last')}>
        <Heading visit={visit} customer={customer} zone={zone} />
        <Facts visit={visit} zone={zone} />
        {proofs && visit.checked_in_at != null && <VerificationCard proof={proofs.verification} zone={zone} />}
        {files.length > 0 && <Card title="Photos and signatures"><div className="flex flex-wrap gap-3">{files.map((file) => <FileView key={file.id} file={file} zone={zone} />)}</div></Card>}
        <Activities events={events.data ?? []} files={files} zone={zone} />
        <Card title="What happened">
          <Loadable what="The history" query={events} skeleton={<div className="skeleton h-24" />}><History events={events.data ?? []} zone={zone} /></Loadable>
        </Card>
      </div>
      <div className={cx('relative', !isWide && 'border-b border-line')}><ProofMap visit={visit} place={place} name={customer?.name ?? 'The place'} proof={proofs?.verification ?? null} /></div>
    </div>
  )
}

function Heading({ visit, customer, zone }: { visit: Visit; customer: Customer | null; zone: string }) {
  const may = useMay()
  const client = useQueryClient()
  const [isAsked, setAsked] = useState(false)
  const [reason, setReason] = useState('')
  const settle = () => client.invalidateQueries({ queryKey: ['visits'] })
  const cancel = useMutation({ mutationFn: () => visits.cancel(visit.id, reason.trim()), onSuccess: () => { setAsked(false); tell('Cancelled.') }, onSettled: settle })
  const reinstate = useMutation({ mutationFn: () => visits.reinstate(visit.id), onSuccess: () => tell('It is to be made after all.'), onSettled: settle })
  const isAhead = isCancellable(visit.status)
  const [window] = visit.windows
  return (
    <header>
      <Link to={paths.visits} className="inline-flex items-center gap-1 rounded text-xs font-medium text-ink-3 hover:text-ink"><BackIcon className="size-3.5" />Visits</Link>
      <div className="mt-1.5 flex items-start justify-between gap-3">
        <div className="min-w-0">
          <h1 className="text-xl font-semibold tracking-[-0.018em]">{customer ? <Link to={paths.customerAt(customer.id)} className="rounded hover:text-accent hover:underline">{customer.name}</Link> : 'Visit'}</h1>
          <p className="tabular mt-1 flex flex-wrap items-center gap-2 text-[13px] text-ink-2">
            <StatusBadge status={visit.status} />{visit.kind !== 'routine' && <Badge tone={visit.kind === 'urgent' ? 'danger' : 'plain'}>{KINDS[visit.kind]}</Badge>}
            <span>{longDate(visit.day)}{window && `, promised ${minuteOf(Date.parse(window.from), zone)}–${minuteOf(Date.parse(window.to), zone)}`}</span>
          </p>
        </div>
        {may('visits', 'delete') && isAhead && <Button onClick={() => setAsked(true)}>Cancel visit</Button>}
        {may('visits', 'update') && (visit.status === 'cancelled' || visit.status === 'missed') && <Button isBusy={reinstate.isPending} onClick={() => reinstate.mutate()}>Reinstate</Button>}
      </div>
      {reinstate.error && <div className="mt-3"><Notice tone="danger" title="That did not work">{explain(reinstate.error)}</Notice></div>}
      {isAsked && (
        <ConfirmDialog title="Cancel this visit?" action="Cancel the visit" busy="Cancelling…" dismiss="Back" isBusy={cancel.isPending} failure={cancel.error && explain(cancel.error)} onConfirm={() => { if (reason.trim() !== '') cancel.mutate() }} onClose={() => setAsked(false)}>
          <p>It leaves the plan, and its agent is told.</p>
          <CancelReason value={reason} onChange={setReason} />
        </ConfirmDialog>
      )}
    </header>
  )
}

function Facts({ visit, zone }: { visit: Visit; zone: string }) {
  const agents = useAgents()
  const { data: skills = [] } = useQuery({ ...skillsQuery, enabled: visit.skills.length > 0 })
  const nameOf = (id: string | null | undefined) => (id == null ? null : (agents.names.get(id) ?? 'Unknown'))
  const clock = (at: string | null | undefined) => (at == null ? null : clockOf(Date.parse(at), zone))
  const lasted = visit.checked_in_at != null && visit.ended_at != null ? duration((Date.parse(visit.ended_at) - Date.parse(visit.checked_in_at)) / 1_000) : null
  return (
    <Card title="Visit">
      <dl className="tabular grid grid-cols-[auto_1fr] gap-x-6 gap-y-2 text-[13px]">
        <Said name="Agent">{nameOf(visit.performed_by ?? visit.agent_id) ?? <span className="text-warn">Nobody yet</span>}{visit.performed_by != null && visit.agent_id != null && visit.performed_by !== visit.agent_id && <span className="text-ink-3"> (was {nameOf(visit.agent_id)}’s)</span>}</Said>
        <Said name="Expected to take">{duration(visit.duration_s)}</Said>
        {visit.demand > 0 && <Said name="Takes of the vehicle">{count(visit.demand)}</Said>}
        {visit.arrived_at != null && <Said name="Arrived, by the track">{clock(visit.arrived_at)}{visit.left_at != null && ` until ${clock(visit.left_at)}`}</Said>}
        {visit.checked_in_at != null && <Said name="Checked in">{clock(visit.checked_in_at)}{visit.ended_at != null && `, out ${clock(visit.ended_at)}`}{lasted !== null && <span className="text-ink-3"> · {lasted}</span>}</Said>}
        {visit.outcome != null && <Said name="Outcome">{inWords(visit.outcome)}{visit.reason != null && `: ${inWords(visit.reason)}`}</Said>}
        {visit.outcome == null && visit.reason != null && <Said name="Reason">{inWords(visit.reason)}</Said>}
        {visit.lacking.length > 0 && <Said name="Lacks"><span className="text-danger">{visit.lacking.map((proof) => proofName(proof, (id) => id.slice(0, 8))).join(', ')}</span></Said>}
        {visit.skills.length > 0 && <Said name="Needs">{visit.skills.map((code) => skills.find((skill) => skill.code === code)?.name ?? code).join(', ')}</Said>}
        {visit.purpose != null && <Said name="What for">{inWords(visit.purpose)}</Said>}
      </dl>
      {visit.note !== '' && <p className="mt-3 border-t border-line pt-3 text-[13px] whitespace-pre-wrap text-ink-2">{visit.note}</p>}
    </Card>
  )
}

function Said({ name, children }: { name: string; children: ReactNode }) {
  return <><dt className="text-ink-3">{name}</dt><dd>{children}</dd></>
}

/** What the fold has made of it, in the order in which it happened; what came late says so. */
function History({ events, zone }: { events: readonly VisitEvent[]; zone: string }) {
  const agents = useAgents()
  if (events.length === 0) return <p className="text-[13px] text-ink-3">Nothing yet.</p>
  const ordered = events.toSorted((a, b) => Date.parse(a.at) - Date.parse(b.at) || a.seq - b.seq)
  return (
    <ol className="relative space-y-3.5 border-l border-line pl-4">
      {ordered.map((event) => {
        const { title, detail, note } = happened(event)
        const late = event.kind === 'told' || event.kind === 'activity' ? cameLate(event) : null
        const by = event.by.kind === 'agent' ? (agents.names.get(event.by.id ?? '') ?? 'an agent') : event.by.kind === 'system' ? null : event.by.kind === 'api_key' ? 'another system' : 'the office'
        const isIdle = event.kind === 'told' && event.effect != null && event.effect !== 'effective'
        return (
          <li key={event.seq} className={cx('text-[13px]', isIdle && 'opacity-60')}>
            <span aria-hidden="true" className={cx('absolute -left-[4.5px] mt-1.5 size-2 rounded-full ring-4 ring-surface', event.kind === 'told' ? 'bg-accent' : event.kind === 'missed' && event.is_missed ? 'bg-danger' : 'bg-line-strong')} />
            <p><span className="font-medium">{title}</span>{detail !== null && <span className="text-ink-2"> · {detail}</span>}</p>
            <p className="tabular text-xs text-ink-3">{clockOf(Date.parse(event.at), zone)}{by !== null && ` by ${by}`}{late !== null && <span className="text-warn"> · told {late} later</span>}</p>
            {note !== null && <p className="mt-1 rounded-lg bg-sunken px-2.5 py-1.5 text-ink-2">{note}</p>}
          </li>
        )
      })}
    </ol>
  )
}

function Activities({ events, files, zone }: { events: readonly VisitEvent[]; files: readonly VisitFile[]; zone: string }) {
  const latest = new Map(events.flatMap((event) => (event.kind === 'activity' ? [[event.activity.id, event.activity] as const] : [])))
  if (latest.size === 0) return null
  return (
    <Card title={latest.size === 1 ? 'Answers' : 'Activities'}>
      <div className="space-y-5">
        {[...latest.values()].map((activity) => <Activity key={activity.id} activity={activity} files={files} zone={zone} />)}
      </div>
    </Card>
  )
}

/** With the questions as they were when it was answered, for whoever may read forms. */
function Activity({ activity: { type_id, form_id, form_version, at, answers, note }, files, zone }: { activity: VisitActivity; files: readonly VisitFile[]; zone: string }) {
  const canAsk = useMay()('settings')
  const { data: types = [] } = useQuery({ ...activityTypesQuery, enabled: canAsk })
  const { data: form = null } = useQuery({ ...formVersionQuery(form_id ?? '', form_version ?? 1), enabled: canAsk && form_id != null, retry: false })
  const name = types.find(({ id }) => id === type_id)?.name ?? form?.title ?? 'Activity'
  return (
    <section aria-label={name}>
      <h3 className="mb-2 flex items-baseline gap-2 text-[13px] font-medium">{name}<span className="tabular text-xs font-normal text-ink-3">{clockOf(Date.parse(at), zone)}</span></h3>
      <AnswersView form={form} answers={answers} fileLink={(id) => { const file = files.find((one) => one.id === id); return file ? <FileView file={file} zone={zone} /> : 'not uploaded yet' }} />
      {note != null && note !== '' && <p className="mt-2 rounded-lg bg-sunken px-2.5 py-1.5 text-[13px] text-ink-2">{note}</p>}
    </section>
  )
}
