/**
 * Short names for the shapes of people and of what they may do, generated like those in `types.ts`; and the closed lists of the access
 * model in the order in which they are shown, which the compiler holds against the document.
 */
import { everyOf } from '../util/everyOf'
import type { components, paths } from './schema'

type Schemas = components['schemas']

export type Module = Schemas['Module']
export const MODULES = everyOf<Module>()([
  'agents', 'positions', 'tracks', 'duty', 'quarantine', 'devices', 'fences', 'plans', 'dispatch', 'customers', 'visits', 'visit_reports', 'territories', 'teams', 'settings', 'users', 'roles', 'api_keys', 'audit',
  'system', 'contacts', 'precise_location',
])

export type Action = Schemas['Action']
export const ACTIONS = everyOf<Action>()(['read', 'create', 'update', 'delete', 'export'])

export type Breadth = Schemas['Breadth']
export const BREADTHS = everyOf<Breadth>()(['own', 'team', 'territory', 'all'])

/** Under `Permission` the document has what a phone lets its app know; both `Me` and `Role` point there and mean this. */
export type Permission = Schemas['PermissionText']
type Permitted<Of> = Omit<Of, 'permissions'> & { permissions: Permission[] }

export type Me = Permitted<Schemas['Me']>
/** The answer to signing in and to renewing; the tokens themselves are in cookies that no script can read. */
export type SignedIn = Schemas['SignedIn']
export type Credentials = Pick<Schemas['Login'], 'email' | 'password' | 'code'>
export type DeviceSession = Schemas['Session']
export type Totp = Schemas['TotpSecret']
export type RecoveryCodes = Schemas['RecoveryCodes']
export type Revoked = Schemas['Revoked']

export type Person = Schemas['User']
export type PersonPatch = Schemas['UserPatch']
export type Erasure = Schemas['Erasure']

export type Role = Permitted<Schemas['Role']>
export type NewRole = Schemas['NewRole']
export type RoleChange = Schemas['RoleChange']

export type Team = Schemas['Team']
export type NewTeam = Schemas['NewTeam']
export type TeamPatch = Schemas['TeamPatch']

export type Invitation = Schemas['Invitation']
export type NewInvitation = Schemas['NewInvitation']
export type InvitationShown = Schemas['InvitationShown']
export type Acceptance = Schemas['Acceptance']

export type ApiKey = Schemas['ApiKey']
export type NewApiKey = Schemas['NewApiKey']
/** The answer to its making, the only one that shows the key. */
export type ApiKeyMade = ApiKey & { key: string }

type AuditParameters = NonNullable<paths['/api/v1/audit']['get']['parameters']['query']>
/** What the trail may be asked for, as text: it comes from the address of the page, and the server judges it. */
export type AuditQuery = Partial<Record<Exclude<keyof AuditParameters, 'after' | 'limit'>, string>>
export type ActKind = NonNullable<AuditParameters['kind']>
export type Outcome = NonNullable<AuditParameters['outcome']>
