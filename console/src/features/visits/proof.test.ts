import { describe, expect, it } from 'vitest'
import type { Verification, VisitEvent } from '../../api/visits'
import { cameLate, happened, linesOf, spotsOf } from './proof'

const at = '2026-11-26T09:00:00Z'
const ENTERED = { at, lat: 52, lon: 13, accuracy_m: 8, signed_distance_m: -20, overlap: 1, already_inside: false, gap_s: 0 }
const PROOF: Verification = {
  status: 'partial', flags: [],
  check_in: { at, told: { lat: 52, lon: 13, accuracy_m: 12 }, told_distance_m: 40, track: { at, lat: 52.001, lon: 13, distance_m: 900, is_there: false }, is_there: true },
  check_out: { at: '2026-11-26T09:30:00Z', is_there: null }, passage: { enter: ENTERED, from: at, overlap_s: 600, overlap_pct: 33 }, trail: { fixes: 10, inside: 4, mock: 1, suspect: 2, gap_max_s: 340 },
}

describe('proof', () => {
  it('shows what was told and what the track saw, and which of them speaks against it', () => {
    expect(spotsOf(PROOF).map(({ id, tone }) => [id, tone])).toEqual([['Check-in told', 'told'], ['Check-in track', 'bad']])
    expect(spotsOf({})).toEqual([])
  })

  it('is read line by line', () => {
    expect(linesOf(PROOF, 'UTC').map(({ name, text, tone }) => `${tone} ${name}: ${text}`)).toEqual([
      'good Check-in: 09:00:00: told 40 m away (±12 m), track 900 m away',
      'plain Check-out: 09:30:00: no position told, no track then',
      'bad In the fence: 09:00:00–still, 33 % of the visit',
      'bad Track: 4 of 10 fixes at the place, longest silence 5 min 40 s',
      'bad Not believed: 1 simulated, 2 suspect',
    ])
  })
})

describe('what happened', () => {
  const base = { seq: 1, id: 'e', visit_id: 'v', at, received_at: at, by: { kind: 'agent' }, was: 'planned', status: 'planned', revision: 1 } as const
  const say = (event: VisitEvent) => {
    const { title, detail, note } = happened(event)
    return [title, detail, note]
  }

  it('is said in words', () => {
    expect(say({ ...base, kind: 'told', told: { type: 'check_out', outcome: 'unproductive', reason: 'closed', note: '' } })).toEqual(['Checked out: unproductive', 'closed', null])
    expect(say({ ...base, kind: 'told', told: { type: 'left_open', why: 'day_over' } })).toEqual(['Closed by the system', 'the agent’s day was over', null])
    expect(say({ ...base, kind: 'told', told: { type: 'check_in', note: 'back door' }, effect: 'effective' })).toEqual(['Checked in', null, 'back door'])
    expect(say({ ...base, kind: 'replanned', changes: { agent_id: ['a', 'b'], day: ['x', 'y'] } })).toEqual(['Plan changed', 'agent, day', null])
    expect(say({ ...base, kind: 'verified', old: { ...PROOF, status: 'no_data' }, new: PROOF })).toEqual(['Proof: partly shown', 'was no data', null])
  })

  it('says what it did not do', () => {
    expect(say({ ...base, kind: 'told', told: { type: 'cancel', reason: 'late' }, effect: 'already_over' })).toEqual(['Cancelled', 'late · the visit had ended', null])
    expect(say({ ...base, kind: 'told', told: { type: 'start' }, effect: 'something_new' as 'effective' })).toEqual(['Work begun', 'something new', null])
  })

  it('says when it came late', () => {
    expect([cameLate({ at, received_at: '2026-11-26T09:04:59Z' }), cameLate({ at, received_at: '2026-11-26T11:15:00Z' })]).toEqual([null, '2 h 15 min'])
  })
})
