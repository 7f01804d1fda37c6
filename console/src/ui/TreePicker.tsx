import { useId, useMemo, useState } from 'react'
import { listed, treeOf } from '../util/tree'
import { cx } from './cx'
import { Checkbox, Note, SearchField } from './fields'

type Pickable = { id: string; name: string; colour?: string; parent_id?: string | null }

type TreePickerProps = {
  label: string
  hint?: string
  complaint?: string | null
  items: readonly Pickable[]
  chosen: ReadonlySet<string>
  onChange: (chosen: Set<string>) => void
  disabled?: boolean
}

const SEARCH_FROM = 9

/** Some of a tree. What lies below a chosen one comes with it, and says so. */
export function TreePicker({ label, hint, complaint = null, items, chosen, onChange, disabled = false }: TreePickerProps) {
  const id = useId()
  const [query, setQuery] = useState('')
  const rows = useMemo(() => listed(treeOf(items)), [items])
  const parents = useMemo(() => new Map(items.map((item) => [item.id, item.parent_id ?? null])), [items])
  const wanted = query.trim().toLowerCase()
  const shown = wanted === '' ? rows : rows.filter(({ item }) => item.name.toLowerCase().includes(wanted))
  const comesWith = (of: string): boolean => {
    for (let at = parents.get(of) ?? null, steps = 0; at !== null && steps < items.length; at = parents.get(at) ?? null, steps += 1) {
      if (chosen.has(at)) return true
    }
    return false
  }
  const toggle = (of: string) => {
    const next = new Set(chosen)
    if (!next.delete(of)) next.add(of)
    onChange(next)
  }
  return (
    <fieldset aria-describedby={`${id}-note`} disabled={disabled}>
      <legend className="text-[13px] font-medium">{label}</legend>
      <div className={cx('mt-1.5 overflow-hidden rounded-lg border bg-surface shadow-raised', complaint === null ? 'border-line-strong' : 'border-danger')}>
        {items.length >= SEARCH_FROM && <div className="border-b border-line p-1.5"><SearchField label={`Search ${label.toLowerCase()}`} value={query} onChange={setQuery} /></div>}
        <ul className="max-h-52 overflow-y-auto p-1.5">
          {shown.map(({ item, depth }) => {
            const isCovered = comesWith(item.id)
            return (
              <li key={item.id} style={{ paddingLeft: wanted === '' ? depth * 18 : 0 }}>
                <Checkbox
                  className="px-1.5 py-1 hover:bg-hover" isChecked={chosen.has(item.id) || isCovered} disabled={disabled || (isCovered && !chosen.has(item.id))} onChange={() => toggle(item.id)}
                  label={
                    <span className="flex min-w-0 items-center gap-2">
                      {item.colour !== undefined && <span aria-hidden="true" className="size-2.5 shrink-0 rounded-[3px]" style={{ background: item.colour }} />}
                      <span className="truncate">{item.name}</span>
                      {isCovered && !chosen.has(item.id) && <span className="shrink-0 text-xs text-ink-3">comes with its parent</span>}
                    </span>
                  }
                />
              </li>
            )
          })}
          {shown.length === 0 && <li className="px-1.5 py-2 text-[13px] text-ink-3">{items.length === 0 ? 'There are none yet.' : 'None of that name.'}</li>}
        </ul>
      </div>
      <Note id={`${id}-note`} hint={hint} complaint={complaint} />
    </fieldset>
  )
}
