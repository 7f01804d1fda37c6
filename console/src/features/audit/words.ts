/** The acts in words. A kind that is not listed here is shown by its name: a newer server may write more. */
import type { BadgeTone } from '../../ui/Badge'

type Group = { name: string; kinds: Record<string, string> }

export const GROUPS: readonly Group[] = [
  {
    name: 'Signing in',
    kinds: {
      sign_in: 'Signed in', sign_in_refused: 'Sign-in refused', second_factor_refused: 'Second factor refused', sign_out: 'Signed out', session_revoked: 'Session ended',
      refresh_token_reused: 'Stolen session suspected', impersonation_begun: 'Took somebody’s place', token_minted: 'Token made',
    },
  },
  {
    name: 'Passwords and factors',
    kinds: {
      password_changed: 'Password changed', password_reset_asked: 'Password reset asked for', password_reset: 'Password reset', second_factor_enabled: 'Second factor turned on',
      second_factor_disabled: 'Second factor turned off',
    },
  },
  {
    name: 'People and rights',
    kinds: {
      access_refused: 'Access refused', user_invited: 'User invited', user_created: 'User created', user_changed: 'User changed', user_disabled: 'User disabled', user_erased: 'User erased',
      role_changed: 'Role given', role_created: 'Role made', role_updated: 'Role changed', role_deleted: 'Role deleted', team_changed: 'Team changed',
      territory_changed: 'Territory changed', territory_assigned: 'Territory assigned',
    },
  },
  {
    name: 'Keys',
    kinds: { api_key_created: 'API key made', api_key_revoked: 'API key revoked', key_rotated: 'Keys rotated' },
  },
  {
    name: 'Field',
    kinds: {
      agent_created: 'Agent created', agent_changed: 'Agent changed', agent_resumed: 'Agent resumed', device_enrolled: 'Phone enrolled', device_changed: 'Phone changed', device_revoked: 'Phone revoked',
      fence_changed: 'Fence changed', quarantine_decided: 'Quarantine decided', recompute: 'Days derived again',
    },
  },
  {
    name: 'Data',
    kinds: { export: 'Exported', settings_changed: 'Settings changed', retention_run: 'Retention run', erasure: 'Person erased', audit_read: 'Audit log read' },
  },
]

const NAMES = new Map(GROUPS.flatMap(({ kinds }) => Object.entries(kinds)))

export const nameOfKind = (kind: string): string => NAMES.get(kind) ?? capital(kind.replaceAll('_', ' '))

export const OUTCOMES: readonly { outcome: string; name: string; tone: BadgeTone }[] = [
  { outcome: 'done', name: 'Done', tone: 'good' },
  { outcome: 'refused', name: 'Refused', tone: 'danger' },
  { outcome: 'failed', name: 'Failed', tone: 'warn' },
]

export const lookOfOutcome = (outcome: string): { name: string; tone: BadgeTone } =>
  OUTCOMES.find((known) => known.outcome === outcome) ?? { name: capital(outcome), tone: 'plain' }

const PARTIES: Record<string, string> = { user: 'User', agent: 'Agent', api_key: 'API key', system: 'The server', nobody: 'Not signed in' }
export const nameOfParty = (kind: string): string => PARTIES[kind] ?? capital(kind.replaceAll('_', ' '))

/** Enough of an id to recognise it. */
export const shortId = (id: string): string => (id.length > 13 ? `…${id.slice(-8)}` : id)

const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1)
