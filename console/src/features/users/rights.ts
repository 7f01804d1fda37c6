/** Permissions as a table of modules and actions: pure reading and changing of cells, and the words for them. */
import { ACTIONS, BREADTHS, MODULES, type Action, type Breadth, type Module, type Permission } from '../../api/identity'

export const MODULE_WORDS: Record<Module, { name: string; hint: string }> = {
  agents: { name: 'Agents', hint: 'Profiles, and the health of their processes' },
  positions: { name: 'Positions', hint: 'Where agents are now' },
  tracks: { name: 'Tracks', hint: 'Where agents were: days, trips, stops' },
  duty: { name: 'Duty', hint: 'Who is on duty: who is off is not tracked' },
  quarantine: { name: 'Quarantine', hint: 'Fixes set aside, and decisions about them' },
  devices: { name: 'Phones', hint: 'Phones enrolled for agents' },
  fences: { name: 'Fences', hint: 'Areas whose entering and leaving is told' },
  plans: { name: 'Plans', hint: 'Who makes which visits, in which order' },
  dispatch: { name: 'Dispatch', hint: 'Visits that somebody is sought for, and offers' },
  customers: { name: 'Customers', hint: 'Who is visited: profiles, places, hours' },
  visits: { name: 'Visits', hint: 'What is planned, what came of it, the proof; beats' },
  visit_reports: { name: 'Visit reports', hint: 'What is told from the field: checking in and out, answers, photos' },
  territories: { name: 'Territories', hint: 'Areas that agents are assigned to' },
  teams: { name: 'Teams', hint: 'Agents led by somebody' },
  settings: { name: 'Settings', hint: 'Of the organisation' },
  users: { name: 'Users', hint: 'People who sign in, and their invitations' },
  roles: { name: 'Roles', hint: 'What this table says' },
  api_keys: { name: 'API keys', hint: 'Access of other systems' },
  audit: { name: 'Audit log', hint: 'Who did what, and when' },
  system: { name: 'System', hint: 'The health of the installation' },
  contacts: { name: 'Contacts', hint: 'E-mail and telephone of agents and of customers’ contacts, unmasked' },
  precise_location: { name: 'Precise location', hint: 'Places to the metre rather than to some 200 m' },
}

export const ACTION_WORDS: Record<Action, string> = { read: 'See', create: 'Create', update: 'Change', delete: 'Delete', export: 'Export' }
export const BREADTH_WORDS: Record<Breadth, string> = { own: 'Own', team: 'Team', territory: 'Territory', all: 'All' }

/** What belongs to no agent and no territory has no narrower part. */
const UNDIVIDED: ReadonlySet<Module> = new Set<Module>(['teams', 'settings', 'users', 'roles', 'api_keys', 'audit', 'system'])
export const isDivisible = (module: Module): boolean => !UNDIVIDED.has(module)

/** Breadths of one cell, in their order. */
export function cellOf(permissions: readonly Permission[], module: Module, action: Action): Breadth[] {
  return BREADTHS.filter((scope) => permissions.some((held) => held.module === module && held.action === action && held.scope === scope))
}

export const keyOf = (cell: readonly Breadth[]): string => cell.join('+')

export function wordOf(cell: readonly Breadth[]): string {
  return cell.length === 0 ? '–' : cell.map((scope) => BREADTH_WORDS[scope]).join(' + ')
}

/** What a cell may be set to. Whatever it is now stays on offer. */
export function choicesFor(module: Module, now: readonly Breadth[]): Breadth[][] {
  const usual: Breadth[][] = isDivisible(module) ? [[], ['own'], ['team'], ['territory'], ['team', 'territory'], ['all']] : [[], ['all']]
  return usual.some((cell) => keyOf(cell) === keyOf(now)) ? usual : [...usual, [...now]]
}

export function withCell(permissions: readonly Permission[], module: Module, action: Action, key: string): Permission[] {
  const rest = permissions.filter((held) => held.module !== module || held.action !== action)
  const scopes = key === '' ? [] : (key.split('+') as Breadth[])
  const after = [...rest, ...scopes.map((scope) => ({ module, action, scope }))]
  const rank = ({ module: m, action: a, scope }: Permission) => (MODULES.indexOf(m) * ACTIONS.length + ACTIONS.indexOf(a)) * BREADTHS.length + BREADTHS.indexOf(scope)
  return after.sort((a, b) => rank(a) - rank(b))
}

/** Is everything that `theirs` allows allowed by `ours`, at least as broadly? All is broader than anything, the others only than nothing. */
export function include(ours: readonly Permission[], theirs: readonly Permission[]): boolean {
  return theirs.every((one) => {
    const held = cellOf(ours, one.module, one.action)
    return held.includes('all') || held.includes(one.scope)
  })
}

const NAME_MAX = 40

/** `Regional lead (north)` → `regional_lead_north`; empty while there is nothing to make a name of. */
export function nameFromTitle(title: string): string {
  const plain = title.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase().replace(/[^a-z0-9]+/g, '_').replace(/^[^a-z]+|_+$/g, '')
  return plain.slice(0, NAME_MAX).replace(/_+$/, '')
}

export const isRoleName = (name: string): boolean => /^[a-z][a-z0-9_-]{1,39}$/.test(name)
