/** Am I there? Says how far away, what the rules make of it, and takes what they ask for. */
import { useEffect, useState } from 'react'
import { Link, useNavigate, useParams } from 'react-router'
import { explain } from '../../api/problem'
import { cx } from '../../ui/cx'
import { accuracy, distance } from '../../util/units'
import { useDay, useLookAround, useRuntime, useServerNow, useVisit } from '../app'
import type { Claim } from '../model/body'
import { isOpen } from '../model/day'
import { READING_FRESH_MS, coolingUntil_ms, permit, whereabouts, type Permit, type Reading, type Whereabouts } from '../model/policy'
import type { DayView, VisitView } from '../model/project'
import { minutes, span } from '../model/words'
import { useField } from '../state'
import type { Gps } from '../track/recorder'
import { PinIcon } from '../ui/icons'
import { PhotoField, type TakenPhoto } from '../ui/PhotoField'
import { RefusedHere } from '../parts/Refused'
import { draftName, useDraft } from '../parts/useDraft'
import { TextArea } from '../ui/answers'
import { Panel, Screen, Tap, Word } from '../ui/phone'
import { NoVisit } from './VisitPage'

/** The reading goes along only where it says where one is now. */
export const claimOf = (reading: Reading | null, now_ms: number): Claim | undefined =>
  reading === null || now_ms - reading.at_ms > READING_FRESH_MS ? undefined : { lat: reading.lat, lon: reading.lon, ...(reading.accuracy_m !== null && { accuracy_m: Math.round(reading.accuracy_m * 10) / 10 }) }

type Filled = { photos: readonly TakenPhoto[]; note: string }
const EMPTY: Filled = { photos: [], note: '' }

export function CheckInPage() {
  const { id } = useParams()
  const visit = useVisit(id)
  const day = useDay()
  return visit && day ? <CheckIn key={id} visit={visit} day={day} /> : <NoVisit />
}

function CheckIn({ visit, day }: { visit: VisitView; day: DayView }) {
  const runtime = useRuntime()
  const navigate = useNavigate()
  const now = useServerNow()
  useLookAround()
  const { reading, gps } = useField()
  const name = draftName(visit.id, 'check-in')
  const { value, change, problem, end } = useDraft(name, EMPTY)
  const { photos, note } = value ?? EMPTY
  const [isBusy, setBusy] = useState(false)
  const [error, setError] = useState<string | null>(null)
  const at = whereabouts(visit.place, reading, visit.radius_m, day.rules, now)
  const may = permit(day.rules.outside_check_in, visit.place, at, visit.kind === 'phone_call')
  const other = day.visits.find((held) => held.id !== visit.id && isOpen(held.status))
  const cooling = coolingUntil_ms(day.visits.filter((held) => held.place.id === visit.place.id && held.status === 'completed').map(({ ended_ms }) => ended_ms), day.rules.cool_down_s, now)
  const isOpenAlready = isOpen(visit.status)
  useEffect(() => {
    if (isOpenAlready) void navigate(`/visits/${visit.id}`, { replace: true })
  }, [isOpenAlready, navigate, visit.id])

  const isBlocked = may.kind === 'blocked' || other !== undefined || cooling !== null || (may.kind === 'needs_photo' && photos.length === 0)
  const checkIn = async () => {
    setBusy(true)
    setError(null)
    try {
      await end(() => runtime.act({
        kind: 'told', visit: visit.id, title: visit.customer,
        told: { type: 'check_in', position: claimOf(reading, now), ...(photos.length > 0 && { photos: photos.map((photo) => photo.id) }), ...(note.trim() !== '' && { note: note.trim() }) },
      }, photos, name))
    } catch (failure) {
      setError(explain(failure))
      setBusy(false)
    }
  }
  return (
    <Screen title="Check in" subtitle={visit.customer} back={`/visits/${visit.id}`} footer={<Tap look="primary" className="flex-1" isBusy={isBusy} disabled={isBlocked} onClick={() => void checkIn()}>Check in now</Tap>}>
      <div className="pb-6">
        {visit.sync.refused > 0 && <RefusedHere visit={visit.id} />}
        <Radar at={at} gps={gps} reading={reading} radius_m={visit.radius_m} />
        <div className="space-y-3 px-3 pt-1">
          {other && <Word tone="danger" title={`You are still checked in at ${other.customer}`} action={<Link to={`/visits/${other.id}/check-out`} className="font-semibold text-accent underline underline-offset-4">Check out there first</Link>}>One visit at a time: its end would be wrong.</Word>}
          {cooling !== null && <Word tone="warn" title="You checked out here a moment ago">You can check in again in {minutes((cooling - now) / 1_000 + 59)}.</Word>}
          <Verdict may={may} at={at} radius_m={visit.radius_m} accuracy_max_m={day.rules.accuracy_max_m} />
          {(error ?? problem) !== null && <Word tone="danger" title="That was not kept">{error ?? problem}</Word>}
        </div>
        <Panel><dl className="px-4 py-3 text-[15px]">
          <Line name="Where" value={visit.place.address || visit.place.label || 'No address'} />
          <Line name="Promised" value={visit.windows.length === 0 ? 'Any time' : visit.windows.map((window) => span(window, day.zone)).join(', ')} />
          {visit.place.access_notes !== '' && <Line name="How to get in" value={visit.place.access_notes} />}
        </dl></Panel>
        {(may.kind === 'needs_photo' || photos.length > 0) && <Panel title="Proof"><div className="px-4 pb-4"><PhotoField label="Photo of the place" photos={photos} onChange={(taken) => change((held) => ({ ...held, photos: taken }))} newId={() => runtime.newId()} purpose="check_in" max={5} /></div></Panel>}
        {may.kind !== 'free' && may.kind !== 'blocked' && <Panel><div className="p-4"><TextArea label="Why not at the place (if you like)" value={note} onChange={(typed) => change((held) => ({ ...held, note: typed }))} max={2_000} /></div></Panel>}
      </div>
    </Screen>
  )
}

const Line = ({ name, value }: { name: string; value: string }) => <div className="flex justify-between gap-6 py-1.5"><dt className="shrink-0 text-ink-2">{name}</dt><dd className="tabular min-w-0 text-right font-medium">{value}</dd></div>

function Radar({ at, gps, reading, radius_m }: { at: Whereabouts; gps: Gps; reading: Reading | null; radius_m: number }) {
  const isIn = at.kind === 'inside'
  const words = at.distance_m === null ? (gps === 'denied' ? 'No permission' : gps === 'unavailable' ? 'No position' : 'Looking…') : distance(at.distance_m)
  return (
    <div className="flex flex-col items-center px-6 pt-7 pb-5 text-center">
      <div className={cx('relative grid size-36 place-items-center rounded-full border-2', isIn ? 'border-good bg-good-soft text-good' : at.kind === 'outside' ? 'border-warn bg-warn-soft text-warn' : 'border-line-strong bg-surface text-ink-2')}>
        {at.kind === 'unknown' && gps === 'asking' && <span aria-hidden="true" className="ringing absolute inset-0 rounded-full" />}
        <div>
          <PinIcon className="mx-auto size-7" />
          <p className="tabular mt-1 text-xl leading-tight font-bold" data-testid="distance">{words}</p>
          <p className="text-[13px] font-medium">{isIn ? 'you are there' : at.distance_m === null ? '' : 'away'}</p>
        </div>
      </div>
      <p className="tabular mt-3 text-[14px] text-ink-2">{reading?.accuracy_m != null ? `Position to ${accuracy(reading.accuracy_m)}, there is within ${distance(radius_m)}` : `There is within ${distance(radius_m)}`}</p>
    </div>
  )
}

export function Verdict({ may, at, radius_m, accuracy_max_m }: { may: Permit; at: Whereabouts; radius_m: number; accuracy_max_m: number }) {
  switch (may.kind) {
    case 'free':
      return null
    case 'noted':
      return at.kind === 'outside'
        ? <Word tone="warn" title="You are not at the place">You can go on. That it was from {distance(at.distance_m)} away is noted for your manager.</Word>
        : <Word tone="warn" title="Your position is not certain">You can go on. That it could not be checked is noted.</Word>
    case 'needs_photo':
      return <Word tone="warn" title={at.kind === 'outside' ? 'You are not at the place' : 'Your position is not certain'}>You can go on with a photo of the place.</Word>
    case 'blocked':
      return may.why === 'too_far'
        ? <Word tone="danger" title="Too far away">Come within {distance(radius_m)} of the place. Your organisation takes this only there.</Word>
        : <Word tone="danger" title="Your position is needed">Your phone must say where it is, to {distance(accuracy_max_m)}. Step outside, and see that this page may use your location.</Word>
  }
}
