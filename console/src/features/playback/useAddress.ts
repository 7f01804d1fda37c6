import { useCallback, useEffect, useMemo, useState } from 'react'
import { useNavigate, useSearchParams } from 'react-router'
import { Pace } from '../../live/pace'
import { readAddress, toQuery, writeAddress, type Address } from './link'
import type { Player } from './player'

export type Go = (change: Partial<Pick<Address, 'agents' | 'date'>>) => void

/** The address as read when the page was last navigated to; where the playhead is by now is written past the router. */
export function useAddress(zone: string): { address: Address; go: Go } {
  const [search] = useSearchParams()
  const navigate = useNavigate()
  const [openedAt] = useState(Date.now)
  const address = useMemo(() => readAddress(search, zone, openedAt), [search, zone, openedAt])
  const go = useCallback<Go>((change) => {
    // The playhead and the camera have been written past the router: the true address is the browser's.
    const next = writeAddress(new URLSearchParams(location.search), change)
    void navigate({ search: toQuery(next), hash: location.hash }, { replace: true })
  }, [navigate])
  return { address, go }
}

/** Browsers refuse to be told a new address many times a second. */
const WRITE_INTERVAL_MS = 1_000

/** A link copied at any time shows what its sender sees. `date` is written too: the link means the same tomorrow. */
export function useKeptInAddress(player: Player, date: string, isReady: boolean): void {
  useEffect(() => {
    if (!isReady) return
    const write = () => {
      const next = writeAddress(new URLSearchParams(location.search), { date, at: Math.round(player.at / 1_000) * 1_000, speed: player.state().speed })
      history.replaceState(history.state, '', `${location.pathname}?${toQuery(next)}${location.hash}`)
    }
    const pace = new Pace(WRITE_INTERVAL_MS, write)
    const stopTicks = player.onTick(() => pace.ask())
    const stopState = player.subscribe(() => pace.ask())
    return () => {
      stopTicks()
      stopState()
      pace.cancel()
    }
  }, [player, date, isReady])
}
