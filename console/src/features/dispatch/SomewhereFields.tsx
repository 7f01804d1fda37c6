/** Somewhere that is no customer's yet: a name, an address that is looked for, and the pin on the map. */
import { useMemo, useState } from 'react'
import { usePlaceSearch } from '../../api/usePlaceSearch'
import type { Pin } from '../../map/layers/PinsLayer'
import { PointMap } from '../../map/PointMap'
import { AddressSearch } from '../../ui/AddressSearch'
import { Button } from '../../ui/Button'
import { TextField } from '../../ui/fields'
import { addressOf, foundPlaces } from '../../ui/foundPlaces'
import type { Somewhere } from './urgentDraft'

type SomewhereFieldsProps = { held: Somewhere; onChange: (held: Somewhere) => void; complaint: (field: string) => string | null; onBack: () => void }

export function SomewhereFields({ held, onChange, complaint, onBack }: SomewhereFieldsProps) {
  const search = usePlaceSearch(held.point)
  const [look, setLook] = useState<{ lat: number; lon: number } | null>(null)
  const { point } = held
  const pins = useMemo((): Pin[] => (point ? [{ id: 'there', name: 'There', ...point }] : []), [point])
  return (
    <section aria-label="Somewhere else" className="space-y-3 rounded-xl border border-line p-3.5">
      <div className="flex items-center justify-between gap-2">
        <h3 className="text-[13px] font-medium">Somewhere else</h3>
        <Button look="quiet" onClick={onBack}>A known customer</Button>
      </div>
      <TextField label="Who or what is there" value={held.name} onChange={(name) => onChange({ ...held, name })} maxLength={200} placeholder="Building site, new customer" complaint={complaint('name')} autoFocus />
      <AddressSearch
        address={held.address} onAddress={(address) => onChange({ ...held, address })} found={foundPlaces(search.found)} isBusy={search.isBusy} failure={search.failure} onSearch={search.search}
        onTake={(place) => {
          search.clear()
          onChange({ ...held, address: addressOf(held.address, place), point: place.point, quality: place.quality })
          setLook(place.point)
        }}
        complaint={complaint('address') ?? complaint('places[0].address')}
      />
      <div className="relative h-44 overflow-hidden rounded-xl border border-line">
        <PointMap label="Map of the place" pins={pins} chosen="there" look={look} onPut={(to) => onChange({ ...held, point: to, quality: null })} />
      </div>
      <p className="text-xs text-ink-3">{point === null ? 'Click on the map to put the pin there.' : 'Drag the pin, or click on the map, to correct it.'} It is kept as a customer, so that it can be visited.</p>
    </section>
  )
}
