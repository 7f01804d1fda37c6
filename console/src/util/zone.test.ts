import { describe, expect, it } from 'vitest'
import { clockAt, clockOf, dateOf, dayBounds, isDate, longDate, minuteOf, shiftDate } from './zone'

const HOUR = 3_600_000
const iso = (at: number) => new Date(at).toISOString()

describe('the bounds of a civil day', () => {
  const check = (date: string, zone: string, from: string, hours: number) => {
    const bounds = dayBounds(date, zone)
    expect([iso(bounds.from), (bounds.to - bounds.from) / HOUR], `${date} in ${zone}`).toEqual([from, hours])
  }

  it('are midnights, wherever', () => {
    check('2026-11-23', 'UTC', '2026-11-23T00:00:00.000Z', 24)
    check('2026-11-23', 'Europe/Berlin', '2026-11-22T23:00:00.000Z', 24)
    check('2026-11-23', 'Pacific/Kiritimati', '2026-11-22T10:00:00.000Z', 24)
    check('2026-11-23', 'Pacific/Pago_Pago', '2026-11-23T11:00:00.000Z', 24)
    check('2026-11-23', 'Asia/Kathmandu', '2026-11-22T18:15:00.000Z', 24)
  })

  it('are 23 or 25 hours apart when clocks change', () => {
    check('2026-03-29', 'Europe/Berlin', '2026-03-28T23:00:00.000Z', 23)
    check('2026-10-25', 'Europe/Berlin', '2026-10-24T22:00:00.000Z', 25)
    check('2026-10-04', 'Australia/Lord_Howe', '2026-10-03T13:30:00.000Z', 23.5)
  })

  it('begin right after a midnight that is skipped, and at the first of two', () => {
    // Cairo goes from 24:00 to 01:00 on the last Friday of April, and Havana from 01:00 back to 00:00 in November.
    check('2026-04-24', 'Africa/Cairo', '2026-04-23T22:00:00.000Z', 23)
    check('2026-11-01', 'America/Havana', '2026-11-01T04:00:00.000Z', 25)
  })

  it('leave no instant of a year out', () => {
    for (const zone of ['Europe/Berlin', 'Africa/Cairo', 'America/Santiago', 'America/Los_Angeles']) {
      for (let date = '2026-01-01'; date < '2027-01-01'; date = shiftDate(date, 1)) {
        const { from, to } = dayBounds(date, zone)
        expect(dateOf(from, zone), `${date} in ${zone}`).toBe(date)
        expect(dayBounds(shiftDate(date, 1), zone).from).toBe(to)
      }
    }
  })
})

describe('dates and clocks', () => {
  it('take only dates that exist', () => {
    expect(['2026-11-23', '2024-02-29'].map(isDate)).toEqual([true, true])
    expect(['2026-02-29', '2026-13-01', '2026-1-1', 'today', '', null].map(isDate)).toEqual([false, false, false, false, false, false])
  })

  it('count days across months and years', () => {
    expect([shiftDate('2026-12-31', 1), shiftDate('2026-03-01', -1)]).toEqual(['2027-01-01', '2026-02-28'])
  })

  it('read in the zone, not in the browser', () => {
    const at = Date.parse('2026-11-23T23:30:05Z')
    expect([dateOf(at, 'Europe/Berlin'), clockOf(at, 'Europe/Berlin'), minuteOf(at, 'America/New_York')]).toEqual(['2026-11-24', '00:30:05', '18:30'])
    expect(longDate('2026-11-23')).toBe('Mon, 23 Nov 2026')
  })
})

it('reads a clock on days when clocks change', () => {
  const read = (date: string, clock: string) => iso(clockAt(date, clock, 'Europe/Berlin'))
  expect([read('2026-11-26', '08:15'), read('2026-03-29', '01:00'), read('2026-03-29', '08:00'), read('2026-10-25', '08:00'), read('2026-03-29', '02:30'), read('2026-10-25', '02:30')]).toEqual([
    '2026-11-26T07:15:00.000Z', '2026-03-29T00:00:00.000Z', '2026-03-29T06:00:00.000Z', '2026-10-25T07:00:00.000Z', '2026-03-29T01:30:00.000Z', '2026-10-25T00:30:00.000Z',
  ])
})
