/** What is decided of a design: into force, back, or aside. Each is asked once more, in the words of what will happen. */
import type { ReactNode } from 'react'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { designQuery } from '../../api/designQueries'
import { designs, type Design } from '../../api/designs'
import { ApiError, explain } from '../../api/problem'
import { territoriesQuery } from '../../api/queries'
import { tell } from '../../shell/toasts'
import { Button } from '../../ui/Button'
import { ConfirmDialog } from '../../ui/ConfirmDialog'
import { Dialog } from '../../ui/Dialog'
import { count } from '../../util/units'
import type { TerritoryFigures } from './figures'

export type Decision = 'apply' | 'revert' | 'discard'

type DecisionDialogProps = { decision: Decision; design: Design; figures: readonly TerritoryFigures[]; onAgain: () => void; onClose: () => void }

export function DecisionDialog({ decision, design, figures, onAgain, onClose }: DecisionDialogProps) {
  const client = useQueryClient()
  const act = useMutation({
    mutationFn: () => (decision === 'discard' ? designs.discard(design.id) : designs[decision](design.id, design.version)),
    onSuccess: (made) => {
      client.setQueryData(designQuery(design.id).queryKey, made)
      void client.invalidateQueries({ queryKey: ['designs', 'list'] })
      if (decision !== 'discard') {
        void client.invalidateQueries({ queryKey: territoriesQuery.queryKey })
        void client.invalidateQueries({ queryKey: ['customers'] })
      }
      tell(DONE[decision])
      onClose()
    },
  })
  const reload = () => {
    void client.invalidateQueries({ queryKey: ['designs'] })
    onClose()
  }
  const code = act.error instanceof ApiError ? act.error.code : null
  if (code === 'version_conflict') return <Conflict error={act.error!} onReload={reload} onClose={onClose} />
  if (code === 'design_outdated') return <Outdated isBack={decision === 'revert'} onAgain={onAgain} onClose={onClose} />
  const { title, action, busy } = WORDS[decision]
  return (
    <ConfirmDialog
      title={title} action={action} busy={busy} look={decision === 'apply' ? 'primary' : 'danger'} isBusy={act.isPending} failure={act.error && explain(act.error)} onConfirm={() => act.mutate()} onClose={onClose}
    >
      {decision === 'discard' ? <p>It is laid aside and cannot be applied any more. Territories and customers stay as they are.</p> : <Consequences design={design} figures={figures} isBack={decision === 'revert'} />}
    </ConfirmDialog>
  )
}

const WORDS: Record<Decision, { title: string; action: string; busy: string }> = {
  apply: { title: 'Apply this design?', action: 'Apply', busy: 'Applying…' },
  revert: { title: 'Take this design back?', action: 'Take it back', busy: 'Taking it back…' },
  discard: { title: 'Discard this design?', action: 'Discard', busy: 'Discarding…' },
}
const DONE: Record<Decision, string> = { apply: 'The design is in force.', revert: 'Territories and customers are as they were.', discard: 'The design is laid aside.' }

function Consequences({ design, figures, isBack }: { design: Design; figures: readonly TerritoryFigures[]; isBack: boolean }) {
  const moved = design.proposal?.moved ?? 0
  return (
    <>
      <p>
        {isBack ? 'Back to what was before: ' : ''}<strong className="font-semibold text-ink">{count(moved)} {moved === 1 ? 'customer changes' : 'customers change'} their territory</strong>, and{' '}
        <strong className="font-semibold text-ink">the areas of {count(figures.length)} territories</strong> are redrawn, all at once or not at all.
      </p>
      <ul aria-label="Customers that come and go" className="tabular max-h-60 overflow-y-auto rounded-lg border border-line">
        {figures.map(({ id, name, colour, comeIn, goOut }) => (
          <li key={id} className="flex items-center gap-2 border-b border-line px-3 py-1.5 last:border-b-0">
            <span aria-hidden="true" className="size-2.5 shrink-0 rounded-[3px]" style={{ background: colour }} /><span className="min-w-0 flex-1 truncate text-ink">{name}</span>
            <span className="text-xs">+{count(isBack ? goOut : comeIn)} <span className="text-ink-3">come</span></span><span className="text-xs">−{count(isBack ? comeIn : goOut)} <span className="text-ink-3">go</span></span>
          </li>
        ))}
      </ul>
      <p>Agents stay in their territories. {isBack ? 'It is refused if any of these customers or areas has changed since.' : 'It can be taken back as long as none of these customers and areas has changed since.'}</p>
    </>
  )
}

/** Somebody else was first; nothing was done. */
export function Conflict({ error, onReload, onClose }: { error: Error; onReload: () => void; onClose: () => void }) {
  return (
    <Refused title="The design has changed meanwhile" onClose={onClose} action={<Button look="primary" autoFocus onClick={onReload}>Load it anew</Button>}>
      Somebody else was first, and nothing was done: <span className="text-ink">{explain(error)}</span>. Load it anew to see what it is now.
    </Refused>
  )
}

function Outdated({ isBack, onAgain, onClose }: { isBack: boolean; onAgain: () => void; onClose: () => void }) {
  return isBack ? (
    <Refused title="It cannot be taken back" onClose={onClose}>Customers or areas have changed since it was applied, and what was before would undo that too. Nothing was done.</Refused>
  ) : (
    <Refused title="The design is out of date" onClose={onClose} action={<Button look="primary" autoFocus onClick={onAgain}>Propose again</Button>}>
      Customers or areas have changed since it was made, so it does not fit any more. Nothing was done. Propose again, from things as they are now.
    </Refused>
  )
}

function Refused({ title, action, onClose, children }: { title: string; action?: ReactNode; onClose: () => void; children: ReactNode }) {
  return (
    <Dialog title={title} width="narrow" onClose={onClose} footer={<><Button onClick={onClose}>Close</Button>{action}</>}>
      <p role="alert" className="text-[13px] leading-relaxed text-ink-2">{children}</p>
    </Dialog>
  )
}
