/** The fleet: counters that filter, search, territories, the list. A card beside the map, or a sheet under it. */
import { useId } from 'react'
import type { Territory } from '../../api/types'
import { explain } from '../../api/problem'
import { useLive } from '../../live/live'
import { Button } from '../../ui/Button'
import { cx } from '../../ui/cx'
import { ChevronIcon } from '../../ui/icons'
import { Notice } from '../../ui/Notice'
import { AgentFinder } from './AgentFinder'
import type { Fleet } from './fleet'
import { StatusFilter } from './StatusFilter'
import { TerritoryFilter } from './TerritoryFilter'
import type { Directory } from './useFleet'
import type { Link } from './useLink'

type FleetPanelProps = {
  fleet: Fleet
  directory: Directory
  territories: readonly Territory[]
  link: Link
  onSelect: (agent: string | null) => void
  isWide: boolean
  isOpen: boolean
  onOpenChange: (isOpen: boolean) => void
}

export function FleetPanel({ fleet, directory, territories, link, onSelect, isWide, isOpen, onOpenChange }: FleetPanelProps) {
  const id = useId()
  return (
    <section
      aria-label="Fleet"
      className={cx(
        'absolute z-10 flex flex-col overflow-hidden border-line bg-surface shadow-panel',
        isWide ? 'top-3 bottom-3 left-3 w-[340px] rounded-2xl border' : 'inset-x-0 bottom-0 rounded-t-2xl border-t transition-[height] duration-200',
        !isWide && (isOpen ? 'h-[78%]' : 'h-[142px]'),
      )}
    >
      {!isWide && (
        <button
          type="button" aria-expanded={isOpen} aria-controls={id} onClick={() => onOpenChange(!isOpen)}
          className="grid h-6 w-full shrink-0 place-items-center text-ink-3"
        >
          <span className="sr-only">{isOpen ? 'Show less of the fleet' : 'Show the fleet'}</span>
          <ChevronIcon className={cx('size-4 transition-transform', !isOpen && 'rotate-180')} />
        </button>
      )}
      <div className={cx('px-3', isWide && 'pt-3')}>
        <StatusFilter byStatus={fleet.byStatus} isPending={directory.isPending} />
      </div>
      <div id={id} className="flex min-h-0 flex-1 flex-col">
        <Body fleet={fleet} directory={directory} territories={territories} link={link} onSelect={onSelect} onOpenChange={onOpenChange} />
      </div>
    </section>
  )
}

type BodyProps = Pick<FleetPanelProps, 'fleet' | 'directory' | 'territories' | 'link' | 'onSelect' | 'onOpenChange'>

function Body({ fleet, directory, territories, link, onSelect, onOpenChange }: BodyProps) {
  const { connection } = useLive()
  if (directory.error) {
    return (
      <div className="p-3">
        <Notice tone="danger" title="The fleet could not be loaded" action={<Button onClick={directory.retry}>Try again</Button>}>
          {explain(directory.error)}
        </Notice>
      </div>
    )
  }
  if (directory.isPending) return <ListSkeleton />
  if (fleet.known === 0) return <NobodyYet />
  return (
    <>
      <AgentFinder
        fleet={fleet} territories={territories} selected={link.agent} onSelect={onSelect} onFocus={() => onOpenChange(true)}
        filter={<TerritoryFilter territories={territories} counts={fleet.byTerritory} shown={link.territories} onChange={link.showTerritories} />}
      />
      {connection === 'live' && fleet.seen === 0 && (
        <div className="p-3">
          <Notice title="Waiting for the first fix">Agents appear on the map as soon as one of their phones sends a position.</Notice>
        </div>
      )}
    </>
  )
}

function ListSkeleton() {
  return (
    <div role="status" aria-label="Loading the fleet" className="space-y-4 p-3">
      <div className="skeleton h-9" />
      {Array.from({ length: 8 }, (_, i) => (
        <div key={i} className="flex items-center gap-3">
          <div className="skeleton size-2.5 rounded-full" />
          <div className="flex-1 space-y-1.5">
            <div className="skeleton h-3.5" style={{ width: `${45 + ((i * 17) % 40)}%` }} />
            <div className="skeleton h-2.5 w-1/4" />
          </div>
        </div>
      ))}
    </div>
  )
}

function NobodyYet() {
  return (
    <div className="m-auto px-6 py-8 text-center">
      <h2 className="font-semibold">No agents yet</h2>
      <p className="mt-1.5 text-[13px] text-ink-2">Start the simulated fleet to see the map come alive:</p>
      <code className="mt-3 block rounded-lg border border-line bg-sunken px-3 py-2 text-left font-mono text-[13px] select-all">cargo xtask demo</code>
      <p className="mt-4 text-[13px] text-ink-2">
        Or create an agent with <code className="font-mono text-xs">POST /api/v1/agents</code>, take a token for it, and send fixes to{' '}
        <code className="font-mono text-xs">/ws/agent</code>.
      </p>
    </div>
  )
}
