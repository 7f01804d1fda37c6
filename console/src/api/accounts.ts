/** Calls about people, their sessions and their rights. */
import { auditEntryOf, type AuditEntry } from './auditEntry'
import { answer, call, everyPage } from './client'
import type {
  Acceptance, ApiKey, ApiKeyMade, AuditQuery, Credentials, DeviceSession, Erasure, Invitation, InvitationShown, Me, NewApiKey, NewInvitation, NewRole,
  NewTeam, Person, PersonPatch, RecoveryCodes, Revoked, Role, RoleChange, SignedIn, Team, TeamPatch, Totp,
} from './identity'
import { ApiError } from './problem'
import { leftOf } from './renewal'
import { keepSession } from './session'
import type { Page } from './types'

const PEOPLE_A_PAGE = 200
/** Kept in the browser while the server has not heard of a sign-out. */
const OWED = 'salessync.sign-out-owed'

const id = encodeURIComponent
const post = <Answer>(path: string, body?: unknown) => call<Answer>(path, { method: 'POST', body })
const remove = <Answer = void>(path: string, body?: unknown) => call<Answer>(path, { method: 'DELETE', body })

/** For people who are not signed in. */
const openly = <Answer>(path: string, body?: unknown) => call<Answer>(path, { method: body === undefined ? 'GET' : 'POST', body, isOpen: true })

/** Whoever signs in meanwhile waits for it: it must not end the session that comes after. */
let settling: Promise<void> | null = null

async function settle(): Promise<void> {
  if (localStorage.getItem(OWED) === null) return
  try {
    await call<void>('/auth/logout', { method: 'POST', isOpen: true })
  } catch (error) {
    // A session that is over already needs no end.
    if (!(error instanceof ApiError) || error.status >= 500 || error.status === 429) return
  }
  localStorage.removeItem(OWED)
}

export const accounts = {
  /** Opens a session, whose tokens come as cookies, and says whose it is. */
  signIn: async (credentials: Credentials): Promise<Me> => {
    await accounts.settleSignOut()
    const { body, response } = await answer('/auth/login', { method: 'POST', body: { ...credentials, cookies: true }, isOpen: true })
    localStorage.removeItem(OWED)
    keepSession(leftOf((body as SignedIn).expires_at, response))
    return accounts.me()
  },
  /** Owed until the server has heard of it: the session's cookies, which no script reads, would go on opening it. */
  signOut: (): Promise<void> => {
    localStorage.setItem(OWED, '1')
    return accounts.settleSignOut()
  },
  /** Tells the server of a sign-out that it could not be told of before. */
  settleSignOut: (): Promise<void> => {
    settling ??= settle().finally(() => {
      settling = null
    })
    return settling
  },
  me: (signal?: AbortSignal) => call<Me>('/me', { signal }),

  forgot: (email: string) => openly<void>('/auth/password/forgot', { email }),
  reset: (token: string, password: string) => openly<void>('/auth/password/reset', { token, password }),
  invitation: (token: string) => openly<InvitationShown>(`/auth/invitations/${id(token)}`),
  accept: (body: Acceptance) => openly<void>('/auth/invitations/accept', body),

  changePassword: (current: string, fresh: string) => post<void>('/auth/password', { current, new: fresh }),
  beginTotp: (password: string) => post<Totp>('/auth/totp', { password }),
  confirmTotp: (code: string) => post<RecoveryCodes>('/auth/totp/confirm', { code }),
  endTotp: (password: string, code: string) => remove('/auth/totp', { password, code }),
  newRecoveryCodes: (password: string) => post<RecoveryCodes>('/auth/totp/recovery-codes', { password }),
  sessions: (signal?: AbortSignal) => everyPage((after) => call<Page<DeviceSession>>('/auth/sessions', { query: { after }, signal })),
  revokeSession: (session: string) => remove(`/auth/sessions/${id(session)}`),
  revokeOthers: () => post<Revoked>('/auth/sessions/revoke-others'),

  people: (query: { q?: string; role?: string; after?: string }, signal?: AbortSignal) =>
    call<Page<Person>>('/users', { query: { ...query, limit: PEOPLE_A_PAGE }, signal }),
  person: (person: string, signal?: AbortSignal) => call<Person>(`/users/${id(person)}`, { signal }),
  updatePerson: (person: string, patch: PersonPatch) => call<Person>(`/users/${id(person)}`, { method: 'PATCH', body: patch }),
  erasePerson: (person: string) => remove<Erasure>(`/users/${id(person)}`),
  signOutEverywhere: (person: string) => post<Revoked>(`/users/${id(person)}/sessions/revoke`),
  resetSecondFactor: (person: string) => post<void>(`/users/${id(person)}/second-factor/reset`),

  invitations: (signal?: AbortSignal) => everyPage((after) => call<Page<Invitation>>('/invitations', { query: { after }, signal })),
  invite: (body: NewInvitation) => post<Invitation>('/invitations', body),
  revokeInvitation: (invitation: string) => remove(`/invitations/${id(invitation)}`),

  roles: (signal?: AbortSignal) => everyPage((after) => call<Page<Role>>('/roles', { query: { after }, signal })),
  createRole: (body: NewRole) => post<Role>('/roles', body),
  updateRole: (role: string, body: RoleChange) => call<Role>(`/roles/${id(role)}`, { method: 'PUT', body }),
  deleteRole: (role: string) => remove(`/roles/${id(role)}`),

  teams: (signal?: AbortSignal) => everyPage((after) => call<Page<Team>>('/teams', { query: { after }, signal })),
  createTeam: (body: NewTeam) => post<Team>('/teams', body),
  updateTeam: (team: string, body: TeamPatch) => call<Team>(`/teams/${id(team)}`, { method: 'PATCH', body }),
  deleteTeam: (team: string) => remove(`/teams/${id(team)}`),

  apiKeys: (signal?: AbortSignal) => everyPage((after) => call<Page<ApiKey>>('/api-keys', { query: { after }, signal })),
  createApiKey: (body: NewApiKey) => post<ApiKeyMade>('/api-keys', body),
  revokeApiKey: (key: string) => remove(`/api-keys/${id(key)}`),

  /** Newest first; `after` goes on to the older. */
  audit: async (query: AuditQuery & { limit: number; after?: string }, signal?: AbortSignal): Promise<Page<AuditEntry>> => {
    const page = await call<Page<Parameters<typeof auditEntryOf>[0]>>('/audit', { query, signal })
    return { ...page, items: page.items.map(auditEntryOf) }
  },
}
