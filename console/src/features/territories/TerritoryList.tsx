import { useMemo, useState } from 'react'
import { Link } from 'react-router'
import { explain } from '../../api/problem'
import type { Territory } from '../../api/types'
import { paths } from '../../paths'
import { Button } from '../../ui/Button'
import { SearchField } from '../../ui/fields'
import { AreaIcon, ChevronIcon, PlusIcon, SparkIcon } from '../../ui/icons'
import { EmptyState } from '../../ui/EmptyState'
import { Notice } from '../../ui/Notice'
import { Tree } from '../../ui/Tree'
import { listed, type Node } from '../../util/tree'
import { count } from '../../util/units'

type TerritoryListProps = {
  query: { data: unknown; error: Error | null; refetch: () => unknown }
  tree: readonly Node<Territory>[]
  counts: ReadonlyMap<string, number>
  unassigned: number
  selected: string | null
  onSelect: (id: string) => void
  /** `null`: may not. */
  onNew: (() => void) | null
}

export function TerritoryList({ query, tree, counts, unassigned, selected, onSelect, onNew }: TerritoryListProps) {
  const [q, setQ] = useState('')
  // With all that lie below: an empty parent of full territories is not empty.
  const totals = useMemo(() => new Map(listed(tree).map((node) => [node.id, listed([node]).reduce((sum, { id }) => sum + (counts.get(id) ?? 0), 0)])), [tree, counts])
  const wanted = q.trim().toLowerCase()
  // What is found stands flat: a tree with holes explains nothing.
  const nodes = wanted === '' ? tree : listed(tree).filter(({ item }) => item.name.toLowerCase().includes(wanted)).map((node) => ({ ...node, depth: 0, children: [] }))
  return (
    <>
      <header className="space-y-2.5 border-b border-line p-3">
        <div className="flex items-center justify-between gap-2 pl-1">
          <h2 className="text-[15px] font-semibold tracking-[-0.01em]">Territories</h2>
          {onNew && <Button look="primary" onClick={onNew}><PlusIcon />New</Button>}
        </div>
        {tree.length > 0 && <SearchField label="Search territories" value={q} onChange={setQ} />}
      </header>
      <div className="min-h-0 flex-1 overflow-y-auto p-1.5">
        {query.error && (
          <div className="p-1.5"><Notice tone="danger" title={query.data ? 'This list is old' : 'The territories could not be loaded'} action={<Button onClick={() => void query.refetch()}>Try again</Button>}>{explain(query.error)}</Notice></div>
        )}
        {query.data === undefined && !query.error && (
          <div role="status" aria-label="Loading the territories" className="space-y-3 p-2">{Array.from({ length: 6 }, (_, i) => <div key={i} className="skeleton h-5" style={{ marginLeft: (i % 3) * 18 }} />)}</div>
        )}
        {query.data !== undefined && tree.length === 0 && (
          <EmptyState icon={<AreaIcon />} title="No territories yet">{onNew ? 'Draw the areas your agents work in. Whoever answers for one sees what happens there.' : 'Somebody who manages territories can draw them.'}</EmptyState>
        )}
        {nodes.length > 0 && (
          <Tree
            label="Territories" nodes={nodes} nameOf={({ name, id }) => `${name}, ${count(totals.get(id) ?? 0)} agents`} selected={selected} onSelect={onSelect}
            row={({ id, name, colour }) => (
              <>
                <span aria-hidden="true" className="size-3 shrink-0 rounded-[4px]" style={{ background: colour }} />
                <span className="min-w-0 flex-1 truncate py-1.5 pl-1.5">{name}</span>
                <span title="Agents, with those below" className="tabular text-xs font-normal text-ink-3">{count(totals.get(id) ?? 0)}</span>
              </>
            )}
          />
        )}
        {wanted !== '' && nodes.length === 0 && <p className="px-3 py-6 text-center text-[13px] text-ink-2">No territory of that name.</p>}
      </div>
      <Link to={paths.designs} className="flex items-center gap-2.5 border-t border-line px-4 py-2.5 text-[13px] font-medium hover:bg-hover focus-visible:-outline-offset-2">
        <SparkIcon className="size-4 shrink-0 text-accent" /><span className="min-w-0 flex-1">Design territories<span className="block text-xs font-normal text-ink-3">Even work, proposed and compared</span></span><ChevronIcon className="size-4 shrink-0 -rotate-90 text-ink-3" />
      </Link>
      {unassigned > 0 && <p className="border-t border-line px-4 py-2.5 text-xs text-ink-3"><span className="tabular font-medium text-ink-2">{count(unassigned)}</span> {unassigned === 1 ? 'agent is' : 'agents are'} without a territory</p>}
    </>
  )
}
