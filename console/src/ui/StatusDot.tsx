import { cx } from './cx'

export type DotTone = 'moving' | 'idle' | 'stale' | 'offline' | 'unseen' | 'danger'

const TONES: Record<DotTone, string> = {
  moving: 'bg-moving', idle: 'bg-idle', stale: 'border-[3px] border-stale', offline: 'border-[3px] border-offline',
  unseen: 'border-2 border-dashed border-line-strong', danger: 'bg-danger',
}

/** Filled while heard, a ring when silent: the difference does not hang on colour. Decorative; the word stands beside it. */
export function StatusDot({ tone, className = 'size-2.5' }: { tone: DotTone; className?: string }) {
  return <span aria-hidden="true" className={cx('inline-block shrink-0 rounded-full', TONES[tone], className)} />
}
