import type { AuditEntry, AuditParty } from './identity'

/** An entry of the trail as the pages read it. The actor comes as one object or as three fields; what is absent is `null`. */
export function auditEntryOf(raw: Record<string, unknown>): AuditEntry {
  const actor = party(raw.actor) ?? { kind: text(raw.actor_kind) ?? 'nobody', id: text(raw.actor_id), name: text(raw.actor_name) }
  return {
    id: text(raw.id) ?? '', at: text(raw.at) ?? '', actor, on_behalf_of: text(raw.on_behalf_of), kind: text(raw.kind) ?? 'unknown', object: party(raw.object),
    outcome: text(raw.outcome) ?? 'done', address: text(raw.address), request_id: text(raw.request_id), before: raw.before ?? null, after: raw.after ?? null,
    count: typeof raw.count === 'number' ? raw.count : 1, seq: typeof raw.seq === 'number' ? raw.seq : null, hash: text(raw.hash),
  }
}

function party(value: unknown): AuditParty | null {
  if (typeof value !== 'object' || value === null) return null
  const { kind, id, name } = value as Record<string, unknown>
  return { kind: text(kind) ?? 'unknown', id: text(id), name: text(name) }
}

const text = (value: unknown): string | null => (typeof value === 'string' && value !== '' ? value : null)
