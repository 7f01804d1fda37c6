/** What the server said no to: kept until the agent decides. */
import { useState } from 'react'
import { Dialog } from '../../ui/Dialog'
import { useRuntime } from '../app'
import { deedOf, isAlone, type Body } from '../model/body'
import { things } from '../model/words'
import { explainRefusal } from '../sync/answers'
import { dependents, type Action } from '../sync/queue'
import { useField } from '../state'
import { Tap, Word } from '../ui/phone'

export function RefusedHere({ visit }: { visit: string }) {
  const { actions } = useField((state) => state.queue)
  return <div className="space-y-3 px-3 pt-3">{actions.filter(({ state, body }) => state === 'refused' && 'visit' in body && body.visit === visit).map((action) => <RefusedWord key={action.seq} action={action} />)}</div>
}

export function RefusedWord({ action, title }: { action: Action<Body>; title?: string }) {
  const runtime = useRuntime()
  const { actions } = useField((state) => state.queue)
  const [isThrowing, setThrowing] = useState(false)
  const [isBusy, setBusy] = useState(false)
  const gone = dependents(actions, action, isAlone)
  const behind = dependents(actions, action).length - 1
  if (!action.refusal) return null
  // An offer that is over stays so.
  const isFinal = action.body.kind === 'offer' && action.refusal.code === 'offer_closed'
  const retry = () => {
    setBusy(true)
    void runtime.retry(action.seq).finally(() => setBusy(false))
  }
  return (
    <>
      <Word
        tone="danger" title={title ?? `“${deedOf(action.body)}” was refused`}
        action={isFinal
          ? <Tap className="min-h-11! w-full" onClick={() => void runtime.discard(action.seq)}>Understood</Tap>
          : <div className="flex gap-2.5"><Tap className="min-h-11! flex-1" isBusy={isBusy} onClick={retry}>Try again</Tap><Tap look="danger" className="min-h-11! flex-1" onClick={() => setThrowing(true)}>Throw away</Tap></div>}
      >
        {explainRefusal(action.refusal)}
        {behind > 0 && <span className="mt-1 block">{things(behind, 'later thing')} of it {behind === 1 ? 'waits' : 'wait'} behind it.</span>}
      </Word>
      {isThrowing && (
        <Dialog
          title="Throw it away?" onClose={() => setThrowing(false)}
          footer={<div className="flex w-full gap-2.5"><Tap className="flex-1" onClick={() => setThrowing(false)}>Keep it</Tap><Tap look="danger" className="flex-1" onClick={() => { setThrowing(false); void runtime.discard(action.seq) }}>Throw away</Tap></div>}
        >
          <p className="text-[15px] leading-relaxed text-ink-2">{gone.length > 1 ? 'These go for good, because one builds on the other:' : behind > 0 ? 'This goes for good; what waits behind it goes on:' : 'This goes for good:'}</p>
          <ul className="mt-2 list-disc space-y-1 pb-2 pl-5 text-[15px]">{gone.map(({ seq, body, files }) => <li key={seq}>{deedOf(body)}, {body.title}{files.length > 0 && ` (with ${things(files.length, 'file')})`}</li>)}</ul>
        </Dialog>
      )}
    </>
  )
}
