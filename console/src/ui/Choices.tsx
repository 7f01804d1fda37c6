import { useMemo, useState } from 'react'
import { Checkbox, SearchField } from './fields'

type Choice = { id: string; name: string; note?: string }
type ChoicesProps = { label: string; items: readonly Choice[]; chosen: ReadonlySet<string>; onChange: (chosen: Set<string>) => void; className?: string; isPending?: boolean }

/** As many as are drawn at once; the rest is found by searching. */
const SHOWN_MAX = 200
const SEARCH_FROM = 8

/** Many of many: searched, ticked, the ticked ones first. */
export function Choices({ label, items, chosen, onChange, className = 'max-h-56', isPending = false }: ChoicesProps) {
  const [query, setQuery] = useState('')
  // The order is settled when the list opens or is searched: a row that jumps away from the pointer helps nobody.
  const [first, setFirst] = useState(chosen)
  const wanted = query.trim().toLowerCase()
  const found = useMemo(() => {
    const fitting = wanted === '' ? items : items.filter(({ name, note }) => `${name} ${note ?? ''}`.toLowerCase().includes(wanted))
    return [...fitting].sort((a, b) => Number(first.has(b.id)) - Number(first.has(a.id)))
  }, [items, wanted, first])
  const shown = found.slice(0, SHOWN_MAX)
  const toggle = (id: string) => {
    const next = new Set(chosen)
    if (!next.delete(id)) next.add(id)
    onChange(next)
  }
  return (
    <fieldset>
      <legend className="flex w-full items-baseline justify-between text-[13px] font-medium">
        {label}<span aria-live="polite" className="tabular text-xs font-normal text-ink-3">{chosen.size === 0 ? 'none chosen' : `${chosen.size} chosen`}</span>
      </legend>
      <div className="mt-1.5 overflow-hidden rounded-lg border border-line-strong bg-surface shadow-raised">
        {items.length > SEARCH_FROM && <div className="border-b border-line p-1.5"><SearchField label={`Search ${label.toLowerCase()}`} value={query} onChange={(text) => { setQuery(text); setFirst(chosen) }} /></div>}
        <ul className={`overflow-y-auto p-1.5 ${className}`}>
          {found.length > 2 && (
            <li className="mb-1 border-b border-line pb-1">
              <Checkbox
                className="px-1.5 py-1 text-ink-2 hover:bg-hover" isChecked={found.every(({ id }) => chosen.has(id))} isMixed={found.some(({ id }) => chosen.has(id)) && !found.every(({ id }) => chosen.has(id))}
                onChange={(isChecked) => onChange(isChecked ? new Set([...chosen, ...found.map(({ id }) => id)]) : new Set([...chosen].filter((id) => !found.some((one) => one.id === id))))}
                label={wanted === '' ? `All ${found.length}` : `All ${found.length} that fit`}
              />
            </li>
          )}
          {shown.map(({ id, name, note }) => (
            <li key={id}>
              <Checkbox
                className="px-1.5 py-1 hover:bg-hover" isChecked={chosen.has(id)} onChange={() => toggle(id)}
                label={<span className="flex min-w-0 items-baseline gap-2"><span className="truncate">{name}</span>{note !== undefined && <span className="truncate text-xs text-ink-3">{note}</span>}</span>}
              />
            </li>
          ))}
          {shown.length === 0 && <li className="px-1.5 py-2 text-[13px] text-ink-3">{isPending ? 'Loading…' : items.length === 0 ? 'There are none yet.' : 'None of that name.'}</li>}
          {found.length > SHOWN_MAX && <li className="px-1.5 py-2 text-xs text-ink-3">{found.length - SHOWN_MAX} more. Search to find them.</li>}
        </ul>
      </div>
    </fieldset>
  )
}
