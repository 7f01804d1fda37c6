/**
 * From what the API answers to the page's own words. What is not understood is left out rather than trusted: a page that was opened this
 * morning may meet a server that was updated at noon.
 */
import type { components } from '../../api/schema'
import {
  STATUSES, type ActivityType, type Contact, type Customer, type Day, type Duty, type FormField, type Leg, type Offer, type OpenHours, type Outcome, type Place, type Point, type Required,
  type Rules, type Visit, type Ways,
} from './day'
import { weekdayOf } from './words'

type Schemas = components['schemas']
export type MyDay = Schemas['MyDay']
export type MyRoutes = Schemas['PlanAgentDay']
export type MyWays = Schemas['RoutesShown']
type Stop = Schemas['PlanStop']
/** Of `GET /agents/{id}/duty`. */
export type DutyView = { state: 'on' | 'off'; since?: string | null }

export function readDay(my: MyDay, routes: MyRoutes | null, duty: DutyView | null, fetched_ms: number, ways: Ways | null = null): Day {
  const customers = new Map(my.customers.map((customer) => [customer.id, customer]))
  const stops = new Map((routes?.routes ?? []).flatMap((route) => route.stops.map((stop) => [stop.visit_id, stop] as const)))
  return {
    date: my.date, zone: my.time_zone, fetched_ms,
    visits: my.visits.flatMap((entry) => readVisit(entry, customers.get(entry.visit.customer_id), stops.get(entry.visit.id), my, ways) ?? []),
    customers: my.customers.map((customer) => readCustomer(customer, customer.contacts)),
    activities: my.activity_types.map((type) => readActivityType(type, my.forms)),
    rules: readRules(my.rules), duty: readDuty(duty), start: pointOf(routes?.routes[0]?.start), ways,
  }
}

function readVisit({ visit, activities, files }: MyDay['visits'][0], customer: MyDay['customers'][0] | undefined, stop: Stop | undefined, { rules, date }: MyDay, ways: Ways | null): Visit | null {
  const status = STATUSES.find((known) => known === visit.status)
  if (status === undefined) return null
  const place = customer?.places.find(({ id }) => id === visit.place_id)
  const required = (outcome: Outcome) => [...new Set((rules.requirements ?? []).filter((one) => concerns(one, visit.kind, customer?.class ?? null, outcome)).flatMap(({ proofs }) => (proofs ?? []) as unknown as string[]))]
  return {
    id: visit.id, customer_id: visit.customer_id, customer: customer?.name ?? stop?.customer ?? 'Customer',
    place: place ? readPlace(place, date) : { id: visit.place_id, label: '', address: '', point: pointOf(stop?.point), hours: null, access_notes: '' },
    kind: visit.kind, status, position: stop?.position ?? null,
    windows: visit.windows.map(({ from, to }) => ({ from_ms: at(from), to_ms: at(to) })),
    start_ms: stop ? at(stop.start) : null, eta_ms: stop ? at(stop.eta ?? stop.start) : null, duration_s: visit.duration_s, priority: visit.priority, demand: visit.demand,
    purpose: visit.purpose ?? null, note: visit.note, leg: stop ? legOf(stop, ways?.to[visit.id] ?? []) : null,
    checked_in_ms: maybe(visit.checked_in_at), ended_ms: maybe(visit.ended_at), outcome: visit.outcome ?? null, reason: visit.reason ?? null,
    flags: visit.flags, verification: visit.verification, radius_m: radiusOf(rules, customer?.class ?? null),
    required: { productive: required('productive'), unproductive: required('unproductive') }, lacking: visit.lacking as unknown as string[],
    done: activities.map(({ id, type_id, at: when, answers }) => ({ id, type_id, at_ms: at(when), answers: answers as Record<string, unknown> })),
    files: files.map(({ purpose }) => purpose),
  }
}

/** There is none to where a route begins, nor to the same place again. */
const legOf = ({ travel_s, distance_m }: Stop, path: readonly Point[]): Leg | null => (travel_s === 0 && distance_m === 0 ? null : { travel_s, distance_m, path })

/** Which leg leads to which visit; none where a route leads past a place that is not on the map. */
export function readWays({ version, routes }: MyWays, date: string): Ways {
  const to: Record<string, readonly Point[]> = {}
  for (const { start, end, stops, way, legs } of routes) {
    const before = start ? 1 : 0
    if (way.length !== before + stops.length + (end ? 1 : 0)) continue
    stops.forEach(({ visit_id }, nth) => {
      const leg = legs[nth + before - 1]
      if (leg && !leg.is_fallback) to[visit_id] = leg.points
    })
  }
  return { version, date, isWhole: routes.every(({ legs }) => legs.every(({ is_fallback }) => !is_fallback)), to }
}

type Requirement = NonNullable<MyDay['rules']['requirements']>[0]

/** An empty list stands for all. */
function concerns({ kinds = [], classes = [], outcomes = [] }: Requirement, kind: string, of: string | null, outcome: Outcome): boolean {
  return (kinds.length === 0 || kinds.some((one) => one === kind)) && (classes.length === 0 || (of !== null && classes.includes(of))) && (outcomes.length === 0 || outcomes.includes(outcome))
}

const radiusOf = (rules: MyDay['rules'], of: string | null): number => (of === null ? undefined : rules.classes?.[of]?.radius_m) ?? rules.radius_m ?? 100

function readRules(rules: MyDay['rules']): Rules {
  return {
    outside_check_in: rules.outside_check_in ?? 'flag', outside_check_out: rules.outside_check_out ?? 'flag', accuracy_max_m: rules.accuracy_max_m ?? 100, cool_down_s: rules.cool_down_s ?? 120,
    unproductive_reasons: rules.unproductive_reasons ?? [], cancel_reasons: rules.cancel_reasons ?? [], abandon_reasons: rules.abandon_reasons ?? [],
  }
}

type WirePlace = MyDay['customers'][0]['places'][0]

/** `date`: its own hours, a holiday's say, stand in place of the weekday's. */
export function readPlace({ id, label, address, point, hours, access_notes }: WirePlace, date: string | null = null): Place {
  return { id, label, address, point: pointOf(point), hours: hours == null ? null : hoursOf(hours, date), access_notes }
}

const WEEKDAYS = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun']

function hoursOf({ weekly, exceptions }: NonNullable<WirePlace['hours']>, date: string | null): OpenHours[] {
  const all = (weekly ?? []).flatMap(({ days, from, to }) => days.map((day) => ({ weekday: WEEKDAYS.indexOf(day), from, to })))
  const special = (exceptions ?? []).find((one) => one.date === date)
  const today = date === null ? -1 : weekdayOf(date)
  const hours = special ? [...all.filter(({ weekday }) => weekday !== today), ...(special.hours ?? []).map(({ from, to }) => ({ weekday: today, from, to }))] : all
  return hours.sort((a, b) => a.from.localeCompare(b.from))
}

type Named = { id: string; name: string; class?: string | null; notes: string; places: readonly WirePlace[] }

export function readCustomer({ id, name, class: of, notes, places }: Named, contacts: readonly Schemas['CustomerContact'][] = []): Customer {
  return { id, name, class: of ?? null, notes, places: places.map((place) => readPlace(place)), contacts: contacts.map(readContact) }
}

/** What is masked cannot be called. */
function readContact({ id, name, role, phone, email, masked }: Schemas['CustomerContact']): Contact {
  return { id, name, role, phone: masked ? null : (phone ?? null), email: masked ? null : (email ?? null) }
}

function readActivityType({ id, name, form_id }: MyDay['activity_types'][0], forms: MyDay['forms']): ActivityType {
  const form = forms.find((held) => held.id === form_id)
  return { id, name, form: form ? { id: form.id, version: form.version } : null, fields: form ? form.fields.flatMap((field) => readField(field) ?? []) : [] }
}

const NOTHING = { min: null, max: null, decimals: null, lengthMax: null, dateMin: null, dateMax: null, choices: [] } as const
const SCAN_LENGTH_MAX = 500

function readField(field: MyDay['forms'][0]['fields'][0]): FormField | null {
  const of = { ...NOTHING, key: field.key, label: field.label, required: requiredOf(field.required) }
  switch (field.kind) {
    case 'text':
    case 'note':
      return { ...of, kind: field.kind, lengthMax: field.max_len ?? null }
    case 'number':
      return { ...of, kind: 'number', min: field.min ?? null, max: field.max ?? null, decimals: field.decimals ?? null }
    case 'choice':
      return { ...of, kind: 'choice', choices: choicesOf(field.choices) }
    case 'multi_choice':
      return { ...of, kind: 'multi_choice', choices: choicesOf(field.choices), min: field.min ?? null, max: field.max ?? null }
    case 'date':
      return { ...of, kind: 'date', dateMin: field.min ?? null, dateMax: field.max ?? null }
    case 'photo':
      return { ...of, kind: 'photo', min: field.min ?? null, max: field.max ?? null }
    case 'scan':
      return { ...of, kind: 'scan', lengthMax: SCAN_LENGTH_MAX }
    case 'boolean':
    case 'signature':
      return { ...of, kind: field.kind }
    default:
      return null
  }
}

const choicesOf = (choices: readonly { code: string; label: string }[]) => choices.map(({ code, label }) => ({ value: code, label }))

function requiredOf(required: MyDay['forms'][0]['fields'][0]['required']): Required {
  if (required === 'always') return { kind: 'always' }
  if (typeof required !== 'object' || required === null) return { kind: 'never' }
  if ('outcome' in required) return { kind: 'outcome', of: required.outcome }
  return 'when' in required ? { kind: 'when', key: required.when.key, is: required.when.is } : { kind: 'never' }
}

const readDuty = (duty: DutyView | null): Duty | null => duty && { isOn: duty.state === 'on', since_ms: maybe(duty.since) }

/** `known`: places and names by visit, of the day and of the customers on the phone. */
export function readOffer(shown: Schemas['OfferShown'], placeOf: (customer: string, place: string) => Place | null): Offer {
  const { offer, state, offered_at, expires_at, visit, address, purpose, note, arrival, detour_s } = shown
  const place = placeOf(visit.customer_id, visit.place_id)
  const [window] = visit.windows
  return {
    id: offer, state, visit_id: visit.visit_id, customer: visit.customer, address: address || (place?.address ?? ''), point: pointOf(visit.point) ?? place?.point ?? null, purpose: purpose ?? null, note: note ?? '',
    window: window ? { from_ms: at(window.from), to_ms: at(window.to) } : null, duration_s: visit.duration_s, offered_ms: at(offered_at), expires_ms: at(expires_at),
    arrival_ms: maybe(arrival), detour_s: detour_s ?? null, cause: null,
  }
}

const at = (instant: string): number => Date.parse(instant)
const maybe = (instant: string | null | undefined): number | null => (instant == null ? null : at(instant))
const pointOf = (point: { lat: number; lon: number } | null | undefined): Point | null => (point == null ? null : { lat: point.lat, lon: point.lon })
