/** On duty the way is recorded and offers come; off duty neither. */
import { useState } from 'react'
import { cx } from '../../ui/cx'
import { Dialog } from '../../ui/Dialog'
import { explain } from '../../api/problem'
import { useDay, useRuntime } from '../app'
import { isAhead, isOpen } from '../model/day'
import { things, time } from '../model/words'
import { Tap, Word } from '../ui/phone'

export function DutySwitch() {
  const day = useDay()
  const runtime = useRuntime()
  const [isAsking, setAsking] = useState(false)
  const [error, setError] = useState<string | null>(null)
  if (!day?.duty) return null
  const { isOn, since_ms } = day.duty
  const open = day.visits.find(({ status }) => isOpen(status))
  const ahead = day.visits.filter(({ status }) => isAhead(status))
  const turn = async () => {
    try {
      await runtime.act({ kind: 'duty', title: isOn ? 'Off duty' : 'On duty', isOn: !isOn })
      setAsking(false)
      setError(null)
    } catch (problem) {
      setError(explain(problem))
    }
  }
  return (
    <>
      <button
        type="button" role="switch" aria-checked={isOn} aria-label="On duty" onClick={() => (isOn ? setAsking(true) : void turn())}
        className={cx('flex min-h-10 items-center gap-2 rounded-full border pr-1.5 pl-3 text-[13px] font-semibold', isOn ? 'border-good/30 bg-good-soft text-good' : 'border-line-strong bg-surface text-ink-2')}
      >
        {isOn ? 'On duty' : 'Off duty'}
        <span aria-hidden="true" className={cx('relative h-6.5 w-11 rounded-full transition-colors', isOn ? 'bg-good' : 'bg-ink-3/50')}>
          <span className={cx('absolute top-0.5 left-0.5 size-5.5 rounded-full bg-white shadow-raised transition-transform', isOn && 'translate-x-4.5')} />
        </span>
      </button>
      {isAsking && (
        <Dialog title="Go off duty?" onClose={() => setAsking(false)}>
          <p className="text-[15px] leading-relaxed text-ink-2">Your position is not recorded any more, and no offers come. {since_ms !== null && `You have been on duty since ${time(since_ms, day.zone)}.`}</p>
          {ahead.length > 0 && (
            <Word tone="warn" className="mt-3" title={ahead.length === 1 ? `The visit at ${ahead[0]!.customer} is still ahead` : `${things(ahead.length, 'visit')} are still ahead`}>
              In the middle of your shift {ahead.length === 1 ? 'it is' : 'they are'} taken off your day: somebody else gets what fits into theirs. Going on duty again does not bring {ahead.length === 1 ? 'it' : 'them'} back.
            </Word>
          )}
          {open && <Word tone="warn" className="mt-3" title={`The visit at ${open.customer} is still open`}>Check out of it first, so that its time is right.</Word>}
          {error !== null && <Word tone="danger" className="mt-3" title={error} />}
          <div className="mt-4 flex gap-2.5 pb-1">
            <Tap className="flex-1" onClick={() => setAsking(false)}>Stay on duty</Tap>
            <Tap look="primary" className="flex-1" onClick={() => void turn()}>Go off duty</Tap>
          </div>
        </Dialog>
      )}
      {error !== null && !isAsking && <Dialog title="That was not kept" onClose={() => setError(null)}><Word tone="danger" title={error} /></Dialog>}
    </>
  )
}
