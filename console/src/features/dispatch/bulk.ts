/** Several visits changed together, through the plan or through the visits themselves. */
import { dispatch, type PlanOperation } from '../../api/plans'
import type { BulkWish } from './BulkBar'
import { agentOfLane } from './follow'
import type { PlanDay } from './plan'

/** What is asked of the plan; `null` for what is asked of the visits. */
export function operationsFor(wish: BulkWish, visits: readonly string[], plan: PlanDay): PlanOperation[] | null {
  const isPlanned = (visit: string) => plan.routes.some(({ stops }) => stops.some((stop) => stop.visit === visit))
  const agentOf = (visit: string) => plan.routes.find(({ stops }) => stops.some((stop) => stop.visit === visit))?.agent ?? null
  switch (wish.kind) {
    case 'reassign':
      return visits.map((visit) => (isPlanned(visit) ? { op: 'move', visit, agent: wish.agent, date: plan.date } : { op: 'assign', visit, agent: wish.agent, date: plan.date }))
    case 'unassign':
      return visits.filter(isPlanned).map((visit) => ({ op: 'unassign', visit }))
    case 'move_day':
      return visits.flatMap((visit): PlanOperation[] => {
        const lane = agentOf(visit)
        return lane === null ? [] : [{ op: 'move', visit, agent: agentOfLane(lane), date: wish.date }]
      })
    case 'cancel':
      return null
  }
}

export async function performBulk(plan: PlanDay, visits: readonly string[], wish: BulkWish, cancelAll: (change: string, visits: readonly string[], reason: string) => Promise<unknown>): Promise<void> {
  const operations = operationsFor(wish, visits, plan)
  if (operations !== null) {
    if (operations.length === 0) throw new Error('None of these visits is planned on this day.')
    await dispatch.bulk(crypto.randomUUID(), [{ territory: plan.territory, base_version: plan.version, operations }])
    return
  }
  if (wish.kind === 'cancel') await cancelAll(crypto.randomUUID(), visits, wish.reason)
}
