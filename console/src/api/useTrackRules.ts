import { useQuery } from '@tanstack/react-query'
import { browserZone } from '../util/zone'
import { trackSettingsQuery } from './queries'

/** The engine's own default, for a server that does not answer. */
const GAP_AFTER_S = 600

export type TrackRules = {
  /** Whose civil dates bound the days: the organisation's, or this browser's where the server does not tell. */
  zone: string
  gap_ms: number
}

/** `null` while it is being found out: a day of the wrong zone must not be asked for. */
export function useTrackRules(): TrackRules | null {
  const { data, isPending } = useQuery(trackSettingsQuery)
  if (isPending) return null
  return { zone: data?.time_zone ?? browserZone(), gap_ms: (data?.current.gap_after_s ?? GAP_AFTER_S) * 1_000 }
}
