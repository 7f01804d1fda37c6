import type { ReactNode } from 'react'
import { cx } from '../../ui/cx'
import { count } from '../../util/units'

export function Card({ title, hint, children }: { title: string; hint?: string; children: ReactNode }) {
  return (
    <section aria-label={title} className="overflow-hidden rounded-2xl border border-line bg-surface shadow-raised">
      <header className="px-4 pt-3.5 pb-2.5">
        <h2 className="text-sm font-semibold">{title}</h2>
        {hint !== undefined && <p className="text-xs text-ink-3">{hint}</p>}
      </header>
      {children}
    </section>
  )
}

const TONES = { plain: '', warn: 'text-warn', danger: 'text-danger' } as const

export function Figure({ name, value, hint, tone = 'plain' }: { name: string; value: string; hint?: string; tone?: keyof typeof TONES }) {
  return (
    <div className="rounded-2xl border border-line bg-surface px-4 py-3.5 shadow-raised">
      <dt className="text-xs text-ink-3">{name}</dt>
      <dd className={cx('tabular mt-0.5 text-2xl font-semibold tracking-[-0.025em]', TONES[tone])}>{value}</dd>
      {hint !== undefined && <dd className="text-xs text-ink-3">{hint}</dd>}
    </div>
  )
}

/** Whatever the server measures, under its own name: a gauge added there needs no change here. */
export function Gauges({ gauges }: { gauges: Readonly<Record<string, unknown>> }) {
  return (
    <dl className="divide-y divide-line border-t border-line text-[13px]">
      {Object.entries(gauges).map(([name, value]) => (
        <div key={name} className="flex justify-between gap-4 px-4 py-2">
          <dt className="text-ink-2">{readable(name)}</dt>
          <dd className="tabular text-right font-medium">{display(value)}</dd>
        </div>
      ))}
    </dl>
  )
}

const UNITS: Record<string, string> = { s: 's', ms: 'ms', bytes: 'bytes', m: 'm' }

/** `oldest_age_ms` reads `Oldest age, ms`. */
export function readable(name: string): string {
  const words = name.split('_')
  const unit = words.length > 1 ? UNITS[words.at(-1)!] : undefined
  const text = (unit === undefined ? words : words.slice(0, -1)).join(' ')
  return text.charAt(0).toUpperCase() + text.slice(1) + (unit === undefined ? '' : `, ${unit}`)
}

function display(value: unknown): string {
  if (typeof value === 'number') return Number.isInteger(value) ? count(value) : value.toFixed(2)
  if (typeof value === 'boolean') return value ? 'yes' : 'no'
  if (value === null || value === undefined) return '–'
  return typeof value === 'object' ? JSON.stringify(value) : String(value)
}
