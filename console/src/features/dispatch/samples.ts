/** A small plan for tests: two agents in Berlin on one morning. */
import type { PlanDay, Route, Stop, Unplanned } from './plan'

export const DATE = '2026-11-26'
export const ZONE = 'Europe/Berlin'
export const at = (clock: string): number => Date.parse(`${DATE}T${clock}:00+01:00`)

export function stop(visit: string, from: string, to: string, over: Partial<Stop> = {}): Stop {
  return {
    visit, name: `Customer ${visit}`, customer: `c-${visit}`, point: { lat: 52.5, lon: 13.4 }, status: 'planned', commitment: 'free', pinned: null, isChosen: false, exception: null, windows: [], promise: null,
    travel_s: 600, distance_m: 4_000, demand: 0, wait_s: 0, arrival: at(from), start: at(from), end: at(to), eta: null, risk: null, ...over,
  }
}

export function route(agent: string, stops: readonly Stop[], over: Partial<Route> = {}): Route {
  return {
    agent, shift: { from: at('08:00'), to: at('16:00'), breaks: [] }, from: null, to: null, stops,
    totals: {
      visits: stops.length, travel_s: stops.reduce((sum, { travel_s }) => sum + travel_s, 0), distance_m: stops.reduce((sum, { distance_m }) => sum + distance_m, 0),
      service_s: stops.reduce((sum, { start, end }) => sum + (end - start) / 1_000, 0), wait_s: 0, load: stops.reduce((sum, { demand }) => sum + demand, 0), cost: 100,
    },
    capacity: null, overtime_s: 0, isClosed: false, isEnded: false, ...over,
  }
}

export const unplanned = (visit: string, over: Partial<Unplanned> = {}): Unplanned => ({
  visit, name: `Customer ${visit}`, customer: `c-${visit}`, point: { lat: 52.51, lon: 13.41 }, windows: [], promise: null, service_s: 1_800, demand: 0, isMandatory: false, skills: [], reasons: [], ...over,
})

export const plan = (over: Partial<PlanDay> = {}): PlanDay => ({
  territory: 't1', version: 7, date: DATE, zone: ZONE,
  routes: [
    route('ana', [stop('a1', '08:30', '09:00', { commitment: 'done' }), stop('a2', '09:30', '10:00'), stop('a3', '11:00', '11:30')]),
    route('ben', [stop('b1', '09:00', '09:30'), stop('b2', '10:30', '11:15')]),
  ],
  unplanned: [unplanned('u1')], ...over,
})
