/** The address of a place that is made or changed, and the pin that a geocoder puts there. */
import type { ReactNode } from 'react'
import { usePlaceSearch } from '../../api/usePlaceSearch'
import { AddressSearch } from '../../ui/AddressSearch'
import { foundPlaces } from '../../ui/foundPlaces'
import { found, type PlaceDraft, type Point } from './placeDraft'

export function useFinder(draft: PlaceDraft, onDraft: (draft: PlaceDraft) => void, onLook: (point: Point) => void): (complaint: string | null) => ReactNode {
  const search = usePlaceSearch(draft.point)
  return (complaint) => (
    <AddressSearch
      address={draft.address} onAddress={(address) => onDraft({ ...draft, address })} found={foundPlaces(search.found)} isBusy={search.isBusy} failure={search.failure} onSearch={search.search}
      onTake={({ name, point, quality }) => {
        search.clear()
        // What was typed is how people here write it; what was found stands in where nothing was.
        onDraft(found(draft, { point, address: draft.address.trim() || name, quality }))
        onLook(point)
      }}
      complaint={complaint}
    />
  )
}
