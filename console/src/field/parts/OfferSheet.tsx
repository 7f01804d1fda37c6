/** Somebody asks now: over everything else, with the time that is left. Answered once; the server says who won. */
import { useEffect, useRef, useState, type RefObject } from 'react'
import { createPortal } from 'react-dom'
import { explain } from '../../api/problem'
import { distance } from '../../util/units'
import { useDay, useRuntime, useServerNow } from '../app'
import type { Offer } from '../model/day'
import { minutes, onDay, plain, span, time } from '../model/words'
import { useField } from '../state'
import { distance_m } from '../track/pace'
import { BellIcon } from '../ui/icons'
import { Choice } from '../ui/answers'
import { Tap, Word } from '../ui/phone'

/** The offer to be shown: open, not answered here, the one that ends first. */
export function openOffer(offers: readonly Offer[], answered: ReadonlySet<string>, now_ms: number): Offer | null {
  return offers.filter(({ id, state, expires_ms }) => state === 'offered' && expires_ms > now_ms && !answered.has(id)).sort((a, b) => a.expires_ms - b.expires_ms)[0] ?? null
}

const REASONS = ['too_far', 'no_time', 'vehicle', 'not_qualified', 'other'].map((value) => ({ value, label: plain(value) }))

export function OfferSheet() {
  const now = useServerNow()
  const offers = useField((state) => state.offers)
  const actions = useField((state) => state.queue.actions)
  const answered = new Set(actions.flatMap(({ body, state }) => (body.kind === 'offer' && state !== 'refused' ? [body.offer] : [])))
  const [later, setLater] = useState<ReadonlySet<string>>(new Set())
  const offer = openOffer(offers, new Set([...answered, ...later]), now)
  return offer && <Sheet key={offer.id} offer={offer} now={now} onLater={() => setLater(new Set([...later, offer.id]))} />
}

function Sheet({ offer, now, onLater }: { offer: Offer; now: number; onLater: () => void }) {
  const runtime = useRuntime()
  const zone = useDay()?.zone ?? 'UTC'
  const { reading, isOnline } = useField()
  const [isDeclining, setDeclining] = useState(false)
  const [reason, setReason] = useState('')
  const [error, setError] = useState<string | null>(null)
  const sheet = useRef<HTMLDivElement>(null)
  useAlone(sheet)
  const left_ms = Math.max(0, offer.expires_ms - now)
  const all_ms = Math.max(1, offer.expires_ms - offer.offered_ms)
  const reply = (accepts: boolean) => {
    void runtime.act({ kind: 'offer', offer: offer.id, title: offer.customer, accepts, ...(!accepts && reason !== '' && { reason }) }).catch((problem: unknown) => setError(explain(problem)))
  }
  return createPortal(
    <div ref={sheet} tabIndex={-1} role="dialog" aria-modal="true" aria-label={`Offer: ${offer.customer}`} className="rise safe-top fixed inset-0 z-60 flex flex-col bg-canvas outline-none">
      <div className="flex min-h-0 flex-1 flex-col overflow-y-auto px-5 pt-6">
        <div className="flex items-center gap-4">
          <Countdown left_ms={left_ms} part={left_ms / all_ms} />
          <div className="min-w-0 flex-1">
            <p className="flex items-center gap-1.5 text-[13px] font-semibold tracking-wide text-accent uppercase"><BellIcon className="size-4.5" />New visit for you</p>
            <p className="mt-0.5 text-[15px] text-ink-2">Answer before the time is up.</p>
          </div>
        </div>
        <h1 className="mt-6 text-[26px] leading-tight font-bold tracking-[-0.02em]">{offer.customer}</h1>
        <p className="mt-1 text-[16px] text-ink-2">{offer.address}</p>
        <dl className="tabular mt-5 grid grid-cols-2 gap-x-4 gap-y-4 rounded-2xl border border-line bg-surface p-4">
          <Fact name="You would be there" value={offer.arrival_ms === null ? '–' : onDay(time(offer.arrival_ms, zone), offer.arrival_ms, now, zone)} />
          <Fact name="Extra way" value={offer.detour_s === null ? '–' : minutes(offer.detour_s)} />
          <Fact name="Promised" value={offer.window === null ? 'Any time' : onDay(span(offer.window, zone), offer.window.from_ms, now, zone)} />
          <Fact name="From you" value={reading && offer.point ? distance(distance_m(reading, offer.point)) : '–'} />
          {offer.duration_s !== null && <Fact name="Takes" value={minutes(offer.duration_s)} />}
          {offer.purpose !== null && <Fact name="What for" value={plain(offer.purpose)} />}
        </dl>
        {offer.note !== '' && <p className="mt-4 rounded-2xl border border-line bg-surface p-4 text-[15.5px] leading-relaxed whitespace-pre-line">{offer.note}</p>}
        {isDeclining && <div className="mt-5"><Choice label="Why not? (if you like)" choices={REASONS} value={reason} onChange={setReason} /></div>}
        <div className="space-y-3 py-4">
          {!isOnline && <Word tone="warn" title="No network">Your answer goes out as soon as there is one. If that is after the time is up, it does not count.</Word>}
          {error !== null && <Word tone="danger" title={error} />}
        </div>
      </div>
      <div className="safe-bottom shrink-0 border-t border-line bg-surface">
        <div className="flex gap-2.5 p-3">
          {isDeclining
            ? <><Tap className="flex-1" onClick={() => setDeclining(false)}>Back</Tap><Tap look="danger" className="flex-1" onClick={() => reply(false)}>Decline</Tap></>
            : <><Tap className="flex-1" onClick={() => setDeclining(true)}>Decline…</Tap><Tap look="primary" className="flex-[1.6]" onClick={() => reply(true)}>Accept</Tap></>}
        </div>
        {!isDeclining && <button type="button" onClick={onLater} className="block w-full pb-3 text-center text-[14px] font-medium text-ink-2">Decide later, under Offers</button>}
      </div>
    </div>,
    document.body,
  )
}

/** Has the focus and all keys while it is there, also over a dialog that was open before; then gives the focus back. */
function useAlone(sheet: RefObject<HTMLElement | null>): void {
  const [before] = useState(() => document.activeElement as HTMLElement | null)
  useEffect(() => {
    const own = sheet.current!
    const others = [...document.body.children].filter((other): other is HTMLElement => other instanceof HTMLElement && other !== own && !other.inert)
    for (const other of others) other.inert = true
    own.focus()
    return () => {
      for (const other of others) other.inert = false
      if (before?.isConnected) before.focus()
    }
  }, [sheet, before])
}

function Fact({ name, value }: { name: string; value: string }) {
  return <div><dt className="text-[13px] text-ink-3">{name}</dt><dd className="text-[18px] font-semibold">{value}</dd></div>
}

const TURN = 2 * Math.PI * 26

/** In sight every second; aloud only what the sheet's name says. */
export function Countdown({ left_ms, part }: { left_ms: number; part: number }) {
  const s = Math.ceil(left_ms / 1_000)
  const words = s >= 60 ? `${Math.floor(s / 60)}:${String(s % 60).padStart(2, '0')}` : String(s)
  return (
    <div role="timer" aria-label={`${s} seconds left`} className="relative grid size-16 shrink-0 place-items-center">
      <svg viewBox="0 0 60 60" className="absolute inset-0 -rotate-90" aria-hidden="true" fill="none" strokeWidth="5" strokeLinecap="round">
        <circle cx="30" cy="30" r="26" className="stroke-line" />
        <circle cx="30" cy="30" r="26" className={s <= 10 ? 'stroke-danger' : 'stroke-accent'} strokeDasharray={TURN} strokeDashoffset={TURN * (1 - Math.min(1, part))} />
      </svg>
      <span aria-hidden="true" className="tabular text-[17px] font-bold">{words}</span>
    </div>
  )
}
