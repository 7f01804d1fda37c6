/** How an agent works, while it is typed: minutes and kilometres as people say them, local clocks; and what is wrong with it. Pure. */
import type { BasePlace, Work, WorkBreak } from '../../api/work'
import type { DayOfWeek } from '../../util/hours'
import { clockAt, dateOf, minuteOf } from '../../util/zone'

export type BreakDraft = { from: string; to: string; minutes: string }
export type HoursDraft = { uid: number; from: string; to: string; breaks: readonly BreakDraft[] }
export type ShiftDraft = HoursDraft & { days: readonly DayOfWeek[] }
export type RotaDraft = { uid: number; validFrom: string; shifts: readonly ShiftDraft[] }
export type DatedDraft = { uid: number; date: string; shifts: readonly HoursDraft[] }
export type AbsenceDraft = { uid: number; fromDate: string; fromClock: string; toDate: string; toClock: string; reason: string }
export type PlaceDraft = { address: string; lat: number; lon: number }

export type WorkDraft = {
  rotas: readonly RotaDraft[]
  exceptions: readonly DatedDraft[]
  absences: readonly AbsenceDraft[]
  profile: 'none' | 'car' | 'bike' | 'foot'
  vehicleName: string
  capacity: string
  /** Kilometres. */
  maxDistance: string
  start: PlaceDraft | null
  end: 'start' | 'open' | 'place'
  endPlace: PlaceDraft | null
  skills: readonly { code: string; expiresOn: string }[]
  /** An hour in whole units of the currency. */
  hourly: string
  overtimeHourly: string
  /** Minutes. */
  overtimeMax: string
  maxVisits: string
  nextUid: number
}

const MINOR = 100
const text = (value: number | null | undefined): string => (value == null ? '' : String(value))

export function draftOf(held: Work, zone: string): WorkDraft {
  let uid = 0
  const next = () => (uid += 1)
  const breaksOf = (breaks: readonly WorkBreak[] | undefined): BreakDraft[] => (breaks ?? []).map(({ from, to, duration_s }) => ({ from, to, minutes: String(duration_s / 60) }))
  const { vehicle, base, cost } = held
  const placeOf = (place: BasePlace): PlaceDraft => ({ address: place.address ?? '', lat: place.point.lat, lon: place.point.lon })
  return {
    rotas: held.rotas.map(({ valid_from, shifts }) => ({ uid: next(), validFrom: valid_from, shifts: shifts.map(({ days, from, to, breaks }) => ({ uid: next(), days, from, to, breaks: breaksOf(breaks) })) })),
    exceptions: held.exceptions.map(({ date, shifts }) => ({ uid: next(), date, shifts: (shifts ?? []).map(({ from, to, breaks }) => ({ uid: next(), from, to, breaks: breaksOf(breaks) })) })),
    absences: held.absences.map(({ from, to, reason = '' }) => {
      const [begins, ends] = [Date.parse(from), Date.parse(to)]
      return { uid: next(), fromDate: dateOf(begins, zone), fromClock: minuteOf(begins, zone), toDate: dateOf(ends, zone), toClock: minuteOf(ends, zone), reason }
    }),
    profile: vehicle?.profile ?? 'none', vehicleName: vehicle?.name ?? '', capacity: text(vehicle?.capacity), maxDistance: vehicle?.max_distance_m == null ? '' : String(vehicle.max_distance_m / 1_000),
    start: base.start ? placeOf(base.start) : null, end: base.end.kind, endPlace: base.end.kind === 'place' ? placeOf(base.end.place) : null,
    skills: held.skills.map(({ code, expires_on }) => ({ code, expiresOn: expires_on ?? '' })), hourly: String(cost.hourly_minor / MINOR), overtimeHourly: String(cost.overtime_hourly_minor / MINOR),
    overtimeMax: String(held.overtime_max_s / 60), maxVisits: text(held.max_visits_per_day), nextUid: uid + 1,
  }
}

const usualHours = (uid: number): HoursDraft => ({ uid, from: '08:00', to: '16:30', breaks: [{ from: '11:30', to: '13:30', minutes: '30' }] })

/** A week like the one before, from a date on. */
export function rotaAdded(draft: WorkDraft, validFrom: string): WorkDraft {
  const last = draft.rotas.at(-1)
  let uid = draft.nextUid
  const next = () => uid++
  const shifts = last ? last.shifts.map((shift) => ({ ...shift, uid: next() })) : [{ ...usualHours(next()), days: ['mon', 'tue', 'wed', 'thu', 'fri'] as const }]
  return { ...draft, rotas: [...draft.rotas, { uid: next(), validFrom, shifts }], nextUid: uid }
}

const withRota = (draft: WorkDraft, uid: number, change: (rota: RotaDraft) => RotaDraft): WorkDraft => ({ ...draft, rotas: draft.rotas.map((rota) => (rota.uid === uid ? change(rota) : rota)) })

export const rotaDated = (draft: WorkDraft, uid: number, validFrom: string): WorkDraft => withRota(draft, uid, (rota) => ({ ...rota, validFrom }))
export const rotaRemoved = (draft: WorkDraft, uid: number): WorkDraft => ({ ...draft, rotas: draft.rotas.filter((rota) => rota.uid !== uid) })
export const shiftChanged = (draft: WorkDraft, rota: number, shift: ShiftDraft): WorkDraft => withRota(draft, rota, (held) => ({ ...held, shifts: held.shifts.map((one) => (one.uid === shift.uid ? shift : one)) }))
export const shiftRemoved = (draft: WorkDraft, rota: number, uid: number): WorkDraft => withRota(draft, rota, (held) => ({ ...held, shifts: held.shifts.filter((one) => one.uid !== uid) }))
export const shiftAdded = (draft: WorkDraft, rota: number): WorkDraft => ({ ...withRota(draft, rota, (held) => ({ ...held, shifts: [...held.shifts, { ...usualHours(draft.nextUid), days: ['sat'] }] })), nextUid: draft.nextUid + 1 })

export const exceptionAdded = (draft: WorkDraft, date: string): WorkDraft => ({ ...draft, exceptions: [...draft.exceptions, { uid: draft.nextUid, date, shifts: [] }], nextUid: draft.nextUid + 1 })
export const exceptionChanged = (draft: WorkDraft, held: DatedDraft): WorkDraft => ({ ...draft, exceptions: draft.exceptions.map((one) => (one.uid === held.uid ? held : one)) })
export const exceptionRemoved = (draft: WorkDraft, uid: number): WorkDraft => ({ ...draft, exceptions: draft.exceptions.filter((one) => one.uid !== uid) })
/** Works that day after all, at hours of its own; or not. */
export const exceptionWorked = (draft: WorkDraft, uid: number, isWorked: boolean): WorkDraft => ({ ...draft, exceptions: draft.exceptions.map((one) => (one.uid === uid ? { ...one, shifts: isWorked ? [usualHours(draft.nextUid)] : [] } : one)), nextUid: draft.nextUid + 1 })

export const absenceAdded = (draft: WorkDraft, date: string, until: string): WorkDraft => ({ ...draft, absences: [...draft.absences, { uid: draft.nextUid, fromDate: date, fromClock: '00:00', toDate: until, toClock: '00:00', reason: '' }], nextUid: draft.nextUid + 1 })
export const absenceChanged = (draft: WorkDraft, held: AbsenceDraft): WorkDraft => ({ ...draft, absences: draft.absences.map((one) => (one.uid === held.uid ? held : one)) })
export const absenceRemoved = (draft: WorkDraft, uid: number): WorkDraft => ({ ...draft, absences: draft.absences.filter((one) => one.uid !== uid) })

/** `uid`: of the shift, date or absence that is meant. */
export type WorkFlaw = { field: 'rotas' | 'exceptions' | 'absences' | 'vehicle' | 'base' | 'cost' | 'overtime' | 'visits'; uid: number | null; message: string }

const minutesOf = (clock: string): number => {
  const [hours, minutes] = clock.split(':').map(Number) as [number, number]
  return hours * 60 + minutes
}
/** From one clock to another, forwards: 1 minute to a whole day. */
const after = (from: string, to: string): number => ((minutesOf(to) - minutesOf(from) + 1_440 - 1) % 1_440) + 1

export function flawOfHours({ from, to, breaks }: Pick<HoursDraft, 'from' | 'to' | 'breaks'>): string | null {
  if (from === '' || to === '' || from === to) return 'A shift needs a begin, and an end other than that.'
  const length = after(from, to)
  let freeFrom = 0
  for (const pause of breaks) {
    if (pause.from === '' || pause.to === '') return 'A break needs hours within which it is taken.'
    const begin = after(from, pause.from) % 1_440
    const end = after(from, pause.to)
    if (begin < freeFrom || begin >= length || end <= begin || end > length) return 'A break lies within its shift, after the break before.'
    if (!(Number(pause.minutes) >= 1 && Number(pause.minutes) <= end - begin)) return 'A break is at least a minute and fits into its hours.'
    freeFrom = end
  }
  return null
}

export function flawOf(draft: WorkDraft): WorkFlaw | null {
  for (const [at, rota] of draft.rotas.entries()) {
    if (rota.validFrom === '' || draft.rotas.slice(0, at).some((other) => other.validFrom === rota.validFrom)) return { field: 'rotas', uid: rota.uid, message: 'Each week begins on a date of its own.' }
    for (const shift of rota.shifts) {
      if (shift.days.length === 0) return { field: 'rotas', uid: shift.uid, message: 'A shift needs at least one day.' }
      const wrong = flawOfHours(shift)
      if (wrong !== null) return { field: 'rotas', uid: shift.uid, message: wrong }
    }
  }
  for (const [at, dated] of draft.exceptions.entries()) {
    if (dated.date === '' || draft.exceptions.slice(0, at).some((other) => other.date === dated.date)) return { field: 'exceptions', uid: dated.uid, message: 'Each date stands once.' }
    for (const shift of dated.shifts) {
      const wrong = flawOfHours(shift)
      if (wrong !== null) return { field: 'exceptions', uid: dated.uid, message: wrong }
    }
  }
  const backwards = draft.absences.find(({ fromDate, fromClock, toDate, toClock }) => fromDate === '' || toDate === '' || `${fromDate} ${fromClock}` >= `${toDate} ${toClock}`)
  if (backwards) return { field: 'absences', uid: backwards.uid, message: 'An absence ends after it begins.' }
  const within = (typed: string, min: number, max: number) => typed.trim() === '' || (Number(typed) >= min && Number(typed) <= max)
  if (draft.profile !== 'none' && !within(draft.capacity, 1, 1_000_000)) return { field: 'vehicle', uid: null, message: 'The capacity must be within 1 and 1,000,000.' }
  if (draft.profile !== 'none' && !within(draft.maxDistance, 1, 5_000)) return { field: 'vehicle', uid: null, message: 'The distance must be within 1 and 5,000 km.' }
  if (draft.end === 'place' && draft.endPlace === null) return { field: 'base', uid: null, message: 'Put the pin where the day ends.' }
  if (!within(draft.hourly, 0, 10_000_000) || !within(draft.overtimeHourly, 0, 10_000_000)) return { field: 'cost', uid: null, message: 'An hour costs 0 to 10,000,000.' }
  if (!within(draft.overtimeMax, 0, 720)) return { field: 'overtime', uid: null, message: 'Overtime must be within 0 and 720 minutes.' }
  if (!within(draft.maxVisits, 1, 500)) return { field: 'visits', uid: null, message: 'Visits of a day must be within 1 and 500.' }
  return null
}

/** Of a draft without a flaw. */
export function workOf(draft: WorkDraft, zone: string): Work {
  const breaksOf = (breaks: readonly BreakDraft[]): WorkBreak[] => breaks.map(({ from, to, minutes }) => ({ from, to, duration_s: Math.round(Number(minutes) * 60) }))
  const place = ({ address, lat, lon }: PlaceDraft) => ({ address: address.trim(), point: { lat, lon } })
  const number = (typed: string): number | null => (typed.trim() === '' ? null : Number(typed))
  const distance_km = number(draft.maxDistance)
  return {
    rotas: draft.rotas.map(({ validFrom, shifts }) => ({ valid_from: validFrom, shifts: shifts.map(({ days, from, to, breaks }) => ({ days: [...days], from, to, breaks: breaksOf(breaks) })) })),
    exceptions: draft.exceptions.map(({ date, shifts }) => ({ date, shifts: shifts.map(({ from, to, breaks }) => ({ from, to, breaks: breaksOf(breaks) })) })),
    absences: draft.absences.map(({ fromDate, fromClock, toDate, toClock, reason }) => ({ from: new Date(clockAt(fromDate, fromClock, zone)).toISOString(), to: new Date(clockAt(toDate, toClock, zone)).toISOString(), reason: reason.trim() })),
    vehicle: draft.profile === 'none' ? null : { profile: draft.profile, name: draft.vehicleName.trim(), capacity: number(draft.capacity), max_distance_m: distance_km === null ? null : Math.round(distance_km * 1_000) },
    base: { start: draft.start && place(draft.start), end: draft.end === 'place' && draft.endPlace ? { kind: 'place', place: place(draft.endPlace) } : draft.end === 'open' ? { kind: 'open' } : { kind: 'start' } },
    skills: draft.skills.map(({ code, expiresOn }) => ({ code, expires_on: expiresOn || null })), cost: { hourly_minor: Math.round(Number(draft.hourly || 0) * MINOR), overtime_hourly_minor: Math.round(Number(draft.overtimeHourly || 0) * MINOR) },
    overtime_max_s: Math.round(Number(draft.overtimeMax || 0) * 60), max_visits_per_day: number(draft.maxVisits),
  }
}
