/** What is looked for in the trail: in the address, so that a link shows what its sender saw. Pure. */
import type { AuditQuery } from '../../api/identity'

export const SPANS = [
  { span: '24h', name: 'Last 24 hours', hours: 24 },
  { span: '7d', name: 'Last 7 days', hours: 7 * 24 },
  { span: '30d', name: 'Last 30 days', hours: 30 * 24 },
  { span: 'all', name: 'All time', hours: null },
  { span: 'dates', name: 'From – to', hours: null },
] as const

export type Span = (typeof SPANS)[number]['span']
/** `from` and `to` are local dates, `2026-11-25`; both days count. */
export type Filters = { span: Span; from: string; to: string; actor: string; kind: string; object: string; outcome: string }

export const NO_FILTERS: Filters = { span: '7d', from: '', to: '', actor: '', kind: '', object: '', outcome: '' }
const KEYS = ['from', 'to', 'actor', 'kind', 'object', 'outcome'] as const

export function filtersOf(search: URLSearchParams): Filters {
  const given = search.get('span')
  const span = SPANS.find((known) => known.span === given)?.span
  const read = Object.fromEntries(KEYS.map((key) => [key, search.get(key) ?? ''])) as Omit<Filters, 'span'>
  // A link to what somebody did, or what was done to something, means all of it.
  return { ...read, span: span ?? (read.actor !== '' || read.object !== '' ? 'all' : NO_FILTERS.span) }
}

export function searchOf(filters: Filters): URLSearchParams {
  const search = new URLSearchParams()
  const isUsual = filters.span === (filters.actor !== '' || filters.object !== '' ? 'all' : NO_FILTERS.span)
  if (!isUsual) search.set('span', filters.span)
  for (const key of KEYS) {
    if (filters[key] !== '' && (filters.span === 'dates' || (key !== 'from' && key !== 'to'))) search.set(key, filters[key])
  }
  return search
}

export function queryOf(filters: Filters, now_ms: number): AuditQuery {
  const query: AuditQuery = {}
  const hours = SPANS.find(({ span }) => span === filters.span)?.hours ?? null
  if (hours !== null) query.from = new Date(now_ms - hours * 3_600_000).toISOString()
  if (filters.span === 'dates') {
    const [from, to] = [midnight(filters.from, 0), midnight(filters.to, 1)]
    if (from) query.from = from.toISOString()
    if (to) query.to = to.toISOString()
  }
  for (const key of ['actor', 'kind', 'object', 'outcome'] as const) if (filters[key].trim() !== '') query[key] = filters[key].trim()
  return query
}

export const isFiltered = (filters: Filters): boolean => searchOf(filters).size > 0

function midnight(date: string, daysOn: number): Date | null {
  const [year, month, day] = date.split('-').map(Number)
  if (!year || !month || !day) return null
  const at = new Date(year, month - 1, day + daysOn)
  return Number.isNaN(at.getTime()) ? null : at
}
