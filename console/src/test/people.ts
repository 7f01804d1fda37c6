/** Somebody signed in, for tests: with the rights that the built-in roles have. */
import { ACTIONS, MODULES, type Action, type Breadth, type Me, type Module, type Permission } from '../api/identity'
import { useSession } from '../api/session'

const allowed = (modules: readonly Module[], actions: readonly Action[], scope: Breadth): Permission[] =>
  modules.flatMap((module) => actions.map((action) => ({ module, action, scope })))

export const RIGHTS: Record<'agent' | 'dispatcher' | 'manager' | 'admin' | 'auditor', Permission[]> = {
  agent: allowed(['agents', 'positions', 'tracks', 'devices', 'contacts', 'precise_location'], ['read'], 'own'),
  dispatcher: [
    ...allowed(['agents', 'positions', 'tracks', 'devices', 'fences', 'territories', 'contacts', 'precise_location'], ['read'], 'territory'),
    ...allowed(['quarantine'], ['read', 'update'], 'territory'), ...allowed(['customers'], ['read', 'create', 'update'], 'territory'), ...allowed(['plans', 'dispatch', 'visits'], ['read', 'create', 'update', 'delete'], 'territory'), ...allowed(['visit_reports'], ['create'], 'territory'), ...allowed(['settings', 'system'], ['read'], 'all'),
  ],
  manager: [
    ...allowed(['agents', 'quarantine'], ['read', 'update'], 'territory'), ...allowed(['positions', 'territories', 'contacts', 'precise_location'], ['read'], 'territory'),
    ...allowed(['tracks'], ['read', 'export'], 'territory'), ...allowed(['devices', 'fences', 'customers', 'visits'], ['read', 'create', 'update', 'delete'], 'territory'), ...allowed(['plans', 'dispatch'], ['read', 'create', 'update', 'delete'], 'territory'), ...allowed(['visit_reports'], ['create'], 'territory'),
    ...allowed(['teams', 'settings', 'system'], ['read'], 'all'), ...allowed(['agents', 'positions'], ['read'], 'team'),
  ],
  admin: allowed(MODULES, ACTIONS, 'all'),
  auditor: [...allowed(MODULES.filter((module) => module !== 'contacts' && module !== 'precise_location'), ['read'], 'all'), ...allowed(['audit'], ['export'], 'all')],
}

export type TestRole = keyof typeof RIGHTS

export const meAs = (role: TestRole, over: Partial<Me> = {}): Me => ({
  id: 'u-me', email: 'dana@example.com', name: 'Dana Hoff', role, agent_id: null, territories: [], permissions: RIGHTS[role], second_factor: false, ...over,
})

export function signedInAs(role: TestRole, over: Partial<Me> = {}): Me {
  const me = meAs(role, over)
  useSession.setState({ phase: 'in', me, ended: null })
  return me
}
