import { expect, it } from 'vitest'
import type { Customer } from '../../api/customers'
import { flawOfProfile, newProfile, patchOfProfile, profileOf } from './profileDraft'

const CUSTOMER: Customer = {
  id: 'c', version: 3, name: 'Bäckerei', ref: 'A-1', class: 'A', status: 'active', territory_id: 't', preferred_agents: ['ana', 'ben'], forbidden_agents: [], skills: ['cold'], tags: [], notes: '',
  places: [], contacts: [], created_at: '', updated_at: '',
}

it('sends what differs, and null for what was taken away', () => {
  expect(patchOfProfile(CUSTOMER, profileOf(CUSTOMER))).toEqual({})
  expect(patchOfProfile(CUSTOMER, { ...profileOf(CUSTOMER), ref: ' ', class: '', name: ' Conditorei ', preferred: new Set(['ben', 'ana']) })).toEqual({ name: 'Conditorei', ref: null, class: null, preferred_agents: ['ben', 'ana'] })
})

it('says what is wrong', () => {
  expect(flawOfProfile(newProfile())?.field).toBe('name')
  expect(flawOfProfile({ ...newProfile(), name: 'x'.repeat(121) })?.field).toBe('name')
  expect(flawOfProfile({ ...newProfile(), name: 'x', preferred: new Set(['a']), forbidden: new Set(['a']) })?.field).toBe('forbidden_agents')
  expect(flawOfProfile({ ...newProfile(), name: 'x' })).toBeNull()
})
