import type { ReactNode } from 'react'
import { cx } from '../ui/cx'
import { useIsWide } from '../util/useMedia'

type SplitFrameProps = { title: string; map: ReactNode; /** `wide` for tables. */ text?: 'normal' | 'wide'; children: ReactNode }

/** Text on the left, the map on the right; on a phone the map is above and the text scrolls under it. */
export function SplitFrame({ title, map, text = 'normal', children }: SplitFrameProps) {
  const isWide = useIsWide()
  return (
    <div className={cx('grid h-full', !isWide ? 'grid-rows-[38%_minmax(0,1fr)]' : text === 'wide' ? 'grid-cols-[minmax(420px,min(680px,50%))_minmax(0,1fr)]' : 'grid-cols-[minmax(420px,560px)_minmax(0,1fr)]')}>
      <title>{`${title} · SalesSync`}</title>
      <div className={cx('min-h-0 overflow-y-auto', isWide ? 'order-first border-r border-line' : 'order-last')}>{children}</div>
      <div className={cx('relative', !isWide && 'border-b border-line')}>{map}</div>
    </div>
  )
}
