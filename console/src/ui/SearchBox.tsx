/** Finds one of many that the server knows: what is typed goes out, what comes back is walked by the arrows and taken by Enter. */
import { useId, useRef, useState, type KeyboardEvent } from 'react'
import { cx } from './cx'
import { Note } from './fields'
import { SearchIcon } from './icons'

export type Found = { id: string; name: string; note?: string }

type SearchBoxProps = {
  label: string
  isLabelHidden?: boolean
  placeholder?: string
  query: string
  onQuery: (query: string) => void
  /** `null` while nothing was asked. */
  found: readonly Found[] | null
  isBusy?: boolean
  onTake: (found: Found) => void
  complaint?: string | null
  hint?: string
  autoFocus?: boolean
  empty?: string
}

export function SearchBox({ label, isLabelHidden = false, placeholder, query, onQuery, found, isBusy = false, onTake, complaint = null, hint, autoFocus, empty = 'Nothing found.' }: SearchBoxProps) {
  const id = useId()
  const [active, setActive] = useState(0)
  const [isOpen, setOpen] = useState(false)
  const root = useRef<HTMLDivElement>(null)
  const shown = isOpen && query.trim() !== '' ? (found ?? []) : []
  const take = (one: Found | undefined) => {
    if (!one) return
    onTake(one)
    setOpen(false)
  }
  const onKeyDown = (event: KeyboardEvent) => {
    switch (event.key) {
      case 'ArrowDown':
      case 'ArrowUp':
        event.preventDefault()
        setOpen(true)
        return setActive((at) => Math.max(0, Math.min(shown.length - 1, at + (event.key === 'ArrowDown' ? 1 : -1))))
      case 'Enter':
        if (!isOpen) return
        event.preventDefault()
        return take(shown[active])
      case 'Escape':
        if (!isOpen) return
        event.stopPropagation()
        return setOpen(false)
    }
  }
  const isListed = isOpen && query.trim() !== '' && (found !== null || isBusy)
  return (
    <div ref={root} className="relative" onBlur={(event) => { if (!event.currentTarget.contains(event.relatedTarget)) setOpen(false) }}>
      <label htmlFor={id} className={isLabelHidden ? 'sr-only' : 'block text-[13px] font-medium'}>{label}</label>
      <div className={cx('relative', !isLabelHidden && 'mt-1.5')}>
        <SearchIcon className="pointer-events-none absolute top-1/2 left-2.5 size-4 -translate-y-1/2 text-ink-3" />
        <input
          id={id} role="combobox" aria-expanded={isListed} aria-controls={`${id}-list`} aria-autocomplete="list" aria-activedescendant={shown.length > 0 ? `${id}-${active}` : undefined} aria-invalid={complaint !== null || undefined}
          aria-describedby={`${id}-note`} autoComplete="off" spellCheck={false} autoFocus={autoFocus} placeholder={placeholder} value={query} onKeyDown={onKeyDown}
          onChange={(event) => { onQuery(event.target.value); setActive(0); setOpen(true) }}
          className="block h-9 w-full rounded-lg border border-line-strong bg-surface pr-3 pl-8.5 text-[13px] shadow-raised placeholder:text-ink-3 hover:border-ink-3 focus:border-accent focus:outline-2 focus:outline-offset-0 focus:outline-accent/30 aria-invalid:border-danger"
        />
      </div>
      <ul id={`${id}-list`} role="listbox" aria-label={label} hidden={!isListed} className="absolute inset-x-0 z-20 mt-1 max-h-60 overflow-y-auto rounded-xl border border-line bg-surface p-1 shadow-panel">
        {shown.map((one, at) => (
          <li
            key={one.id} id={`${id}-${at}`} role="option" aria-selected={at === active} ref={at === active ? (node) => void node?.scrollIntoView?.({ block: 'nearest' }) : undefined}
            onPointerDown={(event) => { event.preventDefault(); take(one) }} onPointerMove={() => setActive(at)} className={cx('rounded-lg px-2.5 py-1.5 text-[13px]', at === active && 'bg-hover')}
          >
            <span className="block truncate">{one.name}</span>{one.note !== undefined && one.note !== '' && <span className="block truncate text-xs text-ink-3">{one.note}</span>}
          </li>
        ))}
        {shown.length === 0 && <li className="px-2.5 py-2 text-[13px] text-ink-3">{isBusy ? 'Looking…' : empty}</li>}
      </ul>
      <Note id={`${id}-note`} hint={hint} complaint={complaint} />
    </div>
  )
}
