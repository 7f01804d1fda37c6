/** What was done, in the words of the toast, the undo button and the list of versions. Pure. */
import { minuteOf } from '../../util/zone'
import type { Operation } from './carry'
import { placeOf, visitIn, type PlanDay } from './plan'

export function wordsOf(operation: Operation, plan: PlanDay, names: ReadonlyMap<string, string>): string {
  const who = (agent: string) => names.get(agent) ?? 'somebody'
  if (operation.kind === 'end_day') return `Ended the day of ${who(operation.agent)}`
  if (operation.kind === 'open_day') return `Opened the day of ${who(operation.agent)} again`
  const visit = visitIn(plan, operation.visit)?.name ?? 'a visit'
  switch (operation.kind) {
    case 'assign':
    case 'assign_though':
      return `Planned ${visit} for ${who(operation.agent)}`
    case 'assign_at':
      return `Planned ${visit} for ${who(operation.agent)} at ${minuteOf(operation.start_at, plan.zone)}`
    case 'move':
      return placeOf(plan, operation.visit)?.route.agent === operation.agent ? `Moved ${visit} to stop ${operation.position + 1} of ${who(operation.agent)}` : `Moved ${visit} to ${who(operation.agent)}`
    case 'pin_time':
      return `Pinned ${visit} to ${minuteOf(operation.start_at, plan.zone)}`
    case 'unassign':
      return `Took ${visit} out of the plan`
    case 'lock':
      return `Locked ${visit}`
    case 'unlock':
      return `Unlocked ${visit}`
  }
}
