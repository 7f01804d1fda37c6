/** Where a day begins and ends, put on the map. */
import { useMemo, useState } from 'react'
import type { Pin } from '../../map/layers/PinsLayer'
import { PointMap } from '../../map/PointMap'
import { Button } from '../../ui/Button'
import { Card } from '../../ui/Card'
import { SelectField, TextField } from '../../ui/fields'
import type { PlaceDraft, WorkDraft, WorkFlaw } from './workDraft'

type BaseCardProps = { draft: WorkDraft; onChange: (draft: WorkDraft) => void; flaw: WorkFlaw | null; disabled: boolean }

export function BaseCard({ draft, onChange, flaw, disabled }: BaseCardProps) {
  const [placing, setPlacing] = useState<'start' | 'end'>('start')
  const which = draft.end === 'place' ? placing : 'start'
  const held = which === 'start' ? draft.start : draft.endPlace
  const put = (place: PlaceDraft | null) => onChange(which === 'start' ? { ...draft, start: place } : { ...draft, endPlace: place })
  return (
    <Card title="Home base" hint="Where the first way of a day begins, and the last one ends.">
      <div className="grid gap-4 sm:grid-cols-[1fr_1.1fr]">
        <div className="space-y-4">
          <SelectField label="The day ends" value={draft.end} onChange={(end) => { onChange({ ...draft, end: end as WorkDraft['end'] }); setPlacing(end === 'place' ? 'end' : 'start') }} complaint={flaw?.field === 'base' ? flaw.message : null}>
            <option value="start">where it begins</option>
            <option value="open">at the last customer</option>
            <option value="place">somewhere else</option>
          </SelectField>
          {draft.end === 'place' && (
            <div role="radiogroup" aria-label="Which pin" className="grid grid-cols-2 gap-1 rounded-lg bg-sunken p-1">
              {([['start', 'Begin'], ['end', 'End']] as const).map(([kind, name]) => <Button key={kind} look="quiet" role="radio" aria-checked={which === kind} onClick={() => setPlacing(kind)} className={which === kind ? 'bg-surface! text-ink! shadow-raised' : ''}>{name}</Button>)}
            </div>
          )}
          <TextField label={which === 'start' ? 'Address of the begin' : 'Address of the end'} value={held?.address ?? ''} disabled={held === null} maxLength={300} onChange={(address) => { if (held) put({ ...held, address }) }} hint={held === null ? 'Click on the map to put the pin there.' : 'Drag the pin, or click on the map, to move it.'} />
          {held !== null && <Button look="quiet" onClick={() => put(null)}>Take the pin away</Button>}
          {draft.start === null && draft.end !== 'place' && <p className="text-xs text-ink-3">Without a base the day begins at the first customer.</p>}
        </div>
        <div className="relative h-64 overflow-hidden rounded-xl border border-line"><BaseMap draft={draft} which={which} onPut={disabled ? undefined : (point) => put({ address: held?.address ?? '', ...point })} /></div>
      </div>
    </Card>
  )
}

function BaseMap({ draft, which, onPut }: { draft: WorkDraft; which: 'start' | 'end'; onPut: ((point: { lat: number; lon: number }) => void) | undefined }) {
  const { start, endPlace, end } = draft
  const pins = useMemo(() => [...(start ? [{ id: 'start', name: 'Begin of the day', lat: start.lat, lon: start.lon }] : []), ...(end === 'place' && endPlace ? [{ id: 'end', name: 'End of the day', lat: endPlace.lat, lon: endPlace.lon }] : [])] satisfies Pin[], [start, endPlace, end])
  return <PointMap label="Map of the home base" pins={pins} chosen={which} onPut={onPut} />
}
