/** `window.__salessync`: numbers for the browser test and for a look in the console. Read-only; nothing depends on it. */
import type { Map as MapLibreMap } from 'maplibre-gl'
import { live, positions, useLive } from '../../live/live'
import { AGENT_CLUSTERS, AGENT_MARKERS, flushed } from '../../map/layers/AgentsLayer'
import { TERRITORY_FILL } from '../../map/layers/TerritoriesLayer'

export type DebugHandle = {
  readonly agents: number
  readonly connection: string
  readonly counts: Readonly<Record<string, number>>
  readonly lastFlushAt_ms: number
  readonly heardAt_ms: number | null
  readonly rendered: Readonly<Record<'agents' | 'clusters' | 'selected' | 'territories' | 'trail', number>>
  position: (agent: string) => unknown
  someMoving: () => string | null
}

declare global {
  interface Window { __salessync?: DebugHandle }
}

export function exposeDebugHandle(map: MapLibreMap): () => void {
  const drawn = (layer: string): number => (map.getLayer(layer) ? map.queryRenderedFeatures({ layers: [layer] }).length : 0)
  window.__salessync = Object.freeze<DebugHandle>({
    get agents() { return positions.size },
    get connection() { return useLive.getState().connection },
    get counts() { return live.counts() },
    get lastFlushAt_ms() { return flushed.at_ms },
    get heardAt_ms() { return live.heardAt_ms() },
    get rendered() {
      return {
        agents: drawn(AGENT_MARKERS), clusters: drawn(AGENT_CLUSTERS), selected: drawn('selected-marker'),
        territories: drawn(TERRITORY_FILL), trail: drawn('trail-line'),
      }
    },
    position: (agent) => structuredClone(positions.of(agent)),
    someMoving: () => {
      for (const { agent, status } of positions.all()) if (status === 'moving') return agent
      return null
    },
  })
  return () => {
    delete window.__salessync
  }
}
