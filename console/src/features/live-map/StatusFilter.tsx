import type { AgentStatus } from '../../api/types'
import { cx } from '../../ui/cx'
import { StatusDot } from '../../ui/StatusDot'
import { count } from '../../util/units'
import { STATUSES } from './fleet'
import { useView } from './view'

const NAMES: Record<AgentStatus, string> = { moving: 'Moving', idle: 'Idle', stale: 'Stale', offline: 'Offline' }
const MEANINGS: Record<AgentStatus, string> = {
  moving: 'On the move within the last 5 minutes',
  idle: 'Standing still, heard within the last 5 minutes',
  stale: 'Last heard 5 to 30 minutes ago',
  offline: 'Not heard for more than 30 minutes',
}

/** How the fleet stands; pressing a number shows only those. */
export function StatusFilter({ byStatus, isPending }: { byStatus: Record<AgentStatus, number>; isPending: boolean }) {
  const { statuses, toggleStatus } = useView()
  return (
    <div role="group" aria-label="Filter by status" className="grid grid-cols-4 gap-1.5">
      {STATUSES.map((status) => {
        const isPressed = statuses.has(status)
        return (
          <button
            key={status} type="button" aria-pressed={isPressed} title={MEANINGS[status]} onClick={() => toggleStatus(status)}
            className={cx(
              'rounded-xl border px-2.5 pt-1.5 pb-2 text-left transition-colors',
              isPressed ? 'border-accent bg-accent-soft' : 'border-line bg-surface hover:bg-hover',
              statuses.size > 0 && !isPressed && 'opacity-55',
            )}
          >
            <span className="tabular block text-[19px] leading-7 font-semibold tracking-[-0.02em]">
              {isPending ? <span className="skeleton my-1 block h-5 w-8" /> : count(byStatus[status])}
            </span>
            <span className="flex items-center gap-1.5 text-xs text-ink-2">
              <StatusDot tone={status} className="size-2" />
              {NAMES[status]}
            </span>
          </button>
        )
      })}
    </div>
  )
}
