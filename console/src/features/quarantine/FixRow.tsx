import type { DecisionKind, QuarantinedFix } from '../../api/types'
import { cx } from '../../ui/cx'
import { DECISION_NAMES, evidenceOf, instantOf, nameOf } from './words'

export const ROW_HEIGHT_PX = 62

type FixRowProps = { id: string; fix: QuarantinedFix; zone: string; isSelected: boolean; pending: DecisionKind | undefined; hasFailed: boolean; onSelect: () => void }

export function FixRow({ id, fix, zone, isSelected, pending, hasFailed, onSelect }: FixRowProps) {
  return (
    <div
      id={id} role="option" aria-selected={isSelected} aria-busy={pending !== undefined || undefined} onClick={onSelect} style={{ height: ROW_HEIGHT_PX }}
      className={cx('flex flex-col justify-center border-b border-line px-4', isSelected ? 'bg-accent-soft shadow-[inset_3px_0_0_var(--accent)]' : 'hover:bg-hover', pending !== undefined && 'opacity-55')}
    >
      <span className="flex items-center gap-2">
        <span className="truncate text-[13px] font-medium">{nameOf(fix.reason)}</span>
        {pending !== undefined ? <span className="breathe text-[11px] text-ink-3">deriving the day…</span> : <DecisionBadge fix={fix} />}
        {hasFailed && <span className="rounded bg-danger-soft px-1.5 text-[10.5px] leading-4 font-semibold text-danger">Not taken</span>}
        <span className="tabular ml-auto shrink-0 text-xs text-ink-3">{instantOf(fix.recorded_at, zone)}</span>
      </span>
      <span className="tabular mt-0.5 flex gap-3 text-xs text-ink-3">
        <span className="min-w-0 flex-1 truncate">{evidenceOf(fix)}</span>
        <span className="max-w-24 shrink-0 truncate">{fix.device}</span>
      </span>
    </div>
  )
}

export function DecisionBadge({ fix: { decision, unconfirmed } }: { fix: QuarantinedFix }) {
  if (decision != null) {
    return <span className={cx('shrink-0 rounded px-1.5 text-[10.5px] leading-4 font-semibold', decision === 'restored' ? 'bg-[color-mix(in_srgb,var(--moving)_16%,var(--surface))] text-moving' : 'bg-sunken text-ink-2')}>{DECISION_NAMES[decision]}</span>
  }
  return unconfirmed ? <span className="shrink-0 rounded bg-warn-soft px-1.5 text-[10.5px] leading-4 font-semibold text-warn">Unconfirmed</span> : null
}
