/** One of many, found by typing: an input with a list under it, walked by the arrows, taken by Enter. */
import { useId, useMemo, useRef, useState, type KeyboardEvent } from 'react'
import { IconButton } from './Button'
import { cx } from './cx'
import { Note } from './fields'
import { CloseIcon } from './icons'

type Option = { id: string; name: string; note?: string }
type ComboboxProps = {
  label: string
  hint?: string
  complaint?: string | null
  options: readonly Option[]
  value: string | null
  onChange: (id: string | null) => void
  placeholder?: string
  disabled?: boolean
}

const SHOWN_MAX = 60

export function Combobox({ label, hint, complaint = null, options, value, onChange, placeholder, disabled = false }: ComboboxProps) {
  const id = useId()
  const box = useRef<HTMLInputElement>(null)
  /** `null` while the list is closed. */
  const [typed, setTyped] = useState<string | null>(null)
  const [active, setActive] = useState(0)
  const current = value === null ? null : (options.find((option) => option.id === value) ?? { id: value, name: value })
  const shown = useMemo(() => {
    const wanted = (typed ?? '').trim().toLowerCase()
    return typed === null ? [] : options.filter(({ name }) => name.toLowerCase().includes(wanted)).slice(0, SHOWN_MAX)
  }, [options, typed])
  const take = (option: Option | undefined) => {
    if (option) onChange(option.id)
    setTyped(null)
  }
  const onKeyDown = (event: KeyboardEvent) => {
    switch (event.key) {
      case 'ArrowDown':
      case 'ArrowUp':
        event.preventDefault()
        if (typed === null) return setTyped('')
        return setActive((at) => Math.max(0, Math.min(shown.length - 1, at + (event.key === 'ArrowDown' ? 1 : -1))))
      case 'Enter':
        if (typed === null) return
        event.preventDefault()
        return take(shown[active])
      case 'Escape':
        if (typed === null) return
        event.stopPropagation()
        return setTyped(null)
    }
  }
  const isOpen = typed !== null
  return (
    <div className="relative" onBlur={(event) => { if (!event.currentTarget.contains(event.relatedTarget)) setTyped(null) }}>
      <label htmlFor={id} className="block text-[13px] font-medium">{label}</label>
      <div className="relative mt-1.5">
        <input
          ref={box} id={id} role="combobox" aria-expanded={isOpen} aria-controls={`${id}-list`} aria-autocomplete="list" aria-describedby={`${id}-note`} autoComplete="off" spellCheck={false}
          aria-activedescendant={isOpen && shown.length > 0 ? `${id}-${active}` : undefined} aria-invalid={complaint !== null || undefined} disabled={disabled}
          placeholder={placeholder} value={typed ?? current?.name ?? ''} onKeyDown={onKeyDown} onClick={() => { if (typed === null) setTyped('') }}
          onChange={(event) => { setTyped(event.target.value); setActive(0) }}
          className="block h-9 w-full rounded-lg border border-line-strong bg-surface pr-9 pl-3 text-[13px] shadow-raised placeholder:text-ink-3 hover:border-ink-3 focus:border-accent focus:outline-2 focus:outline-offset-0 focus:outline-accent/30 disabled:opacity-60 aria-invalid:border-danger"
        />
        {current !== null && !disabled && (
          <IconButton label={`Clear ${label.toLowerCase()}`} className="absolute! top-0.5 right-0.5" onClick={() => { onChange(null); setTyped(null); box.current?.focus() }}><CloseIcon className="size-3.5" /></IconButton>
        )}
      </div>
      <ul id={`${id}-list`} role="listbox" aria-label={label} hidden={!isOpen} className="absolute inset-x-0 z-10 mt-1 max-h-56 overflow-y-auto rounded-xl border border-line bg-surface p-1 shadow-panel">
        {shown.map((option, at) => (
          <li
            key={option.id} id={`${id}-${at}`} role="option" aria-selected={option.id === value}
            ref={at === active ? (node) => void node?.scrollIntoView?.({ block: 'nearest' }) : undefined}
            onPointerDown={(event) => { event.preventDefault(); take(option) }} onPointerMove={() => setActive(at)}
            className={cx('flex items-baseline gap-2 rounded-lg px-2.5 py-1.5 text-[13px]', at === active && 'bg-hover', option.id === value && 'font-medium text-accent')}
          >
            <span className="truncate">{option.name}</span>{option.note !== undefined && <span className="truncate text-xs text-ink-3">{option.note}</span>}
          </li>
        ))}
        {shown.length === 0 && <li className="px-2.5 py-2 text-[13px] text-ink-3">Nobody of that name.</li>}
      </ul>
      <Note id={`${id}-note`} hint={hint} complaint={complaint} />
    </div>
  )
}
