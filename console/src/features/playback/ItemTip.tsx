import { useLayoutEffect, useRef, useState } from 'react'
import { createPortal } from 'react-dom'
import type { Bar } from './lanes'
import { tell } from './words'

export type Pointed = { bar: Bar; box: DOMRect }

const MARGIN_PX = 8

/** What an item of the timeline says, above it. For the eye alone: its button says the same to a screen reader. */
export function ItemTip({ pointed: { bar, box }, zone, fences }: { pointed: Pointed; zone: string; fences: ReadonlyMap<string, string> }) {
  const card = useRef<HTMLDivElement>(null)
  const [place, setPlace] = useState({ left: 0, top: -999 })
  useLayoutEffect(() => {
    const { offsetWidth, offsetHeight } = card.current!
    const middle = Math.max(0, Math.min(innerWidth, (Math.max(box.left, 0) + Math.min(box.right, innerWidth)) / 2))
    setPlace({
      left: Math.max(MARGIN_PX, Math.min(innerWidth - offsetWidth - MARGIN_PX, middle - offsetWidth / 2)),
      top: Math.max(MARGIN_PX, box.top - offsetHeight - MARGIN_PX),
    })
  }, [bar, box])
  const { title, when, facts, amended } = tell(bar, zone, fences)
  return createPortal(
    <div ref={card} aria-hidden="true" data-tip className="pointer-events-none fixed z-50 max-w-72 rounded-lg bg-ink px-3 py-2 text-xs leading-relaxed text-surface shadow-panel" style={place}>
      <p className="font-semibold">{title}</p>
      <p className="tabular opacity-85">{when}</p>
      {facts.length > 0 && <p className="tabular opacity-85">{facts.join(' · ')}</p>}
      {amended !== null && <p className="mt-1 flex items-center gap-1.5 font-medium"><span className="size-2 rounded-full bg-warn" />{amended}</p>}
    </div>,
    document.body,
  )
}
