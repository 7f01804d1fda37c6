/** Draws the rows in sight of a list of any length. Rows have one height; the reader of the screen is told the true count. */
import { useCallback, useImperativeHandle, useState, useSyncExternalStore, type KeyboardEvent, type ReactNode, type Ref } from 'react'

const OVERSCAN = 6

export type VirtualListHandle = { reveal: (index: number) => void }

type VirtualListProps = {
  count: number
  rowHeight_px: number
  id: string
  label: string
  row: (index: number) => ReactNode
  /** For a list that is walked by itself, and not from a search box: the option the keyboard is on, and what its keys do. */
  keyboard?: { activeId: string | undefined; onKeyDown: (event: KeyboardEvent) => void }
  ref?: Ref<VirtualListHandle>
}

export function VirtualList({ count, rowHeight_px, id, label, row, keyboard, ref }: VirtualListProps) {
  const [box, setBox] = useState<HTMLDivElement | null>(null)
  const [top, setTop] = useState(0)
  const height = useHeight(box)

  useImperativeHandle(ref, () => ({
    reveal: (index) => {
      if (!box) return
      const rowTop = index * rowHeight_px
      const hidden_px = rowTop + rowHeight_px - (box.scrollTop + box.clientHeight)
      if (rowTop < box.scrollTop) box.scrollTop = rowTop
      else if (hidden_px > 0) box.scrollTop += hidden_px
    },
  }), [box, rowHeight_px])

  const first = Math.max(0, Math.min(Math.floor(top / rowHeight_px) - OVERSCAN, count - 1))
  const last = Math.min(count, Math.ceil((top + height) / rowHeight_px) + OVERSCAN)
  return (
    <div
      ref={setBox}
      id={id} role="listbox" aria-label={label} className="min-h-0 flex-1 overflow-y-auto overscroll-contain focus-visible:-outline-offset-2"
      tabIndex={keyboard ? 0 : undefined} aria-activedescendant={keyboard?.activeId} onKeyDown={keyboard?.onKeyDown}
      onScroll={(event) => setTop(event.currentTarget.scrollTop)}
    >
      <div role="presentation" style={{ height: count * rowHeight_px, position: 'relative' }}>
        <div role="presentation" style={{ position: 'absolute', insetInline: 0, top: first * rowHeight_px }}>
          {Array.from({ length: Math.max(0, last - first) }, (_, i) => row(first + i))}
        </div>
      </div>
    </div>
  )
}

function useHeight(box: HTMLDivElement | null): number {
  const subscribe = useCallback((listener: () => void) => {
    if (!box) return () => {}
    const observer = new ResizeObserver(listener)
    observer.observe(box)
    return () => observer.disconnect()
  }, [box])
  return useSyncExternalStore(subscribe, () => box?.clientHeight ?? 0)
}
