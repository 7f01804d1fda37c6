/** Whose day: a button that says it, and a searched list with room for six. */
import { useEffect, useId, useMemo, useRef, useState, type KeyboardEvent } from 'react'
import type { Agents } from '../../api/useAgents'
import { Button } from '../../ui/Button'
import { cx } from '../../ui/cx'
import { CheckIcon, ChevronIcon, SearchIcon } from '../../ui/icons'
import { Notice } from '../../ui/Notice'
import { VirtualList, type VirtualListHandle } from '../../ui/VirtualList'
import { AGENTS_MAX } from './link'

const ROW_HEIGHT_PX = 36

type AgentPickerProps = {
  agents: Agents
  chosen: readonly string[]
  colourOf: (agent: string) => string
  onChange: (chosen: string[]) => void
  isOpen: boolean
  onOpenChange: (isOpen: boolean) => void
}

export function AgentPicker({ agents, chosen, colourOf, onChange, isOpen, onOpenChange }: AgentPickerProps) {
  const root = useRef<HTMLDivElement>(null)
  const id = useId()
  useEffect(() => {
    if (!isOpen) return
    const outside = (event: PointerEvent) => {
      if (!root.current?.contains(event.target as Node)) onOpenChange(false)
    }
    document.addEventListener('pointerdown', outside)
    return () => document.removeEventListener('pointerdown', outside)
  }, [isOpen, onOpenChange])

  const close = () => {
    onOpenChange(false)
    root.current?.querySelector('button')?.focus()
  }
  const [first] = chosen
  const nameOf = (agent: string) => agents.names.get(agent) ?? 'Unknown agent'
  const summary = first === undefined ? 'Choose agents' : chosen.length === 1 ? nameOf(first) : `${chosen.length} agents`
  return (
    <div ref={root} className="relative min-w-0" onKeyDown={(event) => { if (isOpen && event.key === 'Escape') { event.stopPropagation(); close() } }}>
      <button
        type="button" aria-haspopup="dialog" aria-expanded={isOpen} aria-controls={id} onClick={() => onOpenChange(!isOpen)}
        aria-label={first === undefined ? 'Choose agents' : `Agents: ${chosen.map(nameOf).join(', ')}`}
        className="flex h-8 max-w-full items-center gap-2 rounded-lg px-2.5 text-[13px] font-medium hover:bg-hover"
      >
        {chosen.length > 0 && (
          <span aria-hidden="true" className="flex shrink-0 -space-x-1">
            {chosen.map((agent) => <span key={agent} className="size-3 rounded-full border-2 border-surface" style={{ background: colourOf(agent) }} />)}
          </span>
        )}
        <span className="truncate">{summary}</span>
        <ChevronIcon className={cx('size-3.5 shrink-0 text-ink-3 transition-transform', isOpen && 'rotate-180')} />
      </button>
      {isOpen && (
        <div id={id} role="dialog" aria-label="Choose agents" className="appear absolute left-0 z-40 mt-2 flex w-[min(300px,calc(100vw-24px))] flex-col rounded-xl border border-line bg-surface shadow-panel">
          <Choices agents={agents} chosen={chosen} colourOf={colourOf} onChange={onChange} onDone={close} />
        </div>
      )}
    </div>
  )
}

type ChoicesProps = Pick<AgentPickerProps, 'agents' | 'chosen' | 'colourOf' | 'onChange'> & { onDone: () => void }

function Choices({ agents, chosen, colourOf, onChange, onDone }: ChoicesProps) {
  const [query, setQuery] = useState('')
  const [active, setActive] = useState(0)
  const list = useRef<VirtualListHandle>(null)
  const id = useId()
  const found = useMemo(() => {
    const words = fold(query).split(/\s+/).filter(Boolean)
    const isFound = (name: string) => words.every((word) => fold(name).includes(word))
    // Those chosen stay on top: they are what one comes back for.
    const order = (agent: string) => (chosen.includes(agent) ? 0 : 1)
    return agents.all.filter(({ name }) => isFound(name)).sort((a, b) => order(a.id) - order(b.id))
  }, [agents.all, query, chosen])
  const at = Math.min(active, found.length - 1)

  const toggle = (agent: string) => {
    if (chosen.includes(agent)) onChange(chosen.filter((one) => one !== agent))
    else if (chosen.length < AGENTS_MAX) onChange([...chosen, agent])
  }
  const onKeyDown = (event: KeyboardEvent) => {
    const step = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0
    if (step !== 0) {
      event.preventDefault()
      const next = Math.max(0, Math.min(found.length - 1, at + step))
      setActive(next)
      list.current?.reveal(next)
    }
    const agent = found[at]
    if (event.key === 'Enter' && agent) {
      event.preventDefault()
      toggle(agent.id)
    }
  }
  return (
    <>
      <div className="relative border-b border-line p-2">
        <SearchIcon className="pointer-events-none absolute top-4.5 left-4.5 size-4 text-ink-3" />
        <input
          type="text" role="combobox" aria-label="Search agents" aria-expanded="true" aria-controls={`${id}-list`} aria-autocomplete="list" autoFocus
          aria-activedescendant={at >= 0 ? `${id}-${at}` : undefined} placeholder="Search agents" autoComplete="off" spellCheck={false}
          value={query} onKeyDown={onKeyDown} onChange={(event) => { setQuery(event.target.value); setActive(0) }}
          className="h-9 w-full rounded-lg border border-line bg-sunken pr-3 pl-8.5 text-[13px] placeholder:text-ink-3 focus:border-accent focus:bg-surface focus:outline-2 focus:outline-offset-0 focus:outline-accent/25"
        />
      </div>
      {agents.error && <div className="p-2"><Notice tone="danger" title="The agents could not be loaded" action={<Button onClick={agents.retry}>Try again</Button>} /></div>}
      {agents.isPending && <div role="status" aria-label="Loading the agents" className="space-y-2 p-3"><div className="skeleton h-4 w-3/5" /><div className="skeleton h-4 w-2/5" /></div>}
      {!agents.isPending && !agents.error && found.length === 0 && <p className="px-4 py-6 text-center text-[13px] text-ink-2">{agents.all.length === 0 ? 'There are no agents yet.' : 'Nobody matches.'}</p>}
      {found.length > 0 && (
        <div className="flex" style={{ height: Math.min(8.5, found.length) * ROW_HEIGHT_PX + 2 }}>
          <VirtualList
            ref={list} id={`${id}-list`} label="Agents" count={found.length} rowHeight_px={ROW_HEIGHT_PX}
            row={(index) => {
              const { id: agent, name } = found[index]!
              const isChosen = chosen.includes(agent)
              const isFull = !isChosen && chosen.length >= AGENTS_MAX
              return (
                <div
                  key={agent} id={`${id}-${index}`} role="option" aria-selected={isChosen} aria-disabled={isFull || undefined} aria-posinset={index + 1} aria-setsize={found.length}
                  onClick={() => toggle(agent)} style={{ height: ROW_HEIGHT_PX }}
                  className={cx('flex items-center gap-2.5 px-3.5 text-[13px] hover:bg-hover', index === at && 'bg-hover shadow-[inset_3px_0_0_var(--accent)]', isFull && 'opacity-45')}
                >
                  <span
                    aria-hidden="true" className={cx('grid size-4 shrink-0 place-items-center rounded-[5px] border', isChosen ? 'border-transparent text-surface' : 'border-line-strong')}
                    style={isChosen ? { background: colourOf(agent) } : undefined}
                  >
                    {isChosen && <CheckIcon className="size-3" />}
                  </span>
                  <span className={cx('truncate', isChosen && 'font-medium')}>{name}</span>
                </div>
              )
            }}
          />
        </div>
      )}
      <footer className="flex items-center justify-between border-t border-line py-1.5 pr-1.5 pl-3.5 text-xs text-ink-3">
        <span role="status">{chosen.length === AGENTS_MAX ? 'Six is all there is room for' : `${chosen.length} of ${AGENTS_MAX}`}</span>
        <span className="flex gap-1">
          {chosen.length > 0 && <Button look="quiet" className="h-7! px-2!" onClick={() => onChange([])}>Clear</Button>}
          <Button look="quiet" className="h-7! px-2! text-accent!" onClick={onDone}>Done</Button>
        </span>
      </footer>
    </>
  )
}

const fold = (text: string): string => text.normalize('NFD').replace(/\p{Diacritic}/gu, '').toLowerCase()
