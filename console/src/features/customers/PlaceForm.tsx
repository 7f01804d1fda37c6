/** One place of a customer, beside the map on which its pin and fence are drawn. */
import type { ReactNode } from 'react'
import { GroundField } from '../../map/GroundField'
import { Button } from '../../ui/Button'
import { Checkbox, TextField } from '../../ui/fields'
import { HoursField } from '../../ui/HoursField'
import { Switch } from '../../ui/Switch'
import { TextArea } from '../../ui/TextArea'
import { usualHours } from '../../util/hours'
import { coordinates } from '../../util/units'
import { isOutdated, type PlaceDraft } from './placeDraft'
import { locatedBy } from './words'

type PlaceFormProps = {
  draft: PlaceDraft
  onChange: (draft: PlaceDraft) => void
  complaint: (field: string) => string | null
  /** Finds addresses; comes from outside. */
  finder: ReactNode
  /** The only place is primary, and needs no name. */
  isOnly: boolean
}

export function PlaceForm({ draft, onChange, complaint, finder, isOnly }: PlaceFormProps) {
  const set = <Key extends keyof PlaceDraft>(key: Key) => (value: PlaceDraft[Key]) => onChange({ ...draft, [key]: value })
  return (
    <div className="space-y-4">
      {!isOnly && <TextField label="Called" value={draft.label} onChange={set('label')} maxLength={120} placeholder="Warehouse" complaint={complaint('label')} />}
      {finder}
      <div className="rounded-lg bg-sunken px-3 py-2.5 text-[13px]">
        <p className="text-ink-2">{isOutdated(draft) ? 'The pin is of the former address: it goes with it, and the new one is looked for' : locatedBy({ point: draft.point, located_by: draft.locatedBy, location_quality: draft.quality })}</p>
        {draft.point !== null && !isOutdated(draft) && <p className="tabular mt-0.5 text-xs text-ink-3">{coordinates(draft.point.lat, draft.point.lon)}</p>}
        <p className="mt-1.5 text-xs text-ink-3">{draft.drawn !== null ? 'Close the area to move the pin again.' : draft.point === null ? 'Click on the map to put the pin there.' : 'Drag the pin, or click on the map, to correct it.'}</p>
      </div>
      <fieldset className="space-y-3">
        <legend className="text-[13px] font-medium">Fence</legend>
        <div role="radiogroup" aria-label="Kind of fence" className="grid grid-cols-2 gap-1 rounded-lg bg-sunken p-1">
          <Kind isOn={draft.drawn === null} onPress={() => set('drawn')(null)}>Circle around the pin</Kind>
          <Kind isOn={draft.drawn !== null} onPress={() => { if (draft.drawn === null) set('drawn')({ kind: 'polygon', corners: [], isDone: false }) }}>Drawn area</Kind>
        </div>
        {draft.drawn === null
          ? <TextField label="Radius (metres)" type="number" min={10} max={5_000} value={draft.radius} onChange={set('radius')} complaint={complaint('radius') ?? complaint('fence.radius_m')} />
          : <GroundField ground={draft.drawn} onChange={set('drawn')} complaint={complaint('shape') ?? complaint('fence.shape')} />}
        <div className="grid grid-cols-2 gap-3">
          <TextField label="Arrived after (minutes)" type="number" min={0} step="any" value={draft.dwell} onChange={set('dwell')} complaint={complaint('dwell') ?? complaint('fence.dwell_s')} />
          <TextField label="A visit takes (minutes)" type="number" min={1} step="any" value={draft.duration} onChange={set('duration')} placeholder="As its class" complaint={complaint('duration') ?? complaint('visit_duration_s')} />
        </div>
      </fieldset>
      <div>
        <Switch label="Opening hours" hint={draft.hours === null ? 'Always open' : 'Visits begin within them'} isOn={draft.hours !== null} onChange={(isOn) => set('hours')(isOn ? usualHours() : null)} />
        {draft.hours && <HoursField hours={draft.hours} onChange={set('hours')} complaint={complaint('hours')} />}
      </div>
      <TextArea label="How to get in" value={draft.accessNotes} onChange={set('accessNotes')} maxLength={2_000} rows={2} placeholder="Ring at the back" complaint={complaint('access_notes')} />
      {!isOnly && <Checkbox label="This is where they are visited, unless something else is said" isChecked={draft.isPrimary} onChange={set('isPrimary')} />}
    </div>
  )
}

function Kind({ isOn, onPress, children }: { isOn: boolean; onPress: () => void; children: string }) {
  return (
    <Button look="quiet" role="radio" aria-checked={isOn} onClick={onPress} className={isOn ? 'bg-surface! text-ink! shadow-raised' : ''}>{children}</Button>
  )
}
