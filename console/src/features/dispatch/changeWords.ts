/** Who changed a plan and what, in words. Pure. */
import type { PlanAuthor, PlanChangeKind, PlanHoldChange, PlanMove, PlanSpot } from '../../api/plans'
import { laneOf } from './follow'
import { dayIn } from './words'

const KINDS: Record<PlanChangeKind, string> = {
  edit: 'changed', undo: 'took back', improve: 'improved', repair: 'mended after what happened in the field', dispatch: 'gave away', bulk: 'changed together', follow: 'followed what happened to visits',
}

export const kindName = (kind: string): string => KINDS[kind as PlanChangeKind] ?? kind

/** `nameOf`: of a user or an agent. */
export function authorName({ kind, id }: PlanAuthor, me: string | null, nameOf: (id: string) => string | null): string {
  if (kind === 'system') return 'The planner'
  if (id != null && id === me) return 'You'
  const known = id == null ? null : nameOf(id)
  if (known !== null) return known
  return kind === 'agent' ? 'An agent' : kind === 'api_key' ? 'Another system' : 'Somebody'
}

type Names = { visit: (id: string) => string; lane: (lane: string) => string }

/** `Ana Lima, stop 3`; on another day with its date. */
export function spotName({ agent, date, part = 0, position }: PlanSpot, today: string, names: Names): string {
  return `${names.lane(laneOf(agent, part))}, stop ${position + 1}${date === today ? '' : ` on ${dayIn(date)}`}`
}

const TOLD_MAX = 3

/** `moved Bakery to Ana Lima, took Kiosk out, and 2 more`; where nothing went elsewhere, what was settled and freed. */
export function movesInWords(moves: readonly PlanMove[], today: string, names: Names, holds: readonly PlanHoldChange[] = []): string {
  const told = moves.slice(0, TOLD_MAX).map(({ visit, from, to }) => {
    if (!to) return `took ${names.visit(visit)} out`
    const where = `${names.lane(laneOf(to.agent, to.part ?? 0))}${to.date === today ? '' : ` on ${dayIn(to.date)}`}`
    if (!from) return `planned ${names.visit(visit)} for ${where}`
    return from.agent === to.agent && from.date === to.date ? `put ${names.visit(visit)} elsewhere in the day of ${where}` : `moved ${names.visit(visit)} to ${where}`
  })
  if (told.length === 0) told.push(...holds.slice(0, TOLD_MAX).map((change) => holdInWords(change, names)))
  const rest = (moves.length > 0 ? moves : holds).length - told.length
  if (told.length === 0) return 'settled or freed visits where they are'
  return rest > 0 ? `${told.join(', ')}, and ${rest} more` : told.join(' and ')
}

function holdInWords({ visit, before, after }: PlanHoldChange, names: Names): string {
  if (after == null) return `freed ${names.visit(visit)}`
  return after.start_at != null && after.start_at !== before?.start_at ? `fixed when ${names.visit(visit)} begins` : `settled ${names.visit(visit)} where it is`
}
