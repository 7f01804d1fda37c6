import { useState } from 'react'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { api } from '../../api/client'
import { explain } from '../../api/problem'
import { agentsQuery } from '../../api/queries'
import type { Agent } from '../../api/types'
import { tell } from '../../shell/toasts'
import { ConfirmDialog } from '../../ui/ConfirmDialog'
import { TrashIcon } from '../../ui/icons'

/** For good, at the request of whoever the agent is: asked for by name. */
export function EraseAgent({ agent, onErased }: { agent: Agent; onErased: () => void }) {
  const client = useQueryClient()
  const [isAsking, setAsking] = useState(false)
  const erase = useMutation({
    mutationFn: () => api.eraseAgent(agent.id, agent.name),
    onSuccess: () => {
      tell('The agent is erased.')
      onErased()
    },
    onSettled: () => client.invalidateQueries({ queryKey: agentsQuery.queryKey }),
  })
  return (
    <>
      <button type="button" className="mx-2 my-1.5 flex w-[calc(100%-1rem)] items-center gap-3 rounded-lg px-2 py-2 text-left text-[13px] font-medium text-danger hover:bg-hover" onClick={() => { erase.reset(); setAsking(true) }}>
        <TrashIcon className="size-4.5" />Erase…
      </button>
      {isAsking && (
        <ConfirmDialog
          title={`Erase ${agent.name}?`} action="Erase for good" busy="Erasing…" typed={agent.name} isBusy={erase.isPending} failure={erase.error && explain(erase.error)}
          onConfirm={() => erase.mutate()} onClose={() => setAsking(false)}
        >
          <p>Tracks, days, phones and contacts of this agent are deleted, and with them the key that opens what the backups hold. A phone that goes on sending is told that it is not known.</p>
          <p>The audit log keeps that it was done, by whom and when. It cannot be undone.</p>
        </ConfirmDialog>
      )}
    </>
  )
}
