/** What the timeline says of a visit, for the eye and for the ear. Pure. */
import type { Span } from '../../util/timescale'
import { longDate, minuteOf } from '../../util/zone'
import type { TakenAway } from './follow'
import { isLocked, riskLevel, type Stop } from './plan'

/** More of one change are counted, not named. */
const TAKEN_TOLD = 3

/** `Thu, 26 Nov`: the year goes without saying. */
export const dayIn = (date: string): string => longDate(date).replace(/ \d{4}$/, '')

export const hours = ({ from, to }: Span, zone: string): string => `${minuteOf(from, zone)}–${minuteOf(to, zone)}`

/** To the minute, always with its sign: `+12 min`, `−1 h 5 min`, `±0`. */
export function delta_s(seconds: number): string {
  const minutes = Math.round(seconds / 60)
  return minutes === 0 ? '±0' : `${minutes > 0 ? '+' : '−'}${span_min(Math.abs(minutes))}`
}

export const span_s = (seconds: number): string => span_min(Math.round(seconds / 60))

function span_min(minutes: number): string {
  if (minutes < 60) return `${minutes} min`
  return minutes % 60 === 0 ? `${Math.floor(minutes / 60)} h` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`
}

/** One sentence with everything that the bar shows by shape and colour. */
export function sentence(stop: Stop, position: number, of: number, agent: string, zone: string): string {
  const { name, commitment, start, end, eta, risk, promise, windows } = stop
  const level = riskLevel(stop)
  return [
    name,
    `stop ${position + 1} of ${of} of ${agent}`,
    commitment === 'done' ? `done, ${hours({ from: start, to: end }, zone)}` : commitment === 'in_progress' ? `in progress since ${minuteOf(start, zone)}` : hours({ from: start, to: end }, zone),
    eta !== null && commitment !== 'done' && commitment !== 'in_progress' && `expected ${minuteOf(eta.at, zone)}${eta.std_s >= 30 ? `, give or take ${span_s(eta.std_s)}` : ''}`,
    promise !== null && `promised ${hours(promise, zone)}`,
    promise === null && windows.length > 0 && `open ${windows.map((window) => hours(window, zone)).join(' and ')}`,
    level !== 'none' && (risk !== null ? `${Math.round(risk.probability * 100)} % at risk${risk.late_by_s >= 60 ? `, late by ${span_s(risk.late_by_s)}` : ''}` : 'at risk'),
    isLocked(stop) && lockInWords(stop, zone),
  ].filter((part) => part !== false).join(', ')
}

/** What is settled of it. */
export function lockInWords({ commitment, pinned }: Pick<Stop, 'commitment' | 'pinned'>, zone: string): string {
  if (pinned === null) return LOCKS[commitment]
  const begins = `begins at ${minuteOf(pinned, zone)}`
  return commitment === 'free' ? begins : `${LOCKS[commitment]}, ${begins}`
}

const LOCKS: Record<Stop['commitment'], string> = {
  free: 'free to move', fixed_agent: 'locked to this agent', fixed_order: 'locked in this order', fixed_order_and_time: 'locked at this time', in_progress: 'in progress', done: 'done',
}

/** What the plan itself took from whom a person had chosen; many are counted. */
export function takenInWords(taken: readonly TakenAway[], nameOf: (lane: string) => string): string[] {
  if (taken.length > TAKEN_TOLD) return [`${taken.length} visits chosen by hand could not stay with their agents.`]
  return taken.map(({ name, from, to }) => `${name} could not stay with ${nameOf(from)}: ${to === null ? 'it waits' : `${nameOf(to)} has it now`}.`)
}
