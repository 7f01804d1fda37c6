/** Somebody signed in, for tests: with the rights that the built-in roles have. */
import { ACTIONS, MODULES, type Action, type Breadth, type Me, type Module, type Permission } from '../api/identity'
import { useSession } from '../api/session'

const allowed = (modules: readonly Module[], actions: readonly Action[], scope: Breadth): Permission[] =>
  modules.flatMap((module) => actions.map((action) => ({ module, action, scope })))

const CHANGE: readonly Action[] = ['read', 'create', 'update', 'delete']

/** As in engine/src/access/built_in.rs. */
export const RIGHTS: Record<'agent' | 'dispatcher' | 'manager' | 'admin' | 'auditor', Permission[]> = {
  agent: [
    ...allowed(['agents', 'positions', 'devices', 'plans', 'customers', 'contacts', 'precise_location'], ['read'], 'own'), ...allowed(['tracks', 'duty', 'visits'], ['read', 'create'], 'own'),
    ...allowed(['dispatch'], ['read', 'update'], 'own'), ...allowed(['visit_reports'], ['create'], 'own'),
  ],
  dispatcher: [
    ...allowed(['agents', 'positions', 'devices', 'fences', 'territories', 'contacts', 'precise_location'], ['read'], 'territory'), ...allowed(['duty'], ['read', 'create'], 'territory'),
    ...allowed(['tracks', 'quarantine'], ['read', 'update'], 'territory'), ...allowed(['customers'], ['read', 'create', 'update'], 'territory'), ...allowed(['plans', 'dispatch', 'visits'], CHANGE, 'territory'),
    ...allowed(['visit_reports'], ['create'], 'territory'), ...allowed(['settings', 'system'], ['read'], 'all'),
  ],
  manager: [
    ...allowed(['agents', 'quarantine'], ['read', 'update'], 'territory'), ...allowed(['positions', 'territories', 'contacts', 'precise_location'], ['read'], 'territory'), ...allowed(['duty'], ['read', 'create'], 'territory'),
    ...allowed(['tracks'], ['read', 'update', 'export'], 'territory'), ...allowed(['devices', 'fences', 'customers', 'plans', 'dispatch'], CHANGE, 'territory'), ...allowed(['visits'], ACTIONS, 'territory'), ...allowed(['visit_reports'], ['create'], 'territory'),
    ...allowed(['teams', 'settings', 'system'], ['read'], 'all'),
    ...allowed(['agents', 'positions', 'devices', 'plans', 'customers', 'contacts', 'precise_location'], ['read'], 'team'), ...allowed(['duty'], ['read', 'create'], 'team'), ...allowed(['tracks'], ['read', 'update', 'export'], 'team'),
    ...allowed(['quarantine'], ['read', 'update'], 'team'), ...allowed(['visits'], CHANGE, 'team'), ...allowed(['visit_reports'], ['create'], 'team'),
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
