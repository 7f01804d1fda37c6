/** The address of a place that is made or changed, and the pin that a geocoder puts there. */
import type { ReactNode } from 'react'
import { usePlaceSearch } from '../../api/usePlaceSearch'
import { AddressSearch } from '../../ui/AddressSearch'
import { addressOf, foundPlaces } from '../../ui/foundPlaces'
import { found, type PlaceDraft, type Point } from './placeDraft'

export function useFinder(draft: PlaceDraft, onDraft: (draft: PlaceDraft) => void, onLook: (point: Point) => void): (complaint: string | null) => ReactNode {
  const search = usePlaceSearch(draft.point)
  return (complaint) => (
    <AddressSearch
      address={draft.address} onAddress={(address) => onDraft({ ...draft, address })} found={foundPlaces(search.found)} isBusy={search.isBusy} failure={search.failure} onSearch={search.search}
      onTake={(place) => {
        search.clear()
        onDraft(found(draft, { point: place.point, address: addressOf(draft.address, place), quality: place.quality }))
        onLook(place.point)
      }}
      complaint={complaint}
    />
  )
}
