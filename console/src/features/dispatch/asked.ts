/** From the page's words to the server's and back: operations, prices, candidates. Pure. */
import type { DispatchCandidates, PlanBill, PlanOperation, PlanPreview } from '../../api/plans'
import { count } from '../../util/units'
import type { Operation } from './carry'
import type { Candidates } from './desk'
import { agentOfLane, laneOf } from './follow'
import { placeOf, visitIn, type PlanDay } from './plan'
import type { Price } from './price'
import { delta_s, span_s } from './words'

const instant = (at: number): string => new Date(at).toISOString()

/** Positions count all visits of the route; the visit stands there afterwards. */
export function toServer(operations: readonly Operation[], plan: PlanDay): PlanOperation[] {
  return operations.flatMap((operation): PlanOperation[] => {
    if (operation.kind === 'end_day') return [{ op: 'release_agent', agent: agentOfLane(operation.agent), date: plan.date, replace: true }]
    if (operation.kind === 'open_day') return [{ op: 'return_agent', agent: agentOfLane(operation.agent), date: plan.date }]
    const { visit } = operation
    switch (operation.kind) {
      case 'assign':
        return [{ op: 'assign', visit, agent: agentOfLane(operation.agent), date: plan.date, position: operation.position }]
      case 'assign_at': {
        const agent = agentOfLane(operation.agent)
        const start_at = instant(operation.start_at)
        return placeOf(plan, visit) ? [{ op: 'move', visit, agent, date: plan.date }, { op: 'pin_time', visit, start_at }] : [{ op: 'assign', visit, agent, date: plan.date, start_at }]
      }
      case 'assign_though':
        return [{ op: 'assign', visit, agent: operation.agent, date: operation.date, accept_relaxation: operation.accepts }]
      case 'move':
        return [{ op: 'move', visit, agent: agentOfLane(operation.agent), date: plan.date, position: operation.position }]
      case 'pin_time':
        return [{ op: 'pin_time', visit, start_at: instant(operation.start_at) }]
      case 'unassign':
        return [{ op: 'unassign', visit }]
      case 'lock':
        return [{ op: 'lock', visit, commitment: 'fixed_agent' }]
      case 'unlock':
        return [{ op: 'unlock', visit }]
    }
  })
}

/** Costs are in seconds of driving; times of the routes that are touched are held against the plan as it is. */
export function priceOf(preview: PlanPreview, plan: PlanDay): Price {
  let [overtime_s, late_s, wait_s, distance_m] = [0, 0, 0, 0]
  const routes = preview.routes.filter(({ date }) => date === plan.date).map(({ agent, part = 0, stops, ends_at, late_s: late, late_before_s, ...now }) => {
    const lane = laneOf(agent, part)
    const route = plan.routes.find((one) => one.agent === lane)
    late_s += late - late_before_s
    wait_s += now.wait_s - now.wait_before_s
    distance_m += now.distance_m - now.distance_before_m
    if (route?.shift) overtime_s += Math.max(0, (Date.parse(ends_at) - route.shift.to) / 1_000) - route.overtime_s
    return {
      agent: lane,
      stops: stops.map(({ visit_id, start }) => {
        const begins = Date.parse(start)
        return { visit: visit_id, start: begins, end: begins + service_ms(plan, visit_id) }
      }),
    }
  })
  const broken = preview.moves.filter(({ breaks_promise }) => breaks_promise).map(({ visit_id }) => visitIn(plan, visit_id)?.name ?? 'a visit')
  return {
    parts: { travel_s: preview.bill.travel, distance_m, overtime_s, late_s, wait_s, promises: preview.promises_broken }, cost: preview.cost, obstacles: [],
    warnings: broken.length > 0 ? [`not as promised: ${broken.join(', ')}`] : [], routes,
  }
}

function service_ms(plan: PlanDay, visit: string): number {
  const place = placeOf(plan, visit)
  if (place) return place.stop.end - place.stop.start
  return (plan.unplanned.find((one) => one.visit === visit)?.service_s ?? 0) * 1_000
}

const PARTS: readonly { key: keyof PlanBill; name: string; isTime: boolean }[] = [
  { key: 'waiting', name: 'waits longer', isTime: true }, { key: 'broken_promises', name: 'promises', isTime: false }, { key: 'overtime', name: 'overtime', isTime: false }, { key: 'travel', name: 'driving', isTime: true }, { key: 'duty', name: 'hours', isTime: false },
  { key: 'preference', name: 'not preferred', isTime: false }, { key: 'imbalance', name: 'balance', isTime: false }, { key: 'moved', name: 'moves others', isTime: false }, { key: 'prizes_lost', name: 'leaves out', isTime: false },
  { key: 'fixed', name: 'sets off', isTime: false },
]

/** What of a cost is worth a word, the heaviest causes first as they are listed. */
export const partsOf = (bill: PlanBill): { name: string; text: string }[] =>
  PARTS.flatMap(({ key, name, isTime }) => (Math.abs(bill[key]) < 30 ? [] : [{ name, text: isTime ? delta_s(bill[key]) : `${bill[key] > 0 ? '+' : '−'}${count(Math.abs(Math.round(bill[key])))}` }]))

/** Everybody waits for the one who comes soonest: what is told is how much longer for the others. */
export const soonestWait = (offers: readonly { parts: PlanBill }[]): number => offers.length === 0 ? 0 : Math.min(...offers.map(({ parts }) => parts.waiting))
export const waitingFrom = (parts: PlanBill, soonest: number): PlanBill => ({ ...parts, waiting: parts.waiting - soonest })

/** Whoever can only where a person lets something give stands among those who cannot, with what that is. */
export function candidatesOf({ candidates, refused }: DispatchCandidates): Candidates {
  const named = new Set(refused.map(({ agent_id }) => agent_id))
  const relaxed = candidates.flatMap(({ agent_id, relaxation }) => (relaxation && !named.has(agent_id) ? [{ agent: agent_id, reasons: [], relaxations: [relaxation] }] : []))
  const able = candidates.filter(({ relaxation }) => !relaxation)
  const soonest = soonestWait(able)
  return {
    ranked: able.map(({ agent_id, start, cost, parts, delay_s, detour_s, gives_way }) => ({
      agent: agent_id, cost: cost - soonest, arrival: Date.parse(start), detour_s, parts: partsOf(waitingFrom(parts, soonest)), gives: gives_way.map(({ visit_id, agent_id: to, customer }) => ({ visit: visit_id, customer, to: to ?? null })),
      reasons: delay_s >= 60 ? [`others begin ${span_s(delay_s)} later in all`] : gives_way.length > 0 ? [] : ['nobody else waits longer'],
    })),
    refused: [...refused.map(({ agent_id, sentence, relaxations }) => ({ agent: agent_id, reasons: [sentence], relaxations })), ...relaxed],
  }
}
