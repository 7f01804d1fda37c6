import { describe, expect, it } from 'vitest'
import { dayBounds } from '../../util/zone'
import { endOfDrawn, freightOf, hullOf, isUnderClock, loadOf, overtimeOf, piecesOf, slotAt, snapped, whiskerOf } from './gantt'
import { at, DATE, plan, route, stop, ZONE } from './samples'

const told = (pieces: ReturnType<typeof piecesOf>) => pieces.map(({ kind, from, to }) => [kind, (to - from) / 60_000])

describe('a lane', () => {
  it('is made of ways, waits, visits and breaks, without overlaps', () => {
    const stops = [stop('a', '08:30', '09:00'), stop('b', '09:20', '10:00', { start: at('09:30'), travel_s: 1_200 })]
    expect(told(piecesOf(route('x', stops)))).toEqual([['travel', 10], ['visit', 30], ['travel', 20], ['wait', 10], ['visit', 30]])
  })

  it('never draws a way into the visit before it', () => {
    const stops = [stop('a', '08:30', '09:00'), stop('b', '09:05', '09:30', { travel_s: 900 })]
    expect(told(piecesOf(route('x', stops)))[2]).toEqual(['travel', 5])
  })

  it('shows breaks of the shift', () => {
    const shift = { from: at('08:00'), to: at('16:00'), breaks: [{ from: at('12:00'), to: at('12:30'), name: null }] }
    expect(told(piecesOf(route('x', [], { shift })))).toEqual([['break', 30]])
  })
})

describe('the name of an hour', () => {
  it('gives way to the clock of the present, and to nothing else', () => {
    const under = (hour_px: number, now_px: number) => isUnderClock(hour_px / 1_000, now_px / 1_000, 1_000)
    expect([100, 120, 150].map((now) => under(100, now))).toEqual([true, true, true])
    expect([80, 160].map((now) => under(100, now))).toEqual([false, false])
    expect(isUnderClock(0.1, -0.3, 1_000)).toBe(false)
  })
})

describe('the hours worth showing', () => {
  const day = dayBounds(DATE, ZONE)

  it('reach from before the first shift to after the last', () => {
    expect(hullOf(plan(), day)).toEqual({ from: at('07:30'), to: at('16:30') })
  })

  it('hold what lies outside of the shifts', () => {
    expect(hullOf(plan({ routes: [route('x', [stop('a', '19:00', '20:00')])] }), day)).toEqual({ from: at('07:30'), to: at('20:30') })
  })

  it('go on past midnight by whole hours, where somebody works that long', () => {
    expect(endOfDrawn(plan(), day)).toBe(day.to)
    const late = stop('a', '19:00', '20:00', { end: day.to + 20 * 60_000 })
    expect(endOfDrawn(plan({ routes: [route('x', [late])] }), day)).toBe(day.to + 3_600_000)
  })

  it('are some of the day where nothing is planned, and never leave the day', () => {
    const empty = hullOf(plan({ routes: [] }), day)
    expect(empty.from >= day.from && empty.to <= day.to && empty.from < empty.to).toBe(true)
    expect(hullOf(plan({ routes: [route('x', [], { shift: { from: day.from, to: day.to, breaks: [] } })] }), day)).toEqual(day)
  })
})

describe('the slot under a pointer', () => {
  const stops = [stop('a', '08:30', '09:00', { commitment: 'done' }), stop('b', '10:00', '10:30'), stop('c', '12:00', '12:30')]
  const check = (clock: string, visit: string, expected: number) => expect(slotAt(stops, visit, at(clock)), `${visit} at ${clock}`).toBe(expected)

  it('is behind everything whose middle is earlier', () => {
    check('09:30', 'new', 1)
    check('10:14', 'new', 1)
    check('10:16', 'new', 2)
    check('18:00', 'new', 3)
  })

  it('does not count the visit itself', () => {
    check('18:00', 'b', 2)
    check('11:00', 'b', 1)
  })

  it('is never before what has happened', () => {
    check('07:00', 'new', 1)
    check('07:00', 'c', 1)
  })
})

it('snaps to five minutes', () => {
  expect([snapped(at('10:02')), snapped(at('10:03'))]).toEqual([at('10:00'), at('10:05')])
})

it('draws uncertainty only around what is still expected', () => {
  const eta = { at: at('10:00'), std_s: 300 }
  const { from, to } = whiskerOf(stop('a', '10:00', '10:30', { eta }))!
  expect([(from + to) / 2, Math.round((to - from) / 1_000)]).toEqual([eta.at, 768])
  expect(whiskerOf(stop('a', '10:00', '10:30', { eta, commitment: 'in_progress' }))).toBeNull()
  expect(whiskerOf(stop('a', '10:00', '10:30'))).toBeNull()
})

it('tells overtime and load from the shift', () => {
  const late = route('x', [stop('a', '15:30', '16:30')], { overtime_s: 1_800 })
  expect(overtimeOf(late)).toEqual({ from: at('16:00'), to: at('16:30') })
  expect(overtimeOf(route('x', [stop('a', '10:00', '11:00')]))).toBeNull()
  expect(loadOf(route('x', [stop('a', '10:00', '11:00')]))).toBeCloseTo((600 + 3_600) / (8 * 3_600))
  expect(loadOf(route('x', [], { shift: null }))).toBeNull()
})

it('tells what a vehicle is to carry where it has a limit', () => {
  const freight = (demand: number, capacity: number | null) => freightOf(route('x', [stop('a', '10:00', '11:00', { demand })], { capacity }))
  expect(freight(12, null)).toBeNull()
  expect([freight(12, 20), freight(20, 20), freight(1_200, 1_000)]).toEqual([
    { text: '12 / 20', isFull: false, isOver: false }, { text: '20 / 20', isFull: true, isOver: false }, { text: '1,200 / 1,000', isFull: true, isOver: true },
  ])
})
