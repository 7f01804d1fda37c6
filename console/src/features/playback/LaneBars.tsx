import { memo, useMemo, useRef, useState, type CSSProperties, type KeyboardEvent } from 'react'
import { cx } from '../../ui/cx'
import type { Pointed } from './ItemTip'
import type { Bar } from './lanes'
import type { LaneView } from './Timeline'
import { amendmentOf, asSentence, tell } from './words'

type LaneBarsProps = {
  lane: LaneView
  zone: string
  fences: ReadonlyMap<string, string>
  showsSuspects: boolean
  isPending: boolean
  chosen: Bar | null
  onChoose: (bar: Bar) => void
  onPoint: (pointed: Pointed | null) => void
}

/** One lane: a single stop for Tab, within which the arrows walk from item to item. */
export const LaneBars = memo(function LaneBars({ lane, zone, fences, showsSuspects, isPending, chosen, onChoose, onPoint }: LaneBarsProps) {
  const box = useRef<HTMLDivElement>(null)
  const [active, setActive] = useState(0)
  const bars = useMemo(() => lane.bars.filter(({ item }) => showsSuspects || item.kind !== 'suspect'), [lane.bars, showsSuspects])
  const at = Math.min(active, bars.length - 1)

  const walk = (event: KeyboardEvent) => {
    const to = event.key === 'ArrowRight' ? at + 1 : event.key === 'ArrowLeft' ? at - 1 : event.key === 'Home' ? 0 : event.key === 'End' ? bars.length - 1 : null
    if (to === null || bars.length === 0) return
    event.preventDefault()
    event.stopPropagation()
    const next = Math.max(0, Math.min(bars.length - 1, to))
    setActive(next)
    const button = box.current?.querySelector<HTMLElement>(`[data-item="${next}"]`)
    button?.focus({ preventScroll: true })
    button?.scrollIntoView({ block: 'nearest', inline: 'nearest' })
  }
  return (
    <div
      ref={box} role="group" aria-label={`${lane.name}'s day`} className="relative h-11 border-b border-line" onKeyDown={walk}
      style={{ '--lane': lane.colour } as CSSProperties} onPointerLeave={() => onPoint(null)}
    >
      {bars.length === 0 && isPending && <span className="skeleton absolute inset-x-3 top-4 h-3.5" />}
      {bars.map((bar, i) => {
        const show = (target: HTMLElement) => onPoint({ bar, box: target.getBoundingClientRect() })
        return (
          <button
            key={bar.item.id} type="button" data-item={i} data-kind={bar.item.kind} tabIndex={i === at ? 0 : -1}
            aria-label={asSentence(tell(bar, zone, fences))} aria-pressed={bar.item.id === chosen?.item.id}
            onClick={() => { setActive(i); onChoose(bar) }}
            onPointerEnter={(event) => show(event.currentTarget)} onPointerLeave={() => onPoint(null)}
            onFocus={(event) => { setActive(i); show(event.currentTarget) }} onBlur={() => onPoint(null)}
            className={cx('absolute transition-[filter] hover:z-[2] hover:brightness-110 focus-visible:z-[3]', LOOKS[bar.item.kind], bar.item.id === chosen?.item.id && 'z-[2] ring-2 ring-ink ring-offset-1 ring-offset-surface')}
            style={{ left: `${bar.left * 100}%`, width: `${bar.width * 100}%`, ...(bar.item.kind === 'fence_passage' ? { top: 3 + bar.row * 5 } : {}) }}
          >
            {bar.item.kind === 'trip' && bar.item.unobserved === true && <span aria-hidden="true" className="hatched absolute inset-0 rounded-[inherit]" />}
            {amendmentOf(bar.item.revision) !== null && <span data-amended aria-hidden="true" className="absolute -top-1 -right-1 z-[1] size-2 rounded-full border border-surface bg-warn" />}
          </button>
        )
      })}
    </div>
  )
})

const LOOKS: Record<Bar['item']['kind'], string> = {
  trip: 'top-4 h-4 min-w-[3px] rounded-[3px] bg-(--lane)',
  stop: 'top-[21px] h-1.5 min-w-[2px] rounded-full bg-[color-mix(in_srgb,var(--lane)_34%,var(--sunken))]',
  gap: 'hatched top-4 h-4 min-w-[3px] rounded-[3px] border border-line-strong bg-surface',
  fence_passage: 'h-[4px] min-w-[3px] rounded-full bg-[color-mix(in_srgb,var(--lane)_62%,var(--ink))]',
  overspeed: 'top-[35px] h-[5px] min-w-[5px] rounded-full bg-danger',
  suspect: 'top-[33px] -ml-1 h-2 min-w-2 rounded-full border-[1.5px] border-ink-3 bg-surface',
}
