/** What is said of a customer as a whole, while it is typed. Pure. */
import type { Customer, CustomerPatch, CustomerStatus } from '../../api/customers'

export type ProfileDraft = {
  name: string
  ref: string
  class: string
  status: CustomerStatus
  territory: string
  preferred: ReadonlySet<string>
  forbidden: ReadonlySet<string>
  skills: readonly string[]
  tags: readonly string[]
  notes: string
}

export const newProfile = (territory = ''): ProfileDraft => ({ name: '', ref: '', class: '', status: 'active', territory, preferred: new Set(), forbidden: new Set(), skills: [], tags: [], notes: '' })

export const profileOf = (customer: Customer): ProfileDraft => ({
  name: customer.name, ref: customer.ref ?? '', class: customer.class ?? '', status: customer.status, territory: customer.territory_id ?? '', preferred: new Set(customer.preferred_agents),
  forbidden: new Set(customer.forbidden_agents), skills: customer.skills, tags: customer.tags, notes: customer.notes,
})

export const bodyOfProfile = ({ name, ref, class: code, status, territory, preferred, forbidden, skills, tags, notes }: ProfileDraft) => ({
  name: name.trim(), ref: ref.trim() || null, class: code || null, status, territory_id: territory || null, preferred_agents: [...preferred], forbidden_agents: [...forbidden], skills: [...skills], tags: [...tags], notes,
})

/** What differs; empty where nothing does. */
export function patchOfProfile(before: Customer, draft: ProfileDraft): CustomerPatch {
  const was: Record<string, unknown> = bodyOfProfile(profileOf(before))
  return Object.fromEntries(Object.entries(bodyOfProfile(draft)).filter(([key, value]) => JSON.stringify(was[key]) !== JSON.stringify(value))) as CustomerPatch
}

export type ProfileFlaw = { field: 'name' | 'forbidden_agents'; message: string }

export function flawOfProfile({ name, preferred, forbidden }: ProfileDraft): ProfileFlaw | null {
  if (name.trim() === '' || [...name.trim()].length > 120) return { field: 'name', message: 'Give it a name of 1 to 120 characters.' }
  if ([...forbidden].some((agent) => preferred.has(agent))) return { field: 'forbidden_agents', message: 'Nobody can be preferred and excluded.' }
  return null
}
