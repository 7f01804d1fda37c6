/** The day at a glance: what is next, and all of it in the order it is to be driven. */
import { Link } from 'react-router'
import { cx } from '../../ui/cx'
import { CheckIcon, PlaybackIcon, PlusIcon, WarningIcon } from '../../ui/icons'
import { distance } from '../../util/units'
import { longDate } from '../../util/zone'
import { useDay, useServerNow } from '../app'
import { isAhead, isOpen, isOver } from '../model/day'
import { whereabouts } from '../model/policy'
import { nextOf, progressOf, type DayView, type VisitView } from '../model/project'
import { kindOf, lateness, minutes, span, statusOf, time } from '../model/words'
import { useField } from '../state'
import { CloudOffIcon, NavigateIcon, StopIcon, TodayIcon } from '../ui/icons'
import { Empty, Pill, Tap, TapLink, TapOut, Word } from '../ui/phone'
import { DutySwitch } from '../parts/DutySwitch'
import { SyncChip } from '../parts/SyncChip'
import { wayTo } from '../parts/wayTo'
import { useRuntime } from '../app'

export function TodayPage() {
  const day = useDay()
  const { fetching, fetchError, isOnline } = useField()
  const runtime = useRuntime()
  if (day === null) {
    return (
      <>
        <TodayHeader day={null} />
        {fetchError !== null
          ? <div className="p-3"><Word tone="danger" title="Your day could not be fetched" action={<Tap onClick={() => void runtime.refresh()}>Try again</Tap>}>{fetchError}</Word></div>
          : fetching || isOnline
            ? <DaySkeleton />
            : <Empty icon={<CloudOffIcon />} title="No day on this phone yet" action={<Tap onClick={() => void runtime.refresh()}>Try again</Tap>}>Your visits come as soon as there is a network. From then on they are here without one, too.</Empty>}
      </>
    )
  }
  const next = nextOf(day.visits)
  return (
    <>
      <TodayHeader day={day} />
      <main className="min-h-0 flex-1 overflow-y-auto overscroll-contain pb-6">
        {fetchError !== null && <div className="px-3 pt-3"><Word tone="warn" title="The day may be out of date">{fetchError}</Word></div>}
        <OldDay day={day} />
        {next !== null && <NextCard visit={next} day={day} />}
        {day.visits.length === 0
          ? <Empty icon={<TodayIcon />} title="Nothing planned today">When somebody plans a visit for you, it appears here. You can also add one yourself.</Empty>
          : <Route day={day} next={next} />}
        <div className="mx-3 mt-4 grid grid-cols-2 gap-2.5">
          <TapLink to="/add"><PlusIcon />Add a visit</TapLink>
          <TapLink to="/history"><PlaybackIcon />The day so far</TapLink>
        </div>
      </main>
    </>
  )
}

function TodayHeader({ day }: { day: DayView | null }) {
  const progress = day && progressOf(day.visits)
  return (
    <header className="safe-top z-10 shrink-0 border-b border-line bg-surface">
      <title>Today · SalesSync Field</title>
      <div className="flex min-h-12 items-center gap-2 pt-2 pr-3 pl-4">
        <h1 className="min-w-0 flex-1 truncate text-xl leading-tight font-bold tracking-[-0.02em]">{day ? longDate(day.date).replace(/ \d{4}$/, '') : 'Today'}</h1>
        <DutySwitch />
      </div>
      <div className="mt-1 flex min-h-10 items-center gap-2 pr-3 pb-1 pl-4">
        <p className="tabular min-w-0 flex-1 truncate text-[14px] text-ink-2">
          {progress === null ? ' ' : progress.all === 0 ? 'No visits' : `${progress.done} of ${progress.all} done${progress.done > 0 ? ` · ${progress.productive} productive` : ''}`}
        </p>
        <SyncChip />
      </div>
      <div aria-hidden="true" className="h-1 bg-line">
        <div className="h-full rounded-r-full bg-good transition-[width] duration-500" style={{ width: `${progress && progress.all > 0 ? (progress.done / progress.all) * 100 : 0}%` }} />
      </div>
    </header>
  )
}

/** Yesterday's list must not pass for today's. */
function OldDay({ day }: { day: DayView }) {
  const now = useServerNow()
  const { isOnline } = useField()
  const isOther = new Intl.DateTimeFormat('en-CA', { timeZone: day.zone }).format(now) !== day.date
  if (!isOther) return null
  return <div className="px-3 pt-3"><Word tone="warn" title={`This is ${longDate(day.date)}`}>{isOnline ? 'Today’s list is being fetched.' : 'Today’s list comes when there is a network.'}</Word></div>
}

function NextCard({ visit, day }: { visit: VisitView; day: DayView }) {
  const now = useServerNow()
  const reading = useField((state) => state.reading)
  const at = whereabouts(visit.place, reading, visit.radius_m, day.rules, now)
  const isAt = isOpen(visit.status)
  const late = lateness(visit)
  return (
    <section aria-label={isAt ? 'Where you are' : 'Next'} className="rise mx-3 mt-3 overflow-hidden rounded-3xl border border-line bg-surface shadow-raised">
      <Link to={`/visits/${visit.id}`} className="block px-4 pt-4 pb-3 active:bg-hover">
        <div className="flex items-center gap-2">
          <span className="text-[13px] font-semibold tracking-wide text-accent uppercase">{isAt ? 'You are here' : 'Next'}</span>
          {at.distance_m !== null && !isAt && <span className="tabular text-[13px] text-ink-2">{at.kind === 'inside' ? 'right here' : `${distance(at.distance_m)} away`}</span>}
          <span className="flex-1" />
          <StatusMark visit={visit} />
        </div>
        <p className="mt-1.5 text-[21px] leading-tight font-bold tracking-[-0.02em]">{visit.customer}</p>
        <p className="mt-1 text-[15px] leading-snug text-ink-2">{visit.place.address || visit.place.label || 'No address'}</p>
        <dl className="tabular mt-3 flex flex-wrap gap-x-6 gap-y-2">
          {visit.windows.length > 0 && <Figure name="Promised" value={visit.windows.map((window) => span(window, day.zone)).join(', ')} />}
          {isAt && visit.checked_in_ms !== null && <Figure name="Since" value={`${time(visit.checked_in_ms, day.zone)} · ${minutes((now - visit.checked_in_ms) / 1_000)}`} />}
          {!isAt && visit.eta_ms !== null && <Figure name="Expected" value={time(visit.eta_ms, day.zone)} tone={late ? 'text-danger' : undefined} />}
          {!isAt && visit.leg?.travel_s != null && <Figure name="Way" value={`${minutes(visit.leg.travel_s)}${visit.leg.distance_m === null ? '' : ` · ${distance(visit.leg.distance_m)}`}`} />}
        </dl>
      </Link>
      {late && <p className="mx-4 mb-1 flex items-center gap-2 text-[14px] font-medium text-danger"><WarningIcon className="size-4.5" />{minutes(late.late_s)} later than promised, as it looks now</p>}
      <div className="flex gap-2.5 p-3 pt-1">
        {!isAt && visit.place.point && <TapOut {...wayTo(visit)} className="flex-1"><NavigateIcon />Navigate</TapOut>}
        <TapLink look="primary" to={isAt ? `/visits/${visit.id}` : `/visits/${visit.id}/check-in`} className="flex-1">{isAt ? 'Go on' : 'Check in'}</TapLink>
      </div>
    </section>
  )
}

function Figure({ name, value, tone }: { name: string; value: string; tone?: string }) {
  return (
    <div>
      <dt className="text-[12.5px] text-ink-3">{name}</dt>
      <dd className={cx('text-[16px] font-semibold', tone)}>{value}</dd>
    </div>
  )
}

function StatusMark({ visit }: { visit: VisitView }) {
  const { text, tone } = statusOf(visit)
  if (visit.sync.refused > 0) return <Pill tone="danger"><WarningIcon className="size-3.5" />Refused</Pill>
  return <Pill tone={tone}>{text}</Pill>
}

function Route({ day, next }: { day: DayView; next: VisitView | null }) {
  return (
    <ol aria-label="Today’s visits" className="mx-3 mt-4">
      {day.visits.map((visit, i) => (
        <li key={visit.id}>
          {visit.leg?.travel_s != null && visit.position !== null && isAhead(visit.status) && <LegLine visit={visit} />}
          <VisitCard visit={visit} n={i + 1} zone={day.zone} isNext={visit.id === next?.id} />
        </li>
      ))}
    </ol>
  )
}

function LegLine({ visit }: { visit: VisitView }) {
  return (
    <p className="tabular ml-[29px] flex items-center gap-3 border-l-2 border-dashed border-line-strong py-2 pl-6 text-[13px] text-ink-3">
      {minutes(visit.leg!.travel_s!)}{visit.leg!.distance_m !== null && ` · ${distance(visit.leg!.distance_m)}`}
    </p>
  )
}

function VisitCard({ visit, n, zone, isNext }: { visit: VisitView; n: number; zone: string; isNext: boolean }) {
  const isDone = isOver(visit.status)
  const late = lateness(visit)
  const kind = kindOf(visit.kind)
  const when = isDone ? (visit.ended_ms ?? visit.checked_in_ms) : (visit.eta_ms ?? visit.start_ms)
  return (
    <Link to={`/visits/${visit.id}`} className={cx('my-1.5 flex items-center gap-3 rounded-2xl border bg-surface px-3 py-3 active:bg-hover', isNext ? 'border-accent' : 'border-line', isDone && !isNext && 'bg-transparent')}>
      <span aria-hidden="true" className={cx('tabular grid size-9 shrink-0 place-items-center rounded-full text-[15px] font-bold', markOf(visit, isNext))}>
        {visit.status === 'completed' ? <CheckIcon className="size-5" /> : isDone ? <StopIcon /> : n}
      </span>
      <span className="min-w-0 flex-1">
        <span className={cx('line-clamp-2 wrap-break-word text-[16px] font-semibold', isDone && 'text-ink-2')}>{visit.customer}</span>
        <span className="block truncate text-[13.5px] text-ink-2">{visit.place.address || visit.place.label || kind || ' '}</span>
        {(visit.windows.length > 0 || kind !== null || visit.sync.waiting + visit.sync.refused > 0) && (
          <span className="mt-1.5 flex flex-wrap items-center gap-1.5">
            {visit.windows.length > 0 && <Pill tone={late ? 'danger' : 'plain'} className="tabular">{visit.windows.map((window) => span(window, zone)).join(', ')}</Pill>}
            {kind !== null && <Pill tone={visit.kind === 'urgent' ? 'danger' : 'plain'}>{kind}</Pill>}
            {visit.sync.refused > 0 ? <Pill tone="danger">Refused</Pill> : visit.sync.waiting > 0 && <Pill tone="warn">Waits to be sent</Pill>}
          </span>
        )}
      </span>
      <span className="tabular shrink-0 text-right">
        <span className={cx('block text-[16px] font-semibold', late ? 'text-danger' : isDone && 'text-ink-2')}>{when === null ? '' : time(when, zone)}</span>
        <span className="block text-[12.5px] text-ink-3">{isDone ? statusOf(visit).text.replace('Done, ', '') : isOpen(visit.status) || visit.status !== 'planned' ? statusOf(visit).text : when === null ? 'any time' : minutes(visit.duration_s)}</span>
      </span>
    </Link>
  )
}

function markOf({ status, outcome }: VisitView, isNext: boolean): string {
  if (status === 'completed') return outcome === 'unproductive' ? 'bg-warn-soft text-warn' : 'bg-good-soft text-good'
  if (isOver(status)) return 'bg-sunken text-ink-3'
  return isNext || status !== 'planned' ? 'bg-accent text-on-accent' : 'bg-sunken text-ink'
}

function DaySkeleton() {
  return (
    <div role="status" aria-label="Your day is being fetched" className="space-y-3 p-3">
      <div className="skeleton h-44 rounded-3xl!" />
      {[0, 1, 2, 3].map((row) => <div key={row} className="skeleton h-18 rounded-2xl!" />)}
    </div>
  )
}
