import { serverNow } from '../../live/live'
import { Badge, type BadgeTone } from '../../ui/Badge'
import { Button } from '../../ui/Button'
import { cx } from '../../ui/cx'
import { useNow } from '../../util/useNow'
import { minuteOf } from '../../util/zone'
import type { Job, Offer } from './desk'
import { relaxationInWords } from './why'
import { delta_s } from './words'

const STATES: Record<Job['state'], { name: string; tone: BadgeTone }> = {
  open: { name: 'Nobody asked yet', tone: 'warn' }, offering: { name: 'Asking', tone: 'accent' }, accepted: { name: 'Taken', tone: 'good' },
  unfilled: { name: 'Nobody took it', tone: 'danger' }, cancelled: { name: 'Cancelled', tone: 'plain' },
}

type JobCardProps = { job: Job; names: ReadonlyMap<string, string>; visitName: (visit: string) => string; zone: string; canAct: boolean; onCandidates: () => void; onCancel: () => void; onShow: () => void }

/** A visit that somebody is sought for: who was asked, what they said, and how long the one who is asked now has. */
export function JobCard({ job, names, visitName, zone, canAct, onCandidates, onCancel, onShow }: JobCardProps) {
  const { name, tone } = STATES[job.state]
  const isOpen = job.state !== 'accepted' && job.state !== 'cancelled'
  return (
    <article aria-label={job.name} className="rounded-xl border border-line bg-surface p-3">
      <header className="flex items-start gap-2">
        <button type="button" onClick={onShow} className="min-w-0 flex-1 rounded text-left">
          <span className="block truncate text-[13px] font-semibold hover:text-accent">{job.name}</span>
          <span className="tabular block text-xs text-ink-3">{job.mode === 'auto' ? 'Offered by itself' : 'Offered by hand'} since {minuteOf(job.opened_at, zone)}</span>
        </button>
        <Badge tone={tone}>{job.state === 'accepted' && job.agent !== null ? `Taken by ${names.get(job.agent) ?? 'somebody'}` : name}</Badge>
      </header>
      {job.relaxed !== null && <p className="mt-1.5 text-xs text-warn wrap-break-word">For it the agent {relaxationInWords(job.relaxed, visitName)}.</p>}
      {job.offers.length > 0 && (
        <ol className="mt-2.5 space-y-1 border-t border-line pt-2">
          {job.offers.map((offer) => <OfferRow key={offer.id} offer={offer} name={names.get(offer.agent) ?? offer.agent} />)}
        </ol>
      )}
      {isOpen && canAct && (
        <div className="mt-2.5 flex gap-2">
          <Button className="h-7!" onClick={onCandidates}>Candidates</Button>
          <Button look="quiet" className="h-7!" onClick={onCancel}>Stop seeking</Button>
        </div>
      )}
    </article>
  )
}

const SAID: Record<Offer['state'], string> = { offered: 'asked', accepted: 'accepted', declined: 'declined', timed_out: 'did not answer', withdrawn: 'taken back' }

function OfferRow({ offer, name }: { offer: Offer; name: string }) {
  const { state, reason, detour_s } = offer
  return (
    <li className="flex items-center gap-2 text-xs">
      <span aria-hidden="true" className={cx('size-1.5 shrink-0 rounded-full', state === 'accepted' ? 'bg-moving' : state === 'offered' ? 'breathe bg-accent' : state === 'declined' ? 'bg-danger' : 'bg-offline')} />
      <span className="min-w-0 flex-1 truncate"><span className="font-medium">{name}</span> <span className="text-ink-3">{SAID[state]}{reason !== null && `: ${reason.replaceAll('_', ' ')}`}</span></span>
      {detour_s !== null && state === 'offered' && <span className="tabular text-ink-3">{delta_s(detour_s)}</span>}
      {state === 'offered' && <Countdown from={offer.offered_at} until={offer.expires_at} />}
    </li>
  )
}

const RING = 2 * Math.PI * 6

function Countdown({ from, until }: { from: number; until: number }) {
  useNow()
  const left_s = Math.max(0, Math.ceil((until - serverNow()) / 1_000))
  const share = Math.min(1, (left_s * 1_000) / Math.max(1, until - from))
  return (
    <span className="tabular flex items-center gap-1 font-medium text-accent" role="timer" aria-label={`${left_s} seconds left to answer`}>
      <svg viewBox="0 0 16 16" className="size-4 -rotate-90" aria-hidden="true">
        <circle cx="8" cy="8" r="6" fill="none" stroke="var(--line)" strokeWidth="2.4" />
        <circle cx="8" cy="8" r="6" fill="none" stroke="currentColor" strokeWidth="2.4" strokeLinecap="round" strokeDasharray={`${RING * share} ${RING}`} />
      </svg>
      {left_s >= 120 ? `${Math.ceil(left_s / 60)} min` : `${left_s} s`}
    </span>
  )
}
