/** What is asked of a design while it is put together: text as it is typed, and the body that is sent or what is wrong with it. */
import type { DesignSeat, DesignWeights, NewDesign } from '../../api/designs'

export const NAME_MAX = 120
export const TERRITORIES_MAX = 200
export const LOCKED_MAX = 10_000
const WEIGHT_MAX = 100

export type Aim = keyof DesignWeights
export const AIMS = ['balance', 'compactness', 'stability', 'travel'] as const satisfies readonly Aim[]
/** What the server takes when nothing is said. */
export const USUAL: DesignWeights = { balance: 10, compactness: 2, stability: 1, travel: 1 }
/** Of the usual weight. Aims are weighed against one another, and people think of that in steps rather than in numbers. */
export const LEVELS = [{ name: 'Off', factor: 0 }, { name: 'Less', factor: 0.3 }, { name: 'Usual', factor: 1 }, { name: 'More', factor: 3 }, { name: 'Most', factor: 10 }] as const

/** How long is searched: tries to move a cell. */
export const EFFORTS = [{ rounds: 200_000, name: 'Quick' }, { rounds: 1_000_000, name: 'Usual' }, { rounds: 5_000_000, name: 'Thorough' }] as const

export type Draft = {
  name: string
  /** Territories in the order chosen, with their parts of the work. */
  seats: readonly { id: string; share: string; base: DesignSeat['base'] }[]
  weights: DesignWeights
  includeUnassigned: boolean
  days: string
  speed: string
  visits: string
  rounds: number
  seed: number
  resolution: number | null
  locked: readonly string[]
}

export const newDraft = (name: string): Draft => ({
  name, seats: [], weights: USUAL, includeUnassigned: false, days: '20', speed: '30', visits: '1', rounds: EFFORTS[1].rounds, seed: 1, resolution: null, locked: [],
})

/** The same once more, with some customers more that stay where they are. */
export function draftOf(request: NewDesign, name: string, keep: readonly string[]): Draft {
  const fresh = newDraft(name)
  return {
    ...fresh,
    seats: request.territories.map(({ territory_id, share = 1, base }) => ({ id: territory_id, share: String(share), base })),
    weights: { ...USUAL, ...request.weights },
    includeUnassigned: request.include_unassigned ?? false,
    days: String(request.days ?? fresh.days), speed: String(request.speed_kmh ?? fresh.speed), visits: String(request.visits_default ?? fresh.visits),
    rounds: request.rounds ?? fresh.rounds, seed: request.seed ?? 1, resolution: request.resolution ?? null,
    locked: [...new Set([...(request.locked ?? []), ...keep])],
  }
}

/** Chosen territories keep their shares; others come with a full one. */
export function withTerritories(draft: Draft, chosen: ReadonlySet<string>): Draft {
  const kept = draft.seats.filter(({ id }) => chosen.has(id))
  const added = [...chosen].filter((id) => !kept.some((seat) => seat.id === id)).map((id) => ({ id, share: '1', base: null }))
  return { ...draft, seats: [...kept, ...added] }
}

export const withShare = (draft: Draft, id: string, share: string): Draft => ({ ...draft, seats: draft.seats.map((seat) => (seat.id === id ? { ...seat, share } : seat)) })

/** Work as there are hands: a territory's share is its agents over the mean. One without anybody keeps a full share. */
export function withSharesByAgents(draft: Draft, agents: ReadonlyMap<string, number>): Draft {
  const all = draft.seats.map(({ id }) => agents.get(id) ?? 0).filter((n) => n > 0)
  const mean = all.reduce((sum, n) => sum + n, 0) / Math.max(1, all.length)
  return { ...draft, seats: draft.seats.map((seat) => ({ ...seat, share: String(round2((agents.get(seat.id) ?? 0) / mean || 1)) })) }
}

const round2 = (n: number) => Math.max(0.01, Math.round(n * 100) / 100)

export const weightAt = (aim: Aim, level: number): number => Math.min(WEIGHT_MAX, Number((USUAL[aim] * LEVELS[level]!.factor).toFixed(3)))

/** The step that a weight is nearest to, by proportion. */
export function levelOf(aim: Aim, weight: number): number {
  if (weight <= 0) return 0
  const far = (level: number) => Math.abs(Math.log(weight / weightAt(aim, level)))
  return [1, 2, 3, 4].reduce((best, level) => (far(level) < far(best) ? level : best), 1)
}

export type DraftFlaw = { field: 'name' | 'territories' | 'weights' | 'days' | 'speed_kmh' | 'visits_default'; message: string } | { field: 'share'; territory: string; message: string }

const within = (text: string, min: number, max: number): number | null => {
  const n = text.trim() === '' ? Number.NaN : Number(text)
  return n >= min && n <= max ? n : null
}

/** What is still wrong, from the top of the form; `null` when it can be sent. */
export function flawOf({ name, seats, weights, days, speed, visits }: Draft): DraftFlaw | null {
  if (name.trim() === '' || name.trim().length > NAME_MAX) return { field: 'name', message: `Give it a name of 1 to ${NAME_MAX} characters.` }
  if (seats.length < 2) return { field: 'territories', message: 'Choose at least two: work is shared out among them.' }
  if (seats.length > TERRITORIES_MAX) return { field: 'territories', message: `At most ${TERRITORIES_MAX} at once.` }
  const seat = seats.find(({ share }) => within(share, 0.01, 100) === null)
  if (seat) return { field: 'share', territory: seat.id, message: 'From 0.01 to 100.' }
  if (AIMS.every((aim) => weights[aim] === 0)) return { field: 'weights', message: 'Something must count.' }
  if (within(days, 1, 366) === null) return { field: 'days', message: 'From 1 to 366.' }
  if (within(speed, 1, 200) === null) return { field: 'speed_kmh', message: 'From 1 to 200.' }
  if (within(visits, 0, 100) === null) return { field: 'visits_default', message: 'From 0 to 100.' }
  return null
}

export const bodyOf = (draft: Draft, id: string): NewDesign => ({
  id, name: draft.name.trim(), weights: draft.weights, include_unassigned: draft.includeUnassigned, days: Number(draft.days), speed_kmh: Number(draft.speed), visits_default: Number(draft.visits),
  territories: draft.seats.map(({ id: territory_id, share, base }) => ({ territory_id, share: Number(share), ...(base != null && { base }) })),
  rounds: draft.rounds, seed: draft.seed, locked: draft.locked.slice(0, LOCKED_MAX), ...(draft.resolution !== null && { resolution: draft.resolution }),
})
