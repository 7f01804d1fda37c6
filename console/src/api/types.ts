/**
 * Short names for the shapes of the API, which are generated from docs/openapi.json (`npm run codegen`). What the document leaves
 * open (GeoJSON, words of a closed list that travel as text) is narrowed here, and nowhere else.
 */
import type { MultiPolygon, Polygon, Position } from 'geojson'
import type { components } from './schema'

type Schemas = components['schemas']

export type AgentStatus = Schemas['Status']
export type AgentState = 'asleep' | 'awake' | 'restarting' | 'halted'

export type Ticket = Schemas['Ticket']
/** `next` goes into `after` for the page that follows; nothing on the last. */
export type Page<Item> = { items: Item[]; next?: string | null }

export type Agent = Pick<Schemas['AgentView'], 'id' | 'name' | 'created_at'> & {
  territory_id: string | null
  state: AgentState
}
/** `masked`: only as much is shown as one needs to recognise them. */
export type AgentContacts = Schemas['AgentContacts']
/** What is absent stays; `null` takes the agent out of every territory. */
export type AgentPatch = Schemas['AgentPatch']
export type Area = Polygon | MultiPolygon
export type Territory = Omit<Schemas['Territory'], 'area'> & { area: Area }
export type TerritoryBody = { name: string; colour: string; area: Area; parent_id: string | null }

export type Circle = { type: 'Circle'; coordinates: Position; radius_m: number }
export type Corridor = { type: 'Corridor'; coordinates: Position[]; half_width_m: number }
export type Shape = Circle | Corridor | Polygon | MultiPolygon
export type Calendar = Schemas['Calendar']
export type Opening = Schemas['Opening']
export type Exception = Schemas['Exception']
export type DayOfWeek = Schemas['DayOfWeek']
export type Fence = Omit<Schemas['Fence'], 'shape'> & { shape: Shape }
export type FenceBody = { name: string; dwell_s: number | null; calendar: Calendar | null; shape?: Shape }

export type Fix = Schemas['Fix']
export type Day = Schemas['Day']
export type AgentPosition = Schemas['Position']

export type Device = Schemas['EnrolledDevice']
export type PhoneApp = Schemas['PhoneApp']
export type Words = Schemas['Words']
export type NewDevice = Schemas['NewDevice']
export type Enrolment = Schemas['Enrolment']
export type Setup = Schemas['Setup']
export type TimelineItem = Schemas['TimelineItem']
export type ItemKind = TimelineItem['kind']
export type TimelineDay = Schemas['TimelineDay']
/** What tracks are derived by, and the zone of the organisation's dates. */
export type TrackSettings = Schemas['TrackSettings']

export type QuarantineReason =
  | Schemas['Suspicion'] | 'too_far_ahead' | 'clock_skew' | 'ancient' | 'mock' | 'derivation_failed' | 'week_rollover' | 'apple_epoch' | 'decided'
export type QuarantinedFix = Omit<Schemas['QuarantinedFix'], 'reason' | 'decision'> & {
  reason: QuarantineReason
  decision?: 'restored' | 'excluded' | null
}
export type QuarantineCount = Schemas['QuarantineCount']
export type DecisionKind = Schemas['DecisionKind']
export type Decision = Schemas['DecisionRequest']
export type Evidence = Schemas['Evidence']

export type Bounds = Schemas['Bounds']
export type BasemapChoice = Schemas['Basemap']
export type MapConfig = { basemap: BasemapChoice; bounds: Bounds | null }

export type Arbiter = Schemas['Arbiter']
export type HaltedAgent = Schemas['HaltedAgent']
export type SystemReport = Schemas['System']

export type FieldProblem = Schemas['FieldError']
export type Problem = Partial<Schemas['ErrorBody']> & Pick<Schemas['ErrorBody'], 'code' | 'message'> & { details?: unknown }
