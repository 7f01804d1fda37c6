/** Offers that are open, and what became of the others. */
import { explain } from '../../api/problem'
import { useState } from 'react'
import { useDay, useRuntime, useServerNow } from '../app'
import type { Offer, OfferState } from '../model/day'
import { minutes, onDay, plain, time } from '../model/words'
import { useField } from '../state'
import { BellIcon } from '../ui/icons'
import { Empty, Panel, Pill, Screen, Tap, Word, type Tone } from '../ui/phone'
import { Countdown } from '../parts/OfferSheet'
import { RefusedWord } from '../parts/Refused'

const STATES: Record<OfferState, [string, Tone]> = { offered: ['Open', 'accent'], accepted: ['Yours', 'good'], declined: ['Declined', 'plain'], timed_out: ['Time was up', 'warn'], withdrawn: ['Taken back', 'plain'] }

export function OffersPage() {
  const now = useServerNow()
  const zone = useDay()?.zone ?? 'UTC'
  const { offers, queue } = useField()
  const answers = new Map(queue.actions.flatMap((action) => (action.body.kind === 'offer' ? [[action.body.offer, { action, body: action.body }] as const] : [])))
  const open = offers.filter((offer) => offer.state === 'offered' && offer.expires_ms > now && !answers.has(offer.id))
  const past = offers.filter((offer) => !open.includes(offer)).sort((a, b) => b.offered_ms - a.offered_ms)
  const refused = [...answers.values()].filter(({ action }) => action.state === 'refused')
  return (
    <Screen title="Offers">
      <div className="pb-6">
        <div className="space-y-3 px-3 pt-3 empty:hidden">{refused.map(({ action }) => <RefusedWord key={action.seq} action={action} title={`Your answer to ${action.body.title} did not count`} />)}</div>
        {offers.length === 0 && <Empty icon={<BellIcon />} title="No offers">When an urgent visit fits your day, you are asked here, and over whatever else is on the screen.</Empty>}
        {open.map((offer) => <OpenOffer key={offer.id} offer={offer} now={now} />)}
        {past.length > 0 && (
          <Panel title="Earlier">
            <ul className="divide-y divide-line">{past.map((offer) => {
              const own = answers.get(offer.id)
              const state: OfferState = offer.state === 'offered' ? (own ? (own.body.accepts ? 'accepted' : 'declined') : 'timed_out') : offer.state
              const [word, tone] = own?.action.state === 'waiting' ? (['Answer waits', 'warn'] as const) : STATES[state]
              return (
                <li key={offer.id} className="flex items-center gap-3 px-4 py-3">
                  <span className="min-w-0 flex-1"><span className="line-clamp-2 text-[16px] font-medium">{offer.customer}</span><span className="tabular block truncate text-[13.5px] text-ink-2">{time(offer.offered_ms, zone)}{offer.cause !== null && ` · ${plain(offer.cause)}`}</span></span>
                  <Pill tone={tone}>{word}</Pill>
                </li>
              )
            })}</ul>
          </Panel>
        )}
      </div>
    </Screen>
  )
}

function OpenOffer({ offer, now }: { offer: Offer; now: number }) {
  const runtime = useRuntime()
  const zone = useDay()?.zone ?? 'UTC'
  const [error, setError] = useState<string | null>(null)
  const reply = (accepts: boolean) => void runtime.act({ kind: 'offer', offer: offer.id, title: offer.customer, accepts }).catch((problem: unknown) => setError(explain(problem)))
  return (
    <Panel>
      <div className="flex items-center gap-4 px-4 pt-4">
        <Countdown left_ms={offer.expires_ms - now} part={(offer.expires_ms - now) / Math.max(1, offer.expires_ms - offer.offered_ms)} />
        <div className="min-w-0 flex-1"><p className="line-clamp-2 text-[17px] font-semibold">{offer.customer}</p><p className="truncate text-[14px] text-ink-2">{offer.address}</p>{offer.detour_s !== null && <p className="tabular text-[14px] text-ink-2">{offer.arrival_ms !== null && `${onDay(time(offer.arrival_ms, zone), offer.arrival_ms, now, zone)} · `}{minutes(offer.detour_s)} extra way</p>}{offer.purpose !== null && <p className="text-[14px] text-ink-2">{plain(offer.purpose)}</p>}</div>
      </div>
      {offer.note !== '' && <p className="px-4 pt-3 text-[14px] leading-relaxed whitespace-pre-line">{offer.note}</p>}
      {error !== null && <Word tone="danger" className="mx-4 mt-3" title={error} />}
      <div className="flex gap-2.5 p-3 pt-4"><Tap className="flex-1" onClick={() => reply(false)}>Decline</Tap><Tap look="primary" className="flex-[1.6]" onClick={() => reply(true)}>Accept</Tap></div>
    </Panel>
  )
}
