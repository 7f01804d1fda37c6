/** Calls about territory designs: proposals to cut territories anew, compared with today, brought into force and taken back. */
import { call, everyPage } from './client'
import type { components } from './schema'
import type { Area, Page } from './types'

type Schemas = components['schemas']
export type DesignState = Schemas['DesignState']
export type DesignBalance = Schemas['DesignBalance']
export type DesignMeasure = Schemas['DesignMeasure']
export type DesignWeights = Schemas['DesignWeights']
export type DesignSeat = Schemas['DesignSeat']
export type DesignMove = Schemas['DesignMove']
export type DesignHead = Schemas['TerritoryDesignHead']
export type NewDesign = Schemas['NewTerritoryDesign']
/** Areas are GeoJSON, which the document leaves open. */
export type ProposedTerritory = Omit<Schemas['ProposedTerritory'], 'area' | 'area_today'> & { area: Area; area_today: Area }
export type Proposal = Omit<Schemas['DesignProposal'], 'territories'> & { territories: ProposedTerritory[] }
export type Design = DesignHead & { request: NewDesign; proposal?: Proposal | null }

const DESIGNS_A_PAGE = 50
const MOVES_A_PAGE = 500

const id = encodeURIComponent
const of = (design: string) => `/territory-designs/${id(design)}`
const post = <Answer>(path: string, body?: unknown) => call<Answer>(path, { method: 'POST', body })

export const designs = {
  /** The newest first, without their ground. */
  list: (after: string | undefined, signal?: AbortSignal) => call<Page<DesignHead>>('/territory-designs', { query: { after, limit: DESIGNS_A_PAGE }, signal }),
  one: (design: string, signal?: AbortSignal) => call<Design>(of(design), { signal }),
  moves: (design: string, signal?: AbortSignal) => everyPage((after) => call<Page<DesignMove>>(`${of(design)}/moves`, { query: { after, limit: MOVES_A_PAGE }, signal })),
  create: (body: NewDesign) => post<Design>('/territory-designs', body),
  give: (design: string, version: number, territory: string, cells: readonly string[]) => post<Design>(`${of(design)}/edits`, { version, territory_id: territory, cells }),
  apply: (design: string, version: number) => post<Design>(`${of(design)}/apply`, { version }),
  revert: (design: string, version: number) => post<Design>(`${of(design)}/revert`, { version }),
  discard: (design: string) => post<Design>(`${of(design)}/discard`),
}
