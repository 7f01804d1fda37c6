/** Every address of the console. */
export const paths = {
  signIn: '/sign-in',
  map: '/map',
  fences: '/fences',
  playback: '/playback',
  quarantine: '/quarantine',
  system: '/system',
  devices: '/agents/:id/devices',
  agentDevices: (agent: string) => `/agents/${encodeURIComponent(agent)}/devices`,
  agentOnMap: (agent: string) => `/map?agent=${encodeURIComponent(agent)}`,
  playbackOf: (agent: string) => `/playback?agents=${encodeURIComponent(agent)}`,
  playbackAt: (agent: string, date: string, at: number) =>
    `/playback?${new URLSearchParams({ agents: agent, date, at: new Date(at).toISOString() })}`,
  quarantineOf: (agent: string) => `/quarantine?agent=${encodeURIComponent(agent)}`,
  signInThen: (next: string) => (next === '/' || next === paths.map ? paths.signIn : `${paths.signIn}?next=${encodeURIComponent(next)}`),
} as const

/** Only ever back into this console, whatever the link says. */
export function safeNext(next: string | null): string {
  return next !== null && /^\/(?![/\\])/.test(next) ? next : paths.map
}
