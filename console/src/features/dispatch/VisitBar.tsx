/** One visit on its lane: a button whose shape, colour and signs say what its name says in words. */
import type { PointerEvent } from 'react'
import { cx } from '../../ui/cx'
import { CheckIcon, LockIcon } from '../../ui/icons'
import type { Span } from '../../util/timescale'
import { shareOf } from '../../util/timescale'
import { isLocked, isMovable, riskLevel, type Stop } from './plan'
import { sentence } from './words'

export type BarProps = {
  stop: Stop
  position: number
  of: number
  agent: string
  colour: string
  span: Span
  zone: string
  isSelected: boolean
  /** The one that the keyboard is on. */
  isActive: boolean
  isCarried: boolean
  isPending: boolean
  onPress: (visit: string, event: PointerEvent<HTMLElement>) => void
  onFocus: (visit: string) => void
}

export function VisitBar({ stop, position, of, agent, colour, span, zone, isSelected, isActive, isCarried, isPending, onPress, onFocus }: BarProps) {
  const level = riskLevel(stop)
  const isDone = stop.commitment === 'done'
  const isRunning = stop.commitment === 'in_progress'
  const left = shareOf(stop.start, span)
  const words = sentence(stop, position, of, agent, zone)
  return (
    <button
      type="button" data-visit={stop.visit} aria-label={words} aria-pressed={isSelected} tabIndex={isActive ? 0 : -1} title={words}
      onPointerDown={(event) => onPress(stop.visit, event)} onFocus={() => onFocus(stop.visit)}
      className={cx(
        '@container absolute top-[13px] flex h-[34px] min-w-[7px] items-center overflow-hidden rounded-md border-l-[3px] text-left text-xs leading-tight outline-offset-1 transition-[box-shadow,opacity] [touch-action:pan-x_pan-y]',
        isDone && 'bg-sunken text-ink-3 shadow-[inset_0_0_0_1px_var(--line)]',
        isRunning && 'text-on-accent shadow-raised',
        !isDone && !isRunning && level === 'none' && 'shadow-[inset_0_0_0_1px_var(--line-strong)]',
        !isDone && !isRunning && level === 'some' && 'bg-warn-soft! shadow-[inset_0_0_0_1.5px_var(--warn)]',
        !isDone && !isRunning && level === 'high' && 'bg-danger-soft! shadow-[inset_0_0_0_1.5px_var(--danger)]',
        isMovable(stop) && 'cursor-grab',
        isSelected && 'z-[3] outline-2 outline-accent',
        isCarried && 'opacity-30',
        isPending && 'breathe',
      )}
      style={{
        left: `${left * 100}%`, width: `max(7px, calc(${(shareOf(stop.end, span) - left) * 100}% - 1px))`, borderLeftColor: isDone ? 'var(--line-strong)' : colour,
        background: isDone ? undefined : isRunning ? colour : `color-mix(in srgb, ${colour} 13%, var(--surface))`,
      }}
    >
      {/* Three letters of a name say nothing: a short bar has the number that the stop has on the map. */}
      <span className="min-w-0 flex-1 overflow-hidden px-1.5 font-medium whitespace-nowrap mask-r-from-[calc(100%-14px)] @max-[56px]:hidden">{stop.name}</span>
      <span className={cx('tabular hidden flex-1 text-center font-medium @max-[56px]:block', position < 9 ? '@max-[12px]:hidden' : '@max-[18px]:hidden')}>{position + 1}</span>
      {isDone && <CheckIcon className="mr-1 size-3.5 shrink-0 @max-[44px]:hidden" />}
      {isLocked(stop) && <LockIcon className="mr-1 size-3 shrink-0 opacity-70 @max-[18px]:hidden" />}
    </button>
  )
}

/** When the agent is expected, and how sure that is. For the eye: the bar's name says it in words. */
export function Whisker({ range, at, level, span }: { range: Span; at: number; level: 'none' | 'some' | 'high'; span: Span }) {
  const [left, right, middle] = [range.from, range.to, at].map((instant) => shareOf(instant, span)) as [number, number, number]
  const tone = level === 'high' ? 'bg-danger' : level === 'some' ? 'bg-warn' : 'bg-ink-2'
  return (
    <span aria-hidden="true" className="pointer-events-none absolute inset-x-0 top-[5px] z-[2] h-1.5">
      <span className={cx('absolute top-[2.5px] h-px', tone)} style={{ left: `${left * 100}%`, width: `${(right - left) * 100}%` }} />
      <span className={cx('absolute top-0 h-1.5 w-px', tone)} style={{ left: `${left * 100}%` }} />
      <span className={cx('absolute top-0 h-1.5 w-px', tone)} style={{ left: `${right * 100}%` }} />
      <span className={cx('absolute top-0.5 -ml-[1.5px] size-[3px] rounded-full', tone)} style={{ left: `${middle * 100}%` }} />
    </span>
  )
}
