import { useId, useState } from 'react'
import type { Territory } from '../../api/types'
import { cx } from '../../ui/cx'
import { CheckIcon, ChevronIcon, FilterIcon } from '../../ui/icons'
import { count } from '../../util/units'
import { NO_TERRITORY } from './useLink'

type TerritoryFilterProps = {
  territories: readonly Territory[]
  counts: ReadonlyMap<string, number>
  /** Empty means all. */
  shown: ReadonlySet<string>
  onChange: (shown: string[]) => void
}

type Choice = { id: string; name: string; colour: string | null }

export function TerritoryFilter({ territories, counts, shown, onChange }: TerritoryFilterProps) {
  const [isOpen, setOpen] = useState(false)
  const id = useId()
  const choices: Choice[] = territories.map(({ id: territory, name, colour }) => ({ id: territory, name, colour }))
  if (counts.has(NO_TERRITORY) || shown.has(NO_TERRITORY)) choices.push({ id: NO_TERRITORY, name: 'Without a territory', colour: null })
  if (choices.length === 0) return null

  const toggle = (territory: string) => {
    const next = new Set(shown)
    if (!next.delete(territory)) next.add(territory)
    onChange(next.size === choices.length ? [] : [...next])
  }
  const first = choices.find((choice) => shown.has(choice.id))
  const summary = shown.size === 0 ? 'All territories' : shown.size === 1 ? (first?.name ?? '1 territory') : `${shown.size} territories`
  return (
    <div>
      <div className="flex items-center gap-1">
        <button
          type="button" aria-expanded={isOpen} aria-controls={id} onClick={() => setOpen(!isOpen)}
          className={cx('flex h-8 min-w-0 items-center gap-1.5 rounded-lg px-2 text-[13px] font-medium hover:bg-hover', shown.size > 0 ? 'text-accent' : 'text-ink-2')}
        >
          <FilterIcon />
          <span className="truncate">{summary}</span>
          <ChevronIcon className={cx('size-3.5 shrink-0 transition-transform', isOpen && 'rotate-180')} />
        </button>
        {shown.size > 0 && (
          <button type="button" className="h-8 rounded-lg px-2 text-xs font-medium text-ink-3 hover:bg-hover hover:text-ink" onClick={() => onChange([])}>Clear</button>
        )}
      </div>
      {isOpen && (
        <ul id={id} aria-label="Territories" className="mt-1 max-h-60 overflow-y-auto rounded-xl border border-line bg-sunken p-1">
          {choices.map((choice) => (
            <li key={choice.id}>
              <TerritoryCheckbox {...choice} agents={counts.get(choice.id) ?? 0} isChecked={shown.has(choice.id)} onToggle={() => toggle(choice.id)} />
            </li>
          ))}
        </ul>
      )}
    </div>
  )
}

function TerritoryCheckbox({ name, colour, agents, isChecked, onToggle }: Choice & { agents: number; isChecked: boolean; onToggle: () => void }) {
  return (
    <label className="flex items-center gap-2.5 rounded-lg px-2 py-1.5 text-[13px] hover:bg-hover has-focus-visible:outline-2 has-focus-visible:outline-accent">
      <input type="checkbox" className="sr-only" checked={isChecked} onChange={onToggle} />
      <span
        aria-hidden="true"
        className={cx('grid size-4 shrink-0 place-items-center rounded-[5px] border', isChecked ? 'border-accent bg-accent text-on-accent' : 'border-line-strong bg-surface')}
      >
        {isChecked && <CheckIcon className="size-3" />}
      </span>
      <span aria-hidden="true" className="size-2.5 shrink-0 rounded-[3px]" style={{ background: colour ?? 'var(--line-strong)' }} />
      <span className="min-w-0 flex-1 truncate">{name}</span>
      <span className="tabular text-xs text-ink-3">{count(agents)}<span className="sr-only"> agents</span></span>
    </label>
  )
}
