import { Button } from '../../ui/Button'
import { Dialog } from '../../ui/Dialog'
import { explain } from '../../api/problem'
import { Notice } from '../../ui/Notice'
import type { Conflict } from './desk'
import { PriceView } from './DropCard'
import type { Verdict } from './previewer'
import type { Price } from './price'

type ConflictDialogProps = {
  words: string
  conflict: Conflict
  /** What it costs upon the plan as it is now. */
  verdict: Verdict<Price>
  isBusy: boolean
  failure: string | null
  onApply: () => void
  onClose: () => void
}

/** Somebody else was first: nothing was done; here is what changed, and what the same change costs now. */
export function ConflictDialog({ words, conflict, verdict, isBusy, failure, onApply, onClose }: ConflictDialogProps) {
  const price = verdict.kind === 'answered' ? verdict.answer : verdict.kind === 'asking' ? verdict.last : null
  return (
    <Dialog
      title="The plan has changed meanwhile" subtitle={`Nothing was done. It is at version ${conflict.version} now.`} onClose={onClose} isHeld={isBusy}
      footer={(
        <>
          <Button onClick={onClose} disabled={isBusy}>Leave it</Button>
          <Button look="primary" isBusy={isBusy} disabled={price === null || price.obstacles.length > 0} onClick={onApply}>{isBusy ? 'Changing…' : 'Do it on the new plan'}</Button>
        </>
      )}
    >
      <section aria-label="What changed">
        <h3 className="text-xs font-medium text-ink-3">What changed</h3>
        <ul className="mt-1.5 space-y-1.5">
          {conflict.changes.map(({ version, by, words: what }) => (
            <li key={`${version} ${what}`} className="flex gap-2 text-[13px]"><span className="tabular shrink-0 text-ink-3">v{version}</span><span><span className="font-medium">{by}</span> {what}</span></li>
          ))}
          {conflict.changes.length === 0 && <li className="text-[13px] text-ink-2">The changes are not listed any more.</li>}
        </ul>
      </section>
      <section aria-label="What you wanted" className="mt-4 border-t border-line pt-4">
        <h3 className="text-xs font-medium text-ink-3">What you wanted, on the new plan</h3>
        <p className="mt-1.5 text-[13px] font-medium">{words}</p>
        {verdict.kind === 'failed' ? <p className="mt-2 text-xs text-danger">{explain(verdict.error)}</p> : price === null ? <span className="skeleton mt-2 block h-3.5 w-40" /> : <PriceView price={price} />}
      </section>
      {failure !== null && <div className="mt-4"><Notice tone="danger" title="That did not work">{failure}</Notice></div>}
    </Dialog>
  )
}
