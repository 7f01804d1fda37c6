/**
 * A day as the phone keeps it: what the server said of it last, in the page's own words. `contract.ts` reads it from the API; nothing else
 * here knows how it is sent. Times are Unix milliseconds of the server's clock.
 */
export type Point = { lat: number; lon: number }

export const STATUSES = ['planned', 'en_route', 'arrived', 'checked_in', 'in_progress', 'completed', 'missed', 'cancelled', 'abandoned'] as const
export type VisitStatus = (typeof STATUSES)[number]
export type Outcome = 'productive' | 'unproductive'

export type Span = { from_ms: number; to_ms: number }
/** Minutes of the day, by day of the week from Monday (0). */
export type OpenHours = { weekday: number; from: string; to: string }

export type Contact = { id: string; name: string; role: string; phone: string | null; email: string | null }

export type Place = {
  id: string
  label: string
  address: string
  point: Point | null
  /** `null`: always open, as far as is known. */
  hours: readonly OpenHours[] | null
  access_notes: string
}

export type Customer = { id: string; name: string; class: string | null; notes: string; places: readonly Place[]; contacts: readonly Contact[] }

/** The way to a visit from the one before it. */
export type Leg = { travel_s: number | null; distance_m: number | null; path: readonly Point[] }

/** Of one version of the plan: the ways along the roads, by the visit they lead to. `isWhole`: the server had no line to stand in for one. */
export type Ways = { version: number; date: string; isWhole: boolean; to: Readonly<Record<string, readonly Point[]>> }

export type Visit = {
  id: string
  customer_id: string
  customer: string
  place: Place
  kind: string
  status: VisitStatus
  /** Where it stands in the route; `null`: in none. */
  position: number | null
  windows: readonly Span[]
  /** Planned begin, and when it is expected by now. */
  start_ms: number | null
  eta_ms: number | null
  duration_s: number
  priority: number
  /** What it takes of the vehicle's capacity; absent in days kept from before it was said. */
  demand?: number
  purpose: string | null
  note: string
  leg: Leg | null
  checked_in_ms: number | null
  ended_ms: number | null
  outcome: Outcome | null
  reason: string | null
  flags: readonly string[]
  verification: string | null
  /** Nearer than this counts as there. */
  radius_m: number
  /** What it must show before it is completed, by outcome: `photo`, `signature`, `activity:<id>`. */
  required: { productive: readonly string[]; unproductive: readonly string[] }
  lacking: readonly string[]
  done: readonly DoneActivity[]
  /** What the files are for that the server has of it: `check_in`, `signature`, … */
  files: readonly string[]
}

export type DoneActivity = { id: string; type_id: string; at_ms: number; answers: Record<string, unknown> }

export type FieldKind = 'text' | 'note' | 'number' | 'choice' | 'multi_choice' | 'date' | 'boolean' | 'photo' | 'signature' | 'scan'

/** When an answer must be there: where the visit comes out so, or another field has this answer, say. */
export type Required = { kind: 'never' } | { kind: 'always' } | { kind: 'outcome'; of: Outcome } | { kind: 'when'; key: string; is: string }

export type FormField = {
  key: string
  label: string
  kind: FieldKind
  required: Required
  min: number | null
  max: number | null
  /** Digits after the point. */
  decimals: number | null
  lengthMax: number | null
  dateMin: string | null
  dateMax: string | null
  choices: readonly { value: string; label: string }[]
}

/** Something done at a visit, with the form it asks for, if any. */
export type ActivityType = { id: string; name: string; form: { id: string; version: number } | null; fields: readonly FormField[] }

export type Outside = 'block' | 'flag' | 'proof'
export type Rules = {
  outside_check_in: Outside
  outside_check_out: Outside
  accuracy_max_m: number
  cool_down_s: number
  /** Empty: any words will do. */
  unproductive_reasons: readonly string[]
  cancel_reasons: readonly string[]
  abandon_reasons: readonly string[]
}

export type Duty = { isOn: boolean; since_ms: number | null }

export type Day = {
  date: string
  zone: string
  fetched_ms: number
  visits: readonly Visit[]
  customers: readonly Customer[]
  activities: readonly ActivityType[]
  rules: Rules
  /** `null`: the server does not keep it. */
  duty: Duty | null
  start: Point | null
  ways?: Ways | null
}

/** What is fetched now and then, for visits that nobody planned. */
export type Directory = { fetched_ms: number; customers: readonly Customer[] }

export type OfferState = 'offered' | 'accepted' | 'declined' | 'timed_out' | 'withdrawn'
export type Offer = {
  id: string
  state: OfferState
  visit_id: string
  customer: string
  address: string
  point: Point | null
  purpose: string | null
  note: string
  window: Span | null
  duration_s: number | null
  offered_ms: number
  expires_ms: number
  arrival_ms: number | null
  detour_s: number | null
  cause: string | null
}

export const isOpen = (status: VisitStatus): boolean => status === 'checked_in' || status === 'in_progress'
export const isAhead = (status: VisitStatus): boolean => status === 'planned' || status === 'en_route' || status === 'arrived'
export const isOver = (status: VisitStatus): boolean => !isOpen(status) && !isAhead(status)
