/** Search and list in one: `/` goes to the box, arrows walk the list, Enter chooses. */
import { useEffect, useId, useMemo, useRef, useState, type KeyboardEvent, type ReactNode } from 'react'
import type { Territory } from '../../api/types'
import { CloseIcon, SearchIcon } from '../../ui/icons'
import { VirtualList, type VirtualListHandle } from '../../ui/VirtualList'
import { count } from '../../util/units'
import { AgentRow, ROW_HEIGHT_PX } from './AgentRow'
import type { Fleet } from './fleet'
import { useView } from './view'

type AgentFinderProps = {
  fleet: Fleet
  territories: readonly Territory[]
  selected: string | null
  onSelect: (agent: string | null) => void
  onFocus: () => void
  filter: ReactNode
}

export function AgentFinder({ fleet, territories, selected, onSelect, onFocus, filter }: AgentFinderProps) {
  const { query, setQuery, order, setOrder } = useView()
  const { entries } = fleet
  const [active, setActive] = useState<number | null>(null)
  const list = useRef<VirtualListHandle>(null)
  const box = useRef<HTMLInputElement>(null)
  const id = useId()
  const byId = useMemo(() => new Map(territories.map((territory) => [territory.id, territory])), [territories])
  useSlashFocuses(box)

  const at = active === null ? null : Math.min(active, entries.length - 1)
  const optionId = (index: number) => `${id}-${index}`
  const walk = (to: number) => {
    const next = Math.max(0, Math.min(entries.length - 1, to))
    setActive(next)
    list.current?.reveal(next)
  }
  const onKeyDown = (event: KeyboardEvent) => {
    switch (event.key) {
      case 'ArrowDown': event.preventDefault(); return walk(at === null ? 0 : at + 1)
      case 'ArrowUp': event.preventDefault(); return walk(at === null ? 0 : at - 1)
      case 'PageDown': event.preventDefault(); return walk((at ?? 0) + 10)
      case 'PageUp': event.preventDefault(); return walk((at ?? 0) - 10)
      case 'Enter': {
        const entry = entries[at ?? 0]
        if (entry) onSelect(entry.agent.id)
        return
      }
      case 'Escape':
        if (query === '' && at === null) return box.current?.blur()
        event.preventDefault()
        event.stopPropagation()
        setQuery('')
        setActive(null)
    }
  }

  return (
    <>
      <div className="space-y-1.5 px-3 pt-2.5 pb-1">
        <div className="relative">
          <SearchIcon className="pointer-events-none absolute top-2.5 left-2.5 size-4 text-ink-3" />
          <input
            ref={box} type="text" role="combobox" aria-label="Search agents" aria-expanded="true" aria-controls={`${id}-list`} aria-autocomplete="list"
            aria-activedescendant={at === null || at < 0 ? undefined : optionId(at)} placeholder="Search agents" autoComplete="off" spellCheck={false}
            value={query} onFocus={onFocus} onKeyDown={onKeyDown} onBlur={() => setActive(null)}
            onChange={(event) => { setQuery(event.target.value); setActive(event.target.value === '' ? null : 0) }}
            className="h-9 w-full rounded-lg border border-line bg-sunken pr-9 pl-8.5 text-[13px] placeholder:text-ink-3 hover:border-line-strong focus:border-accent focus:bg-surface focus:outline-2 focus:outline-offset-0 focus:outline-accent/25"
          />
          {query === ''
            ? <kbd aria-hidden="true" className="pointer-events-none absolute top-2 right-2 hidden rounded min-[820px]:block border border-line-strong bg-surface px-1.5 font-sans text-[11px] leading-4.5 text-ink-3">/</kbd>
            : (
              <button type="button" aria-label="Clear the search" className="absolute top-1.5 right-1.5 grid size-6 place-items-center rounded-md text-ink-3 hover:bg-hover" onClick={() => { setQuery(''); box.current?.focus() }}>
                <CloseIcon className="size-3.5" />
              </button>
            )}
        </div>
        {filter}
      </div>
      <div className="flex items-center justify-between border-b border-line px-3 pt-1 pb-2 text-xs text-ink-3">
        <span role="status" className="tabular">
          {entries.length === fleet.known ? `${count(fleet.known)} agents` : `${count(entries.length)} of ${count(fleet.known)} agents`}
        </span>
        <label className="flex items-center gap-1">
          Sort by
          <select value={order} onChange={(event) => setOrder(event.target.value === 'recent' ? 'recent' : 'name')} className="rounded-md bg-surface py-0.5 font-medium text-ink-2 hover:text-ink">
            <option value="name">name</option>
            <option value="recent">last update</option>
          </select>
        </label>
      </div>
      {entries.length === 0 && (
        <div className="px-6 py-8 text-center text-[13px] text-ink-2">
          <p className="font-medium text-ink">Nobody matches</p>
          <p className="mt-1">Try another name, or fewer filters.</p>
        </div>
      )}
      <VirtualList
        ref={list} id={`${id}-list`} label="Agents" count={entries.length} rowHeight_px={ROW_HEIGHT_PX}
        row={(index) => {
          const entry = entries[index]!
          return (
            <AgentRow
              key={entry.agent.id} id={optionId(index)} entry={entry} territory={byId.get(entry.agent.territory_id ?? '') ?? null}
              index={index} size={entries.length} isSelected={entry.agent.id === selected} isActive={index === at}
              onSelect={() => onSelect(entry.agent.id)}
            />
          )
        }}
      />
    </>
  )
}

function useSlashFocuses(box: React.RefObject<HTMLInputElement | null>): void {
  useEffect(() => {
    const focus = (event: globalThis.KeyboardEvent) => {
      const isTyping = event.target instanceof HTMLElement && event.target.closest('input, textarea, select, [contenteditable]') !== null
      if (event.key !== '/' || isTyping || event.ctrlKey || event.metaKey || event.altKey) return
      event.preventDefault()
      box.current?.focus()
      box.current?.select()
    }
    addEventListener('keydown', focus)
    return () => removeEventListener('keydown', focus)
  }, [box])
}
