/** The directory and the live positions read together: who is to be listed, and how many of each kind there are. Pure. */
import type { Agent, AgentStatus } from '../../api/types'
import type { Position } from '../../live/positions'
import type { Order } from './view'
import { NO_TERRITORY } from './useLink'

export type Presence = AgentStatus | 'unseen'
export type Entry = { agent: Agent; position: Position | null; presence: Presence }

export type Fleet = {
  entries: Entry[]
  byStatus: Record<AgentStatus, number>
  byTerritory: ReadonlyMap<string, number>
  known: number
  seen: number
}

export type Filter = { query: string; statuses: ReadonlySet<AgentStatus>; territories: ReadonlySet<string>; order: Order }

export const STATUSES: readonly AgentStatus[] = ['moving', 'idle', 'stale', 'offline']

/** Somebody who has never sent a fix counts as offline; only the list tells the two apart. */
const statusOf = (presence: Presence): AgentStatus => (presence === 'unseen' ? 'offline' : presence)

/** `agents` come sorted by name. Counts by territory ignore every filter; counts by status only the one by status. */
export function muster(agents: readonly Agent[], positionOf: (agent: string) => Position | null, filter: Filter): Fleet {
  const byStatus: Record<AgentStatus, number> = { moving: 0, idle: 0, stale: 0, offline: 0 }
  const byTerritory = new Map<string, number>()
  const entries: Entry[] = []
  const words = fold(filter.query).split(/\s+/).filter(Boolean)
  let seen = 0

  for (const agent of agents) {
    const position = positionOf(agent.id)
    const presence: Presence = position?.status ?? 'unseen'
    const territory = agent.territory_id ?? NO_TERRITORY
    if (position) seen += 1
    byTerritory.set(territory, (byTerritory.get(territory) ?? 0) + 1)
    if (filter.territories.size > 0 && !filter.territories.has(territory)) continue
    byStatus[statusOf(presence)] += 1
    if (filter.statuses.size > 0 && !filter.statuses.has(statusOf(presence))) continue
    if (words.length > 0) {
      const name = fold(agent.name)
      if (!words.every((word) => name.includes(word))) continue
    }
    entries.push({ agent, position, presence })
  }
  if (filter.order === 'recent') entries.sort((a, b) => (b.position?.at ?? 0) - (a.position?.at ?? 0))
  return { entries, byStatus, byTerritory, known: agents.length, seen }
}

/** `Müller` is found by `muller`. */
const fold = (text: string): string => text.normalize('NFD').replace(/\p{Diacritic}/gu, '').toLowerCase()
