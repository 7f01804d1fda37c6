/** How an agent works, as planning needs it. */
import { call } from './client'
import type { components } from './schema'

type Schemas = components['schemas']

export type WorkBreak = Schemas['Break']
export type ShiftHours = Schemas['ShiftHours']
export type WorkShift = Schemas['Shift']
export type BasePlace = Schemas['BasePlace']
export type Work = Schemas['Work']
/** `currency`: ISO 4217; costs are in its smallest unit. */
export type AgentWork = Schemas['AgentWorkView']

const of = (agent: string) => `/agents/${encodeURIComponent(agent)}/work`

export const work = {
  read: (agent: string, signal?: AbortSignal) => call<AgentWork>(of(agent), { signal }),
  put: (agent: string, version: number, body: Work) => call<AgentWork>(of(agent), { method: 'PUT', query: { version }, body }),
}
