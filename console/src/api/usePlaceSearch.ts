import { useEffect, useState } from 'react'
import { useQuery } from '@tanstack/react-query'
import { geocodeQuery, type GeocodeCandidate } from './geocode'
import { explain } from './problem'

/** People type a street in one go: the geocoder is asked when they pause. */
const PAUSE_MS = 350

export type PlaceSearch = { found: readonly GeocodeCandidate[] | null; isBusy: boolean; failure: string | null; search: (text: string) => void; clear: () => void }

/** Places by what is typed; `near`: those around there first. Nothing is asked before the first `search`. */
export function usePlaceSearch(near: { lat: number; lon: number } | null = null): PlaceSearch {
  const [typed, setTyped] = useState('')
  const [asked, setAsked] = useState('')
  useEffect(() => {
    const timer = setTimeout(() => setAsked(typed.trim()), PAUSE_MS)
    return () => clearTimeout(timer)
  }, [typed])
  const { data, error, isFetching } = useQuery(geocodeQuery(asked, near))
  const isAsked = asked.length >= 3 && typed.trim() !== ''
  const failure = !isAsked ? null : data?.source === 'nobody' ? 'There is no geocoder here: put the pin on the map.' : error ? explain(error) : null
  return {
    found: !isAsked || failure !== null ? null : (data?.items ?? (isFetching ? [] : null)), isBusy: isFetching || typed.trim() !== asked, failure,
    search: setTyped, clear: () => { setTyped(''); setAsked('') },
  }
}
