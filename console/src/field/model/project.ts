/**
 * The day as it is by now: what the server said last, and what was done here since. Pure, and made anew from both each time, so that a
 * refusal undoes exactly what was refused.
 */
import type { Action } from '../sync/queue'
import type { Body, Told } from './body'
import { isAhead, isOpen, type Day, type Visit, type VisitStatus } from './day'

/** How a visit's deeds stand with the server. */
export type Standing = { waiting: number; refused: number }
export type VisitView = Visit & { sync: Standing; isNew: boolean }
export type DayView = Omit<Day, 'visits'> & { visits: readonly VisitView[] }

export function project(day: Day, actions: readonly Action<Body>[]): DayView {
  const visits = new Map<string, VisitView>(day.visits.map((visit) => [visit.id, { ...visit, sync: { waiting: 0, refused: 0 }, isNew: false }]))
  let { duty } = day
  const stopped = new Set<string>()
  for (const action of actions) {
    const { body } = action
    const isStopped = stopped.has(action.lane)
    if (action.state === 'refused') stopped.add(action.lane)
    if (body.kind === 'new_visit' && !visits.has(body.visit)) {
      const made = madeHere(day, action, body)
      if (made && (action.state !== 'sent' || isNews(day, action))) visits.set(body.visit, made)
    }
    if ('visit' in body) count(visits, body.visit, action)
    if (isStopped || action.state === 'refused' || !isNews(day, action)) continue
    switch (body.kind) {
      case 'told':
        change(visits, body.visit, (visit) => told(visit, body.told, action.at_ms))
        break
      case 'activity':
        change(visits, body.visit, (visit) => ({
          ...visit, done: [...visit.done.filter(({ id }) => id !== action.id), { id: action.id, type_id: body.type_id, at_ms: action.at_ms, answers: body.answers }],
        }))
        break
      case 'duty':
        duty = { isOn: body.isOn, since_ms: action.at_ms }
        break
      case 'new_visit':
      case 'photos':
      case 'offer':
        break
    }
  }
  return { ...day, duty, visits: [...visits.values()].sort(byRoute) }
}

/** A day that was asked for after an action had arrived tells of it already. */
const isNews = (day: Day, action: Action): boolean => action.state !== 'sent' || (action.sent_at_ms ?? 0) >= day.fetched_ms

function count(visits: Map<string, VisitView>, id: string, { state }: Action): void {
  if (state === 'sent') return
  change(visits, id, (visit) => ({
    ...visit, sync: { waiting: visit.sync.waiting + (state === 'waiting' ? 1 : 0), refused: visit.sync.refused + (state === 'refused' ? 1 : 0) },
  }))
}

function change(visits: Map<string, VisitView>, id: string, to: (visit: VisitView) => VisitView): void {
  const visit = visits.get(id)
  if (visit) visits.set(id, to(visit))
}

function told(visit: VisitView, deed: Told, at_ms: number): VisitView {
  switch (deed.type) {
    case 'en_route':
      return visit.status === 'planned' ? { ...visit, status: 'en_route' } : visit
    case 'check_in':
      return isAhead(visit.status) || visit.status === 'missed' ? { ...visit, status: 'checked_in', checked_in_ms: at_ms } : visit
    case 'start':
      return visit.status === 'checked_in' ? { ...visit, status: 'in_progress' } : visit
    case 'check_out':
      return isOpen(visit.status) ? { ...visit, status: 'completed', ended_ms: at_ms, outcome: deed.outcome, reason: deed.reason ?? null } : visit
    case 'abandon':
      return isAhead(visit.status) || isOpen(visit.status) ? { ...visit, status: 'abandoned', ended_ms: at_ms, reason: deed.reason } : visit
    case 'cancel':
      return isAhead(visit.status) ? { ...visit, status: 'cancelled', ended_ms: at_ms, reason: deed.reason } : visit
  }
}

function madeHere(day: Day, action: Action<Body>, { visit, title, made }: Body & { kind: 'new_visit' }): VisitView | null {
  const customer = day.customers.find(({ id }) => id === made.customer_id)
  const place = customer?.places.find(({ id }) => id === made.place_id) ?? customer?.places[0]
  if (made.day !== day.date || !place) return null
  return {
    id: visit, customer_id: made.customer_id, customer: customer?.name ?? title, place, kind: 'ad_hoc', status: 'planned', position: null, windows: [], start_ms: null, eta_ms: null,
    duration_s: 1_800, priority: 50, purpose: made.purpose ?? null, note: made.note ?? '', leg: null, checked_in_ms: null, ended_ms: null, outcome: null, reason: null,
    flags: [], verification: null, radius_m: day.visits[0]?.radius_m ?? 100, required: { productive: [], unproductive: [] }, lacking: [], done: [], files: [],
    sync: { waiting: 0, refused: 0 }, isNew: action.state !== 'sent',
  }
}

/** What was done as it was done, then what is going on, then the route, then what is in none by its hours; what will not be done last. */
function byRoute(a: VisitView, b: VisitView): number {
  return group(a) - group(b) || order(a) - order(b)
}

function group({ status, position }: VisitView): number {
  if (isOpen(status)) return 1
  if (isAhead(status)) return position === null ? 3 : 2
  return status === 'completed' || status === 'abandoned' ? 0 : 4
}

/** Of the same group; those that say nothing stay as the server has them. */
function order({ status, position, ended_ms, checked_in_ms, start_ms, windows }: VisitView): number {
  if (!isAhead(status)) return ended_ms ?? checked_in_ms ?? LAST
  return position ?? start_ms ?? windows[0]?.from_ms ?? LAST
}
const LAST = Number.MAX_SAFE_INTEGER

/** What the agent is at, or is to do next. */
export function nextOf(visits: readonly VisitView[]): VisitView | null {
  return visits.find(({ status }) => isOpen(status)) ?? visits.find(({ status }) => status === 'en_route' || status === 'arrived') ?? visits.find(({ status }) => isAhead(status)) ?? null
}

export type Progress = { done: number; all: number; productive: number }
const COUNTED: readonly VisitStatus[] = ['completed']

export function progressOf(visits: readonly VisitView[]): Progress {
  const counted = visits.filter(({ status }) => status !== 'cancelled')
  const done = counted.filter(({ status }) => COUNTED.includes(status))
  return { done: done.length, all: counted.length, productive: done.filter(({ outcome }) => outcome === 'productive').length }
}
