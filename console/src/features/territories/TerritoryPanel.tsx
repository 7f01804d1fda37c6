/** One territory: where it stands in the tree, whose agents work there, and what can be done with it. */
import { useMemo, useState } from 'react'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { Link } from 'react-router'
import { api } from '../../api/client'
import { useMay } from '../../api/access'
import { ApiError, explain } from '../../api/problem'
import { territoriesQuery } from '../../api/queries'
import type { Territory } from '../../api/types'
import type { Agents } from '../../api/useAgents'
import { paths } from '../../paths'
import { tell } from '../../shell/toasts'
import { Button, IconButton } from '../../ui/Button'
import { ConfirmDialog } from '../../ui/ConfirmDialog'
import { SearchField } from '../../ui/fields'
import { CloseIcon, EditIcon, MoreIcon, PeopleIcon, PlusIcon, TrashIcon } from '../../ui/icons'
import { Menu, MenuItem } from '../../ui/Menu'
import { Notice } from '../../ui/Notice'
import { count } from '../../util/units'
import { MoveDialog } from './MoveDialog'

type TerritoryPanelProps = {
  territory: Territory
  territories: readonly Territory[]
  agents: Agents
  counts: ReadonlyMap<string, number>
  onSelect: (id: string) => void
  onClose: () => void
  onEdit: () => void
  onAddBelow: () => void
}

const LISTED_MAX = 300

export function TerritoryPanel({ territory, territories, agents, counts, onSelect, onClose, onEdit, onAddBelow }: TerritoryPanelProps) {
  const { id, name, colour } = territory
  const may = useMay()
  const client = useQueryClient()
  const [q, setQ] = useState('')
  const [move, setMove] = useState<'in' | 'out' | null>(null)
  const [isAsking, setAsking] = useState(false)
  const remove = useMutation({
    mutationFn: () => api.deleteTerritory(id),
    onSuccess: () => {
      tell(`${name} is deleted.`)
      onClose()
      return client.invalidateQueries({ queryKey: territoriesQuery.queryKey })
    },
  })
  const here = useMemo(() => agents.all.filter(({ territory_id }) => territory_id === id), [agents.all, id])
  const found = here.filter((agent) => agent.name.toLowerCase().includes(q.trim().toLowerCase()))
  const parent = territories.find((one) => one.id === territory.parent_id)
  const below = territories.filter(({ parent_id }) => parent_id === id)
  const canMove = may('agents', 'update')
  const canDelete = may('territories', 'delete')
  return (
    <>
      <header className="border-b border-line py-3.5 pr-2.5 pl-4">
        <div className="flex items-start gap-2.5">
          <span aria-hidden="true" className="mt-1.5 size-3.5 shrink-0 rounded-[5px]" style={{ background: colour }} />
          <div className="min-w-0 flex-1">
            <h2 className="truncate text-[17px] leading-6 font-semibold tracking-[-0.015em]">{name}</h2>
            <p className="truncate text-[13px] text-ink-2">
              {parent ? <>Part of <button type="button" className="rounded font-medium text-ink hover:text-accent hover:underline" onClick={() => onSelect(parent.id)}>{parent.name}</button></> : 'Stands by itself'}
            </p>
          </div>
          {canDelete && (
            <Menu label={`More for ${name}`} trigger={<MoreIcon />} triggerClassName="grid size-8 place-items-center rounded-lg text-ink-2 hover:bg-hover hover:text-ink">
              {(close) => <MenuItem tone="danger" icon={<TrashIcon />} onSelect={() => { close(); remove.reset(); setAsking(true) }}>Delete territory…</MenuItem>}
            </Menu>
          )}
          <IconButton label="Close" onClick={onClose}><CloseIcon /></IconButton>
        </div>
        {(may('territories', 'update') || may('territories', 'create')) && (
          <div className="mt-3 flex gap-2">
            {may('territories', 'update') && <Button onClick={onEdit}><EditIcon />Change</Button>}
            {may('territories', 'create') && <Button onClick={onAddBelow}><PlusIcon />Add below</Button>}
          </div>
        )}
      </header>
      <div className="min-h-0 flex-1 overflow-y-auto">
        {below.length > 0 && (
          <section aria-label="Below" className="border-b border-line px-4 py-3">
            <h3 className="text-xs font-medium text-ink-3">Below</h3>
            <ul className="mt-1.5 flex flex-wrap gap-1.5">
              {below.map((one) => (
                <li key={one.id}>
                  <button type="button" onClick={() => onSelect(one.id)} className="inline-flex h-7 items-center gap-1.5 rounded-lg border border-line px-2 text-xs font-medium hover:bg-hover">
                    <span aria-hidden="true" className="size-2.5 rounded-[3px]" style={{ background: one.colour }} />{one.name}<span className="tabular font-normal text-ink-3">{count(counts.get(one.id) ?? 0)}</span>
                  </button>
                </li>
              ))}
            </ul>
          </section>
        )}
        <section aria-label="Agents" className="px-4 py-3.5">
          <div className="flex items-center justify-between gap-2">
            <h3 className="text-[13px] font-semibold">Agents <span className="tabular font-normal text-ink-3">{count(here.length)}</span></h3>
            {canMove && (
              <div className="flex gap-1.5">
                {here.length > 0 && <Button look="quiet" onClick={() => setMove('out')}>Move…</Button>}
                <Button onClick={() => setMove('in')}><PlusIcon />Assign</Button>
              </div>
            )}
          </div>
          {agents.error && <div className="mt-3"><Notice tone="danger" title="The agents could not be loaded" action={<Button onClick={agents.retry}>Try again</Button>}>{explain(agents.error)}</Notice></div>}
          {agents.isPending && <div role="status" aria-label="Loading the agents" className="mt-3 space-y-2.5"><div className="skeleton h-5" /><div className="skeleton h-5 w-2/3" /></div>}
          {!agents.isPending && !agents.error && here.length === 0 && (
            <div className="mt-3 flex flex-col items-center rounded-xl bg-sunken px-4 py-6 text-center text-[13px] text-ink-2"><PeopleIcon className="size-5 text-ink-3" /><p className="mt-2">Nobody works here yet.</p></div>
          )}
          {here.length > 8 && <SearchField label="Search agents of the territory" value={q} onChange={setQ} className="mt-3" />}
          {here.length > 0 && (
            <ul aria-label={`Agents of ${name}`} className="-mx-2 mt-2">
              {found.slice(0, LISTED_MAX).map((agent) => (
                <li key={agent.id}>
                  {may('positions')
                    ? <Link to={paths.agentOnMap(agent.id)} title="Show on the live map" className="block truncate rounded-lg px-2 py-1.5 text-[13px] hover:bg-hover">{agent.name}</Link>
                    : <span className="block truncate px-2 py-1.5 text-[13px]">{agent.name}</span>}
                </li>
              ))}
              {found.length === 0 && <li className="px-2 py-1.5 text-[13px] text-ink-3">None of that name.</li>}
              {found.length > LISTED_MAX && <li className="px-2 py-1.5 text-xs text-ink-3">{count(found.length - LISTED_MAX)} more. Search to find them.</li>}
            </ul>
          )}
        </section>
      </div>
      {move !== null && <MoveDialog from={territory} direction={move} agents={agents.all} territories={territories} onClose={() => setMove(null)} />}
      {isAsking && (
        <ConfirmDialog
          title={`Delete ${name}?`} action="Delete territory" busy="Deleting…" isBusy={remove.isPending} onConfirm={() => remove.mutate()} onClose={() => setAsking(false)}
          failure={remove.error && (remove.error instanceof ApiError && remove.error.status === 409 ? 'It still has agents or territories below it. Move them away first.' : explain(remove.error))}
        >
          {here.length > 0 || below.length > 0
            ? <p>It has {[here.length > 0 && `${count(here.length)} ${here.length === 1 ? 'agent' : 'agents'}`, below.length > 0 && `${count(below.length)} ${below.length === 1 ? 'territory' : 'territories'} below it`].filter(Boolean).join(' and ')}: move them away first, or it cannot be deleted.</p>
            : <p>Nobody is assigned to it. Tracks and visits of the past stay.</p>}
        </ConfirmDialog>
      )}
    </>
  )
}
