/** What waits to be sent, what was refused and why, and what has arrived: nothing is lost in silence. */
import { cx } from '../../ui/cx'
import { CheckIcon } from '../../ui/icons'
import { ago } from '../../util/time'
import { useDay, useRuntime, useServerNow } from '../app'
import { deedOf, type Body } from '../model/body'
import { exactTime, minutes, things } from '../model/words'
import { SKEW_TOLD_MS } from '../sync/clock'
import { tally, type Action, type WaitingFile } from '../sync/queue'
import { useField, type FieldState } from '../state'
import { ClockIcon, CloudOffIcon, SyncIcon } from '../ui/icons'
import { Panel, Pill, Screen, Tap, TapLink, Word } from '../ui/phone'
import { RefusedWord } from '../parts/Refused'
import { lookOf } from '../parts/SyncChip'

export function SyncPage() {
  const state = useField()
  const day = useDay()
  const runtime = useRuntime()
  const zone = day?.zone ?? 'UTC'
  const { actions, files } = state.queue
  const refused = actions.filter(({ state: is }) => is === 'refused')
  const stopped = new Set(refused.map(({ lane }) => lane))
  const waiting = actions.filter(({ state: is }) => is === 'waiting')
  const sent = actions.filter(({ state: is }) => is === 'sent').sort((a, b) => b.seq - a.seq)
  return (
    <Screen title="Sent and waiting" back="/">
      <div className="pb-8">
        <Summary state={state} />
        <div className="space-y-3 px-3 pt-3 empty:hidden">
          {state.isFull && <Word tone="danger" title="There is no room left on this phone">Free some space. If the last thing you did is not listed here, it was not kept: do it again. What is listed is safe.</Word>}
          {state.mustSignIn && <Word tone="warn" title="Sign in to go on sending" action={<TapLink to="/sign-in" look="primary">Sign in</TapLink>}>Everything you did is kept on this phone until then.</Word>}
          {Math.abs(state.clock.offset_ms) > SKEW_TOLD_MS && <Word tone="warn" title={`This phone’s clock is ${minutes(Math.abs(state.clock.offset_ms) / 1_000)} ${state.clock.offset_ms > 0 ? 'behind' : 'ahead'}`}>What you do is written down with the right time all the same. Set the clock to automatic in the phone’s settings.</Word>}
          {state.gps === 'denied' && <Word tone="danger" title="This page may not see where you are">Check-ins cannot be proved and your way is not recorded. Allow location for this page in the browser’s settings.</Word>}
          {state.setAside.length > 0 && <Word tone="warn" title="Some positions were set aside">The server did not believe them: {[...new Set(state.setAside)].map((reason) => reason.replaceAll('_', ' ')).join(', ')}.</Word>}
          {refused.map((action) => <RefusedWord key={action.seq} action={action} title={`${action.body.title}: “${deedOf(action.body)}” was refused`} />)}
        </div>
        {waiting.length > 0 && (
          <Panel title="Waiting" end={<button type="button" className="min-h-9 rounded-lg px-2 text-[14px] font-semibold text-accent" onClick={() => runtime.sendNow()}>Send now</button>}>
            <ul className="divide-y divide-line">{waiting.map((action) => <Row key={action.seq} action={action} files={files} zone={zone} isHeld={stopped.has(action.lane)} />)}</ul>
          </Panel>
        )}
        <Track state={state} />
        {sent.length > 0 && <Panel title="Arrived"><ul className="divide-y divide-line">{sent.slice(0, 60).map((action) => <Row key={action.seq} action={action} files={files} zone={zone} />)}</ul></Panel>}
        {actions.length === 0 && <p className="px-8 pt-6 text-center text-[15px] leading-relaxed text-ink-2">What you do in the field is listed here until it has arrived, and for some days after.</p>}
      </div>
    </Screen>
  )
}

function Summary({ state }: { state: FieldState }) {
  const now = useServerNow()
  const runtime = useRuntime()
  const look = lookOf(state)
  const { waiting, held } = tally(state.queue)
  return (
    <Panel>
      <div className="flex items-center gap-3.5 p-4">
        <span className={cx('grid size-12 shrink-0 place-items-center rounded-2xl', { good: 'bg-good-soft text-good', plain: 'bg-accent-soft text-accent', warn: 'bg-warn-soft text-warn', danger: 'bg-danger-soft text-danger' }[look.tone])}>
          {look.tone === 'good' ? <CheckIcon className="size-6" /> : look.tone === 'warn' ? <CloudOffIcon className="size-6" /> : <SyncIcon className="size-6" />}
        </span>
        <div className="min-w-0 flex-1">
          <p className="text-[17px] font-semibold">{look.text}</p>
          <p className="text-[14px] text-ink-2">{state.day === null ? 'Your day has not been fetched yet' : `Your day is from ${ago(Math.max(0, now - state.day.fetched_ms))}`}{held > 0 && ` · ${things(held, 'thing')} behind a refusal`}</p>
        </div>
      </div>
      <div className="flex gap-2.5 p-3 pt-0"><Tap className="flex-1" isBusy={state.fetching} onClick={() => runtime.sendNow()}>{waiting > 0 ? 'Send and fetch now' : 'Fetch my day now'}</Tap></div>
    </Panel>
  )
}

function Row({ action, files, zone, isHeld = false }: { action: Action<Body>; files: ReadonlyMap<string, WaitingFile>; zone: string; isHeld?: boolean }) {
  const own = action.files.flatMap((id) => files.get(id) ?? [])
  const left = own.filter(({ state }) => state !== 'sent').length
  return (
    <li className="flex items-center gap-3 px-4 py-3">
      {action.state === 'sent' ? <CheckIcon className="size-5 shrink-0 text-good" /> : <ClockIcon className="size-5 shrink-0 text-warn" />}
      <span className="min-w-0 flex-1">
        <span className="block truncate text-[16px] font-medium">{deedOf(action.body)}</span>
        <span className="tabular flex text-[13.5px] text-ink-2"><span className="truncate">{action.body.title}</span><span className="shrink-0 whitespace-pre"> · {exactTime(action.at_ms, zone)}</span></span>
        {own.length > 0 && action.state !== 'sent' && <span className="tabular block text-[13.5px] text-ink-2">{own.length - left} of {things(own.length, 'file')} sent</span>}
      </span>
      {isHeld && <Pill tone="danger">Held</Pill>}
      {action.failures > 0 && action.state === 'waiting' && !isHeld && <Pill tone="warn">Tried {action.failures}×</Pill>}
    </li>
  )
}

const LINKS: Record<FieldState['link'], string> = { live: 'Connected', connecting: 'Connecting…', offline: 'No connection', elsewhere: 'Another window sends', forbidden: 'Not allowed', off: 'Off' }
const GPS: Record<FieldState['gps'], string> = { off: 'Off', asking: 'Looking…', on: 'On', denied: 'Not allowed', unavailable: 'No reading' }

function Track({ state }: { state: FieldState }) {
  const runtime = useRuntime()
  return (
    <Panel title="Your way" end={state.link === 'elsewhere' ? <button type="button" className="min-h-9 rounded-lg px-2 text-[14px] font-semibold text-accent" onClick={() => runtime.sendNow()}>Send from here</button> : undefined}>
      <dl className="tabular px-4 pb-3 text-[15px]">
        <Line name="Location" value={GPS[state.gps]} /><Line name="Connection" value={LINKS[state.link === 'off' && !state.isOnline ? 'offline' : state.link]} />
        <Line name="Positions waiting" value={String(state.fixesWaiting)} />
        {state.isPersistent === false && <Line name="Storage" value="May be cleared by the browser" />}
      </dl>
      {state.isThinned && <p className="border-t border-line px-4 py-3 text-[14px] text-ink-2">You were without a network for so long that every second of the oldest positions was dropped. The recent ones are all there.</p>}
    </Panel>
  )
}

const Line = ({ name, value }: { name: string; value: string }) => <div className="flex justify-between gap-3 py-1.5"><dt className="shrink-0 text-ink-2">{name}</dt><dd className="min-w-0 text-right font-medium">{value}</dd></div>
