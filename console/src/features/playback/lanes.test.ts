import { describe, expect, it } from 'vitest'
import type { TimelineDay, TimelineItem } from '../../api/types'
import { toBars, toLanes, totalsOf } from './lanes'
import { asSentence, shortened, tell } from './words'

const DAY = { from: Date.parse('2026-11-23T00:00:00Z'), to: Date.parse('2026-11-24T00:00:00Z') }
const at = (hour: number) => new Date(DAY.from + hour * 3_600_000).toISOString()
const place = { lat: 1, lon: 2 }
const item = (body: object, from: number, to: number | null, rest: Partial<TimelineItem> = {}): TimelineItem => ({
  id: `${from}`, agent_id: 'ana', device: 'phone', date: '2026-11-23', revision: 1, start_at: at(from), end_at: to === null ? null : at(to), ...body, ...rest,
}) as TimelineItem
const stop = (from: number, to: number | null, rest?: Partial<TimelineItem>) => item({ kind: 'stop', at: place }, from, to, rest)
const passage = (from: number, to: number, fence = '01a213cc-0723-72ce-90bc-7688f1d45fc9') => item({ kind: 'fence_passage', passage: { fence, kind: 'visit', enter: place } }, from, to)
const bars = (items: TimelineItem[], heardHour = 24) => toBars(items, DAY, DAY.from + heardHour * 3_600_000)

describe('the bars of a lane', () => {
  it('stand at their share of the day, in the order of time', () => {
    expect(bars([stop(12, 18), stop(6, 12)]).map(({ left, width }) => [left, width])).toEqual([[0.25, 0.25], [0.5, 0.25]])
  })

  it('are cut at midnight, and left out where they only touch the day', () => {
    expect(bars([stop(-3, 6), stop(18, 30)]).map(({ left, width }) => [left, width])).toEqual([[0, 0.25], [0.75, 0.25]])
    expect(bars([stop(-3, -1), stop(24, 30)])).toEqual([])
  })

  it('go on as far as the phone was heard', () => {
    expect(bars([stop(6, null)], 12)[0]).toMatchObject({ left: 0.25, width: 0.25, isOpen: true })
    expect(bars([stop(6, null)], 3)[0]).toMatchObject({ left: 0.25, width: 0, isOpen: true })
  })

  it('of overlapping fences stand one above the other', () => {
    expect(bars([passage(1, 5), passage(2, 4), passage(3, 6), passage(7, 8)]).map(({ row }) => row)).toEqual([0, 1, 1, 0])
  })
})

describe('the lanes of an agent', () => {
  it('are one for each phone, and one for an agent that was not heard', () => {
    const items = [stop(1, 2), stop(3, 4, { device: 'tablet' })]
    expect(toLanes({ agent: 'ana', tracks: [], items, days: [] }, DAY, DAY.to).map(({ device, bars }) => [device, bars.length])).toEqual([['phone', 1], ['tablet', 1]])
    expect(toLanes({ agent: 'ana', tracks: [], items: [], days: [] }, DAY, DAY.to)).toEqual([{ agent: 'ana', device: '', bars: [] }])
  })
})

it('adds a day up over all phones, counting the stops that begin on it', () => {
  const day = (rest: Partial<TimelineDay>) => ({ distance_mm: 1_500_000, motion_ms: 60_000, fixes: 10, max_speed_cmps: 900, ...rest }) as TimelineDay
  const items = [stop(-2, 1, { date: '2026-11-22' }), stop(2, 3), stop(4, null)]
  expect(totalsOf({ agent: 'ana', tracks: [], items, days: [day({}), day({ max_speed_cmps: 1_100 })] }, '2026-11-23'))
    .toEqual({ distance_m: 3_000, motion_s: 120, fixes: 20, stops: 2, max_speed_mps: 11 })
})

describe('an item in words', () => {
  const check = (one: TimelineItem, expected: string) => expect(asSentence(tell(bars([one], 20)[0]!, 'UTC', new Map()))).toBe(expected)

  it('tells times, duration and what was measured', () => {
    check(item({ kind: 'trip', from: place, to: place, distance_mm: 5_688_889, max_speed_cmps: 1_500 }, 9, 9.5), 'Trip, 09:00:00 – 09:30:00, 30 min, 5.7 km, up to 54 km/h')
    check(stop(9, null), 'Stop, 09:00:00 – goes on, 11 h')
    check(item({ kind: 'gap', from: place, to: place, distance_mm: 2_000_000, relocated: true }, 9, 10), 'Silence, heard again elsewhere, 09:00:00 – 10:00:00, 1 h, 2.0 km as the crow flies')
    check(item({ kind: 'suspect', reason: 'jump', fix: place, evidence: {} }, 9, 9), 'Suspect fix, 09:00:00, too far too fast')
    check(item({ kind: 'overspeed', at: place, limit_cmps: 1_389, max_speed_cmps: 2_000 }, 9, 9.5), 'Above the limit, 09:00:00 – 09:30:00, 30 min, up to 72 km/h, limit 50 km/h')
  })

  it('says that late data changed it', () => {
    check(stop(9, 10, { revision: 3 }), 'Stop, 09:00:00 – 10:00:00, 1 h, Amended by late data: revision 3')
  })

  it('calls a fence by its name, or by the end of its id', () => {
    const [bar] = bars([passage(9, 10)])
    expect(tell(bar!, 'UTC', new Map()).title).toBe('In fence d45fc9')
    expect(tell(bar!, 'UTC', new Map([['01a213cc-0723-72ce-90bc-7688f1d45fc9', 'Depot']])).title).toBe('In Depot')
    expect(shortened('x')).toBe('fence x')
  })
})
