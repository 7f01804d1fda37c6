/** An urgent visit while it is typed. Pure. */
import { dayBounds } from '../../util/zone'

export type UrgentDraft = {
  customer: string | null
  place: string | null
  when: 'soon' | 'by' | 'between'
  /** Local clocks of the day, `HH:MM`. */
  from: string
  to: string
  /** Minutes, as typed. */
  duration: string
  skills: readonly string[]
  note: string
  mode: 'auto' | 'manual'
  /** Seconds, as typed. */
  timeout: string
}

export const newUrgent = (): UrgentDraft => ({ customer: null, place: null, when: 'soon', from: '', to: '', duration: '30', skills: [], note: '', mode: 'auto', timeout: '60' })

export type UrgentFlaw = { field: 'customer' | 'from' | 'to' | 'duration' | 'timeout'; message: string }

export const TIMEOUT_S = { min: 10, max: 3_600 } as const

export function flawOf(draft: UrgentDraft): UrgentFlaw | null {
  const within = (text: string, min: number, max: number) => text.trim() !== '' && Number(text) >= min && Number(text) <= max
  if (draft.customer === null) return { field: 'customer', message: 'Say who is to be visited.' }
  if (draft.when === 'between' && draft.from === '') return { field: 'from', message: 'From when?' }
  if (draft.when !== 'soon' && draft.to === '') return { field: 'to', message: 'Until when?' }
  if (draft.when === 'between' && draft.from >= draft.to) return { field: 'to', message: 'It must end after it begins.' }
  if (!within(draft.duration, 1, 1_440)) return { field: 'duration', message: 'A visit takes 1 to 1,440 minutes.' }
  if (!within(draft.timeout, TIMEOUT_S.min, TIMEOUT_S.max)) return { field: 'timeout', message: 'An offer can be answered for 10 to 3,600 seconds.' }
  return null
}

/** When it may begin; none: any time of the day from now on. */
export function windowsOf({ when, from, to }: UrgentDraft, date: string, zone: string, now: number): { from: string; to: string }[] {
  if (when === 'soon') return []
  const at = (clock: string): number => clockAt(date, clock, zone)
  const begins = when === 'by' ? Math.min(now, at(to) - 60_000) : at(from)
  return [{ from: new Date(begins).toISOString(), to: new Date(at(to)).toISOString() }]
}

/** The instant of a local clock on a date. Where clocks change, the hours since midnight count as the clock shows them. */
export function clockAt(date: string, clock: string, zone: string): number {
  const [hours, minutes] = clock.split(':').map(Number) as [number, number]
  const { from } = dayBounds(date, zone)
  const naive = from + (hours * 60 + minutes) * 60_000
  // The offset at midnight may not be that of the clock: correct it once by what the clock shows there.
  const shown = new Intl.DateTimeFormat('en-GB', { timeZone: zone, hour: '2-digit', minute: '2-digit', hourCycle: 'h23' }).format(naive).split(':').map(Number) as [number, number]
  const apart_min = hours * 60 + minutes - (shown[0] * 60 + shown[1])
  return naive + (Math.abs(apart_min) <= 180 ? apart_min : 0) * 60_000
}
