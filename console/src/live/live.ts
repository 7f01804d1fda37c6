/**
 * The one live connection of the app and its positions. React sees three slow things of it: the connection's state, the
 * selected agent, and a census that changes once a second. The map takes the positions directly.
 */
import { useCallback, useSyncExternalStore } from 'react'
import { create } from 'zustand'
import { useSession } from '../api/session'
import { queryClient } from '../api/queries'
import { reloadMe } from '../api/who'
import { Driver } from './driver'
import { Positions, type Position } from './positions'
import type { Connection } from './socket'
import { Lanes } from './lanes'
import type { Topic } from './wire'

const CENSUS_INTERVAL_MS = 1_000

export const positions = new Positions()

type LiveStore = { connection: Connection; everLive: boolean; /** The server closed the connection because of what this person may see now. */ accessTaken: boolean }
export const useLive = create<LiveStore>()(() => ({ connection: 'resuming', everLive: false, accessTaken: false }))

/** Kept out of the store: it changes with every message. */
let heardAt_ms: number | null = null
let ahead_ms = 0
const counts = { snapshots: 0, deltas: 0, resumed: 0, reconnects: 0 }
let isCatchingUp = false

/** What the map shows, and the plans and desks that some page follows. */
let shown: readonly Topic[] = []
export const lanes = new Lanes(() => want())

const driver = new Driver({
  apply: (frame) => {
    counts[frame.type === 'snapshot' ? 'snapshots' : 'deltas'] += 1
    if (isCatchingUp && frame.type === 'delta') counts.resumed += 1
    positions.apply(frame)
  },
  lane: (frame) => lanes.apply(frame),
  forget: (topics) => positions.forget(topics),
  clock: (server_time) => {
    ahead_ms = server_time - Date.now()
  },
  heard: () => {
    heardAt_ms = Date.now()
  },
  connection: (connection) => {
    const { everLive } = useLive.getState()
    isCatchingUp = everLive && connection !== 'live'
    if (everLive && connection === 'live') counts.reconnects += 1
    useLive.setState({ connection, everLive: everLive || connection === 'live' })
  },
  sessionExpired: () => useSession.getState().end('expired'),
  accessTaken: () => {
    useLive.setState({ accessTaken: true })
    void reloadMe().finally(() => queryClient.invalidateQueries())
  },
})

/** Lanes first: the server takes so many topics and no more. */
function want(): void {
  driver.want([...lanes.topics(), ...shown], lanes.date())
}

export const live = {
  start: () => driver.start(),
  stop: () => {
    driver.stop()
    positions.clear()
    useLive.setState({ connection: 'resuming', everLive: false })
  },
  want: (topics: readonly Topic[]) => {
    shown = topics
    want()
  },
  retryNow: () => driver.retryNow(),
  heardAt_ms: () => heardAt_ms,
  counts: () => ({ ...counts }),
}

/** Now by the server's clock: ages are measured against the clock that stamps the statuses. */
export const serverNow = (): number => Date.now() + ahead_ms

let census = 0
const censusListeners = new Set<() => void>()
positions.onChange(CENSUS_INTERVAL_MS, () => {
  census = positions.version
  censusListeners.forEach((listener) => listener())
})

/** A number that changes at most once a second, when positions have. */
export function useCensus(): number {
  return useSyncExternalStore(subscribeCensus, () => census)
}

function subscribeCensus(listener: () => void): () => void {
  censusListeners.add(listener)
  return () => censusListeners.delete(listener)
}

/** The live position of one agent, as it comes: for the one that is selected, not for lists. */
export function useLivePosition(agent: string): Position | null {
  const subscribe = useCallback((listener: () => void) => positions.watch(agent, listener), [agent])
  return useSyncExternalStore(subscribe, () => positions.of(agent))
}
