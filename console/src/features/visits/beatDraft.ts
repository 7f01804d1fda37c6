/** A beat while it is put together: who is visited on which weekday of which week, in which order. Pure. */
import type { BeatContent, BeatStop, Weekday } from '../../api/visits'

export const CYCLE_WEEKS_MAX = 12
export const STOPS_MAX = 2_000

export type StopDraft = { uid: number; customer: string; place: string | null; from: string; to: string; duration_s: number | null; demand: number | null }
export type Cell = `${number} ${Weekday}`
export type BeatDraft = {
  name: string
  territory: string
  agent: string | null
  weeks: number
  startsOn: string
  endsOn: string
  onHoliday: BeatContent['on_holiday']
  onAbsence: BeatContent['on_absence']
  cells: Readonly<Partial<Record<Cell, readonly StopDraft[]>>>
  nextUid: number
}

export const cellOf = (week: number, weekday: Weekday): Cell => `${week} ${weekday}`

export const newBeat = (today: string): BeatDraft => ({ name: '', territory: '', agent: null, weeks: 1, startsOn: today, endsOn: '', onHoliday: 'after', onAbsence: 'unassign', cells: {}, nextUid: 1 })

export function draftOf({ name, territory_id, agent_id, cycle_weeks, starts_on, ends_on, on_holiday, on_absence, stops }: BeatContent): BeatDraft {
  const cells: Partial<Record<Cell, StopDraft[]>> = {}
  stops.forEach(({ week, weekday, customer_id, place_id, from, to, duration_s, demand }, at) => {
    const cell = (cells[cellOf(week, weekday)] ??= [])
    cell.push({ uid: at + 1, customer: customer_id, place: place_id ?? null, from: from ?? '', to: to ?? '', duration_s: duration_s ?? null, demand: demand ?? null })
  })
  return { name, territory: territory_id ?? '', agent: agent_id ?? null, weeks: cycle_weeks, startsOn: starts_on, endsOn: ends_on ?? '', onHoliday: on_holiday, onAbsence: on_absence, cells, nextUid: stops.length + 1 }
}

const withCell = (draft: BeatDraft, cell: Cell, stops: readonly StopDraft[]): BeatDraft => ({ ...draft, cells: { ...draft.cells, [cell]: stops } })
const stopsIn = (draft: BeatDraft, cell: Cell): readonly StopDraft[] => draft.cells[cell] ?? []

/** At the end of the day; somebody is visited once a day. */
export function added(draft: BeatDraft, cell: Cell, customer: string): BeatDraft {
  const stops = stopsIn(draft, cell)
  if (stops.some((stop) => stop.customer === customer)) return draft
  return { ...withCell(draft, cell, [...stops, { uid: draft.nextUid, customer, place: null, from: '', to: '', duration_s: null, demand: null }]), nextUid: draft.nextUid + 1 }
}

export const changed = (draft: BeatDraft, cell: Cell, uid: number, change: Partial<StopDraft>): BeatDraft => withCell(draft, cell, stopsIn(draft, cell).map((stop) => (stop.uid === uid ? { ...stop, ...change } : stop)))
export const removed = (draft: BeatDraft, cell: Cell, uid: number): BeatDraft => withCell(draft, cell, stopsIn(draft, cell).filter((stop) => stop.uid !== uid))

/** To a place in a day, of the same or of another. */
export function moved(draft: BeatDraft, from: Cell, uid: number, to: Cell, position: number): BeatDraft {
  const stop = stopsIn(draft, from).find((one) => one.uid === uid)
  if (!stop) return draft
  const target = stopsIn(draft, to).filter((one) => one.uid !== uid)
  if (from !== to && target.some(({ customer }) => customer === stop.customer)) return draft
  const left = from === to ? draft : withCell(draft, from, stopsIn(draft, from).filter((one) => one.uid !== uid))
  return withCell(left, to, target.toSpliced(Math.max(0, Math.min(target.length, position)), 0, stop))
}

/** The first week in all the others too, for cycles that differ in a few stops. */
export function repeated(draft: BeatDraft, weekdays: readonly Weekday[]): BeatDraft {
  let next = draft
  for (let week = 2; week <= draft.weeks; week += 1) {
    for (const weekday of weekdays) {
      const cell = cellOf(week, weekday)
      next = withCell(next, cell, [])
      for (const stop of stopsIn(draft, cellOf(1, weekday))) {
        next = withCell(next, cell, [...stopsIn(next, cell), { ...stop, uid: next.nextUid }])
        next = { ...next, nextUid: next.nextUid + 1 }
      }
    }
  }
  return next
}

export type BeatFlaw = { field: 'name' | 'starts_on' | 'ends_on' | 'stops'; message: string; uid?: number }

export function flawOf(draft: BeatDraft): BeatFlaw | null {
  if (draft.name.trim() === '') return { field: 'name', message: 'Give the beat a name.' }
  if (draft.startsOn === '') return { field: 'starts_on', message: 'When does it begin?' }
  if (draft.endsOn !== '' && draft.endsOn < draft.startsOn) return { field: 'ends_on', message: 'It must end after it begins.' }
  const stops = contentOf(draft).stops
  if (stops.length === 0) return { field: 'stops', message: 'Put at least one customer into a day.' }
  if (stops.length > STOPS_MAX) return { field: 'stops', message: 'A beat has at most 2,000 stops.' }
  for (const cell of Object.values(draft.cells)) {
    const wrong = cell?.find(({ from, to }) => (from === '') !== (to === '') || (from !== '' && from >= to))
    if (wrong) return { field: 'stops', message: 'Promised hours need a begin and a later end.', uid: wrong.uid }
  }
  return null
}

/** What is sent: days in their order, without weeks that the cycle does not have any more. */
export function contentOf(draft: BeatDraft): BeatContent {
  const stops: BeatStop[] = []
  for (let week = 1; week <= draft.weeks; week += 1) {
    for (const weekday of ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const) {
      for (const { customer, place, from, to, duration_s, demand } of stopsIn(draft, cellOf(week, weekday))) {
        stops.push({ week, weekday, customer_id: customer, ...(place !== null && { place_id: place }), ...(from !== '' && { from, to }), ...(duration_s !== null && { duration_s }), ...(demand !== null && { demand }) })
      }
    }
  }
  return {
    name: draft.name.trim(), territory_id: draft.territory || null, agent_id: draft.agent, cycle_weeks: draft.weeks, starts_on: draft.startsOn, ends_on: draft.endsOn || null, on_holiday: draft.onHoliday, on_absence: draft.onAbsence, stops,
  }
}
