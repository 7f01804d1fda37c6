/** The page's words for what the server names. */
import type { Tone } from '../ui/phone'
import { clockOf, dateOf, longDate, minuteOf, shiftDate } from '../../util/zone'
import type { OpenHours, Span, VisitStatus } from './day'
import type { VisitView } from './project'

export const STATUS_WORDS: Record<VisitStatus, string> = {
  planned: 'Planned', en_route: 'On the way', arrived: 'Arrived', checked_in: 'Checked in', in_progress: 'In progress', completed: 'Done', missed: 'Missed', cancelled: 'Cancelled',
  abandoned: 'Given up',
}
export const STATUS_TONES: Record<VisitStatus, Tone> = {
  planned: 'plain', en_route: 'accent', arrived: 'accent', checked_in: 'accent', in_progress: 'accent', completed: 'good', missed: 'danger', cancelled: 'plain', abandoned: 'warn',
}

export function statusOf({ status, outcome }: VisitView): { text: string; tone: Tone } {
  if (status === 'completed' && outcome === 'unproductive') return { text: 'Done, unproductive', tone: 'warn' }
  return { text: STATUS_WORDS[status], tone: STATUS_TONES[status] }
}

const KINDS: Record<string, string> = { ad_hoc: 'Not planned before', urgent: 'Urgent', phone_call: 'By telephone' }
export const kindOf = (kind: string): string | null => KINDS[kind] ?? null

/** `no_buyer` → `No buyer`. */
export function plain(code: string): string {
  const words = code.replaceAll(/[_.-]+/g, ' ').trim()
  return words === '' ? code : words[0]!.toUpperCase() + words.slice(1)
}

export const span = ({ from_ms, to_ms }: Span, zone: string): string => `${minuteOf(from_ms, zone)}–${minuteOf(to_ms, zone)}`
export const time = (at_ms: number, zone: string): string => minuteOf(at_ms, zone)
/** `text` of an instant, with its day where that is not today: `Tomorrow 08:00`, `Mon, 30 Nov 08:00`. */
export function onDay(text: string, at_ms: number, now_ms: number, zone: string): string {
  const [date, today] = [dateOf(at_ms, zone), dateOf(now_ms, zone)]
  if (date === today) return text
  return `${date === shiftDate(today, 1) ? 'Tomorrow' : longDate(date).replace(/ \d{4}$/, '')} ${text}`
}
export const exactTime = (at_ms: number, zone: string): string => clockOf(at_ms, zone)

export function minutes(seconds: number): string {
  const all = Math.max(0, Math.round(seconds / 60))
  return all < 60 ? `${all} min` : `${Math.floor(all / 60)} h${all % 60 === 0 ? '' : ` ${all % 60} min`}`
}

/** Whether it will be reached in time, as it looks now. */
export function lateness({ windows, eta_ms, status }: VisitView): { late_s: number } | null {
  if (windows.length === 0 || eta_ms === null || !['planned', 'en_route'].includes(status)) return null
  const last = windows.filter(({ to_ms }) => to_ms >= eta_ms)
  if (last.length > 0) return null
  return { late_s: (eta_ms - Math.max(...windows.map(({ to_ms }) => to_ms))) / 1_000 }
}

const DAYS = ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday']
export const dayName = (weekday: number): string => DAYS[weekday] ?? ''
/** 0 is Monday. */
export const weekdayOf = (date: string): number => (new Date(`${date}T12:00:00Z`).getUTCDay() + 6) % 7

export function hoursOn(hours: readonly OpenHours[], weekday: number): string {
  const spans = hours.filter((one) => one.weekday === weekday).map(({ from, to }) => `${from}–${to}`)
  return spans.length === 0 ? 'Closed' : spans.join(', ')
}

/** `3 things`. */
export const things = (n: number, one: string, many = `${one}s`): string => `${n} ${n === 1 ? one : many}`
