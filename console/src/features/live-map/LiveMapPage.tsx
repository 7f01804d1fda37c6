/** The dispatcher's page: the map, the fleet on the left, the chosen agent on the right; on a phone, sheets over the map. */
import { useCallback, useEffect, useMemo, useState } from 'react'
import { useQuery } from '@tanstack/react-query'
import { territoriesQuery } from '../../api/queries'
import type { Position } from '../../live/positions'
import { topicOf } from '../../live/wire'
import { useIsWide } from '../../util/useMedia'
import { AgentPanel } from './AgentPanel'
import { FleetMap } from './FleetMap'
import { FleetPanel } from './FleetPanel'
import { NO_TERRITORY, useLink } from './useLink'
import { useDirectory, useFleet } from './useFleet'
import { useView } from './view'

export function LiveMapPage() {
  const link = useLink()
  const directory = useDirectory()
  const { data: territories = [] } = useQuery(territoriesQuery)
  const fleet = useFleet(directory, link.territories)
  const statuses = useView((view) => view.statuses)
  const isWide = useIsWide()
  const [isSheetOpen, setSheetOpen] = useState(false)

  const isShown = useMemo(() => {
    const topics = topicsOf(link.territories)
    return ({ status, topic }: Position) =>
      (statuses.size === 0 || statuses.has(status)) && (topics.size === 0 || topics.has(topic))
  }, [statuses, link.territories])
  const isTerritoryShown = useCallback((id: string) => link.territories.size === 0 || link.territories.has(id), [link.territories])

  const { agent: selected, select } = link
  useEffect(() => {
    if (selected === null) return
    const close = (event: KeyboardEvent) => {
      if (event.key === 'Escape' && !event.defaultPrevented) select(null)
    }
    addEventListener('keydown', close)
    return () => removeEventListener('keydown', close)
  }, [selected, select])

  const chosen = useMemo(() => {
    if (selected === null) return null
    const agent = directory.byId.get(selected) ?? null
    const territory = territories.find(({ id }) => id === agent?.territory_id) ?? null
    return { id: selected, agent, territory }
  }, [selected, directory, territories])

  const choose = useCallback((agent: string | null) => {
    setSheetOpen(false)
    select(agent)
  }, [select])

  return (
    <div className="absolute inset-0">
      <title>{chosen?.agent ? `${chosen.agent.name} · SalesSync` : 'Live map · SalesSync'}</title>
      <h1 className="sr-only">Live map</h1>
      <FleetMap
        territories={territories} isTerritoryShown={isTerritoryShown} names={directory.names} isShown={isShown}
        selected={selected} onSelect={choose} isWide={isWide}
      />
      <FleetPanel
        fleet={fleet} directory={directory} territories={territories} link={link} onSelect={choose}
        isWide={isWide} isOpen={isWide || isSheetOpen} onOpenChange={setSheetOpen}
      />
      {chosen && (
        <AgentPanel
          key={chosen.id} id={chosen.id} agent={chosen.agent} territory={chosen.territory}
          isDirectoryRead={!directory.isPending} onClose={() => select(null)}
        />
      )}
    </div>
  )
}

function topicsOf(territories: ReadonlySet<string>): ReadonlySet<string> {
  return new Set([...territories].map((id) => topicOf(id === NO_TERRITORY ? null : id)))
}
