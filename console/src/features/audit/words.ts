/** The acts in words. A kind that is not listed here is shown by its name: a newer server may write more. */
import type { AuditParty } from '../../api/auditEntry'
import type { ActKind, Outcome } from '../../api/identity'
import type { BadgeTone } from '../../ui/Badge'
import { ACTION_WORDS, MODULE_WORDS } from '../users/rights'
import type { Names } from './names'

type Words = Partial<Record<ActKind, string>>

const SIGNING_IN = {
  sign_in: 'Signed in', sign_in_refused: 'Sign-in refused', second_factor_refused: 'Second factor refused', sign_out: 'Signed out', session_revoked: 'Session ended',
  refresh_token_reused: 'Stolen session suspected', impersonation_begun: 'Took somebody’s place', token_minted: 'Token made',
} satisfies Words

const PASSWORDS = {
  password_changed: 'Password changed', password_reset_asked: 'Password reset asked for', password_reset: 'Password reset', second_factor_enabled: 'Second factor turned on',
  second_factor_disabled: 'Second factor turned off',
} satisfies Words

const PEOPLE = {
  access_refused: 'Access refused', user_invited: 'User invited', user_created: 'User created', user_changed: 'User changed', user_disabled: 'User disabled', user_erased: 'User erased',
  role_changed: 'Role given', role_created: 'Role made', role_updated: 'Role changed', role_deleted: 'Role deleted', team_changed: 'Team changed',
  territory_changed: 'Territory changed', territory_assigned: 'Territory assigned',
} satisfies Words

const KEYS = { api_key_created: 'API key made', api_key_revoked: 'API key revoked', key_rotated: 'Keys rotated' } satisfies Words

const FIELD = {
  agent_created: 'Agent created', agent_changed: 'Agent changed', agent_resumed: 'Agent resumed', device_enrolled: 'Phone enrolled', device_changed: 'Phone changed', device_revoked: 'Phone revoked',
  fence_changed: 'Fence changed', quarantine_decided: 'Quarantine decided', recompute: 'Days derived again',
} satisfies Words

const CUSTOMERS = {
  customer_created: 'Customer created', customer_changed: 'Customer changed', customer_resumed: 'Customer resumed', customers_imported: 'Customers imported', visits_imported: 'Visits imported', work_changed: 'Work of an agent changed', duty_changed: 'Duty changed',
} satisfies Words

const PLANNING = {
  visit_planned: 'Visit planned or changed', visit_told_for: 'Visit told for an agent', beat_changed: 'Beat changed', form_changed: 'Form changed', plan_changed: 'Plan changed', plan_searched: 'Better plan searched',
  dispatch_changed: 'Dispatch changed', file_read: 'File read',
} satisfies Words

const DATA = { export: 'Exported', settings_changed: 'Settings changed', retention_run: 'Retention run', erasure: 'Somebody erased', audit_read: 'Audit log read' } satisfies Words

export const GROUPS: readonly { name: string; kinds: Words }[] = [
  { name: 'Signing in', kinds: SIGNING_IN }, { name: 'Passwords and factors', kinds: PASSWORDS }, { name: 'People and rights', kinds: PEOPLE }, { name: 'Keys', kinds: KEYS },
  { name: 'Field', kinds: FIELD }, { name: 'Customers and work', kinds: CUSTOMERS }, { name: 'Visits and plans', kinds: PLANNING }, { name: 'Data', kinds: DATA },
]

const WORDS: Record<ActKind, string> = { ...SIGNING_IN, ...PASSWORDS, ...PEOPLE, ...KEYS, ...FIELD, ...CUSTOMERS, ...PLANNING, ...DATA }
const NAMES = new Map<string, string>(Object.entries(WORDS))

export const nameOfKind = (kind: string): string => NAMES.get(kind) ?? capital(kind.replaceAll('_', ' '))

type OutcomeLook = { name: string; tone: BadgeTone }
const OUTCOME_LOOKS: Record<Outcome, OutcomeLook> = {
  done: { name: 'Done', tone: 'good' }, refused: { name: 'Refused', tone: 'danger' }, failed: { name: 'Failed', tone: 'warn' },
}
export const OUTCOMES = Object.entries(OUTCOME_LOOKS).map(([outcome, { name, tone }]) => ({ outcome, name, tone }))

export const lookOfOutcome = (outcome: string): OutcomeLook => OUTCOMES.find((known) => known.outcome === outcome) ?? { name: capital(outcome), tone: 'plain' }

const PARTIES: Record<string, string> = {
  user: 'User', agent: 'Agent', api_key: 'API key', system: 'The server', nobody: 'Not signed in', device: 'Phone', operation: 'Request', data: 'Data',
}
export const nameOfParty = (kind: string): string => PARTIES[kind] ?? capital(kind.replaceAll('_', ' '))

/** By name where there is one, or as much of the id as tells them apart. */
export function nameOf({ kind, id, name }: AuditParty, names: Names): string {
  const known = name ?? (id === null ? null : (names.get(`${kind}:${id}`) ?? names.get(id)))
  if (known != null) return known
  if (id === null) return nameOfParty(kind)
  switch (kind) {
    case 'operation':
      return id
    case 'agents':
      return id === '1' ? '1 agent' : `${id} agents`
    case 'data':
      return id === 'audit' ? 'Audit log' : capital(id)
    case 'settings':
      return `Settings of ${id}`
    default:
      return `${nameOfParty(kind)} ${shortId(id)}`
  }
}

const FIELDS: Record<string, string> = {
  agent_id: 'agent', territory_id: 'territory', parent_id: 'part of', ttl_s: 'lasts, seconds', expires_at: 'ends', has_external_id: 'goes by a name of its own', left_out_bytes: 'too long to keep, bytes',
}

/** `permissions.positions.read` is Positions: see. */
export function nameOfField(path: string): string {
  const [, module, action] = /^permissions\.(\w+)\.(\w+)$/.exec(path) ?? []
  if (module && action && isOf(MODULE_WORDS, module) && isOf(ACTION_WORDS, action)) return `${MODULE_WORDS[module].name}: ${ACTION_WORDS[action].toLowerCase()}`
  if (path.startsWith('rows.')) return `${path.slice('rows.'.length).replaceAll('_', ' ')}, rows deleted`
  return FIELDS[path] ?? path.replaceAll('.', ' › ').replaceAll('_', ' ')
}

const isOf = <Known extends string>(words: Record<Known, unknown>, word: string): word is Known => Object.hasOwn(words, word)

/** A value as it is stored, in words: ids by their names, rights by theirs, instants by the clock. `field`: what it is the value of. */
export function inWords(field: string, value: string, names: Names): string {
  if (field === 'id') return value
  const word = (part: string) => names.get(`${field}:${part}`) ?? names.get(part) ?? part
  if (INSTANT.test(value)) return new Date(value).toLocaleString('en-GB', { dateStyle: 'medium', timeStyle: 'medium' })
  if (value === 'true' || value === 'false') return value === 'true' ? 'yes' : 'no'
  return value.split(', ').map(word).join(', ')
}

const INSTANT = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/

/** Enough of an id to recognise it. */
export const shortId = (id: string): string => (id.length > 13 ? `…${id.slice(-8)}` : id)

const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1)
