import { describe, expect, it } from 'vitest'
import type { Agent, AgentStatus } from '../../api/types'
import type { Position } from '../../live/positions'
import { muster, type Filter } from './fleet'

const agent = (id: string, name: string, territory_id: string | null = 't1'): Agent => ({ id, name, territory_id, created_at: '', state: 'awake' })
const position = (id: string, status: AgentStatus, at = 1): Position => ({ agent: id, at, lat: 0, lon: 0, status, topic: 'territory:t1' })
const AGENTS = [agent('1', 'Ana Müller'), agent('2', 'Ben Ode', 't2'), agent('3', 'Cem Kaya', null), agent('4', 'Dora Lind')]
const SEEN = new Map([['1', position('1', 'moving', 5)], ['2', position('2', 'idle', 9)], ['3', position('3', 'offline', 2)]])
const all: Filter = { query: '', statuses: new Set(), territories: new Set(), order: 'name' }
const names = (filter: Partial<Filter>) =>
  muster(AGENTS, (id) => SEEN.get(id) ?? null, { ...all, ...filter }).entries.map(({ agent: { name } }) => name)

describe('mustering the fleet', () => {
  it('counts an agent that never sent a fix as offline, and lists it as unseen', () => {
    const fleet = muster(AGENTS, (id) => SEEN.get(id) ?? null, all)
    expect(fleet.byStatus).toEqual({ moving: 1, idle: 1, stale: 0, offline: 2 })
    expect(fleet.entries.at(-1)?.presence).toBe('unseen')
    expect(fleet).toMatchObject({ known: 4, seen: 3 })
  })

  it('finds names by all words, whatever the case and the accents', () => {
    expect(names({ query: 'muller ANA' })).toEqual(['Ana Müller'])
    expect(names({ query: 'nobody' })).toEqual([])
  })

  it('filters by territory, with one for those without', () => {
    expect(names({ territories: new Set(['t2', 'none']) })).toEqual(['Ben Ode', 'Cem Kaya'])
  })

  it('filters by status without changing the counters that filter', () => {
    const fleet = muster(AGENTS, (id) => SEEN.get(id) ?? null, { ...all, statuses: new Set<AgentStatus>(['idle']) })
    expect(fleet.entries).toHaveLength(1)
    expect(fleet.byStatus.moving).toBe(1)
  })

  it('puts the latest heard first when asked to', () => {
    expect(names({ order: 'recent' })).toEqual(['Ben Ode', 'Ana Müller', 'Cem Kaya', 'Dora Lind'])
  })
})
