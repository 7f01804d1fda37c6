import { describe, expect, it } from 'vitest'
import { flawOfHours, tellHours, usualHours, type Hours } from './hours'

describe('hours', () => {
  const check = (over: Partial<Hours>, flaw: RegExp | null) => {
    const found = flawOfHours({ ...usualHours(), ...over })
    if (flaw === null) expect(found).toBeNull()
    else expect(found).toMatch(flaw)
  }

  it('say what is wrong with them', () => {
    check({}, null)
    check({ weekly: [{ days: [], from: '09:00', to: '10:00' }] }, /needs a day/)
    check({ weekly: [{ days: ['mon'], from: '09:00', to: '09:00' }] }, /needs a day/)
    check({ weekly: [{ days: ['mon'], from: '22:00', to: '04:00' }] }, null)
    check({ exceptions: [{ date: '' }] }, /only once/)
    check({ exceptions: [{ date: '2026-12-25' }, { date: '2026-12-25' }] }, /only once/)
    check({ exceptions: [{ date: '2026-12-25', hours: [{ from: '', to: '12:00' }] }] }, /of a date/)
    check({ weekly: [], exceptions: [{ date: '2026-12-25' }] }, /at least one/)
    check({ weekly: [], exceptions: [{ date: '2026-12-25', hours: [{ from: '10:00', to: '12:00' }] }] }, null)
  })

  it('are told in a line', () => {
    expect(tellHours({ weekly: [{ days: ['tue', 'mon', 'wed', 'sat'], from: '09:00', to: '12:00' }, { days: ['thu', 'fri'], from: '10:00', to: '18:00' }] })).toBe('Mon–Wed, Sat 09:00–12:00, Thu, Fri 10:00–18:00')
    expect(tellHours({ weekly: [] })).toBe('')
  })
})
