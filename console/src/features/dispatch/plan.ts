/**
 * The plan of a day as this page reads it. Instants are Unix milliseconds; names are resolved, what is absent is `null`. Pure: every
 * change makes a new plan and leaves the routes it does not touch as they are, the same objects.
 */
import type { Span } from '../../util/timescale'

export type Point = { lat: number; lon: number }

/** How much of a visit's place in the plan is settled, from the freest to what has happened. */
export const COMMITMENTS = ['free', 'fixed_agent', 'fixed_order', 'fixed_order_and_time', 'in_progress', 'done'] as const
export type Commitment = (typeof COMMITMENTS)[number]

export type Exception = { kind: 'overtime' | 'window'; until: number }

export type Risk = { probability: number; late_by_s: number }

export type Stop = {
  visit: string
  /** Of the customer, or of the place where there is none. */
  name: string
  customer: string | null
  point: Point | null
  status: string
  commitment: Commitment
  /** When it is to begin, where somebody has fixed that. */
  pinned: number | null
  /** A person chose its agent: the plan leaves it there, unless limits would be broken. */
  isChosen: boolean
  /** What was let through for it, and until when; it keeps its place for as long. */
  exception: Exception | null
  windows: readonly Span[]
  promise: Span | null
  /** The way there, from the stop before or from where the shift starts. */
  travel_s: number
  distance_m: number
  /** Of the vehicle's capacity. */
  demand: number
  wait_s: number
  arrival: number
  start: number
  end: number
  eta: { at: number; std_s: number } | null
  risk: Risk | null
}

export type Break = Span & { name: string | null }
export type Shift = Span & { breaks: readonly Break[] }
export type Totals = { visits: number; travel_s: number; distance_m: number; service_s: number; wait_s: number; load: number; cost: number }

export type Route = {
  /** The lane: an agent, or one of several shifts of theirs. */
  agent: string
  shift: Shift | null
  from: Point | null
  to: Point | null
  stops: readonly Stop[]
  totals: Totals
  /** What its vehicle carries at most; `null`: no limit was said. */
  capacity: number | null
  overtime_s: number
  /** Takes nothing new: the agent is off duty or absent, or the day was ended. */
  isClosed: boolean
  /** Because a dispatcher has ended the day. */
  isEnded: boolean
}

export type Reason = { code: string; text: string }

export type Unplanned = {
  visit: string
  name: string
  customer: string | null
  point: Point | null
  windows: readonly Span[]
  promise: Span | null
  service_s: number
  demand: number
  isMandatory: boolean
  skills: readonly string[]
  reasons: readonly Reason[]
}

export type PlanDay = {
  territory: string
  version: number
  date: string
  zone: string
  routes: readonly Route[]
  unplanned: readonly Unplanned[]
}

/** Where a visit stands in a plan. */
export type Place = { route: Route; position: number; stop: Stop }

export function placeOf(plan: PlanDay, visit: string): Place | null {
  for (const route of plan.routes) {
    const position = route.stops.findIndex((stop) => stop.visit === visit)
    if (position >= 0) return { route, position, stop: route.stops[position]! }
  }
  return null
}

export const routeOf = (plan: PlanDay, agent: string): Route | null => plan.routes.find((route) => route.agent === agent) ?? null

/** Of what is planned or waits to be: its name and windows. */
export function visitIn(plan: PlanDay, visit: string): Pick<Unplanned, 'visit' | 'name' | 'point' | 'windows' | 'promise'> | null {
  return placeOf(plan, visit)?.stop ?? plan.unplanned.find((one) => one.visit === visit) ?? null
}

/** What has happened cannot be planned otherwise. */
export const isMovable = ({ commitment }: Pick<Stop, 'commitment'>): boolean => commitment !== 'done' && commitment !== 'in_progress'
/** Held in its place by somebody, or by what was promised. */
export const isLocked = ({ commitment, pinned }: Pick<Stop, 'commitment' | 'pinned'>): boolean => pinned !== null || commitment === 'fixed_agent' || commitment === 'fixed_order' || commitment === 'fixed_order_and_time'

/** Whoever was let through for it cannot be freed: it can only be taken out. */
export const isLockable = (stop: Pick<Stop, 'commitment' | 'exception'>): boolean => isMovable(stop) && stop.exception === null

export type RiskLevel = 'none' | 'some' | 'high'
const SOME_RISK = 0.2
const HIGH_RISK = 0.5

export function riskLevel({ risk, promise, windows, eta }: Pick<Stop, 'risk' | 'promise' | 'windows' | 'eta'>): RiskLevel {
  if (risk !== null) return risk.probability >= HIGH_RISK ? 'high' : risk.probability >= SOME_RISK ? 'some' : 'none'
  // Without a word about the risk, what is expected after the last hour that is allowed is late.
  const closes = promise?.to ?? windows.at(-1)?.to ?? null
  return eta !== null && closes !== null && eta.at > closes ? 'high' : 'none'
}

export type AtRisk = { stop: Stop; agent: string; level: RiskLevel }

/** The riskiest first; of equal ones the sooner. */
export function atRisk(plan: PlanDay): AtRisk[] {
  return plan.routes
    .flatMap(({ agent, stops }) => stops.filter(isMovable).map((stop) => ({ stop, agent, level: riskLevel(stop) })))
    .filter(({ level }) => level !== 'none')
    .sort((a, b) => (b.stop.risk?.probability ?? 1) - (a.stop.risk?.probability ?? 1) || a.stop.start - b.stop.start)
}

export type Sums = { routes: number; used: number; visits: number; done: number; unplanned: number; atRisk: number; late: number; travel_s: number; distance_m: number; overtime_s: number; cost: number }

export function sumsOf(plan: PlanDay): Sums {
  const sums: Sums = { routes: plan.routes.length, used: 0, visits: 0, done: 0, unplanned: plan.unplanned.length, atRisk: 0, late: 0, travel_s: 0, distance_m: 0, overtime_s: 0, cost: 0 }
  for (const { stops, totals, overtime_s } of plan.routes) {
    sums.used += Number(stops.length > 0)
    sums.visits += stops.length
    sums.travel_s += totals.travel_s
    sums.distance_m += totals.distance_m
    sums.cost += totals.cost
    sums.overtime_s += overtime_s
    for (const stop of stops) {
      if (stop.commitment === 'done') sums.done += 1
      else if (isMovable(stop) && riskLevel(stop) !== 'none') sums.atRisk += 1
      if (stop.promise !== null && stop.start > stop.promise.to) sums.late += 1
    }
  }
  return sums
}
