/** The desk that speaks with the server. What a refusal means is decided here: a conflict, an obstacle, or a failure. */
import { plans, type PlanSince } from '../../api/plans'
import { ApiError } from '../../api/problem'
import { priceOf, toServer } from './asked'
import type { Operation } from './carry'
import { ConflictError, type Conflict, type Desk } from './desk'
import type { PlanDay } from './plan'
import type { Price } from './price'
import { refusalOf } from './why'

const CONFLICT = 'version_conflict'
const isConflict = (error: unknown): boolean => error instanceof ApiError && error.status === 409 && error.code === CONFLICT
/** The plan says no: what is asked for cannot be. */
const isObstacle = (error: unknown): error is ApiError => error instanceof ApiError && (error.status === 409 || error.status === 422 || error.status === 400) && error.code !== CONFLICT

/** The plan has gone on to this version, and nothing was said of whether that is in the way. */
function goneOnTo(error: unknown): number | null {
  const details = isConflict(error) ? ((error as ApiError).details as { base?: number; current?: number } | null) : null
  return details?.base === undefined ? null : (details.current ?? null)
}

/** The plan goes on by itself: a step is asked back so often on the version it has come to. */
const TRIES = 3

/** What the refusal says was changed meanwhile. */
function sinceOf(error: unknown): readonly PlanSince[] {
  const details = error instanceof ApiError ? (error.details as { since?: PlanSince[] } | null) : null
  return Array.isArray(details?.since) ? details.since : []
}

const impossible = (reason: string): Price => ({ parts: { travel_s: 0, distance_m: 0, overtime_s: 0, late_s: 0, wait_s: 0, promises: 0 }, cost: 0, obstacles: [reason], warnings: [], routes: [] })

/** The one visit that is asked for, by name. */
function oneOf(operations: readonly Operation[], nameOf: (id: string) => string | null): string | null {
  const visits = new Set(operations.flatMap((operation) => ('visit' in operation ? [operation.visit] : [])))
  const [visit] = visits
  return visit !== undefined && visits.size === 1 ? nameOf(visit) : null
}

/** A refusal says who cannot, and not always what it was that they cannot. */
const aboutIt = (name: string, refusal: string): string => (refusal.includes(name) ? refusal : `${name}: ${refusal}`)

/** `made`: told of each version that was made from here. `refresh`: asks for the plan as it is now. `nameOf`: of an agent or a visit that a refusal speaks of. `told`: says in words what the server lists of changes made since. */
export function serverDesk(refresh: () => Promise<PlanDay | null>, nameOf: (id: string) => string | null, told: (since: readonly PlanSince[]) => Conflict['changes'], made: (version: number) => void): Desk {
  const orConflict = async <Answer>(base: PlanDay, asked: Promise<Answer>, about: string | null = null): Promise<Answer> => {
    try {
      return await asked
    } catch (error) {
      if (isObstacle(error)) throw new Error(about === null ? refusalOf(error, nameOf) : aboutIt(about, refusalOf(error, nameOf)))
      if (!isConflict(error)) throw error
      const now = await refresh()
      throw new ConflictError({ version: now?.version ?? base.version + 1, changes: told(sinceOf(error)) })
    }
  }
  return {
    price: async (plan, operations, signal) => {
      try {
        return priceOf(await plans.preview(plan.territory, toServer(operations, plan), signal), plan)
      } catch (error) {
        if (isObstacle(error)) return impossible(refusalOf(error, nameOf))
        throw error
      }
    },
    change: async (plan, operations) => {
      const { version } = await orConflict(plan, plans.change(plan.territory, crypto.randomUUID(), plan.version, toServer(operations, plan)), oneOf(operations, nameOf))
      made(version)
      return version
    },
    undo: async (plan, version) => {
      const undone = async (base: number, tries: number): Promise<{ version: number }> => {
        try {
          return await plans.undo(plan.territory, version, base)
        } catch (error) {
          const now = goneOnTo(error)
          if (now === null) throw error
          if (tries >= TRIES) throw new Error('The plan changes all the time just now. Take it back in a moment.')
          return undone(now, tries + 1)
        }
      }
      const { version: after } = await orConflict(plan, undone(plan.version, 1))
      made(after)
      return after
    },
  }
}
