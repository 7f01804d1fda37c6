/** An entry of the trail as the pages read it: those concerned in one piece each, and `null` for what is absent. */
import type { components } from './schema'

type Stored = components['schemas']['AuditEntry']
type Absent = 'on_behalf_of' | 'address' | 'request_id' | 'seq' | 'hash'

export type AuditParty = { kind: string; id: string | null; name: string | null }
export type AuditEntry = Pick<Stored, 'id' | 'at' | 'kind' | 'outcome' | 'count'> & { [Field in Absent]: NonNullable<Stored[Field]> | null } & {
  actor: AuditParty
  object: AuditParty | null
  before: unknown
  after: unknown
}

export function auditEntryOf({ actor_kind, actor_id, actor_name, object, ...stored }: Stored): AuditEntry {
  const { id, at, kind, outcome, count, on_behalf_of = null, address = null, request_id = null, seq = null, hash = null, before = null, after = null } = stored
  return {
    id, at, kind, outcome, count, on_behalf_of, address, request_id, seq, hash, before, after,
    actor: { kind: actor_kind, id: actor_id ?? null, name: actor_name ?? null }, object: party(object),
  }
}

/** The document leaves the object open: its kind, and mostly an id. */
function party(object: unknown): AuditParty | null {
  if (typeof object !== 'object' || object === null) return null
  const { kind, id, name } = object as Record<string, unknown>
  return { kind: text(kind) ?? 'unknown', id: text(id), name: text(name) }
}

const text = (value: unknown): string | null => (typeof value === 'string' && value !== '' ? value : null)
