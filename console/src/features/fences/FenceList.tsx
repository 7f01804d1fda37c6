/** The fences by name, with a search, and the two ways to draw a new one. */
import { useDeferredValue, useState } from 'react'
import { useInfiniteQuery } from '@tanstack/react-query'
import { explain } from '../../api/problem'
import { fencesQuery, type FenceKind } from '../../api/queries'
import type { Fence, Shape } from '../../api/types'
import { Button } from '../../ui/Button'
import { cx } from '../../ui/cx'
import { FenceIcon, SearchIcon } from '../../ui/icons'
import { Notice } from '../../ui/Notice'
import { count } from '../../util/units'

type FenceListProps = {
  kind: FenceKind
  onKind: (kind: FenceKind) => void
  selected: string | null
  onSelect: (fence: Fence) => void
  canEdit: boolean
  onCircle: () => void
  onPolygon: () => void
  onCorridor: () => void
}

export function FenceList({ kind, onKind, selected, onSelect, canEdit, onCircle, onPolygon, onCorridor }: FenceListProps) {
  const [q, setQ] = useState('')
  const { data, error, isPending, refetch, hasNextPage, isFetchingNextPage, fetchNextPage } = useInfiniteQuery(fencesQuery(useDeferredValue(q.trim()), kind))
  const fences = data?.pages.flatMap(({ items }) => items) ?? []
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
        <div role="radiogroup" aria-label="Whose fences" className="grid grid-cols-4 gap-1 rounded-lg bg-sunken p-1">
          {OWNERS.map(([value, name]) => (
            <Button key={name} look="quiet" role="radio" aria-checked={kind === value} onClick={() => onKind(value)} className={cx('h-7! px-1! text-xs!', kind === value && 'bg-surface! text-ink! shadow-raised')}>{name}</Button>
          ))}
        </div>
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
        {data && fences.length === 0 && <Nothing q={q.trim()} kind={kind} canEdit={canEdit} />}
        {fences.length > 0 && (
          <ul aria-label="Fences by name" className="divide-y divide-line">
            {fences.map((fence) => (
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
        {data && fences.length > 0 && (
          <div className="flex items-center gap-3 border-t border-line px-3 py-3 text-xs text-ink-3">
            <p className="flex-1">{hasNextPage ? `The first ${count(fences.length)} by name` : fences.length === 1 ? 'One fence' : `${count(fences.length)} fences`}</p>
            {hasNextPage && <Button isBusy={isFetchingNextPage} onClick={() => void fetchNextPage()}>Show more</Button>}
          </div>
        )}
      </div>
    </>
  )
}

/** In the words of the page; what the server calls them. */
const OWNERS: readonly [FenceKind, string][] = [[null, 'All'], ['place', 'Customers'], ['territory', 'Territories'], ['ad_hoc', 'Drawn']]

function Nothing({ q, kind, canEdit }: { q: string; kind: FenceKind; canEdit: boolean }) {
  return (
    <div className="px-6 py-10 text-center">
      <h2 className="font-semibold">{q !== '' ? 'No fence of that name' : kind === null || kind === 'ad_hoc' ? 'No fences yet' : 'No fences of that kind'}</h2>
      <p className="mt-1.5 text-[13px] text-ink-2">
        {q !== '' ? `Nothing has “${q}” in its name.`
          : kind === 'place' ? 'Customers’ places have fences of their own once they are on the map.'
          : kind === 'territory' ? 'Territories whose borders are watched have fences of their own.'
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
