/** How the arrows go from visit to visit on the timeline. Pure. */
import { placeOf, type PlanDay, type Stop } from './plan'

/** `null` where there is nothing to go to. From nowhere, the first visit there is. */
export function walked(plan: PlanDay, from: string | null, key: string): string | null {
  const place = from === null ? null : placeOf(plan, from)
  if (!place) return plan.routes.find(({ stops }) => stops.length > 0)?.stops[0]?.visit ?? null
  const { route, position, stop } = place
  switch (key) {
    case 'ArrowLeft': return route.stops[position - 1]?.visit ?? null
    case 'ArrowRight': return route.stops[position + 1]?.visit ?? null
    case 'Home': return route.stops[0]!.visit
    case 'End': return route.stops.at(-1)!.visit
    case 'ArrowUp':
    case 'ArrowDown': {
      const at = plan.routes.indexOf(route)
      const lanes = key === 'ArrowUp' ? plan.routes.slice(0, at).toReversed() : plan.routes.slice(at + 1)
      const lane = lanes.find(({ stops }) => stops.length > 0)
      return lane ? nearest(lane.stops, (stop.start + stop.end) / 2).visit : null
    }
    default: return null
  }
}

/** Of at least one stop. */
function nearest(stops: readonly Stop[], at: number): Stop {
  const apart = ({ start, end }: Stop) => Math.abs((start + end) / 2 - at)
  return stops.reduce((best, stop) => (apart(stop) < apart(best) ? stop : best))
}
