/** The planner's reasons in words: why this agent, why nobody, which limit stands in the way. Pure; codes that are new here are shown as they are. */
import type { PlanBill, PlanRelaxationKind } from '../../api/plans'
import { ApiError, explain } from '../../api/problem'
import { count, distance } from '../../util/units'
import { partsOf, soonestWait, waitingFrom } from './asked'
import type { Relaxation } from './desk'
import { laneOf } from './follow'
import { dayIn, span_s } from './words'

type Shift = { agent: string; date: string; part?: number }
type Named = (lane: string) => string
export type Refusal = { code: string } & Readonly<Record<string, unknown>>
type OfferShown = { shift: Shift; position: number; start_s: number; cost: number; parts: PlanBill }

/** What the document leaves open, read by its kind. */
export type Explanation =
  | { kind: 'here'; version: number; chosen: OfferShown; others: OfferShown[]; refused: (Refusal & { shift: Shift })[] }
  | { kind: 'waiting'; version: number; reason: string; counts: [string, number][]; nearest: (Refusal & { shift: Shift })[]; relaxations: Relaxation[] }
  | { kind: 'begun'; version: number }
  | { kind: 'unfit'; version: number; reason: string }

const number = (value: unknown): number => (typeof value === 'number' ? value : 0)

export function refusalInWords({ code, ...figures }: Refusal, skillName: (code: string) => string = (skill) => skill): string {
  switch (code) {
    case 'skill_missing': return `lacks ${(Array.isArray(figures.skills) ? figures.skills : []).map((skill) => skillName(String(skill))).join(', ') || 'a skill'}`
    case 'forbidden_agent': return 'must not visit this customer'
    case 'not_allowed_agent': return 'is not among those allowed'
    case 'pinned_elsewhere': return 'it is settled with somebody else'
    case 'not_on_shift': return 'does not work then'
    case 'locked': return 'has no place left that is not settled'
    case 'unreachable': return 'has no way there'
    case 'window_closed': return `would come ${span_s(number(figures.late_by_s))} too late`
    case 'delays_others': return `would make another visit ${span_s(number(figures.late_by_s))} late`
    case 'shift_end': return `would work ${span_s(number(figures.over_s))} too long`
    case 'no_room_beside_breaks': return `lacks ${span_s(number(figures.late_by_s))} beside the breaks`
    case 'capacity': return `would carry ${number(figures.over)} too much`
    case 'max_visits': return `may make ${number(figures.max)} visits at most`
    case 'max_travel': return `would drive ${span_s(number(figures.over_s))} too long`
    case 'max_distance': return `would drive ${distance(number(figures.over_m))} too far`
    case 'agent_duty': return `would work ${span_s(number(figures.over_s))} too long over all days`
    case 'agent_shifts': return `may work on ${number(figures.max)} days at most`
    default: return code.replaceAll('_', ' ')
  }
}

/** What gave, or would have to, and how far. */
export function relaxationInWords(kind: PlanRelaxationKind, nameOf: (visit: string) => string | null = () => null): string {
  switch (kind.give) {
    case 'overtime': return `works ${span_s(kind.by_s)} longer than allowed`
    case 'window': return `begins ${span_s(kind.by_s)} after its hours have ended`
    case 'drop': return `leaves out ${nameOf(kind.visit) ?? 'a visit'}, which is optional`
    case 'displace': return `leaves out ${nameOf(kind.visit) ?? 'a visit'}, which has to be made but matters less`
  }
}

/** The same as it is sent back to be accepted. */
export function acceptanceOf(relaxation: Relaxation): PlanRelaxationKind {
  switch (relaxation.give) {
    case 'overtime': return { give: 'overtime', by_s: relaxation.by_s }
    case 'window': return { give: 'window', by_s: relaxation.by_s }
    case 'drop': return { give: 'drop', visit: relaxation.visit }
    case 'displace': return { give: 'displace', visit: relaxation.visit, priority: relaxation.priority }
  }
}

const REASONS: Record<string, string> = {
  no_shift: 'Nobody works then.', nobody_allowed: 'Of those who work nobody is allowed to make it.', nobody_skilled: 'Nobody who may make it has the skills it needs.', unreachable: 'There is no way to its place.',
  too_large: 'It is more than any vehicle can carry.', no_time: 'Not even an empty day has room for it within its hours.', no_room: 'It does not fit beside what is planned already.', not_worth_it: 'Making it would cost more than leaving it out.', not_planned: 'It fits, and nobody has planned it.',
  place_unknown: 'Its place is not on the map yet.', place_closed: 'Its place is closed all day.', windows_passed: 'Its hours have passed, or lie on another day.', by_telephone: 'It is made by telephone.',
  no_place: 'Its place is not on the map yet.', no_point: 'Its place is not on the map yet.', unknown_skill: 'It needs a skill that nobody has.',
}
export const reasonInWords = (code: string): string => REASONS[code] ?? `${code.charAt(0).toUpperCase()}${code.slice(1).replaceAll('_', ' ')}.`

export type Line = { who: string; text: string; isMuted: boolean }

const laneIn = ({ agent, part = 0 }: Shift): string => laneOf(agent, part)
const onAnother = ({ date }: Shift, today: string): string => (date === today ? '' : ` (${dayIn(date)})`)

/** Who it was held against, what each would cost or what stands in their way. */
export function linesOf(why: Explanation, today: string, nameOf: Named, skillName?: (code: string) => string): Line[] {
  const refused = (list: readonly (Refusal & { shift: Shift })[]): Line[] => {
    const lines = list.map(({ shift, ...refusal }) => ({ who: `${nameOf(laneIn(shift))}${onAnother(shift, today)}`, text: refusalInWords(refusal as Refusal, skillName), isMuted: true }))
    return [...new Map(lines.map((line) => [`${line.who}: ${line.text}`, line])).values()].slice(0, 4)
  }
  switch (why.kind) {
    case 'here': {
      const soonest = soonestWait([why.chosen, ...why.others])
      const tell = (offer: OfferShown, isChosen: boolean): Line => {
        const parts = partsOf(waitingFrom(offer.parts, soonest)).map(({ name, text }) => `${name} ${text}`).join(', ')
        return { who: `${nameOf(laneIn(offer.shift))}${onAnother(offer.shift, today)}`, text: `${isChosen ? '' : `${difference(offer.cost - why.chosen.cost)} · `}${parts || 'on the way'}`, isMuted: false }
      }
      // Who has it is no alternative, and one reason of one agent is told once.
      const others = why.refused.filter(({ shift }) => shift.agent !== why.chosen.shift.agent || shift.date !== why.chosen.shift.date)
      return [tell(why.chosen, true), ...why.others.slice(0, 3).map((offer) => tell(offer, false)), ...refused(others)]
    }
    case 'waiting': {
      // How far a visit of this day is from the hours of another says nothing.
      const here = why.nearest.filter(({ shift }) => shift.date === today)
      return refused(here.length > 0 ? here : why.nearest)
    }
    case 'begun':
    case 'unfit':
      return []
  }
}

const difference = (cost: number): string => (cost === 0 ? 'as dear' : cost > 0 ? `${count(Math.round(cost))} dearer` : `${count(Math.round(-cost))} cheaper`)

/** `null`: nothing is to be said. `isChosen`: somebody gave it to whoever has it. */
export function headlineOf(why: Explanation, nameOf: Named, isChosen = false): string | null {
  switch (why.kind) {
    case 'here': {
      const [next] = why.others
      if (!next) return why.refused.some(({ code }) => code === 'pinned_elsewhere') ? `It is settled with ${nameOf(laneIn(why.chosen.shift))}.` : 'Nobody else can make it.'
      const cause = partsOf(subtract(next.parts, why.chosen.parts))[0]
      const another = nameOf(laneIn(next.shift))
      if (next.cost < why.chosen.cost) return isChosen ? `It stays as it was chosen. ${another} would be cheaper.` : `${another} would be cheaper by now.`
      return `The best place there is${cause ? `; the next best: ${cause.name} ${cause.text}` : ''}.`
    }
    case 'waiting': return reasonInWords(why.reason)
    case 'unfit': return reasonInWords(why.reason)
    case 'begun': return null
  }
}

function subtract(a: PlanBill, b: PlanBill): PlanBill {
  return Object.fromEntries((Object.keys(a) as (keyof PlanBill)[]).map((key) => [key, a[key] - b[key]])) as PlanBill
}

const ID = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g
/** Of the day that is spoken of: the date says nothing more. */
const INSTANT = /\d{4}-\d{2}-\d{2}T(\d{2}:\d{2}):\d{2}(?:\.\d+)?(?:Z|[+-]\d{2}:\d{2})/g
const SHIFT = /\bshift ([0-9a-f-]{36}) on (\d{4}-\d{2}-\d{2})/g

/** Names that are known, and what an id that is none of these visits. A code that is unknown has no name. */
export const namesOr = (names: ReadonlyMap<string, string>, visitName: (visit: string) => string) => (id: string): string | null =>
  names.get(id) ?? (id.length === ID_LENGTH ? visitName(id) : null)

const ID_LENGTH = 36

/** What somebody has not: skills by their codes. Time that lacks is followed by what it lacks beside. */
const LACKS = /\blacks ([\w.-]+(?:, [\w.-]+)*)(?=$|;)/g

/** Names for the ids and codes that a message of the server speaks of, days for dates. */
export const named = (message: string, nameOf: (id: string) => string | null): string =>
  message.replace(LACKS, (_, codes: string) => `lacks ${codes.split(', ').map((code) => nameOf(code) ?? code).join(', ')}`)
    .replace(SHIFT, (_, agent: string, date: string) => `${agent} on ${dayIn(date)}`).replace(INSTANT, '$1').replace(/(?<=\d:\d{2})\.\.(?=\d{2}:)/g, '–').replace(ID, (id) => nameOf(id) ?? id)

/** The same as a sentence. */
export function withNames(message: string, nameOf: (id: string) => string | null): string {
  const text = named(message, nameOf)
  return text.charAt(0).toUpperCase() + text.slice(1)
}

/** What a refusal says, with names for ids: those known here, else those it came with. */
export function refusalOf(error: unknown, nameOf: (id: string) => string | null): string {
  const details = error instanceof ApiError ? (error.details as { customers?: Record<string, string> } | null) : null
  return withNames(explain(error), (id) => nameOf(id) ?? details?.customers?.[id] ?? null)
}
