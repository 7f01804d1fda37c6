/** What waits beside the timeline: visits without a place in the plan, and visits that may come too late. */
import type { PointerEvent, ReactNode } from 'react'
import { Badge } from '../../ui/Badge'
import { cx } from '../../ui/cx'
import { EmptyState } from '../../ui/EmptyState'
import { CheckIcon, GripIcon } from '../../ui/icons'
import { count } from '../../util/units'
import { minuteOf } from '../../util/zone'
import type { AtRisk, Unplanned } from './plan'
import { reasonInWords } from './why'
import { hours, span_s } from './words'

type UnplannedListProps = {
  visits: readonly Unplanned[]
  zone: string
  selected: ReadonlySet<string>
  carried: string | null
  canMove: boolean
  onPress: (visit: string, event: PointerEvent<HTMLElement>) => void
  onPickUp: (visit: string) => void
  onChoose: (visit: string, isMore: boolean) => void
  /** Below the one that is looked at. */
  explanation: (visit: string) => ReactNode
}

export function UnplannedList({ visits, zone, selected, carried, canMove, onPress, onPickUp, onChoose, explanation }: UnplannedListProps) {
  if (visits.length === 0) return <EmptyState icon={<CheckIcon />} title="Everything is planned">Visits without a place in anybody’s day would wait here, with the reason.</EmptyState>
  return (
    <ul aria-label="Unplanned visits" className="space-y-1.5 p-3">
      {visits.map(({ visit, name, windows, promise, service_s, demand, isMandatory, skills, reasons }) => (
        <li key={visit}>
          <button
            type="button" data-unplanned={visit} aria-pressed={selected.has(visit)} onPointerDown={(event) => onPress(visit, event)}
            aria-description={canMove ? 'M picks it up, to be carried over the timeline with the arrows' : undefined}
            onKeyDown={(event) => {
              if (event.key.toLowerCase() === 'm' && canMove) {
                event.preventDefault()
                onPickUp(visit)
              } else if (event.key === 'Enter' || event.key === ' ') {
                event.preventDefault()
                onChoose(visit, event.key === ' ')
              }
            }}
            className={cx(
              'flex w-full items-start gap-2 rounded-xl border bg-surface px-2.5 py-2 text-left transition-colors select-none [touch-action:pan-y]',
              selected.has(visit) ? 'border-accent bg-accent-soft' : 'border-line hover:border-line-strong hover:bg-hover', carried === visit && 'opacity-40', canMove && 'cursor-grab',
            )}
          >
            {canMove && <GripIcon className="mt-0.5 size-4 shrink-0 text-ink-3" />}
            <span className="min-w-0 flex-1">
              <span className="flex items-center gap-2"><span className="truncate text-[13px] font-medium">{name}</span>{isMandatory && <Badge tone="danger">Must be made</Badge>}</span>
              <span className="tabular mt-0.5 block text-xs text-ink-2">
                {span_s(service_s)}{demand > 0 && ` · needs ${count(demand)}`}{promise !== null ? ` · promised ${hours(promise, zone)}` : windows.length > 0 ? ` · ${windows.map((window) => hours(window, zone)).join(', ')}` : ''}
              </span>
              {skills.length > 0 && <span className="mt-1 block text-xs text-ink-3">Needs {skills.join(', ')}</span>}
              {reasons.map(({ code }) => <span key={code} className="mt-1 block text-xs leading-snug text-warn first-letter:uppercase">{reasonInWords(code)}</span>)}
            </span>
          </button>
          {selected.size === 1 && selected.has(visit) && explanation(visit)}
        </li>
      ))}
    </ul>
  )
}

type AtRiskListProps = { rows: readonly AtRisk[]; names: ReadonlyMap<string, string>; zone: string; selected: ReadonlySet<string>; onChoose: (visit: string) => void }

export function AtRiskList({ rows, names, zone, selected, onChoose }: AtRiskListProps) {
  if (rows.length === 0) return <EmptyState icon={<CheckIcon />} title="Nothing is at risk">Visits that may come too late for what was promised are listed here before it happens.</EmptyState>
  return (
    <ul aria-label="Visits at risk" className="space-y-1.5 p-3">
      {rows.map(({ stop, agent, level }) => (
        <li key={stop.visit}>
          <button
            type="button" aria-pressed={selected.has(stop.visit)} onClick={() => onChoose(stop.visit)}
            className={cx('flex w-full items-center gap-3 rounded-xl border bg-surface px-3 py-2 text-left transition-colors', selected.has(stop.visit) ? 'border-accent bg-accent-soft' : 'border-line hover:border-line-strong hover:bg-hover')}
          >
            <Probability value={stop.risk?.probability ?? 1} isHigh={level === 'high'} />
            <span className="min-w-0 flex-1">
              <span className="block truncate text-[13px] font-medium">{stop.name}</span>
              <span className="tabular block truncate text-xs text-ink-2">
                {names.get(agent) ?? agent} · {stop.eta !== null ? `expected ${minuteOf(stop.eta.at, zone)}` : minuteOf(stop.start, zone)}
                {stop.promise !== null ? `, promised until ${minuteOf(stop.promise.to, zone)}` : stop.windows.length > 0 && `, may begin until ${minuteOf(stop.windows.at(-1)!.to, zone)}`}
              </span>
            </span>
            {stop.risk !== null && stop.risk.late_by_s >= 60 && <Badge tone={level === 'high' ? 'danger' : 'warn'}>+{span_s(stop.risk.late_by_s)}</Badge>}
          </button>
        </li>
      ))}
    </ul>
  )
}

function Probability({ value, isHigh }: { value: number; isHigh: boolean }) {
  return (
    <span className={cx('tabular grid size-9 shrink-0 place-items-center rounded-full text-[11px] font-semibold', isHigh ? 'bg-danger-soft text-danger' : 'bg-warn-soft text-warn')} title="How likely it comes too late">
      {Math.round(value * 100)}%
    </span>
  )
}

export function Tab({ isOn, count, tone = 'plain', onPress, children }: { isOn: boolean; count: number | null; tone?: 'plain' | 'warn' | 'danger'; onPress: () => void; children: ReactNode }) {
  return (
    <button
      type="button" role="tab" aria-selected={isOn} tabIndex={isOn ? 0 : -1} onClick={onPress}
      className={cx('-mb-px flex items-center gap-1.5 border-b-2 px-2.5 py-2 text-[13px] font-medium whitespace-nowrap focus-visible:-outline-offset-2', isOn ? 'border-accent text-ink' : 'border-transparent text-ink-2 hover:text-ink')}
    >
      {children}
      {count !== null && count > 0 && <span className={cx('tabular min-w-5 rounded-full px-1.5 text-center text-[11px] leading-[18px] font-semibold', tone === 'danger' ? 'bg-danger-soft text-danger' : tone === 'warn' ? 'bg-warn-soft text-warn' : 'bg-sunken text-ink-2')}>{count}</span>}
    </button>
  )
}
