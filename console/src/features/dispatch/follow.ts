/**
 * The plan as the server tells it, followed change by change. Pure. The invariant: a change is taken only on the version it was made from;
 * after a gap nothing is guessed, the whole is asked for.
 */
import type { DispatchJob, EtaBody, PlanDiffBody, PlanLeftOut, PlanRoute, PlanStop, PlanUpdateBody, PlanWindow, WirePlanDay } from '../../api/plans'
import type { Span } from '../../util/timescale'
import type { Job } from './desk'
import type { Exception, PlanDay, Route, Stop, Unplanned } from './plan'

const at = (text: string): number => Date.parse(text)
const spanOf = ({ from, to }: PlanWindow): Span => ({ from: at(from), to: at(to) })

/** An agent has a lane for each shift of a day; the first is named like the agent. */
export const laneOf = (agent: string, part: number): string => (part === 0 ? agent : `${agent}#${part}`)
export const agentOfLane = (lane: string): string => lane.split('#')[0]!
export const partOfLane = (lane: string): number => Number(lane.split('#')[1] ?? 0)

export function planDayOf(day: WirePlanDay): PlanDay {
  return { territory: day.territory_id ?? 'none', version: day.version, date: day.date, zone: day.zone, routes: day.routes.map(routeOf), unplanned: day.unassigned.map(unplannedOf) }
}

export function routeOf({ agent_id, part, shift, start, end, stops, totals, capacity, overtime_s, is_closed, is_ended }: PlanRoute): Route {
  return {
    agent: laneOf(agent_id, part), from: start ?? null, to: end ?? null, stops: stops.map(stopOf), totals, capacity: capacity ?? null, overtime_s, isClosed: is_closed, isEnded: is_ended,
    shift: {
      ...spanOf(shift),
      breaks: shift.breaks.map(({ from, duration_s, planned_at }) => {
        const begins = at(planned_at ?? from)
        return { from: begins, to: begins + duration_s * 1_000, name: null }
      }),
    },
  }
}

function stopOf(stop: PlanStop): Stop {
  const { visit_id, customer_id, customer, point, status, commitment, hold, windows, promise, travel_s, distance_m, demand, wait_s, arrival, start, end, eta, eta_std_s, risk } = stop
  return {
    visit: visit_id, name: customer, customer: customer_id, point: point ?? null, status, commitment, pinned: hold?.start_at == null ? null : at(hold.start_at), isChosen: hold?.chosen === true, exception: exceptionOf(hold), windows: windows.map(spanOf), promise: promise ? spanOf(promise) : null, travel_s, distance_m, demand, wait_s,
    arrival: at(arrival), start: at(start), end: at(end), eta: eta == null ? null : { at: at(eta), std_s: eta_std_s ?? 0 }, risk: risk ?? null,
  }
}

function exceptionOf(hold: PlanStop['hold']): Exception | null {
  if (hold?.shift_until != null) return { kind: 'overtime', until: at(hold.shift_until) }
  return hold?.start_until != null ? { kind: 'window', until: at(hold.start_until) } : null
}

function unplannedOf({ visit_id, customer_id, customer, point, windows, duration_s, demand, is_mandatory, reasons, skills }: PlanLeftOut): Unplanned {
  return {
    visit: visit_id, name: customer, customer: customer_id, point: point ?? null, windows: windows.map(spanOf), promise: null, service_s: duration_s, demand, isMandatory: is_mandatory, skills,
    reasons: reasons.map((text) => ({ code: text, text })),
  }
}

/** A visit that the plan itself took from the agent whom a person had chosen for it; `to` null: it waits. */
export type TakenAway = { visit: string; name: string; from: string; to: string | null }

const OF_PEOPLE: readonly string[] = ['edit', 'undo', 'bulk', 'dispatch']

export function takenAway(plan: PlanDay, { kind, by, changes, unassigned }: PlanDiffBody): TakenAway[] {
  // Whoever took a better plan has seen whom it moves.
  if (by.kind === 'user' || OF_PEOPLE.includes(kind)) return []
  return changes.flatMap(({ visit, from, to }) => {
    const lane = from && laneOf(from.agent, from.part ?? 0)
    const held = plan.routes.find(({ agent }) => agent === lane)?.stops.find((stop) => stop.visit === visit)
    if (!lane || !held?.isChosen || (to && to.agent === from.agent && to.date === from.date)) return []
    // One that is no more was not taken from anybody.
    if (!to && !unassigned.some(({ visit_id }) => visit_id === visit)) return []
    return [{ visit, name: held.name, from: lane, to: to ? laneOf(to.agent, to.part ?? 0) : null }]
  })
}

/** `gap`: it was made from another version than is held. `old`: it is in what is held already. */
export type Followed = { kind: 'taken'; plan: PlanDay } | { kind: 'gap' } | { kind: 'old' }

export function followed(plan: PlanDay, diff: PlanDiffBody): Followed {
  if (diff.version <= plan.version) return { kind: 'old' }
  if (diff.base !== plan.version) return { kind: 'gap' }
  const routes = withRoutes(plan, diff.routes)
  const planned = new Set(routes.flatMap(({ stops }) => stops.map(({ visit }) => visit)))
  const left = new Map(diff.unassigned.map((visit) => [visit.visit_id, unplannedOf(visit)]))
  // What is on the way elsewhere, to another day or out of the world, is neither planned here nor left out.
  const gone = new Set(diff.changes.map(({ visit }) => visit).filter((visit) => !left.has(visit)))
  const unplanned = [...plan.unplanned.filter(({ visit }) => !planned.has(visit) && !left.has(visit) && !gone.has(visit)), ...[...left.values()].filter(({ visit }) => !planned.has(visit))]
  return { kind: 'taken', plan: { ...plan, version: diff.version, routes, unplanned } }
}

/** The same version, shown otherwise; of another version it says nothing that is not in the whole. */
export function updated(plan: PlanDay, { version, date, routes: told, unassigned, gone }: PlanUpdateBody): PlanDay {
  if (version !== plan.version || date !== plan.date) return plan
  const left = new Map(unassigned.map((visit) => [visit.visit_id, unplannedOf(visit)]))
  const known = new Set(plan.unplanned.map(({ visit }) => visit))
  const held = plan.unplanned.filter(({ visit }) => !gone.includes(visit)).map((one) => left.get(one.visit) ?? one)
  return { ...plan, routes: withRoutes(plan, told), unplanned: [...held, ...[...left.values()].filter(({ visit }) => !known.has(visit))] }
}

/** Routes with some of them as they are now. */
function withRoutes(plan: PlanDay, told: readonly PlanRoute[]): PlanDay['routes'] {
  const touched = new Map(told.filter(({ date }) => date === plan.date).map((route) => [laneOf(route.agent_id, route.part), routeOf(route)]))
  const known = new Set(plan.routes.map(({ agent }) => agent))
  const routes = plan.routes.map((route) => touched.get(route.agent) ?? route)
  // Whoever has only now begun to work that day comes last; the whole, asked for later, has them in their place.
  for (const [lane, route] of touched) if (!known.has(lane)) routes.push(route)
  return routes
}

/** Newest expectations; lanes without any stay the same objects. */
export function expected(plan: PlanDay, { visits }: EtaBody): PlanDay {
  const news = new Map(visits.map((one) => [one.visit_id, one]))
  let isChanged = false
  const routes = plan.routes.map((route) => {
    if (!route.stops.some(({ visit }) => news.has(visit))) return route
    isChanged = true
    return {
      ...route,
      stops: route.stops.map((stop) => {
        const told = news.get(stop.visit)
        return told ? { ...stop, eta: { at: at(told.eta), std_s: told.eta_std_s }, risk: told.risk ?? null } : stop
      }),
    }
  })
  return isChanged ? { ...plan, routes } : plan
}

/** The newest word on each job; an older one changes nothing. */
export function jobTold(jobs: readonly DispatchJob[], job: DispatchJob): readonly DispatchJob[] {
  const held = jobs.find(({ id }) => id === job.id)
  if (held && held.revision >= job.revision) return jobs
  return held ? jobs.map((one) => (one.id === job.id ? job : one)) : [job, ...jobs]
}

/** As the page shows them: those that still wait for somebody first, the newest first. */
export function jobsOf(jobs: readonly DispatchJob[], nameOf: (visit: string) => string): Job[] {
  const isOver = ({ state }: Job) => Number(state === 'accepted' || state === 'cancelled')
  return jobs
    .map(({ id, visit_id, mode, state, agent_id, offers, relaxed, opened_at }): Job => ({
      id, visit: visit_id, name: nameOf(visit_id), mode, state, agent: agent_id ?? null, relaxed: relaxed ?? null, opened_at: at(opened_at),
      offers: offers.map((offer) => ({
        id: offer.id, agent: offer.agent_id, state: offer.state, offered_at: at(offer.offered_at), expires_at: at(offer.expires_at), answered_at: offer.answered_at == null ? null : at(offer.answered_at),
        reason: offer.reason ?? null, arrival: offer.arrival == null ? null : at(offer.arrival), detour_s: offer.detour_s ?? null,
      })),
    }))
    .sort((a, b) => isOver(a) - isOver(b) || b.opened_at - a.opened_at)
}
