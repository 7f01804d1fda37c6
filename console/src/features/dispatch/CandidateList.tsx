/** Who could make a visit, best first, with what it costs and why; and who cannot, with the limit that stands in the way. */
import { Button } from '../../ui/Button'
import { cx } from '../../ui/cx'
import { ChevronIcon } from '../../ui/icons'
import { inWords } from '../../util/code'
import { minuteOf } from '../../util/zone'
import { useState } from 'react'
import type { Candidates, Offer, Relaxation } from './desk'
import { COST_IS } from './price'
import { Rung } from './Rung'
import { named, namesOr } from './why'
import { delta_s } from './words'

type CandidateListProps = {
  candidates: Candidates
  names: ReadonlyMap<string, string>
  /** Of a visit that would have to give way. */
  visitName: (visit: string) => string
  /** The day that is looked at: others are named. */
  date: string
  zone: string
  offers: readonly Offer[]
  canAct: boolean
  /** Whose button was pressed. */
  busy: string | null
  onOffer: (agent: string) => void
  /** `accepts`: what may give for that. */
  onAssign: (agent: string, accepts: Relaxation | null) => void
  onPoint?: (agent: string | null) => void
}

export function CandidateList({ candidates: { ranked, refused }, names, visitName, date, zone, offers, canAct, busy, onOffer, onAssign, onPoint }: CandidateListProps) {
  const [wasOpened, setOpened] = useState<boolean | null>(null)
  const isOpen = wasOpened ?? ranked.length === 0
  const dearest = Math.max(1, ...ranked.map(({ cost }) => cost))
  const tellsCost = ranked.some(({ parts }) => parts.some(({ name }) => name !== 'driving')) || (isOpen && canAct && refused.some(({ relaxations }) => relaxations.length > 0))
  const nameOf = namesOr(names, visitName)
  const offerTo = (agent: string) => offers.findLast((offer) => offer.agent === agent) ?? null
  return (
    <div className="space-y-3">
      {ranked.length === 0 && <p className="rounded-lg bg-warn-soft px-3 py-2.5 text-[13px] text-warn">Nobody can make this visit as it is asked for. {refused.some(({ relaxations }) => relaxations.length > 0) ? 'Below is what would have to give.' : 'Below is what stands in the way.'}</p>}
      {ranked.length > 0 && <ol aria-label="Candidates" className="space-y-1.5">
        {ranked.map(({ agent, cost, arrival, detour_s, parts, reasons, gives }, at) => {
          const name = names.get(agent) ?? agent
          const offer = offerTo(agent)
          const isAsked = offer?.state === 'offered'
          return (
            <li key={agent} onPointerEnter={() => onPoint?.(agent)} onPointerLeave={() => onPoint?.(null)} className={cx('rounded-xl border px-3 py-2.5', at === 0 ? 'border-accent/50 bg-accent-soft/50' : 'border-line')}>
              <div className="flex items-center gap-3">
                <span className={cx('tabular grid size-6 shrink-0 place-items-center rounded-full text-xs font-semibold', at === 0 ? 'bg-accent text-on-accent' : 'bg-sunken text-ink-2')}>{at + 1}</span>
                <div className="min-w-0 flex-1">
                  <p className="truncate text-[13px] font-semibold">{name}</p>
                  <p className="tabular text-xs text-ink-2">
                    {arrival === null ? 'Arrival unknown' : <>there at <span className="font-semibold text-ink">{minuteOf(arrival, zone)}</span></>}{detour_s !== null && ` · ${delta_s(detour_s)} driving`}
                  </p>
                </div>
                {canAct && (
                  <div className="flex shrink-0 gap-1.5">
                    <Button className="h-7! px-2.5!" disabled={isAsked || busy !== null} isBusy={busy === `offer ${agent}`} onClick={() => onOffer(agent)} aria-label={`Offer it to ${name}`}>{isAsked ? 'Asked' : 'Offer'}</Button>
                    <Button look="quiet" className="h-7! px-2.5!" disabled={busy !== null} isBusy={busy === `assign ${agent}`} onClick={() => onAssign(agent, null)} aria-label={`Assign it to ${name}`}>Assign</Button>
                  </div>
                )}
              </div>
              <div className="mt-2 flex items-center gap-2.5 pl-9">
                <span className="h-1 w-16 shrink-0 overflow-hidden rounded-full bg-line" title={`Costs ${Math.round(cost)}`}><span className="block h-full rounded-full bg-ink-3" style={{ width: `${Math.max(4, (Math.max(0, cost) / dearest) * 100)}%` }} /></span>
                <span className="tabular flex min-w-0 flex-wrap gap-x-2.5 gap-y-0.5 text-xs text-ink-3">{parts.map(({ name: part, text }) => <span key={part}>{part} <span className="font-medium text-ink-2">{text}</span></span>)}</span>
              </div>
              {gives.length > 0 && (
                <ul aria-label={`What gives way for ${name}`} className="mt-1 pl-9 text-xs text-warn">
                  {gives.map(({ visit, customer, to }) => <li key={visit} className="wrap-break-word">{customer} {to === null ? 'is left out and waits' : to === agent ? 'comes at another time' : `goes to ${names.get(to) ?? 'somebody else'}`}</li>)}
                </ul>
              )}
              {reasons.length > 0 && <p className="mt-1 pl-9 text-xs text-ink-2">{reasons.join(' · ')}</p>}
              {offer && !isAsked && <p className="mt-1 pl-9 text-xs text-warn">{offer.state === 'declined' ? `Declined${offer.reason !== null ? `: ${inWords(offer.reason)}` : ''}` : offer.state === 'timed_out' ? 'Did not answer' : offer.state === 'withdrawn' ? 'Taken back' : ''}</p>}
            </li>
          )
        })}
      </ol>}
      {refused.length > 0 && (
        <section aria-label="Who cannot">
          <button type="button" aria-expanded={isOpen} onClick={() => setOpened(!isOpen)} className="flex items-center gap-1.5 rounded text-xs font-medium text-ink-2 hover:text-ink">
            <ChevronIcon className={cx('size-3.5 transition-transform', !isOpen && '-rotate-90')} />{refused.length} who cannot
          </button>
          {isOpen && (
            <ul aria-label="Agents who cannot" className="mt-2 space-y-1.5">
              {refused.map(({ agent, reasons, relaxations }, at) => {
                const name = names.get(agent) ?? agent
                return (
                  <li key={`${agent} ${at}`} className="rounded-xl bg-sunken px-3 py-2 text-xs">
                    <p className="text-[13px] font-semibold wrap-break-word">{name}</p>
                    <p className="text-ink-2">{reasons.map((reason) => named(reason, nameOf)).join(' · ')}</p>
                    {canAct && relaxations.length > 0 && (
                      <ul aria-label={`What ${name} could do all the same`} className="mt-1.5 divide-y divide-line border-t border-line">
                        {relaxations.map((relaxation) => <Rung key={relaxation.give} {...{ relaxation, name, visitName, date, zone }} isOff={busy !== null} isBusy={busy === `${relaxation.give} ${agent}`} onAccept={() => onAssign(agent, relaxation)} />)}
                      </ul>
                    )}
                  </li>
                )
              })}
            </ul>
          )}
        </section>
      )}
      {tellsCost && <p className="text-xs text-ink-3">{COST_IS}</p>}
    </div>
  )
}
