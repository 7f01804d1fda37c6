/** What a design comes to, in the figures people compare by. Pure: measures in, numbers and words out. */
import type { DesignMeasure, DesignMove, DesignState, Proposal } from '../../api/designs'
import { count, percent } from '../../util/units'

const WORKING_DAYS_A_WEEK = 5

/** Of visits and of the ways between them. */
export const hoursAWeek = ({ service_s, travel_s }: Pick<DesignMeasure, 'service_s' | 'travel_s'>, days: number): number => ((service_s + travel_s) / 3_600 / days) * WORKING_DAYS_A_WEEK

export type Pair = { today: number; proposed: number }

export type TerritoryFigures = {
  id: string
  name: string
  colour: string
  hours: Pair
  /** Over what would be its share: 1 is just right. */
  load: Pair
  /** 1 is a disk. */
  roundness: Pair
  customers: Pair
  comeIn: number
  goOut: number
}

/** One for each territory, by name. */
export function figuresOf({ territories }: Proposal, days: number, colours: ReadonlyMap<string, string>): TerritoryFigures[] {
  const collator = new Intl.Collator(undefined, { numeric: true, sensitivity: 'base' })
  return territories.map(({ territory_id, name, colour, before, after }) => ({
    id: territory_id, name, colour: colours.get(territory_id) ?? colour,
    hours: { today: hoursAWeek(before, days), proposed: hoursAWeek(after, days) },
    load: { today: before.load, proposed: after.load },
    roundness: { today: before.roundness, proposed: after.roundness },
    customers: { today: before.accounts, proposed: after.accounts },
    comeIn: after.newcomers, goOut: Math.max(0, before.accounts + after.newcomers - after.accounts),
  })).sort((a, b) => collator.compare(a.name, b.name))
}

export type Verdict = 'better' | 'worse' | 'same'

/** Whether a change is for the better, where it can be seen at all. */
export function verdictOf({ today, proposed }: Pair, wanted: 'less' | 'more', least: number): Verdict {
  const change = proposed - today
  if (Math.abs(change) < least) return 'same'
  return change < 0 === (wanted === 'less') ? 'better' : 'worse'
}

/** The greatest and the least hours a week of any territory. */
export function range(figures: readonly TerritoryFigures[], when: keyof Pair): { least: number; greatest: number } {
  const hours = figures.map((one) => one.hours[when])
  return { least: Math.min(...hours), greatest: Math.max(...hours) }
}

export const hours = (n: number): string => `${n >= 99.95 ? count(Math.round(n)) : n.toFixed(1)} h`

/** Greatest load less the least, of a fair share. */
export const spread = (n: number): string => percent(n)

/** Roundness as people say it: 0 to 100. */
export const compactness = (n: number): string => String(Math.round(n * 100))

export type Route = { from: string | null; to: string; customers: number }

/** Which ways customers go, the most travelled first. */
export function routesOf(moves: readonly DesignMove[]): Route[] {
  const routes = new Map<string, Route>()
  for (const { from = null, to } of moves) {
    const key = routeKey(from, to)
    const route = routes.get(key) ?? { from, to, customers: 0 }
    routes.set(key, { ...route, customers: route.customers + 1 })
  }
  return [...routes.values()].sort((a, b) => b.customers - a.customers)
}

export const routeKey = (from: string | null | undefined, to: string): string => `${from ?? ''}>${to}`

const SPARE_COLOURS = ['#2563eb', '#d97706', '#059669', '#dc2626', '#7c3aed', '#0891b2', '#c026d3', '#65a30d', '#e11d48', '#4f46e5', '#a16207', '#0d9488', '#be185d', '#475569']

/** A colour for each: its own, unless another has it already, for on this map they must be told apart. */
export function coloursOf(territories: readonly { territory_id: string; colour: string }[]): Map<string, string> {
  const colours = new Map<string, string>()
  const own = new Set(territories.map(({ colour }) => colour.toLowerCase()))
  const spare = SPARE_COLOURS.filter((colour) => !own.has(colour))
  const taken = new Set<string>()
  for (const { territory_id, colour } of territories) {
    const wanted = colour.toLowerCase()
    const given = taken.has(wanted) ? (spare.shift() ?? SPARE_COLOURS[colours.size % SPARE_COLOURS.length]!) : wanted
    taken.add(given)
    colours.set(territory_id, given)
  }
  return colours
}

/** Where in the work one is. */
export type Stage = 'choose' | 'propose' | 'compare' | 'apply'
export function stageOf(state: DesignState): Stage {
  switch (state) {
    case 'computing':
    case 'failed':
      return 'propose'
    case 'ready':
    case 'discarded':
      return 'compare'
    case 'applied':
    case 'reverted':
      return 'apply'
  }
}
