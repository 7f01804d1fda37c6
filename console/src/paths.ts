/** Every address of the console. */
export const paths = {
  signIn: '/sign-in',
  forgot: '/forgot',
  reset: '/reset',
  invite: '/invite',
  map: '/map',
  fences: '/fences',
  playback: '/playback',
  territories: '/territories',
  quarantine: '/quarantine',
  dispatch: '/dispatch',
  visits: '/visits',
  visit: '/visits/:id',
  overdue: '/visits/overdue',
  beats: '/visits/beats',
  forms: '/visits/forms',
  holidays: '/visits/holidays',
  visitSettings: '/visits/settings',
  customers: '/customers',
  customer: '/customers/:id',
  newCustomer: '/customers/new',
  classes: '/customers/classes',
  users: '/users',
  roles: '/users/roles',
  teams: '/users/teams',
  keys: '/users/keys',
  invitations: '/users/invitations',
  audit: '/audit',
  system: '/system',
  profile: '/profile',
  /** The agents' phone page: one of its own, outside of this console's router. */
  field: '/field',
  devices: '/agents/:id/devices',
  work: '/agents/:id/work',
  agentWork: (agent: string) => `/agents/${encodeURIComponent(agent)}/work`,
  agentDevices: (agent: string) => `/agents/${encodeURIComponent(agent)}/devices`,
  agentOnMap: (agent: string) => `/map?agent=${encodeURIComponent(agent)}`,
  playbackOf: (agent: string) => `/playback?agents=${encodeURIComponent(agent)}`,
  playbackAt: (agent: string, date: string, at: number) =>
    `/playback?${new URLSearchParams({ agents: agent, date, at: new Date(at).toISOString() })}`,
  quarantineOf: (agent: string) => `/quarantine?agent=${encodeURIComponent(agent)}`,
  customerAt: (customer: string) => `/customers/${encodeURIComponent(customer)}`,
  visitAt: (visit: string) => `/visits/${encodeURIComponent(visit)}`,
  dispatchOf: (territory: string, date?: string) => `/dispatch?${new URLSearchParams({ territory, ...(date !== undefined && { date }) })}`,
  auditBy: (actor: string) => `/audit?${new URLSearchParams({ actor })}`,
  signInThen: (next: string) => (next === '/' || next === paths.map ? paths.signIn : `${paths.signIn}?next=${encodeURIComponent(next)}`),
} as const

/** Only ever back into this console, whatever the link says. */
export function safeNext(next: string | null): string {
  return next !== null && /^\/(?![/\\])/.test(next) ? next : '/'
}
