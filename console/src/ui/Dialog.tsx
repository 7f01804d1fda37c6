/**
 * A modal dialog or a drawer at the side: takes the focus, keeps it, gives it back. Escape and a click beside it close it, unless it is
 * busy or holds something that is shown once.
 */
import { useEffect, useId, useRef, useState, type KeyboardEvent, type ReactNode } from 'react'
import { createPortal } from 'react-dom'
import { IconButton } from './Button'
import { cx } from './cx'
import { CloseIcon } from './icons'

const REACHABLE = 'a[href], button:not([disabled]), input:not([disabled]), select:not([disabled]), textarea:not([disabled]), [tabindex="0"]'

type DialogProps = {
  title: string
  subtitle?: ReactNode
  /** `drawer` stands at the right over the whole height. */
  place?: 'middle' | 'drawer'
  width?: 'narrow' | 'normal' | 'wide'
  onClose: () => void
  /** Cannot be left by accident. */
  isHeld?: boolean
  footer?: ReactNode
  lead?: ReactNode
  children: ReactNode
}

const WIDTHS = { narrow: 'max-w-[400px]', normal: 'max-w-[480px]', wide: 'max-w-[1000px]' } as const

export function Dialog({ title, subtitle, place = 'middle', width = 'normal', onClose, isHeld = false, footer, lead, children }: DialogProps) {
  const id = useId()
  const box = useRef<HTMLDivElement>(null)
  /** What took the focus when the dialog opened, for when React runs the effect twice. */
  const first = useRef<HTMLElement | null>(null)
  // Asked while rendering: a field with `autoFocus` has the focus before any effect runs.
  const [before] = useState(() => document.activeElement as HTMLElement | null)

  useEffect(() => {
    const node = box.current!
    if (node.contains(document.activeElement)) first.current = document.activeElement as HTMLElement
    else (first.current ?? node).focus()
    const { overflow } = document.body.style
    document.body.style.overflow = 'hidden'
    return () => {
      document.body.style.overflow = overflow
      if (before?.isConnected) before.focus()
    }
  }, [before])

  // The focus falls to the page when what had it goes away, a button that has done its work, say. The dialog still answers.
  useEffect(() => {
    const astray = (event: globalThis.KeyboardEvent) => {
      const node = box.current
      if (!node || node.contains(event.target as Node) || [...document.querySelectorAll('[role=dialog][aria-modal=true]')].at(-1) !== node) return
      if (event.key === 'Escape' && !isHeld) onClose()
      else if (event.key === 'Tab') node.focus()
      else return
      event.preventDefault()
    }
    document.addEventListener('keydown', astray)
    return () => document.removeEventListener('keydown', astray)
  })

  const onKeyDown = (event: KeyboardEvent) => {
    // React lets events bubble from a portal to the page that opened it, which has keys of its own.
    event.stopPropagation()
    if (event.key === 'Escape' && !isHeld) {
      event.preventDefault()
      onClose()
    }
    if (event.key !== 'Tab') return
    const reachable = [...box.current!.querySelectorAll<HTMLElement>(REACHABLE)]
    const [first, last] = [reachable[0], reachable.at(-1)]
    const at = document.activeElement
    if (event.shiftKey && (at === first || at === box.current)) {
      event.preventDefault()
      last?.focus()
    } else if (!event.shiftKey && at === last) {
      event.preventDefault()
      first?.focus()
    }
  }
  return createPortal(
    <div
      className={cx('fixed inset-0 z-50 flex bg-[#0b0f17]/45 backdrop-blur-[1px]', place === 'drawer' ? 'justify-end' : 'items-end justify-center p-0 sm:items-center sm:p-6')}
      onPointerDown={(event) => { if (event.target === event.currentTarget && !isHeld) onClose() }}
    >
      <div
        ref={box} role="dialog" aria-modal="true" aria-labelledby={`${id}-title`} tabIndex={-1} onKeyDown={onKeyDown}
        className={cx(
          'appear flex w-full min-w-0 flex-col border-line bg-surface shadow-panel outline-none',
          place === 'drawer' ? 'h-full max-w-[460px] border-l' : cx('max-h-full rounded-t-2xl border sm:rounded-2xl', WIDTHS[width]),
        )}
      >
        <header className={cx('flex items-start gap-3 py-4 pr-3 pl-5', place === 'drawer' && 'border-b border-line')}>
          {lead}
          <div className="min-w-0 flex-1 pt-0.5">
            <h2 id={`${id}-title`} className="truncate text-[15px] font-semibold tracking-[-0.01em]">{title}</h2>
            {subtitle !== undefined && <div className="mt-0.5 text-[13px] text-ink-2">{subtitle}</div>}
          </div>
          {!isHeld && <IconButton label="Close" onClick={onClose}><CloseIcon /></IconButton>}
        </header>
        <div className={cx('min-h-0 flex-1 overflow-y-auto px-5', place === 'drawer' ? 'py-5' : 'pt-1 pb-5')}>{children}</div>
        {footer && <footer className="flex flex-wrap justify-end gap-2 border-t border-line px-5 py-3">{footer}</footer>}
      </div>
    </div>,
    document.body,
  )
}
