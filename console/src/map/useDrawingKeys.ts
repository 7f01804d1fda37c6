import { useEffect } from 'react'

type Keys = { onEnd: () => void; onTakeBack: () => void; onLeave: () => void }

/** While something is drawn: Enter ends it, Backspace takes the last corner back, Escape leaves: unless somebody is typing. */
export function useDrawingKeys(keys: Keys | null): void {
  useEffect(() => {
    if (keys === null) return
    const press = (event: KeyboardEvent) => {
      if (event.defaultPrevented) return
      if (event.key === 'Escape') keys.onLeave()
      const target = event.target as HTMLElement | null
      if (target?.closest('input, select, textarea, button, form, [role=treeitem]')) return
      if (event.key === 'Enter') keys.onEnd()
      if (event.key === 'Backspace') keys.onTakeBack()
    }
    addEventListener('keydown', press)
    return () => removeEventListener('keydown', press)
  })
}
