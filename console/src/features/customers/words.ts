import type { CustomerClass, CustomerStatus, CustomerPlace } from '../../api/customers'
import type { BadgeTone } from '../../ui/Badge'

export const STATUSES: Record<CustomerStatus, { name: string; tone: BadgeTone; hint: string }> = {
  active: { name: 'Active', tone: 'good', hint: 'Visited as planned.' },
  on_hold: { name: 'On hold', tone: 'warn', hint: 'Not visited for now.' },
  closed: { name: 'Closed', tone: 'plain', hint: 'Not a customer any more: kept for what was.' },
}

/** How often, in words: `every 14 days`, `3 times in 4 weeks`. */
export function frequency({ interval_days, visits_per_cycle, cycle_weeks }: Pick<CustomerClass, 'interval_days' | 'visits_per_cycle' | 'cycle_weeks'>): string {
  if (interval_days != null) return interval_days === 1 ? 'every day' : `every ${interval_days} days`
  if (visits_per_cycle == null || cycle_weeks == null) return 'when there is a reason'
  const times = visits_per_cycle === 1 ? 'once' : visits_per_cycle === 2 ? 'twice' : `${visits_per_cycle} times`
  return cycle_weeks === 1 ? `${times} a week` : `${times} in ${cycle_weeks} weeks`
}

export function locatedBy({ point, located_by, location_quality }: Pick<CustomerPlace, 'point' | 'located_by' | 'location_quality'>): string {
  if (point == null) return 'Not located yet: nobody can be sent there'
  switch (located_by) {
    case 'geocoded': return location_quality == null ? 'Found by its address' : `Found by its address, ${Math.round(location_quality * 100)} % sure`
    case 'imported': return 'Came with an import'
    case 'pinned': return 'Pin set by hand'
    case null:
    case undefined: return 'Located'
  }
}
