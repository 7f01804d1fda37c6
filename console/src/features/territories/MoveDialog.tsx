import { useMemo, useState, type FormEvent } from 'react'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { agentsQuery } from '../../api/queries'
import type { Agent, Territory } from '../../api/types'
import { tell } from '../../shell/toasts'
import { Button } from '../../ui/Button'
import { Choices } from '../../ui/Choices'
import { Dialog } from '../../ui/Dialog'
import { SelectField } from '../../ui/fields'
import { Notice } from '../../ui/Notice'
import { listed, treeOf } from '../../util/tree'
import { count } from '../../util/units'
import { moveAgents, type Moves } from './moves'

type MoveDialogProps = {
  from: Territory
  /** `in`: others come to this territory; `out`: its own go elsewhere. */
  direction: 'in' | 'out'
  agents: readonly Agent[]
  territories: readonly Territory[]
  onClose: () => void
}

export function MoveDialog({ from, direction, agents, territories, onClose }: MoveDialogProps) {
  const client = useQueryClient()
  const names = useMemo(() => new Map(territories.map(({ id, name }) => [id, name])), [territories])
  // Settled when the dialog opens: what has been moved does not vanish from under the pointer.
  const [candidates] = useState(() => agents
    .filter(({ territory_id }) => (territory_id === from.id) === (direction === 'out'))
    .map(({ id, name, territory_id }) => ({ id, name, note: direction === 'out' ? '' : (territory_id === null ? 'without a territory' : (names.get(territory_id) ?? '')), isFree: territory_id === null }))
    .sort((a, b) => Number(b.isFree) - Number(a.isFree)))
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set())
  const [target, setTarget] = useState('')
  const [moves, setMoves] = useState<Moves | null>(null)
  const move = useMutation({
    mutationFn: () => moveAgents([...chosen], direction === 'in' ? from.id : target === '' ? null : target, setMoves),
    onSuccess: ({ done, failed }) => {
      void client.invalidateQueries({ queryKey: agentsQuery.queryKey })
      if (failed.length > 0) return setChosen(new Set(failed.map(({ id }) => id)))
      tell(done === 1 ? 'One agent moved.' : `${count(done)} agents moved.`)
      onClose()
    },
  })
  const submit = (event: FormEvent) => {
    event.preventDefault()
    if (chosen.size > 0) move.mutate()
  }
  const failed = move.isSuccess ? move.data.failed : []
  const label = chosen.size === 0 ? 'Move' : chosen.size === 1 ? 'Move one agent' : `Move ${count(chosen.size)} agents`
  return (
    <Dialog title={direction === 'in' ? `Assign agents to ${from.name}` : `Move agents out of ${from.name}`} subtitle="Live positions follow at once." onClose={onClose} isHeld={move.isPending}>
      <form onSubmit={submit} className="space-y-4">
        {direction === 'out' && (
          <SelectField label="To" value={target} onChange={setTarget}>
            <option value="">Without a territory</option>
            {listed(treeOf(territories)).filter(({ id }) => id !== from.id).map(({ item, depth }) => <option key={item.id} value={item.id}>{`${'\u2003'.repeat(depth)}${item.name}`}</option>)}
          </SelectField>
        )}
        <Choices label="Agents" items={candidates} chosen={chosen} onChange={setChosen} className="h-72" />
        {failed.length > 0 && (
          <Notice tone="danger" title={`${count(failed.length)} could not be moved`}>
            <ul>{failed.slice(0, 5).map(({ id, message }) => <li key={id}>{candidates.find((one) => one.id === id)?.name}: {message}</li>)}</ul>
          </Notice>
        )}
        <div className="flex items-center justify-end gap-2">
          <span role="status" className="tabular mr-auto text-xs text-ink-3">{move.isPending && moves ? `${moves.done + moves.failed.length} of ${chosen.size}` : ''}</span>
          <Button onClick={onClose} disabled={move.isPending}>Cancel</Button>
          <Button type="submit" look="primary" isBusy={move.isPending} disabled={chosen.size === 0}>{move.isPending ? 'Moving…' : label}</Button>
        </div>
      </form>
    </Dialog>
  )
}
