import type { ReactNode } from 'react'
import { cx } from './cx'
import { WarningIcon } from './icons'

type Tone = 'plain' | 'warn' | 'danger'
const TONES: Record<Tone, string> = {
  // The line: on the page itself the fill alone would not be seen.
  plain: 'bg-sunken text-ink-2 inset-ring inset-ring-line',
  warn: 'bg-warn-soft text-warn',
  danger: 'bg-danger-soft text-danger',
}

/** Something to know, in place: an error says what happened and offers what can be done. */
export function Notice({ tone = 'plain', title, children, action }: { tone?: Tone; title: string; children?: ReactNode; action?: ReactNode }) {
  return (
    <div role={tone === 'danger' ? 'alert' : undefined} className={cx('flex gap-2.5 rounded-lg px-3 py-2.5 text-[13px]', TONES[tone])}>
      {tone !== 'plain' && <WarningIcon className="mt-px size-4 shrink-0" />}
      <div className="min-w-0 flex-1">
        <p className="font-medium">{title}</p>
        {children !== undefined && <div className="mt-0.5 leading-snug text-ink-2">{children}</div>}
        {action !== undefined && <div className="mt-2.5">{action}</div>}
      </div>
    </div>
  )
}
