/** One visit: who and where, what is to be done, and what was. The next step is at the bottom, under the thumb. */
import { useState } from 'react'
import { Link, useParams } from 'react-router'
import { explain } from '../../api/problem'
import { cx } from '../../ui/cx'
import { Dialog } from '../../ui/Dialog'
import { CheckIcon, MailIcon, WarningIcon } from '../../ui/icons'
import { distance } from '../../util/units'
import { useDay, useRuntime, useServerNow, useVisit } from '../app'
import { isAhead, isOpen, type ActivityType, type Customer, type Visit } from '../model/day'
import { whereabouts } from '../model/policy'
import type { DayView, VisitView } from '../model/project'
import { dayName, hoursOn, kindOf, lateness, minutes, plain, span, statusOf, things, time, weekdayOf } from '../model/words'
import { useField } from '../state'
import { CallIcon, ClockIcon, FormIcon, ForwardIcon, NavigateIcon, PinIcon, StoreIcon } from '../ui/icons'
import { Empty, Panel, Pill, ROW, Screen, Tap, TapLink, TapOut, Word } from '../ui/phone'
import { GiveUp } from '../parts/GiveUp'
import { RefusedHere } from '../parts/Refused'
import { AddPhotos } from '../parts/AddPhotos'
import { otherMaps, wayTo } from '../parts/wayTo'

export function VisitPage() {
  const { id } = useParams()
  const visit = useVisit(id)
  const day = useDay()
  if (!visit || !day) return <NoVisit />
  const customer = day.customers.find((held) => held.id === visit.customer_id)
  const { text, tone } = statusOf(visit)
  return (
    <Screen title={visit.customer} subtitle={visit.purpose ? plain(visit.purpose) : (kindOf(visit.kind) ?? 'Visit')} back="/" end={<span className="pr-2"><Pill tone={tone}>{text}</Pill></span>} footer={<NextStep visit={visit} />}>
      <div className="pb-6">
        {visit.sync.refused > 0 && <RefusedHere visit={visit.id} />}
        <Waiting visit={visit} />
        <Where visit={visit} customer={customer} day={day} />
        <Note visit={visit} customer={customer} />
        <ToDo visit={visit} day={day} />
        <Contacts customer={customer} />
        <Hours visit={visit} day={day} />
        <Story visit={visit} day={day} />
        {isAhead(visit.status) && <div className="px-3 pt-4"><GiveUp visit={visit} day={day} /></div>}
      </div>
    </Screen>
  )
}

/** Said only where it will take a while. */
function Waiting({ visit }: { visit: VisitView }) {
  const { isOnline, progress } = useField()
  const { waiting, refused } = visit.sync
  if (waiting === 0 || refused > 0 || (isOnline && (progress === 'sending' || progress === 'idle'))) return null
  return <div className="px-3 pt-3"><Word tone="warn" title={`${things(waiting, 'thing')} of this visit ${waiting === 1 ? 'waits' : 'wait'} to be sent`}>{waiting === 1 ? 'It is safe on this phone and goes' : 'They are safe on this phone and go'} out with the next network.</Word></div>
}

export function NoVisit() {
  return <Screen title="Visit" back="/"><Empty icon={<StoreIcon />} title="This visit is not on this phone" action={<TapLink to="/">Today’s visits</TapLink>}>It may belong to another day, or to somebody else by now.</Empty></Screen>
}

function NextStep({ visit }: { visit: VisitView }) {
  const runtime = useRuntime()
  const [error, setError] = useState<string | null>(null)
  if (isOpen(visit.status)) return <TapLink look="primary" to={`/visits/${visit.id}/check-out`} className="flex-1">Check out</TapLink>
  if (!isAhead(visit.status) && visit.status !== 'missed') return <p className="flex min-h-13 flex-1 items-center justify-center text-[15px] text-ink-2">{statusOf(visit).text}{visit.reason !== null && `: ${plain(visit.reason)}`}</p>
  const setOff = () => void runtime.act({ kind: 'told', visit: visit.id, title: visit.customer, told: { type: 'en_route' } }).catch((problem: unknown) => setError(explain(problem)))
  return (
    <>
      {visit.status === 'planned' && <Tap className="flex-1" onClick={setOff}>Set off</Tap>}
      <TapLink look="primary" to={`/visits/${visit.id}/check-in`} className="flex-1">Check in</TapLink>
      {error !== null && <Dialog title="That was not kept" onClose={() => setError(null)}><Word tone="danger" title={error} /></Dialog>}
    </>
  )
}

function Where({ visit, customer, day }: { visit: VisitView; customer: Customer | undefined; day: DayView }) {
  const now = useServerNow()
  const reading = useField((state) => state.reading)
  const [isChoosing, setChoosing] = useState(false)
  const at = whereabouts(visit.place, reading, visit.radius_m, day.rules, now)
  const phone = customer?.contacts.find((contact) => contact.phone !== null)?.phone ?? null
  const late = lateness(visit)
  return (
    <Panel>
      <div className="px-4 pt-4">
        <p className="flex items-start gap-2.5 text-[16px] leading-snug"><PinIcon className="mt-px size-5 shrink-0 text-ink-3" />
          <span className="min-w-0">{visit.place.label !== '' && <span className="block font-semibold">{visit.place.label}</span>}{visit.place.address || 'No address'}
            {visit.place.point === null
              ? <span className="mt-1 block text-[14px] text-warn">Nobody has put this place on the map yet.</span>
              : at.distance_m !== null && <span className="tabular mt-1 block text-[14px] text-ink-2">{at.kind === 'inside' ? 'You are here' : `${distance(at.distance_m)} from you`}{at.kind === 'unknown' && ', roughly'}</span>}
          </span>
        </p>
        <dl className="tabular mt-3.5 grid grid-cols-3 gap-2 border-t border-line pt-3">
          <Fact name="Promised" value={visit.windows.length === 0 ? 'Any time' : visit.windows.map((window) => span(window, day.zone)).join(', ')} />
          <Fact name={visit.checked_in_ms === null ? 'Expected' : 'Checked in'} value={visit.checked_in_ms !== null ? time(visit.checked_in_ms, day.zone) : visit.eta_ms === null ? '–' : time(visit.eta_ms, day.zone)} tone={late ? 'text-danger' : undefined} />
          <Fact name={visit.ended_ms !== null && visit.checked_in_ms !== null ? 'Took' : 'Takes'} value={minutes(visit.ended_ms !== null && visit.checked_in_ms !== null ? (visit.ended_ms - visit.checked_in_ms) / 1_000 : visit.duration_s)} />
        </dl>
        {(visit.demand ?? 0) > 0 && <dl className="tabular mt-2.5"><Fact name="Needs of your vehicle" value={(visit.demand ?? 0).toLocaleString('en-US')} /></dl>}
        {late && <p className="mt-2 flex items-center gap-2 text-[14px] font-medium text-danger"><WarningIcon className="size-4.5" />{minutes(late.late_s)} later than promised, as it looks now</p>}
      </div>
      <div className="flex gap-2.5 p-3 pt-4">
        {visit.place.point && <TapOut {...wayTo(visit)} className="flex-1"><NavigateIcon />Navigate</TapOut>}
        {visit.place.point && <Tap aria-label="Choose a map" className="w-13 px-0!" onClick={() => setChoosing(true)}><ForwardIcon className="rotate-90" /></Tap>}
        {phone !== null && <TapOut href={`tel:${phone}`} aria-label={`Call ${visit.customer}`} className="flex-1"><CallIcon />Call</TapOut>}
      </div>
      {isChoosing && (
        <Dialog title="Show the way in" onClose={() => setChoosing(false)}>
          <div className="grid gap-2.5 pb-2">{otherMaps(visit).map(({ name, href }) => <TapOut key={name} href={href} target="_blank" rel="noreferrer" onClick={() => setChoosing(false)}>{name}</TapOut>)}</div>
        </Dialog>
      )}
    </Panel>
  )
}

function Fact({ name, value, tone }: { name: string; value: string; tone?: string }) {
  return <div className="min-w-0"><dt className="text-[12.5px] text-ink-3">{name}</dt><dd className={cx('text-[15px] leading-snug font-semibold', tone)}>{value}</dd></div>
}

function Note({ visit, customer }: { visit: Visit; customer: Customer | undefined }) {
  const notes = [['What for', visit.note], ['How to get in', visit.place.access_notes], ['About the customer', customer?.notes ?? '']].filter(([, text]) => text !== '')
  if (notes.length === 0) return null
  return (
    <Panel>
      <div className="divide-y divide-line">{notes.map(([title, text]) => (
        <div key={title} className="px-4 py-3"><h2 className="text-[13px] font-semibold text-ink-3">{title}</h2><p className="mt-0.5 text-[15.5px] leading-relaxed whitespace-pre-line">{text}</p></div>
      ))}</div>
    </Panel>
  )
}

function ToDo({ visit, day }: { visit: VisitView; day: DayView }) {
  const canDo = isOpen(visit.status)
  if (!canDo && !isAhead(visit.status) && visit.done.length === 0) return null
  const required = new Set([...visit.required.productive, ...visit.required.unproductive])
  return (
    <Panel title="What to do" end={!canDo && isAhead(visit.status) ? <span className="text-[13px] text-ink-3">after check-in</span> : undefined}>
      <ul className="divide-y divide-line">
        {day.activities.map((activity) => <ActivityRow key={activity.id} activity={activity} visit={visit} canDo={canDo} isRequired={required.has(`activity:${activity.id}`)} />)}
        {canDo && <li><AddPhotos visit={visit} isRequired={required.has('photo')} /></li>}
        {day.activities.length === 0 && !canDo && <li className="px-4 py-3 text-[15px] text-ink-2">Nothing in particular.</li>}
      </ul>
    </Panel>
  )
}

function ActivityRow({ activity, visit, canDo, isRequired }: { activity: ActivityType; visit: VisitView; canDo: boolean; isRequired: boolean }) {
  const times = visit.done.filter(({ type_id }) => type_id === activity.id).length
  const inside = (
    <>
      <span className={cx('grid size-9 shrink-0 place-items-center rounded-xl', times > 0 ? 'bg-good-soft text-good' : 'bg-sunken text-ink-2')}>{times > 0 ? <CheckIcon className="size-5" /> : <FormIcon />}</span>
      <span className="min-w-0 flex-1"><span className="block truncate text-[16px] font-medium">{activity.name}</span>
        <span className="block text-[13.5px] text-ink-2">{times > 0 ? (times === 1 ? 'Done' : `Done ${times} times`) : isRequired ? 'Needed before you check out' : 'If you like'}</span>
      </span>
      {isRequired && times === 0 && <Pill tone="warn">Needed</Pill>}
      {canDo && <ForwardIcon className="size-5 text-ink-3" />}
    </>
  )
  return <li>{canDo ? <Link to={`/visits/${visit.id}/do/${activity.id}`} className={ROW}>{inside}</Link> : <div className={ROW}>{inside}</div>}</li>
}

function Contacts({ customer }: { customer: Customer | undefined }) {
  if (!customer || customer.contacts.length === 0) return null
  return (
    <Panel title="Contacts">
      <ul className="divide-y divide-line">{customer.contacts.map(({ id, name, role, phone, email }) => (
        <li key={id} className="flex items-center gap-2 py-1.5 pr-2 pl-4">
          <span className="min-w-0 flex-1"><span className="block truncate text-[16px] font-medium">{name || plain(role) || 'Contact'}</span><span className="tabular block truncate text-[13.5px] text-ink-2">{[name === '' ? '' : role, phone].filter(Boolean).join(' · ')}</span></span>
          {email !== null && <a href={`mailto:${email}`} aria-label={`Write to ${name || role}`} className="grid size-12 place-items-center rounded-2xl text-accent active:bg-hover"><MailIcon className="size-5.5" /></a>}
          {phone !== null && <a href={`tel:${phone}`} aria-label={`Call ${name || role}`} className="grid size-12 place-items-center rounded-2xl bg-accent-soft text-accent"><CallIcon className="size-5.5" /></a>}
        </li>
      ))}</ul>
    </Panel>
  )
}

function Hours({ visit, day }: { visit: Visit; day: DayView }) {
  const [isWhole, setWhole] = useState(false)
  const { hours } = visit.place
  if (hours === null) return null
  const today = weekdayOf(day.date)
  return (
    <Panel>
      <button type="button" aria-expanded={isWhole} onClick={() => setWhole(!isWhole)} className={ROW}>
        <ClockIcon className="size-5 text-ink-3" /><span className="flex-1 text-[16px]">Open today</span><span className="tabular text-[15px] font-semibold">{hoursOn(hours, today)}</span>
        <ForwardIcon className={cx('size-4.5 text-ink-3 transition-transform', isWhole ? '-rotate-90' : 'rotate-90')} />
      </button>
      {isWhole && <dl className="tabular border-t border-line px-4 py-2.5 text-[15px]">{[0, 1, 2, 3, 4, 5, 6].map((weekday) => (
        <div key={weekday} className={cx('flex justify-between py-1', weekday === today ? 'font-semibold' : 'text-ink-2')}><dt>{dayName(weekday)}</dt><dd>{hoursOn(hours, weekday)}</dd></div>
      ))}</dl>}
    </Panel>
  )
}

/** What became of it, by the server's word: whether the track bears it out. */
function Story({ visit, day }: { visit: VisitView; day: DayView }) {
  const lines: [string, string][] = []
  if (visit.checked_in_ms !== null) lines.push(['Checked in', time(visit.checked_in_ms, day.zone)])
  for (const done of visit.done) lines.push([day.activities.find(({ id }) => id === done.type_id)?.name ?? 'Activity', time(done.at_ms, day.zone)])
  if (visit.ended_ms !== null) lines.push([statusOf(visit).text + (visit.reason === null ? '' : `: ${plain(visit.reason)}`), time(visit.ended_ms, day.zone)])
  if (lines.length === 0) return null
  return (
    <Panel title="What happened">
      <ol className="tabular px-4 pt-1 pb-3 text-[15.5px]">{lines.map(([what, at], i) => <li key={i} className="flex justify-between gap-3 py-1.5"><span className="min-w-0">{what}</span><span className="text-ink-2">{at}</span></li>)}</ol>
      {visit.verification !== null && visit.status === 'completed' && visit.sync.waiting === 0 && (
        <p className="border-t border-line px-4 py-3 text-[14px] text-ink-2">{PROOF[visit.verification] ?? plain(visit.verification)}{visit.flags.length > 0 && ` Noted: ${visit.flags.map((flag) => plain(flag).toLowerCase()).join(', ')}.`}</p>
      )}
    </Panel>
  )
}

const PROOF: Record<string, string> = {
  verified: 'Your track bears this visit out.', partial: 'Your track bears out part of this visit; more of it may still arrive.',
  unverified: 'Your track does not bear this visit out.', no_data: 'There is no track of this visit yet.',
}
