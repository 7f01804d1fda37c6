/** Every address of the console. */
export const paths = {
  signIn: '/sign-in',
  map: '/map',
  fences: '/fences',
  system: '/system',
  devices: '/agents/:id/devices',
  agentDevices: (agent: string) => `/agents/${encodeURIComponent(agent)}/devices`,
  agentOnMap: (agent: string) => `/map?agent=${encodeURIComponent(agent)}`,
  signInThen: (next: string) => (next === '/' || next === paths.map ? paths.signIn : `${paths.signIn}?next=${encodeURIComponent(next)}`),
} as const

/** Only ever back into this console, whatever the link says. */
export function safeNext(next: string | null): string {
  return next !== null && /^\/(?![/\\])/.test(next) ? next : paths.map
}
