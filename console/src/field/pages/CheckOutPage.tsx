/** What came of the visit. Says what is still missing before it can end. */
import { useEffect, useState } from 'react'
import { Link, useNavigate, useParams } from 'react-router'
import { explain } from '../../api/problem'
import { cx } from '../../ui/cx'
import { CheckIcon } from '../../ui/icons'
import { useDay, useLookAround, useRuntime, useServerNow, useVisit } from '../app'
import { isOpen, type Outcome } from '../model/day'
import { lackingFor } from '../model/lacking'
import { permit, whereabouts } from '../model/policy'
import type { DayView, VisitView } from '../model/project'
import { minutes, plain, time } from '../model/words'
import { useField } from '../state'
import type { NewFile } from '../store/store'
import { ForwardIcon, SmileIcon, StopIcon } from '../ui/icons'
import { Choice, TextArea } from '../ui/answers'
import { PhotoField, type TakenPhoto } from '../ui/PhotoField'
import { RefusedHere } from '../parts/Refused'
import { draftName, useDraft } from '../parts/useDraft'
import { SignaturePad } from '../ui/SignaturePad'
import { Panel, ROW, Screen, Tap, Word } from '../ui/phone'
import { claimOf, Verdict } from './CheckInPage'
import { NoVisit } from './VisitPage'

type Filled = { outcome: Outcome | null; reason: string; photos: readonly TakenPhoto[]; signature: NewFile | null; note: string }
const EMPTY: Filled = { outcome: null, reason: '', photos: [], signature: null, note: '' }

export function CheckOutPage() {
  const { id } = useParams()
  const visit = useVisit(id)
  const day = useDay()
  return visit && day ? <CheckOut key={id} visit={visit} day={day} /> : <NoVisit />
}

function CheckOut({ visit, day }: { visit: VisitView; day: DayView }) {
  const runtime = useRuntime()
  const navigate = useNavigate()
  const now = useServerNow()
  useLookAround()
  const { reading, queue } = useField()
  const name = draftName(visit.id, 'check-out')
  const { value, change, problem, end } = useDraft(name, EMPTY)
  const { outcome, reason, photos, signature, note } = value ?? EMPTY
  const fill = (some: Partial<Filled>) => change((held) => ({ ...held, ...some }))
  const [isBusy, setBusy] = useState(false)
  const [error, setError] = useState<string | null>(null)
  const isOver = !isOpen(visit.status)
  useEffect(() => {
    if (isOver) void navigate('/', { replace: true })
  }, [isOver, navigate])

  const at = whereabouts(visit.place, reading, visit.radius_m, day.rules, now)
  const may = permit(day.rules.outside_check_out, visit.place, at, visit.kind === 'phone_call')
  const lacking = outcome === null ? [] : lackingFor(visit, outcome, day.activities, queue.actions, { photos: photos.length, signature: signature !== null, note: note.trim() !== '' })
  const needsReason = outcome === 'unproductive' && reason.trim() === ''
  const needsPhoto = may.kind === 'needs_photo' && photos.length === 0
  const isBlocked = outcome === null || needsReason || needsPhoto || may.kind === 'blocked' || lacking.length > 0
  const wantsPhoto = may.kind === 'needs_photo' || lacking.some(({ kind }) => kind === 'photo') || photos.length > 0
  const wantsSignature = signature !== null || lacking.some(({ kind }) => kind === 'signature')
  const wantsNote = lacking.some(({ kind }) => kind === 'note')
  const checkOut = async () => {
    if (outcome === null) return
    setBusy(true)
    setError(null)
    try {
      await end(() => runtime.act({
        kind: 'told', visit: visit.id, title: visit.customer,
        told: {
          type: 'check_out', outcome, position: claimOf(reading, now), ...(outcome === 'unproductive' && { reason: reason.trim() }),
          ...(photos.length > 0 && { photos: photos.map((photo) => photo.id) }), ...(note.trim() !== '' && { note: note.trim() }),
        },
      }, signature === null ? photos : [...photos, signature], name))
    } catch (failure) {
      setError(explain(failure))
      setBusy(false)
    }
  }
  return (
    <Screen title="Check out" subtitle={visit.customer} back={`/visits/${visit.id}`} footer={<Tap look="primary" className="flex-1" isBusy={isBusy} disabled={isBlocked} onClick={() => void checkOut()}>Check out now</Tap>}>
      <div className="pb-6">
        {visit.sync.refused > 0 && <RefusedHere visit={visit.id} />}
        {visit.checked_in_ms !== null && <p className="tabular px-4 pt-4 text-center text-[15px] text-ink-2">Here since <strong className="font-semibold text-ink">{time(visit.checked_in_ms, day.zone)}</strong>, {minutes((now - visit.checked_in_ms) / 1_000)}</p>}
        <fieldset className="mx-3 mt-4">
          <legend className="mb-2 px-1 text-[16px] font-semibold">What came of it?</legend>
          <div className="grid grid-cols-2 gap-2.5">
            <OutcomeButton isChosen={outcome === 'productive'} tone="good" icon={<SmileIcon />} onClick={() => fill({ outcome: 'productive' })}>Productive</OutcomeButton>
            <OutcomeButton isChosen={outcome === 'unproductive'} tone="warn" icon={<StopIcon />} onClick={() => fill({ outcome: 'unproductive' })}>Unproductive</OutcomeButton>
          </div>
        </fieldset>
        {outcome === 'unproductive' && <Panel><div className="p-4"><Choice label="Why?" isRequired choices={day.rules.unproductive_reasons.map((code) => ({ value: code, label: plain(code) }))} value={reason} onChange={(chosen) => fill({ reason: chosen })} /></div></Panel>}
        {lacking.some(({ to }) => to !== null) && (
          <Panel title="Still needed">
            <ul className="divide-y divide-line">{lacking.flatMap((one) => (one.to === null ? [] : [
              <li key={one.key}><Link to={one.to} className={ROW}><span className="flex-1 text-[16px] font-medium">{one.text(day)}</span><ForwardIcon className="size-5 text-ink-3" /></Link></li>,
            ]))}</ul>
          </Panel>
        )}
        <div className="space-y-3 px-3 pt-3 empty:hidden">
          {may.kind !== 'free' && outcome !== null && <Verdict may={may} at={at} radius_m={visit.radius_m} accuracy_max_m={day.rules.accuracy_max_m} />}
          {(error ?? problem) !== null && <Word tone="danger" title="That was not kept">{error ?? problem}</Word>}
        </div>
        {outcome !== null && (
          <Panel>
            <div className="space-y-5 p-4">
              {wantsPhoto && <PhotoField label={needsPhoto || lacking.some(({ kind }) => kind === 'photo') ? 'Photo (needed)' : 'Photo'} photos={photos} onChange={(taken) => fill({ photos: taken })} newId={() => runtime.newId()} purpose="check_out" max={20} />}
              {wantsSignature && <SignaturePad label="Signature of the customer (needed)" signature={signature} onChange={(signed) => fill({ signature: signed })} newId={() => runtime.newId()} />}
              <TextArea label={wantsNote ? 'Note (needed)' : 'Note (if you like)'} value={note} onChange={(typed) => fill({ note: typed })} max={2_000} />
            </div>
          </Panel>
        )}
      </div>
    </Screen>
  )
}

function OutcomeButton({ isChosen, tone, icon, onClick, children }: { isChosen: boolean; tone: 'good' | 'warn'; icon: React.ReactNode; onClick: () => void; children: React.ReactNode }) {
  return (
    <button
      type="button" aria-pressed={isChosen} onClick={onClick}
      className={cx('relative flex min-h-24 flex-col items-center justify-center gap-1.5 rounded-2xl border-2 text-[16px] font-semibold [&_svg]:size-7', isChosen ? (tone === 'good' ? 'border-good bg-good-soft text-good' : 'border-warn bg-warn-soft text-warn') : 'border-line-strong bg-surface text-ink')}
    >
      {icon}{children}{isChosen && <span className="absolute top-2 right-2 [&_svg]:size-5!"><CheckIcon /></span>}
    </button>
  )
}
