import { describe, expect, it } from 'vitest'
import type { Work } from '../../api/work'
import { absenceAdded, absenceChanged, draftOf, exceptionAdded, exceptionWorked, flawOf, flawOfHours, rotaAdded, rotaDated, shiftAdded, shiftChanged, workOf, type WorkDraft } from './workDraft'

const ZONE = 'Europe/Berlin'
const WORK: Work = {
  rotas: [{ valid_from: '2026-11-02', shifts: [{ days: ['mon', 'tue'], from: '08:00', to: '16:00', breaks: [{ from: '12:00', to: '13:00', duration_s: 1_800 }] }] }],
  exceptions: [{ date: '2026-12-24', shifts: [{ from: '08:00', to: '12:00', breaks: [] }] }, { date: '2026-12-25', shifts: [] }],
  absences: [{ from: '2026-11-30T23:00:00.000Z', to: '2026-12-04T23:00:00.000Z', reason: 'holiday' }],
  vehicle: { profile: 'car', name: 'Van 3', capacity: 20, max_distance_m: 180_000 }, base: { start: { address: 'Home 1', point: { lat: 52.5, lon: 13.4 } }, end: { kind: 'open' } },
  skills: [{ code: 'cold', expires_on: '2027-01-31' }, { code: 'audit', expires_on: null }], cost: { hourly_minor: 2_450, overtime_hourly_minor: 3_000 }, overtime_max_s: 3_600, max_visits_per_day: 14,
}
const draft = draftOf(WORK, ZONE)
const flaw = (changed: WorkDraft) => flawOf(changed)?.field ?? null

describe('how an agent works', () => {
  it('comes back as it was, whatever units and clocks it is typed in', () => {
    expect(draft.absences[0]).toMatchObject({ fromDate: '2026-12-01', fromClock: '00:00', toDate: '2026-12-05' })
    expect(draft).toMatchObject({ maxDistance: '180', hourly: '24.5', overtimeMax: '60' })
    expect(workOf(draft, ZONE)).toEqual(WORK)
  })

  it('goes on with the same week from another date', () => {
    const next = rotaAdded(draft, '2027-01-04')
    expect(next.rotas.map(({ validFrom, shifts }) => [validFrom, shifts.length])).toEqual([['2026-11-02', 1], ['2027-01-04', 1]])
    expect(next.rotas[1]!.shifts[0]!.uid).not.toBe(draft.rotas[0]!.shifts[0]!.uid)
    expect(flaw(rotaDated(next, next.rotas[1]!.uid, '2026-11-02'))).toBe('rotas')
    expect(rotaAdded({ ...draft, rotas: [] }, '2026-11-26').rotas[0]!.shifts[0]).toMatchObject({ days: ['mon', 'tue', 'wed', 'thu', 'fri'] })
  })

  it('has days off and days with hours of their own', () => {
    const added = exceptionAdded(draft, '2026-12-31')
    expect(workOf(added, ZONE).exceptions.at(-1)).toEqual({ date: '2026-12-31', shifts: [] })
    expect(workOf(exceptionWorked(added, added.exceptions.at(-1)!.uid, true), ZONE).exceptions.at(-1)!.shifts).toHaveLength(1)
    expect(flaw(exceptionAdded(draft, '2026-12-25'))).toBe('exceptions')
  })

  it('says what is wrong', () => {
    const rota = draft.rotas[0]!
    expect(flaw(draft)).toBeNull()
    expect(flaw(shiftChanged(draft, rota.uid, { ...rota.shifts[0]!, days: [] }))).toBe('rotas')
    expect(flaw(shiftAdded(draft, rota.uid))).toBeNull()
    const away = absenceAdded(draft, '2026-12-10', '2026-12-11')
    expect([flaw(away), flaw(absenceChanged(away, { ...away.absences.at(-1)!, toDate: '2026-12-10' }))]).toEqual([null, 'absences'])
    expect([flaw({ ...draft, maxDistance: '0' }), flaw({ ...draft, end: 'place' }), flaw({ ...draft, overtimeMax: '721' }), flaw({ ...draft, maxVisits: '0' }), flaw({ ...draft, hourly: '-1' })]).toEqual(['vehicle', 'base', 'overtime', 'visits', 'cost'])
  })
})

describe('a shift', () => {
  const check = (from: string, to: string, breaks: [string, string, string][] = []) => flawOfHours({ from, to, breaks: breaks.map(([begins, ends, minutes]) => ({ from: begins, to: ends, minutes })) }) === null

  it('may run past midnight, with breaks in their order within it', () => {
    expect(check('22:00', '06:00', [['23:30', '00:30', '30'], ['03:00', '04:00', '15']])).toBe(true)
    expect(check('08:00', '16:00', [['08:00', '09:00', '60']])).toBe(true)
    expect(check('08:00', '08:00')).toBe(false)
    expect(check('08:00', '16:00', [['15:30', '16:30', '30']])).toBe(false)
    expect(check('08:00', '16:00', [['12:00', '13:00', '61']])).toBe(false)
    expect(check('08:00', '16:00', [['12:00', '13:00', '30'], ['12:30', '14:00', '30']])).toBe(false)
    expect(check('08:00', '16:00', [['07:00', '09:00', '30']])).toBe(false)
  })
})
