/** Hours of the week in a zone, and dates with hours of their own, while they are typed. Pure. */
import { everyOf } from './everyOf'

export type DayOfWeek = 'mon' | 'tue' | 'wed' | 'thu' | 'fri' | 'sat' | 'sun'
export const DAYS = everyOf<DayOfWeek>()(['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'])
export const DAY_NAMES: Record<DayOfWeek, string> = { mon: 'Monday', tue: 'Tuesday', wed: 'Wednesday', thu: 'Thursday', fri: 'Friday', sat: 'Saturday', sun: 'Sunday' }

export type HourSpan = { from: string; to: string }
export type Opening = HourSpan & { days: DayOfWeek[] }
export type DateHours = { date: string; hours?: HourSpan[] }
export type Hours = { zone: string; weekly: readonly Opening[]; exceptions: readonly DateHours[] }

export const EXCEPTIONS_MAX = 400

export const usualHours = (): Hours => ({
  zone: Intl.DateTimeFormat().resolvedOptions().timeZone,
  weekly: [{ days: ['mon', 'tue', 'wed', 'thu', 'fri'], from: '09:00', to: '17:00' }],
  exceptions: [],
})

const isEmpty = ({ from, to }: HourSpan): boolean => from === '' || to === '' || from === to

/** What is wrong with them: the first thing; `null` where nothing is. */
export function flawOfHours({ weekly, exceptions }: Hours): string | null {
  if (weekly.some((opening) => opening.days.length === 0 || isEmpty(opening))) return 'Each opening needs a day, and an end other than its begin.'
  if (exceptions.some(({ date }, at) => date === '' || exceptions.findIndex((other) => other.date === date) !== at)) {
    return 'Each date with hours of its own needs to be a date, and only once.'
  }
  if (exceptions.some(({ hours = [] }) => hours.some(isEmpty))) return 'Hours of a date need a begin, and an end other than that.'
  if (weekly.length === 0 && exceptions.every(({ hours = [] }) => hours.length === 0)) return 'Name at least one opening, or a date with hours.'
  return null
}

/** `Mon–Fri 09:00–17:00, Sat 09:00–13:00`: the week in a line. */
export function tellHours({ weekly }: Pick<Hours, 'weekly'>): string {
  return weekly.map(({ days, from, to }) => `${tellDays(days)} ${from}–${to}`).join(', ')
}

function tellDays(days: readonly DayOfWeek[]): string {
  const runs: DayOfWeek[][] = []
  for (const day of DAYS.filter((one) => days.includes(one))) {
    const run = runs.at(-1)
    if (run && DAYS.indexOf(run.at(-1)!) === DAYS.indexOf(day) - 1) run.push(day)
    else runs.push([day])
  }
  return runs.map((run) => (run.length > 2 ? `${short(run[0]!)}–${short(run.at(-1)!)}` : run.map(short).join(', '))).join(', ')
}

const short = (day: DayOfWeek): string => DAY_NAMES[day].slice(0, 3)
