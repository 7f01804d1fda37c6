import { describe, expect, it } from 'vitest'
import { customerAt, flawOf, newUrgent, nowhere, windowsOf, type UrgentDraft } from './urgentDraft'

const draft = (over: Partial<UrgentDraft>): UrgentDraft => ({ ...newUrgent(), customer: 'c', ...over })
const flaw = (over: Partial<UrgentDraft>) => flawOf(draft(over))?.field ?? null

it('says what is missing', () => {
  expect([flaw({}), flaw({ customer: null }), flaw({ when: 'by' }), flaw({ when: 'between', to: '10:00' }), flaw({ when: 'between', from: '11:00', to: '10:00' })]).toEqual([null, 'customer', 'to', 'from', 'to'])
  expect([flaw({ duration: '0' }), flaw({ duration: '' }), flaw({ timeout: '9' }), flaw({ timeout: '3601' })]).toEqual(['duration', 'duration', 'timeout', 'timeout'])
  expect([flaw({ demand: '-1' }), flaw({ demand: '1000001' }), flaw({ demand: '1.5' }), flaw({ demand: '1000000' }), flaw({ demand: ' ' })]).toEqual(['demand', 'demand', 'demand', null, null])
})

it('asks for a name and a pin somewhere that is no customer yet', () => {
  const point = { lat: 52.5, lon: 13.4 }
  const at = (over: Partial<typeof nowhere>) => flaw({ customer: null, somewhere: { ...nowhere, ...over } })
  expect([at({}), at({ name: 'Site' }), at({ point }), at({ name: 'Site', point })]).toEqual(['name', 'address', 'name', null])
  expect(customerAt({ name: ' Site ', address: ' A 1 ', point, quality: 0.4 }, 'c9', 't1')).toEqual({
    id: 'c9', name: 'Site', tags: ['ad hoc'], territory_id: 't1', places: [{ is_primary: true, address: 'A 1', point, located_by: 'geocoded', location_quality: 0.4 }],
  })
  expect(customerAt({ ...nowhere, name: 'Site', point }, 'c9', 'none')).toEqual({ id: 'c9', name: 'Site', tags: ['ad hoc'], places: [{ is_primary: true, address: '', point, located_by: 'pinned' }] })
})

describe('when it may begin', () => {
  const now = Date.parse('2026-11-26T09:00:00Z')
  const windows = (over: Partial<UrgentDraft>) => windowsOf(draft(over), '2026-11-26', 'Europe/Berlin', now)

  it('is any time, from now until some time, or between two', () => {
    expect(windows({})).toEqual([])
    expect(windows({ when: 'by', to: '12:00' })).toEqual([{ from: '2026-11-26T09:00:00.000Z', to: '2026-11-26T11:00:00.000Z' }])
    expect(windows({ when: 'between', from: '13:00', to: '15:30' })).toEqual([{ from: '2026-11-26T12:00:00.000Z', to: '2026-11-26T14:30:00.000Z' }])
  })

  it('is never a window that ends before it begins', () => {
    expect(windows({ when: 'by', to: '08:00' })).toEqual([{ from: '2026-11-26T06:59:00.000Z', to: '2026-11-26T07:00:00.000Z' }])
  })
})
