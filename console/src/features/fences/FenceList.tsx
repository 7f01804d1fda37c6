/** The fences by name, with a search, and the two ways to draw a new one. */
import { useDeferredValue, useState } from 'react'
import { useQuery } from '@tanstack/react-query'
import { explain } from '../../api/problem'
import { fencesQuery } from '../../api/queries'
import type { Fence, Shape } from '../../api/types'
import { Button } from '../../ui/Button'
import { cx } from '../../ui/cx'
import { FenceIcon, SearchIcon } from '../../ui/icons'
import { Notice } from '../../ui/Notice'
import { count } from '../../util/units'

type FenceListProps = {
  selected: string | null
  onSelect: (fence: Fence) => void
  canEdit: boolean
  onCircle: () => void
  onPolygon: () => void
  onCorridor: () => void
}

export function FenceList({ selected, onSelect, canEdit, onCircle, onPolygon, onCorridor }: FenceListProps) {
  const [q, setQ] = useState('')
  const { data: page, error, isPending, refetch } = useQuery(fencesQuery(useDeferredValue(q.trim())))
  return (
    <>
      <div className="space-y-2.5 border-b border-line p-3">
        <label className="relative block">
          <span className="sr-only">Search fences</span>
          <SearchIcon className="pointer-events-none absolute top-2.5 left-2.5 size-4 text-ink-3" />
          <input
            type="search" value={q} onChange={(event) => setQ(event.target.value)} placeholder="Search fences"
            className="h-9 w-full rounded-lg border border-line-strong bg-surface pr-3 pl-8 text-[13px] shadow-raised focus:border-accent focus:outline-2 focus:outline-offset-0 focus:outline-accent/30"
          />
        </label>
        {canEdit && (
          <div className="grid grid-cols-3 gap-2">
            <Button aria-label="New circle" onClick={onCircle}>+ Circle</Button>
            <Button aria-label="New polygon" onClick={onPolygon}>+ Polygon</Button>
            <Button aria-label="New corridor" onClick={onCorridor}>+ Corridor</Button>
          </div>
        )}
      </div>
      <div className="min-h-0 flex-1 overflow-y-auto">
        {error && (
          <div className="p-3">
            <Notice tone="danger" title="The fences could not be loaded" action={<Button onClick={() => void refetch()}>Try again</Button>}>{explain(error)}</Notice>
          </div>
        )}
        {isPending && !error && (
          <div role="status" aria-label="Loading the fences" className="space-y-3 p-3">
            {Array.from({ length: 7 }, (_, i) => <div key={i} className="skeleton h-9" />)}
          </div>
        )}
        {page?.items.length === 0 && <Nothing q={q.trim()} canEdit={canEdit} />}
        {page && page.items.length > 0 && (
          <ul aria-label="Fences by name" className="divide-y divide-line">
            {page.items.map((fence) => (
              <li key={fence.id}>
                <button
                  type="button" aria-current={fence.id === selected || undefined} onClick={() => onSelect(fence)}
                  className={cx('flex w-full items-center gap-3 px-3 py-2.5 text-left hover:bg-hover', fence.id === selected && 'bg-accent-soft')}
                >
                  <FenceIcon className="size-4 shrink-0 text-ink-3" />
                  <span className="min-w-0 flex-1">
                    <span className="block truncate text-[13.5px] font-medium">{fence.name}</span>
                    <span className="block truncate text-xs text-ink-3">{describe(fence)}</span>
                  </span>
                </button>
              </li>
            ))}
          </ul>
        )}
        {page?.next != null && <p className="px-3 py-3 text-xs text-ink-3">The first {count(page.items.length)} by name. Search to find the others.</p>}
      </div>
    </>
  )
}

function Nothing({ q, canEdit }: { q: string; canEdit: boolean }) {
  return (
    <div className="px-6 py-10 text-center">
      <h2 className="font-semibold">{q === '' ? 'No fences yet' : 'No fence of that name'}</h2>
      <p className="mt-1.5 text-[13px] text-ink-2">
        {q !== '' ? `Nothing has “${q}” in its name.`
          : canEdit ? 'Draw one around a customer, a depot or a whole quarter, and entering and leaving it is told.'
          : 'A manager can draw them; entering and leaving is then told.'}
      </p>
    </div>
  )
}

const KINDS: Record<Shape['type'], string> = { Circle: 'Circle', Polygon: 'Polygon', MultiPolygon: 'Polygons', Corridor: 'Corridor' }

function describe({ shape, dwell_s, calendar, agents }: Fence): string {
  const size = shape.type === 'Circle' ? ` of ${count(Math.round(shape.radius_m))} m` : ''
  const more = [
    dwell_s == null ? null : `dwell ${count(Math.round(dwell_s / 6) / 10)} min`,
    calendar ? 'with hours' : null,
    agents ? `for ${count(agents.length)}` : null,
  ]
  return [KINDS[shape.type] + size, ...more].filter((part) => part !== null).join(' · ')
}
