/**
 * The shapes of people and of what they may do. By hand for as long as the generated document has no names for them; `Module`, `Action`
 * and `Breadth` are the closed lists of the access model.
 */

export const MODULES = [
  'agents', 'positions', 'tracks', 'quarantine', 'devices', 'fences', 'territories', 'teams', 'settings', 'users', 'roles', 'api_keys', 'audit',
  'system', 'contacts', 'precise_location',
] as const
export type Module = (typeof MODULES)[number]

export const ACTIONS = ['read', 'create', 'update', 'delete', 'export'] as const
export type Action = (typeof ACTIONS)[number]

export const BREADTHS = ['own', 'team', 'territory', 'all'] as const
export type Breadth = (typeof BREADTHS)[number]

export type Permission = { module: Module; action: Action; scope: Breadth }

export type Me = {
  id: string
  email: string
  name: string
  /** The name of a built-in role or of one that was made here. */
  role: string
  agent_id?: string | null
  territories: { id: string; name: string }[]
  permissions: Permission[]
  second_factor: boolean
  password_changed_at?: string | null
  /** Who acts as this person. */
  impersonated_by?: { id: string; name: string } | null
}

/** The answer to signing in and to renewing; the tokens themselves are in cookies that no script can read. */
export type SignedIn = { expires_at: string }

export type DeviceSession = {
  id: string
  device?: string | null
  user_agent?: string | null
  address?: string | null
  created_at: string
  last_used_at: string
  expires_at: string
  current: boolean
}

export type Totp = { secret: string; uri: string }
export type RecoveryCodes = { recovery_codes: string[] }

export type Person = {
  id: string
  email: string
  name: string
  role: string
  agent_id?: string | null
  territories: string[]
  teams: string[]
  disabled: boolean
  second_factor: boolean
  created_at: string
  last_seen_at?: string | null
}
export type PersonPatch = Partial<Pick<Person, 'name' | 'role' | 'territories' | 'disabled'>> & { agent_id?: string | null }

export type Role = {
  name: string
  title: string
  built_in: boolean
  permissions: Permission[]
  /** How many hold it, where the server counts them. */
  users?: number
}
export type RoleBody = { name: string; title: string; permissions: Permission[] }

export type Team = { id: string; name: string; agents: string[]; leads: string[] }
export type TeamBody = { name: string; agents: string[]; leads: string[] }

export type Invitation = {
  id: string
  email: string
  name: string
  role: string
  territories?: string[]
  created_at?: string
  expires_at: string
  invited_by?: { id: string; name?: string } | null
  /** Where it is accepted: only in the answer to its making, and only when no mail goes out. */
  link?: string | null
}
export type NewInvitation = { email: string; name: string; role: string; territories?: string[]; agent_id?: string | null }
export type InvitationShown = { email: string; name: string; role: string }

export type ApiKey = {
  id: string
  name: string
  role: string
  territories?: string[]
  created_at: string
  expires_at: string
  revoked_at?: string | null
}
export type NewApiKey = { name: string; role: string; territories?: string[]; expires_at: string }
export type ApiKeyMade = ApiKey & { key: string }

export type AuditParty = { kind: string; id: string | null; name: string | null }
export type AuditEntry = {
  id: string
  at: string
  actor: AuditParty
  /** The user whose place the actor took. */
  on_behalf_of: string | null
  kind: string
  object: AuditParty | null
  outcome: string
  address: string | null
  request_id: string | null
  before: unknown
  after: unknown
  /** How many such acts it stands for: refusals beyond a few a minute are counted. */
  count: number
  /** Its place in the chain and the chain's hash up to it, once it is sealed. */
  seq: number | null
  hash: string | null
}
