import type { ReactNode } from 'react'
import { AddressSearch } from './AddressSearch'
import type { PlaceDraft } from './placeDraft'

export function useFinder(draft: PlaceDraft, onDraft: (draft: PlaceDraft) => void, _onLook: (point: { lat: number; lon: number }) => void): (complaint: string | null) => ReactNode {
  return (complaint) => <AddressSearch address={draft.address} onAddress={(address) => onDraft({ ...draft, address })} found={null} isBusy={false} failure={null} onSearch={() => {}} onTake={() => {}} complaint={complaint} />
}
