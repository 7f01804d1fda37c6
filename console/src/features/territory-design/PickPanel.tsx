/** Cells given to a territory by hand: picked on the map, or under its middle with the keyboard; measured again when they are given. */
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { designQuery } from '../../api/designQueries'
import { designs, type Design } from '../../api/designs'
import { ApiError, explain } from '../../api/problem'
import { tell } from '../../shell/toasts'
import { Button } from '../../ui/Button'
import { SelectField } from '../../ui/fields'
import { TargetIcon } from '../../ui/icons'
import { Notice } from '../../ui/Notice'
import { count } from '../../util/units'
import { Conflict } from './Decisions'
import type { TerritoryFigures } from './figures'

type PickPanelProps = {
  design: Design
  figures: readonly TerritoryFigures[]
  target: string
  onTarget: (territory: string) => void
  picked: ReadonlySet<string>
  onPicked: (picked: ReadonlySet<string>) => void
  /** Picks the cell under the middle of the map, or lets it go; `note` says what came of it. */
  onMiddle: () => void
  note: string
  onClose: () => void
}

export function PickPanel({ design, figures, target, onTarget, picked, onPicked, onMiddle, note, onClose }: PickPanelProps) {
  const client = useQueryClient()
  const give = useMutation({
    mutationFn: () => designs.give(design.id, design.version, target, [...picked]),
    onSuccess: (made) => {
      client.setQueryData(designQuery(design.id).queryKey, made)
      void client.invalidateQueries({ queryKey: ['designs', 'list'] })
      tell(`${picked.size === 1 ? 'One cell' : `${count(picked.size)} cells`} given to ${name}. Everything is measured again.`)
      onPicked(new Set())
    },
  })
  const name = figures.find(({ id }) => id === target)?.name ?? ''
  const reload = () => {
    void client.invalidateQueries({ queryKey: ['designs'] })
    onClose()
  }
  return (
    <section aria-label="Change by hand" className="space-y-4 rounded-2xl border border-accent/50 bg-surface p-5 shadow-raised">
      <div>
        <h2 className="text-sm font-semibold">Change by hand</h2>
        <p className="mt-0.5 text-[13px] leading-snug text-ink-2">Pick cells on the map and give them to a territory. What would tear a territory apart is refused.</p>
      </div>
      <SelectField label="Give cells to" value={target} onChange={(territory) => { give.reset(); onPicked(new Set()); onTarget(territory) }}>
        {figures.map((one) => <option key={one.id} value={one.id}>{one.name}</option>)}
      </SelectField>
      <div className="flex flex-wrap items-center gap-2">
        <Button onClick={onMiddle}><TargetIcon />Pick under the cross</Button>
        <span role="status" className="tabular text-xs text-ink-2">{note !== '' ? note : picked.size === 0 ? 'No cell is picked.' : `${count(picked.size)} picked.`}</span>
      </div>
      {give.error && !(give.error instanceof ApiError && give.error.code === 'version_conflict') && (
        <Notice tone="danger" title="They were not given">{give.error instanceof ApiError && give.error.code === 'design_outdated' ? 'Customers or areas have changed since the design was made. Propose again, from things as they are now.' : <span className="inline-block first-letter:uppercase">{(give.error instanceof ApiError && give.error.fields[0]?.message) || explain(give.error)}.</span>}</Notice>
      )}
      <div className="flex justify-end gap-2">
        {picked.size > 0 && <Button look="quiet" onClick={() => onPicked(new Set())}>Pick none</Button>}
        <Button onClick={onClose}>Done</Button>
        <Button look="primary" isBusy={give.isPending} disabled={picked.size === 0} onClick={() => give.mutate()}>{give.isPending ? 'Measuring…' : picked.size === 0 ? 'Give' : `Give ${count(picked.size)} to ${name}`}</Button>
      </div>
      {give.error instanceof ApiError && give.error.code === 'version_conflict' && <Conflict error={give.error} onReload={reload} onClose={() => give.reset()} />}
    </section>
  )
}
