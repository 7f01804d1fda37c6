/** Several visits cancelled: all of them, or none. */
import { useState } from 'react'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { explain } from '../../api/problem'
import { visits, type Visit } from '../../api/visits'
import { CancelReason } from '../../shell/CancelReason'
import { tell } from '../../shell/toasts'
import { ConfirmDialog } from '../../ui/ConfirmDialog'
import { count } from '../../util/units'

const SHOWN_MAX = 6

export function CancelDialog({ visits: several, onDone, onClose }: { visits: readonly Visit[]; onDone: () => void; onClose: () => void }) {
  const client = useQueryClient()
  // Minted here, so that asking twice cancels once.
  const [change] = useState(() => crypto.randomUUID())
  const [reason, setReason] = useState('')
  const cancel = useMutation({
    mutationFn: () => visits.cancelAll(change, several.map(({ id }) => id), reason.trim()),
    onSuccess: async () => {
      tell(several.length === 1 ? 'One visit cancelled.' : `${count(several.length)} visits cancelled.`)
      onDone()
      onClose()
      await client.invalidateQueries({ queryKey: ['visits'] })
    },
  })
  const failure = cancel.error && several.reduce((text, { id, customer_name }) => text.replaceAll(id, customer_name), explain(cancel.error))
  return (
    <ConfirmDialog
      title={several.length === 1 ? 'Cancel one visit?' : `Cancel ${count(several.length)} visits?`} action="Cancel the visits" busy="Cancelling…" dismiss="Back" isBusy={cancel.isPending} failure={failure}
      onConfirm={() => { if (reason.trim() !== '') cancel.mutate() }} onClose={onClose}
    >
      <ul className="space-y-0.5 rounded-lg bg-sunken px-3 py-2">
        {several.slice(0, SHOWN_MAX).map(({ id, customer_name }) => <li key={id} className="truncate">{customer_name}</li>)}
        {several.length > SHOWN_MAX && <li className="text-ink-3">and {count(several.length - SHOWN_MAX)} more</li>}
      </ul>
      <CancelReason value={reason} onChange={setReason} />
      <p>They leave the plan, and their agents are told. Where one cannot be cancelled any more, none is.</p>
    </ConfirmDialog>
  )
}
