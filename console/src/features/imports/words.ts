/** What is said of files that are brought. Pure. */
import type { ImportFlaw, ImportKind, ImportReport, ImportRow } from '../../api/imports'
import { complaintOf, explain } from '../../api/problem'
import type { BadgeTone } from '../../ui/Badge'
import { count } from '../../util/units'

type Column = { name: string; says: string; isRequired?: boolean }

/** The columns that people ask for; the server knows more names for each. */
export const COLUMNS: Record<ImportKind, readonly Column[]> = {
  customers: [
    { name: 'ref', says: 'your code of the customer: the same code is the same customer', isRequired: true },
    { name: 'name', says: 'needed of a new customer' },
    { name: 'address', says: 'or street, postcode, city and country' },
    { name: 'lat, lon', says: 'degrees; without them the address is looked for' },
    { name: 'class', says: 'code of a class' },
    { name: 'territory', says: 'name or id' },
    { name: 'hours', says: 'Mo-Fr 08:00-12:00,13:00-18:00; Sa 9-13' },
    { name: 'visit_minutes', says: 'how long a visit takes' },
    { name: 'preferred_agents, skills, tags', says: 'several parted by |' },
    { name: 'contact_name, contact_email, contact_phone', says: 'whom one asks for' },
    { name: 'notes, access_notes, status, fence_radius_m', says: 'and so on' },
  ],
  visits: [
    { name: 'customer', says: 'the customer’s code', isRequired: true },
    { name: 'date', says: '2026-11-23 or 23.11.2026', isRequired: true },
    { name: 'ref', says: 'your code of the visit: the same code is the same visit' },
    { name: 'window', says: '09:00-12:00, or columns from and to' },
    { name: 'agent', says: 'name or id; empty: planned later' },
    { name: 'minutes', says: 'as the customer’s class where empty' },
    { name: 'priority', says: '0 to 100' },
    { name: 'demand', says: 'what it takes of the vehicle’s capacity, in your unit' },
    { name: 'kind', says: 'routine, ad_hoc, urgent or phone_call' },
    { name: 'skills, purpose, note, place, territory', says: 'and so on' },
  ],
}

export const EXAMPLES: Record<ImportKind, string> = {
  customers: 'ref;name;address;class;territory;hours;visit_minutes;contact_name;contact_phone\nK-1001;Bakery Miller;"High Street 1, 10115 Berlin";;;Mo-Fr 06:30-18:00;20;Uwe Miller;+49 30 1234567\n',
  visits: 'customer;date;window;agent;minutes;priority;note\nK-1001;2026-11-23;09:00-12:00;;30;50;Bring the new catalogue\n',
}

export const NOUNS: Record<ImportKind, { one: string; many: string; title: string }> = {
  customers: { one: 'customer', many: 'customers', title: 'Import customers' },
  visits: { one: 'visit', many: 'visits', title: 'Import visits' },
}

export const OUTCOMES: Record<ImportRow['outcome'], { name: string; tone: BadgeTone }> = {
  created: { name: 'New', tone: 'good' },
  updated: { name: 'Changes', tone: 'accent' },
  unchanged: { name: 'As it is', tone: 'plain' },
  kept: { name: 'Stays as it is', tone: 'warn' },
}

/** Why a file cannot be read. What a request calls its parts is of no use to whoever chose a file. */
export function unreadable(error: unknown): string {
  const said = ['file', 'encoding', 'columns'].map((field) => complaintOf(error, field)).find((complaint) => complaint !== null)
  if (said == null) return explain(error)
  const text = said.replace(/, or say encoding=\S+$/, '')
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}.`
}

export const rowsOf = (n: number): string => `${count(n)} ${n === 1 ? 'row' : 'rows'}`

/** What an import of the good rows does: `Import 12 rows`, nothing where nothing would change. */
export const changing = ({ created, updated }: Pick<ImportReport, 'created' | 'updated'>): number => created + updated

/** What there is to know beside the rows. */
export function remarks(report: ImportReport): string[] {
  const { to_locate, not_located, kept, ignored_columns } = report
  const isDone = changing(report) === 0
  return [
    ...(to_locate > 0 && !isDone ? [`${rowsOf(to_locate)} without coordinates: the address is looked for after the import.`] : []),
    ...(not_located > 0 && !isDone ? [`${rowsOf(not_located)} whose place nobody will find: put the pin on the map afterwards.`] : []),
    ...(kept > 0 ? [`${rowsOf(kept)} of visits that are there already and differ: what was done with them since stays.`] : []),
    ...(ignored_columns.length > 0 ? [`Not read: ${ignored_columns.join(', ')}.`] : []),
  ]
}

/** The bad rows as a file of their own, for whoever has to mend them. Text that a spreadsheet would take for a formula is disarmed. */
export function flawsAsCsv(flaws: readonly ImportFlaw[]): string {
  const cell = (text: string) => `"${(/^[=+\-@\t\r]/.test(text) ? `'${text}` : text).replaceAll('"', '""')}"`
  const rows = flaws.map(({ line, field, column, value, limit }) => [String(line), column ?? field, value, limit].map(cell).join(';'))
  return `\ufeff${['line;column;value;what is wrong', ...rows].join('\r\n')}\r\n`
}
