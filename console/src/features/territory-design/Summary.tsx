import type { ReactNode } from 'react'
import type { DesignBalance, Proposal } from '../../api/designs'
import { cx } from '../../ui/cx'
import { count, percent } from '../../util/units'
import { compactness, hours, hoursAWeek, range, spread, verdictOf, type Pair, type TerritoryFigures, type Verdict } from './figures'

const TONES: Record<Verdict, string> = { better: 'text-good', worse: 'text-danger', same: 'text-ink' }
const SAME_SPREAD = 0.005
const SAME_ROUNDNESS = 0.005
const SAME_HOURS = 0.05

type SummaryProps = { proposal: Proposal; before: DesignBalance; after: DesignBalance; figures: readonly TerritoryFigures[]; days: number }

/** The design in four figures, each held against today. */
export function Summary({ proposal, before, after, figures, days }: SummaryProps) {
  const customers = figures.reduce((sum, one) => sum + one.customers.proposed, 0)
  const roads: Pair = { today: hoursAWeek({ service_s: 0, travel_s: before.travel_s }, days), proposed: hoursAWeek({ service_s: 0, travel_s: after.travel_s }, days) }
  const week = range(figures, 'proposed')
  const today = range(figures, 'today')
  const even: Pair = { today: before.spread, proposed: after.spread }
  const round: Pair = { today: before.roundness, proposed: after.roundness }
  return (
    <dl aria-label="Compared with today" className="grid grid-cols-2 gap-px overflow-hidden rounded-2xl border border-line bg-line shadow-raised">
      <Figure name="Workload spread" was={spread(even.today)} verdict={verdictOf(even, 'less', SAME_SPREAD)} note={`${hours(week.least)} to ${hours(week.greatest)} a week; today ${hours(today.least)} to ${hours(today.greatest)}`}>{spread(even.proposed)}</Figure>
      <Figure name="Customers moved" verdict="same" note={`${percent(customers === 0 ? 0 : proposal.moved / customers)} of ${count(customers)}${proposal.moved_from_preferred > 0 ? `; ${count(proposal.moved_from_preferred)} leave an agent of their choice` : ''}`}>{count(proposal.moved)}</Figure>
      <Figure name="Compactness" was={compactness(round.today)} verdict={verdictOf(round, 'more', SAME_ROUNDNESS)} note="100 is a disk, a strip is near 0">{compactness(round.proposed)}</Figure>
      <Figure name="On the road, a week" was={hours(roads.today)} verdict={verdictOf(roads, 'less', SAME_HOURS)} note="all territories, estimated">{hours(roads.proposed)}</Figure>
    </dl>
  )
}

function Figure({ name, was, verdict, note, children }: { name: string; was?: string; verdict: Verdict; note: string; children: ReactNode }) {
  return (
    <div className="bg-surface px-4 py-3">
      <dt className="text-xs text-ink-3">{name}</dt>
      <dd className="tabular mt-1 flex flex-wrap items-baseline gap-x-2">
        {was !== undefined && <><span className="text-[13px] text-ink-3"><span className="sr-only">today </span>{was}</span><span aria-hidden="true" className="text-[13px] text-ink-3">→</span></>}
        <span className={cx('text-xl leading-7 font-semibold tracking-[-0.015em]', TONES[verdict])}>{was !== undefined && <span className="sr-only">proposed </span>}{children}</span>
        {verdict !== 'same' && <span className="sr-only">{verdict}</span>}
      </dd>
      <dd className="tabular mt-0.5 text-xs leading-snug text-ink-3">{note}</dd>
    </div>
  )
}
