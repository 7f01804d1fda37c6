import { useState, type RefObject } from 'react'
import { Link } from 'react-router'
import { explain } from '../../api/problem'
import type { DecisionKind, QuarantinedFix } from '../../api/types'
import { paths } from '../../paths'
import { Button } from '../../ui/Button'
import { Notice } from '../../ui/Notice'
import { accuracy, coordinates, speed } from '../../util/units'
import { dateOf } from '../../util/zone'
import { DecisionBadge } from './FixRow'
import { evidenceOf, instantOf, nameOf } from './words'

export const NOTE_MAX = 500

type FixDetailProps = {
  agent: string
  fix: QuarantinedFix
  zone: string
  pending: DecisionKind | undefined
  error: Error | undefined
  noteBox: RefObject<HTMLInputElement | null>
  onDecide: (decision: DecisionKind) => void
}

/** Everything that is known of one fix, and what can be done about it. */
export function FixDetail({ agent, fix, zone, pending, error, noteBox, onDecide }: FixDetailProps) {
  const [noteLength, setNoteLength] = useState(0)
  const { decision } = fix
  const isBusy = pending !== undefined
  return (
    <section aria-label="The fix" className="shrink-0 border-t border-line bg-surface px-4 py-3">
      <div className="flex flex-wrap items-baseline gap-x-3 gap-y-1">
        <h2 className="text-[15px] font-semibold tracking-[-0.01em]">{nameOf(fix.reason)}</h2>
        <DecisionBadge fix={fix} />
        <p className="tabular text-[13px] text-ink-2">{evidenceOf(fix)}</p>
      </div>
      {fix.unconfirmed && <p className="mt-1 text-[13px] text-warn">Not confirmed yet: the phone's next fix will confirm or refute it.</p>}
      <dl className="mt-2 flex flex-wrap gap-x-6 gap-y-1.5 text-[13px]">
        <Said name="Phone's time" value={instantOf(fix.recorded_at, zone)} />
        {fix.received_at != null && <Said name="Received" value={instantOf(fix.received_at, zone)} />}
        <Said name="Place" value={coordinates(fix.lat, fix.lon)} />
        <Said name="Accuracy" value={accuracy(fix.accuracy_m)} />
        <Said name="Speed" value={speed(fix.speed_mps)} />
        <Said name="Phone" value={fix.device} />
      </dl>
      {error && <div className="mt-2.5"><Notice tone="danger" title="The decision was not taken">{explain(error)}</Notice></div>}
      <div className="mt-3 flex flex-wrap items-center gap-2">
        <input
          ref={noteBox} type="text" aria-label="Note" placeholder="Note, if you like" maxLength={NOTE_MAX} disabled={isBusy} onChange={(event) => setNoteLength(event.target.value.length)}
          onKeyDown={(event) => { if (event.key === 'Escape') { event.stopPropagation(); event.currentTarget.blur() } }}
          className="h-8 min-w-40 flex-1 rounded-lg border border-line-strong bg-surface px-3 text-[13px] placeholder:text-ink-3 focus:border-accent focus:outline-2 focus:outline-offset-0 focus:outline-accent/25 disabled:opacity-55"
        />
        {noteLength > NOTE_MAX - 60 && <span className="tabular text-xs text-ink-3">{NOTE_MAX - noteLength} left</span>}
        <div className="flex gap-2">
          <Act isPrimary={decision == null} label="Restore" busy="Restoring…" hint="r" title="It belongs to the track (r)" isOn={pending === 'restore'} disabled={isBusy || decision === 'restored'} onPress={() => onDecide('restore')} />
          <Act label="Keep out" busy="Keeping out…" hint="x" title="It stays out of the track (x)" isOn={pending === 'exclude'} disabled={isBusy || decision === 'excluded'} onPress={() => onDecide('exclude')} />
          <Act label="Undo" busy="Undoing…" hint="u" title="Take the decision back (u)" isOn={pending === 'clear'} disabled={isBusy || decision == null} onPress={() => onDecide('clear')} />
        </div>
      </div>
      <p className="mt-2 flex flex-wrap justify-between gap-x-4 text-xs text-ink-3">
        <span role="status">{isBusy ? 'The server derives the day again…' : 'A decision derives the day again, and can be taken back.'}</span>
        <Link to={paths.playbackAt(agent, dateOf(Date.parse(fix.recorded_at), zone), Date.parse(fix.recorded_at))} className="font-medium text-accent hover:underline">See the day in playback</Link>
      </p>
    </section>
  )
}

function Said({ name, value }: { name: string; value: string }) {
  return (
    <div className="flex flex-col-reverse">
      <dt className="text-[11px] text-ink-3">{name}</dt>
      <dd className="tabular font-medium">{value}</dd>
    </div>
  )
}

type ActProps = { label: string; busy: string; hint: string; title: string; isOn: boolean; isPrimary?: boolean; disabled: boolean; onPress: () => void }

function Act({ label, busy, hint, title, isOn, isPrimary = false, disabled, onPress }: ActProps) {
  return (
    <Button look={isPrimary ? 'primary' : 'secondary'} title={title} aria-keyshortcuts={hint} aria-busy={isOn || undefined} disabled={disabled} onClick={onPress}>
      {isOn ? busy : label}
      <kbd aria-hidden="true" className="hidden rounded border border-current/30 px-1 font-sans text-[10.5px] leading-4 opacity-70 min-[820px]:inline">{hint}</kbd>
    </Button>
  )
}
