/**
 * What the page does with a plan, whoever keeps it: asked for a price, changed on a version, taken back. The page is written against this;
 * `useDesk` is the one that speaks with the server.
 */
import type { DispatchCandidates, PlanRelaxationKind } from '../../api/plans'
import type { Operation } from './carry'
import type { PlanDay } from './plan'
import type { Price } from './price'

export type Offer = {
  id: string
  agent: string
  state: 'offered' | 'accepted' | 'declined' | 'timed_out' | 'withdrawn'
  offered_at: number
  expires_at: number
  answered_at: number | null
  reason: string | null
  arrival: number | null
  detour_s: number | null
}

export type Job = {
  id: string
  visit: string
  name: string
  mode: 'auto' | 'manual'
  state: 'open' | 'offering' | 'accepted' | 'unfilled' | 'cancelled'
  agent: string | null
  offers: readonly Offer[]
  /** What gave for the agent who has it. */
  relaxed: PlanRelaxationKind | null
  opened_at: number
}

export type Candidate = {
  agent: string
  /** What having the visit adds to the plan, in its own units. */
  cost: number
  arrival: number | null
  detour_s: number | null
  parts: readonly { name: string; text: string }[]
  reasons: readonly string[]
  /** Visits that make room for it, and who makes each then; `null`: nobody. */
  gives: readonly { visit: string; customer: string; to: string | null }[]
}

/** What would have to give for somebody to make a visit, as the server says it. */
export type Relaxation = DispatchCandidates['refused'][number]['relaxations'][number]
export type RefusedAgent = { agent: string; reasons: readonly string[]; relaxations: readonly Relaxation[] }
export type Candidates = { ranked: readonly Candidate[]; refused: readonly RefusedAgent[] }

/** Somebody else changed the plan first. */
export type Conflict = {
  version: number
  /** Whose, and what of the visits changed, in words. */
  changes: readonly { version: number; by: string; words: string }[]
}

export class ConflictError extends Error {
  override readonly name = 'ConflictError'
  readonly conflict: Conflict

  constructor(conflict: Conflict) {
    super('Somebody else has changed the plan meanwhile.')
    this.conflict = conflict
  }
}

export type Desk = {
  price: (plan: PlanDay, operations: readonly Operation[], signal: AbortSignal) => Promise<Price>
  /** The version it made. Rejects with a `ConflictError`. */
  change: (plan: PlanDay, operations: readonly Operation[]) => Promise<number>
  undo: (plan: PlanDay, version: number) => Promise<number>
}
