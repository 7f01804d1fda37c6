import { describe, expect, it } from 'vitest'
import type { BeatContent } from '../../api/visits'
import { added, changed, contentOf, draftOf, flawOf, moved, newBeat, removed, repeated, type BeatDraft } from './beatDraft'

const BEAT: BeatContent = {
  name: 'North', territory_id: 't', agent_id: 'ana', cycle_weeks: 2, starts_on: '2026-11-02', ends_on: null, on_holiday: 'after', on_absence: 'unassign',
  stops: [
    { week: 1, weekday: 'mon', customer_id: 'a' }, { week: 1, weekday: 'mon', customer_id: 'b', from: '09:00', to: '11:00', duration_s: 900, demand: 12 }, { week: 2, weekday: 'fri', customer_id: 'a', place_id: 'p' },
  ],
}
const order = (draft: BeatDraft) => contentOf(draft).stops.map(({ week, weekday, customer_id }) => `${week}${weekday} ${customer_id}`)

describe('a beat', () => {
  it('comes back as it was', () => {
    expect(contentOf(draftOf(BEAT))).toEqual(BEAT)
  })

  it('has somebody once a day', () => {
    expect(order(added(draftOf(BEAT), '1 mon', 'a'))).toEqual(order(draftOf(BEAT)))
    expect(order(added(draftOf(BEAT), '1 mon', 'c'))).toEqual(['1mon a', '1mon b', '1mon c', '2fri a'])
    expect(order(moved(draftOf(BEAT), '2 fri', 3, '1 mon', 0))).toEqual(order(draftOf(BEAT)))
  })

  it('is put into another order, within a day and between days', () => {
    expect(order(moved(draftOf(BEAT), '1 mon', 2, '1 mon', 0)).slice(0, 2)).toEqual(['1mon b', '1mon a'])
    expect(order(moved(draftOf(BEAT), '1 mon', 2, '2 fri', 9))).toEqual(['1mon a', '2fri a', '2fri b'])
    expect(order(removed(draftOf(BEAT), '1 mon', 1))).toEqual(['1mon b', '2fri a'])
  })

  it('repeats its first week in the others', () => {
    const draft = repeated({ ...draftOf(BEAT), weeks: 3 }, ['mon', 'fri'])
    expect(order(draft)).toEqual(['1mon a', '1mon b', '2mon a', '2mon b', '3mon a', '3mon b'])
    const uids = Object.values(draft.cells).flatMap((cell) => cell!.map(({ uid }) => uid))
    expect(new Set(uids).size).toBe(uids.length)
  })

  it('leaves out weeks that the cycle does not have any more', () => {
    expect(order({ ...draftOf(BEAT), weeks: 1 })).toEqual(['1mon a', '1mon b'])
  })

  it('says what is wrong', () => {
    const flaw = (draft: BeatDraft) => flawOf(draft)?.field ?? null
    expect([flaw(draftOf(BEAT)), flaw({ ...draftOf(BEAT), name: ' ' }), flaw({ ...draftOf(BEAT), startsOn: '' }), flaw({ ...draftOf(BEAT), endsOn: '2026-11-01' })]).toEqual([null, 'name', 'starts_on', 'ends_on'])
    expect(flaw({ ...newBeat('2026-11-26'), name: 'x' })).toBe('stops')
    expect(flawOf(changed(draftOf(BEAT), '1 mon', 2, { to: '' }))).toMatchObject({ field: 'stops', uid: 2 })
  })
})
