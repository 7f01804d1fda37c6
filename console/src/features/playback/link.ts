/** What of the page is in its address: `?agents=a,b&date=2026-11-23&at=…&speed=60`. Pure. */
import { dateOf, isDate, type DayBounds } from '../../util/zone'
import { SPEEDS, type Speed } from './playhead'

export const AGENTS_MAX = 6
const SPEED_DEFAULT: Speed = 60

export type Address = { agents: readonly string[]; date: string; at: number | null; speed: Speed }

/** Reads what makes sense and takes the usual for the rest: today, from the first fix on, at 60 times the speed. */
export function readAddress(search: URLSearchParams, zone: string, now: number): Address {
  const agents = [...new Set((search.get('agents') ?? '').split(',').filter((id) => id !== ''))].slice(0, AGENTS_MAX)
  const date = search.get('date')
  const at = Date.parse(search.get('at') ?? '')
  const speed = SPEEDS.find((one) => String(one) === search.get('speed'))
  return { agents, date: isDate(date) ? date : dateOf(now, zone), at: Number.isNaN(at) ? null : at, speed: speed ?? SPEED_DEFAULT }
}

/** The same parameters with `change` made; another day or nobody at all forgets the instant. */
export function writeAddress(search: URLSearchParams, change: Partial<Address>): URLSearchParams {
  const next = new URLSearchParams(search)
  const put = (key: string, value: string | null) => (value === null ? next.delete(key) : next.set(key, value))
  if (change.agents !== undefined) put('agents', change.agents.length === 0 ? null : change.agents.join(','))
  if (change.date !== undefined) put('date', change.date)
  if (change.speed !== undefined) put('speed', String(change.speed))
  if (change.at !== undefined) put('at', change.at === null ? null : new Date(change.at).toISOString())
  else if (change.date !== undefined || change.agents?.length === 0) put('at', null)
  return next
}

/** Commas between ids stay readable. */
export const toQuery = (search: URLSearchParams): string => search.toString().replaceAll('%2C', ',').replaceAll('%3A', ':')

export const isWithin = (at: number | null, { from, to }: DayBounds): at is number => at !== null && at >= from && at <= to
