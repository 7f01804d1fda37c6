/** What a change costs, against the plan as it is: the parts a dispatcher weighs, and why it cannot be where it cannot. Pure. */
import { distance } from '../../util/units'
import type { Foreseen } from './TimelineRow'
import { delta_s, span_s } from './words'

export type Parts = { travel_s: number; distance_m: number; overtime_s: number; late_s: number; wait_s: number; promises: number }

export type Price = {
  parts: Parts
  /** Seconds of driving; what else counts is converted into them. */
  cost: number
  /** Empty where it can be done. */
  obstacles: readonly string[]
  /** Done all the same if somebody insists. */
  warnings: readonly string[]
  routes: readonly Foreseen[]
}

/** What a figure called cost is. */
export const COST_IS = 'Cost is counted in seconds of driving. Overtime, lateness and visits left out are converted into them.'

export type Fact = { text: string; tone: 'good' | 'bad' | 'plain' }

/** The parts that change, the worst first; `plain` where nothing changes for anybody. */
export function factsOf({ parts }: Price): Fact[] {
  const facts: Fact[] = []
  const promises = Math.abs(parts.promises)
  if (parts.promises !== 0) facts.push({ text: `${promises} ${promises === 1 ? 'promise' : 'promises'} ${parts.promises > 0 ? 'broken' : 'kept again'}`, tone: parts.promises > 0 ? 'bad' : 'good' })
  if (Math.abs(parts.late_s) >= 30) facts.push({ text: parts.late_s > 0 ? `${span_s(parts.late_s)} late` : `${span_s(-parts.late_s)} less late`, tone: parts.late_s > 0 ? 'bad' : 'good' })
  if (Math.abs(parts.overtime_s) >= 30) facts.push({ text: `${delta_s(parts.overtime_s)} overtime`, tone: parts.overtime_s > 0 ? 'bad' : 'good' })
  if (Math.abs(parts.travel_s) >= 30 || Math.abs(parts.distance_m) >= 50) {
    const metres = Math.abs(parts.distance_m) >= 50 ? ` (${parts.distance_m > 0 ? '+' : '−'}${distance(Math.abs(parts.distance_m))})` : ''
    facts.push({ text: `${delta_s(parts.travel_s)} travel${metres}`, tone: parts.travel_s > 0 ? 'plain' : 'good' })
  }
  if (Math.abs(parts.wait_s) >= 60) facts.push({ text: `${delta_s(parts.wait_s)} waiting`, tone: parts.wait_s > 0 ? 'plain' : 'good' })
  return facts.length === 0 ? [{ text: 'No change in time or way', tone: 'plain' }] : facts
}
