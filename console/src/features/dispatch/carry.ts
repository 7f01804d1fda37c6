/**
 * A visit on its way to another place in the plan, by pointer or by keyboard: where it would go, in which slot, and what is asked of the
 * server for that. Pure.
 */
import type { PlanRelaxationKind } from '../../api/plans'
import { slotAt, snapped } from './gantt'
import { isMovable, placeOf, routeOf, type PlanDay } from './plan'

/** Between the stops of a route, or at an instant that somebody insists on. */
export type Target = { agent: string; position: number; pinned_at: number | null }

export type Carry = {
  visit: string
  name: string
  /** Where it was picked up; `null` for one that is not planned yet. */
  origin: { agent: string; position: number } | null
  target: Target | null
  /** The time of day it is about, kept from lane to lane. */
  at: number
  by: 'pointer' | 'keyboard'
}

/** What is asked of the server. `assign_though`: although something has to give, which is named. Positions count among the other stops of the route. */
export type Operation =
  | { kind: 'assign'; visit: string; agent: string; position: number }
  | { kind: 'assign_at'; visit: string; agent: string; start_at: number }
  | { kind: 'assign_though'; visit: string; agent: string; date: string; accepts: PlanRelaxationKind }
  | { kind: 'move'; visit: string; agent: string; position: number }
  | { kind: 'pin_time'; visit: string; start_at: number }
  | { kind: 'unassign'; visit: string }
  | { kind: 'lock'; visit: string }
  | { kind: 'unlock'; visit: string }
  | { kind: 'end_day'; agent: string }
  | { kind: 'open_day'; agent: string }

/** `null` where the visit has happened or is gone: it cannot be picked up. */
export function pickedUp(plan: PlanDay, visit: string, by: Carry['by']): Carry | null {
  const place = placeOf(plan, visit)
  if (place) {
    if (!isMovable(place.stop)) return null
    const origin = { agent: place.route.agent, position: place.position }
    return { visit, name: place.stop.name, origin, target: by === 'keyboard' ? { ...origin, pinned_at: null } : null, at: place.stop.start, by }
  }
  const waiting = plan.unplanned.find((one) => one.visit === visit)
  if (!waiting) return null
  const first = plan.routes[0]
  const at = waiting.windows[0]?.from ?? first?.shift?.from ?? 0
  return { visit, name: waiting.name, origin: null, target: by === 'keyboard' && first ? { agent: first.agent, position: slotAt(first.stops, visit, at), pinned_at: null } : null, at, by }
}

/** Over the lane of an agent at an instant. `isPinned`: at that very time, and not only in that order. */
export function heldOver(carry: Carry, plan: PlanDay, agent: string, at: number, isPinned: boolean): Carry {
  const route = routeOf(plan, agent)
  if (!route) return { ...carry, target: null }
  return { ...carry, at, target: { agent, position: slotAt(route.stops, carry.visit, at), pinned_at: isPinned ? snapped(at) : null } }
}

export type Nudge = 'earlier' | 'later' | 'up' | 'down'

/** One step by the keyboard: through the slots of the route, or to the lane above or below, at about the same time of day. */
export function nudged(carry: Carry, plan: PlanDay, nudge: Nudge): Carry {
  const { target } = carry
  if (target === null) return carry
  const at = plan.routes.findIndex(({ agent }) => agent === target.agent)
  const route = plan.routes[at]
  if (!route) return carry
  const others = route.stops.filter(({ visit }) => visit !== carry.visit)
  const settled = others.findLastIndex((stop) => !isMovable(stop)) + 1
  switch (nudge) {
    case 'earlier': {
      const position = Math.max(settled, target.position - 1)
      return { ...carry, at: others[position]?.start ?? carry.at, target: { ...target, position } }
    }
    case 'later': {
      const position = Math.min(others.length, target.position + 1)
      return { ...carry, at: others[position - 1]?.end ?? carry.at, target: { ...target, position } }
    }
    case 'up':
    case 'down': {
      const next = plan.routes[at + (nudge === 'up' ? -1 : 1)]
      return next ? { ...carry, target: { agent: next.agent, position: slotAt(next.stops, carry.visit, carry.at), pinned_at: null } } : carry
    }
  }
}

/** `null` where dropping it there changes nothing. */
export function operationOf({ visit, origin, target }: Carry): Operation | null {
  if (target === null) return null
  const { agent, position, pinned_at } = target
  if (pinned_at !== null) return origin?.agent === agent && origin.position === position ? { kind: 'pin_time', visit, start_at: pinned_at } : { kind: 'assign_at', visit, agent, start_at: pinned_at }
  if (origin === null) return { kind: 'assign', visit, agent, position }
  return origin.agent === agent && origin.position === position ? null : { kind: 'move', visit, agent, position }
}

/** The stops between which it would come to stand. */
export function neighboursOf({ visit, target }: Carry, plan: PlanDay): { before: string | null; after: string | null; of: number } {
  const others = (target && routeOf(plan, target.agent)?.stops.filter((stop) => stop.visit !== visit)) ?? []
  const position = target?.position ?? 0
  return { before: others[position - 1]?.name ?? null, after: others[position]?.name ?? null, of: others.length + 1 }
}
