import type { ReactNode } from 'react'
import { cx } from './cx'

type SwitchProps = { isOn: boolean; onChange: (isOn: boolean) => void; label: string; hint?: string; icon?: ReactNode; disabled?: boolean }

export function Switch({ isOn, onChange, label, hint, icon, disabled }: SwitchProps) {
  return (
    <button
      type="button" role="switch" aria-checked={isOn} aria-label={label} disabled={disabled}
      onClick={() => onChange(!isOn)}
      className="flex w-full items-center gap-3 rounded-lg px-2 py-2 text-left transition-colors hover:bg-hover disabled:opacity-50"
    >
      {icon !== undefined && <span className="text-ink-3">{icon}</span>}
      <span className="min-w-0 flex-1">
        <span className="block text-[13px] font-medium">{label}</span>
        {hint !== undefined && <span className="block truncate text-xs text-ink-3">{hint}</span>}
      </span>
      <span aria-hidden="true" className={cx('relative h-5 w-9 shrink-0 rounded-full transition-colors', isOn ? 'bg-accent' : 'bg-line-strong')}>
        <span className={cx('absolute top-0.5 left-0.5 size-4 rounded-full bg-white shadow-raised transition-transform', isOn && 'translate-x-4')} />
      </span>
    </button>
  )
}
