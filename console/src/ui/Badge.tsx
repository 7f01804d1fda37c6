import type { ReactNode } from 'react'
import { cx } from './cx'

export type BadgeTone = 'plain' | 'accent' | 'good' | 'warn' | 'danger'
const TONES: Record<BadgeTone, string> = {
  plain: 'bg-sunken text-ink-2',
  accent: 'bg-accent-soft text-accent',
  good: 'bg-good-soft text-good',
  warn: 'bg-warn-soft text-warn',
  danger: 'bg-danger-soft text-danger',
}

export function Badge({ tone = 'plain', title, children }: { tone?: BadgeTone; title?: string; children: ReactNode }) {
  return <span title={title} className={cx('inline-flex h-5 items-center gap-1 rounded-md px-1.5 text-[11px] font-medium whitespace-nowrap', TONES[tone])}>{children}</span>
}
