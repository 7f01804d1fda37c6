import type { Territory } from '../../api/types'
import { serverNow } from '../../live/live'
import { cx } from '../../ui/cx'
import { StatusDot } from '../../ui/StatusDot'
import { age } from '../../util/time'
import { useNow } from '../../util/useNow'
import { speed } from '../../util/units'
import type { Entry, Presence } from './fleet'

export const ROW_HEIGHT_PX = 50

type AgentRowProps = {
  id: string
  entry: Entry
  territory: Territory | null
  index: number
  size: number
  isSelected: boolean
  isActive: boolean
  onSelect: () => void
}

export const PRESENCE: Record<Presence, string> = {
  moving: 'Moving', idle: 'Idle', stale: 'Stale', offline: 'Offline', unseen: 'No fix yet',
}

export function AgentRow({ id, entry: { agent, position, presence }, territory, index, size, isSelected, isActive, onSelect }: AgentRowProps) {
  const isHalted = agent.state === 'halted'
  return (
    <div
      id={id} role="option" aria-selected={isSelected} aria-posinset={index + 1} aria-setsize={size} onClick={onSelect} style={{ height: ROW_HEIGHT_PX }}
      className={cx(
        'relative flex items-center gap-3 px-4',
        isSelected ? 'bg-accent-soft' : 'hover:bg-hover', isActive && 'shadow-[inset_3px_0_0_var(--accent)]', isActive && !isSelected && 'bg-hover',
      )}
    >
      <StatusDot tone={isHalted ? 'danger' : presence} />
      <span className="min-w-0 flex-1">
        <span className="flex items-center gap-2">
          <span className="truncate text-[13.5px] font-medium">{agent.name}</span>
          {isHalted && <span className="rounded bg-danger-soft px-1.5 text-[10.5px] leading-4 font-semibold text-danger">Halted</span>}
        </span>
        <span className="flex items-center gap-1.5 truncate text-xs text-ink-3">
          {territory && <span aria-hidden="true" className="size-1.5 rounded-[2px]" style={{ background: territory.colour }} />}
          <span className="truncate">{territory?.name ?? 'Without a territory'}</span>
        </span>
      </span>
      <span className="tabular text-right text-xs leading-[1.35]">
        <span className="block text-ink-2">{presence === 'moving' ? speed(position?.speed_mps) : PRESENCE[presence]}</span>
        <span className="block text-ink-3">{position && <Age at={position.at} />}</span>
      </span>
    </div>
  )
}

/** Goes on counting when no more positions come: that is when it matters. */
function Age({ at }: { at: number }) {
  useNow()
  return age(serverNow() - at)
}
