/** What the pages show, in one place. The runtime writes it; pages read it and ask the runtime to do things. */
import { create } from 'zustand'
import type { Link } from './track/stream'
import type { Gps } from './track/recorder'
import type { Body } from './model/body'
import type { Customer, Day, Directory, Offer, Place } from './model/day'
import type { Reading } from './model/policy'
import { project, type DayView } from './model/project'
import { UNKNOWN, type ClockReading } from './sync/clock'
import type { Queue } from './sync/queue'
import type { Progress } from './sync/uploader'

export type Person = { user: string; agent: string; name: string; email: string }

export type FieldState = {
  person: Person | null
  /** What was kept on the phone has been read. */
  isReady: boolean
  /** The session is over; the phone goes on, and nothing can be sent until somebody signs in. */
  mustSignIn: boolean
  day: Day | null
  /** Customers beyond those of the day. */
  directory: Directory | null
  view: DayView | null
  fetching: boolean
  fetchError: string | null
  queue: Queue<Body>
  progress: Progress
  link: Link
  fixesWaiting: number
  /** Fixes of a long time without a network were thinned out. */
  isThinned: boolean
  gps: Gps
  reading: Reading | null
  clock: ClockReading
  offers: readonly Offer[]
  /** Said by the server of fixes it set aside: the phone's clock is wrong, say. */
  setAside: readonly string[]
  isOnline: boolean
  hasUpdate: boolean
  /** The browser may throw away what is kept when room gets short. */
  isPersistent: boolean | null
  isFull: boolean
}

export const EMPTY_QUEUE: Queue<Body> = { actions: [], files: new Map() }

export const initial: FieldState = {
  person: null, isReady: false, mustSignIn: false, day: null, directory: null, view: null, fetching: false, fetchError: null, queue: EMPTY_QUEUE, progress: 'idle', link: 'off',
  fixesWaiting: 0, isThinned: false, gps: 'off', reading: null, clock: UNKNOWN, offers: [], setAside: [],
  isOnline: typeof navigator === 'undefined' ? true : navigator.onLine, hasUpdate: false, isPersistent: null, isFull: false,
}

export const useField = create<FieldState>()(() => initial)

/** The day, the customers and the queue, which together are what is seen. */
export function show(change: Partial<FieldState>): void {
  useField.setState((state) => {
    const next = { ...state, ...change }
    const isOther = next.day !== state.day || next.queue !== state.queue || next.directory !== state.directory
    return { ...change, ...(isOther && { view: next.day === null ? null : project({ ...next.day, customers: customersOf(next.day, next.directory) }, next.queue.actions) }) }
  })
}

/** Those of the day as the day tells them, with whom to call. */
function customersOf(day: Day, directory: Directory | null): readonly Customer[] {
  const known = new Set(day.customers.map(({ id }) => id))
  return [...day.customers, ...(directory?.customers ?? []).filter(({ id }) => !known.has(id))]
}

export function placeOf({ view, directory }: FieldState, customer: string, place: string): Place | null {
  const visit = view?.visits.find((one) => one.place.id === place)
  if (visit) return visit.place
  const found = (view?.customers ?? directory?.customers ?? []).find(({ id }) => id === customer)
  return found?.places.find(({ id }) => id === place) ?? null
}
