import { describe, expect, it } from 'vitest'
import { flawOf, newUrgent, windowsOf, type UrgentDraft } from './urgentDraft'

const draft = (over: Partial<UrgentDraft>): UrgentDraft => ({ ...newUrgent(), customer: 'c', ...over })
const flaw = (over: Partial<UrgentDraft>) => flawOf(draft(over))?.field ?? null

it('says what is missing', () => {
  expect([flaw({}), flaw({ customer: null }), flaw({ when: 'by' }), flaw({ when: 'between', to: '10:00' }), flaw({ when: 'between', from: '11:00', to: '10:00' })]).toEqual([null, 'customer', 'to', 'from', 'to'])
  expect([flaw({ duration: '0' }), flaw({ duration: '' }), flaw({ timeout: '9' }), flaw({ timeout: '3601' })]).toEqual(['duration', 'duration', 'timeout', 'timeout'])
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
