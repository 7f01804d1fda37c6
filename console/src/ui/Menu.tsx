/** A button that opens a small menu. Escape and a click elsewhere close it; arrows walk through its items. */
import { useEffect, useId, useRef, useState, type KeyboardEvent, type ReactNode } from 'react'
import { cx } from './cx'

type MenuProps = { label: string; trigger: ReactNode; triggerClassName?: string; side?: 'left' | 'right'; className?: string; children: (close: () => void) => ReactNode }

export function Menu({ label, trigger, triggerClassName, side = 'right', className, children }: MenuProps) {
  const [isOpen, setOpen] = useState(false)
  const root = useRef<HTMLDivElement>(null)
  const id = useId()

  useEffect(() => {
    if (!isOpen) return
    root.current?.querySelector<HTMLElement>('[role^=menuitem]')?.focus()
    const outside = (event: PointerEvent) => {
      if (!root.current?.contains(event.target as Node)) setOpen(false)
    }
    document.addEventListener('pointerdown', outside)
    return () => document.removeEventListener('pointerdown', outside)
  }, [isOpen])

  const close = () => {
    setOpen(false)
    root.current?.querySelector('button')?.focus()
  }
  const onKeyDown = (event: KeyboardEvent) => {
    if (!isOpen) return
    if (event.key === 'Escape') {
      event.stopPropagation()
      close()
    }
    if (event.key !== 'ArrowDown' && event.key !== 'ArrowUp') return
    event.preventDefault()
    const items = [...(root.current?.querySelectorAll<HTMLElement>('[role^=menuitem]') ?? [])]
    const at = items.indexOf(document.activeElement as HTMLElement)
    items.at((at + (event.key === 'ArrowDown' ? 1 : -1)) % items.length)?.focus()
  }
  return (
    <div ref={root} className={cx('relative', className)} onKeyDown={onKeyDown}>
      <button
        type="button" aria-haspopup="menu" aria-expanded={isOpen} aria-controls={id} aria-label={label} title={label}
        className={triggerClassName} onClick={() => setOpen(!isOpen)}
      >
        {trigger}
      </button>
      {isOpen && (
        <div id={id} role="menu" aria-label={label} className={cx('appear absolute z-50 mt-2 max-h-[calc(100dvh-4.5rem)] overflow-y-auto min-w-52 rounded-xl border border-line bg-surface p-1.5 shadow-panel', side === 'right' ? 'right-0' : 'left-0')}>
          {children(close)}
        </div>
      )}
    </div>
  )
}

/** Parts a group of items from the one before. */
export function MenuLine({ label }: { label?: string }) {
  return (
    <div role="presentation" className="mx-1 my-1.5 border-t border-line">
      {label !== undefined && <p className="px-1.5 pt-2 text-[11px] font-medium text-ink-3">{label}</p>}
    </div>
  )
}

type MenuItemProps = { icon?: ReactNode; isChecked?: boolean; tone?: 'plain' | 'danger'; onSelect: () => void; children: ReactNode }

export function MenuItem({ icon, isChecked, tone = 'plain', onSelect, children }: MenuItemProps) {
  return (
    <button
      type="button" role={isChecked === undefined ? 'menuitem' : 'menuitemradio'} aria-checked={isChecked} onClick={onSelect}
      className={cx('flex w-full items-center gap-2.5 rounded-lg px-2.5 py-2 text-left text-[13px] hover:bg-hover', isChecked === true && 'font-medium text-accent', tone === 'danger' && 'text-danger')}
    >
      {icon !== undefined && <span className={tone === 'danger' ? undefined : 'text-ink-3'}>{icon}</span>}
      {children}
    </button>
  )
}
