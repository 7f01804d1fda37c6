import { describe, expect, it } from 'vitest'
import { AIMS, bodyOf, draftOf, flawOf, LEVELS, levelOf, newDraft, USUAL, weightAt, withShare, withSharesByAgents, withTerritories, type Draft } from './draft'

const chosen = (...ids: string[]): Draft => withTerritories(newDraft('Even'), new Set(ids))
const shares = (draft: Draft) => Object.fromEntries(draft.seats.map(({ id, share }) => [id, share]))

describe('territories of a draft', () => {
  it('keep their shares while others come and go', () => {
    const halved = withShare(chosen('a', 'b'), 'b', '0.5')
    expect(shares(withTerritories(halved, new Set(['b', 'c'])))).toEqual({ b: '0.5', c: '1' })
    expect(shares(withTerritories(halved, new Set()))).toEqual({})
  })

  it('share by agents about a mean of one, and whoever has none keeps a full share', () => {
    const byAgents = withSharesByAgents(chosen('a', 'b', 'c'), new Map([['a', 1], ['b', 3]]))
    expect(shares(byAgents)).toEqual({ a: '0.5', b: '1.5', c: '1' })
    expect(shares(withSharesByAgents(chosen('a', 'b'), new Map()))).toEqual({ a: '1', b: '1' })
    // Nobody falls below what the server takes.
    expect(shares(withSharesByAgents(chosen('a', 'b'), new Map([['a', 1], ['b', 5_000]])))['a']).toBe('0.01')
  })
})

describe('how much an aim counts', () => {
  it('is told by the step nearest to a weight, whoever set it', () => {
    for (const aim of AIMS) LEVELS.forEach((_, level) => expect(levelOf(aim, weightAt(aim, level))).toBe(level))
    expect(levelOf('balance', 12)).toBe(2)
    expect(levelOf('travel', 0.001)).toBe(1)
    expect(levelOf('stability', 100)).toBe(4)
  })

  it('never exceeds what the server takes', () => {
    for (const aim of AIMS) LEVELS.forEach((_, level) => expect(weightAt(aim, level)).toBeLessThanOrEqual(100))
  })
})

describe('what is wrong with a draft', () => {
  const field = (changes: Partial<Draft>) => flawOf({ ...chosen('a', 'b'), ...changes })?.field ?? null
  it.each<[Partial<Draft>, string | null]>([
    [{}, null], [{ name: '  ' }, 'name'], [{ name: 'x'.repeat(121) }, 'name'], [{ seats: [] }, 'territories'], [{ seats: chosen('a').seats }, 'territories'],
    [{ seats: withShare(chosen('a', 'b'), 'b', '0').seats }, 'share'], [{ seats: withShare(chosen('a', 'b'), 'b', '').seats }, 'share'], [{ seats: withShare(chosen('a', 'b'), 'b', '100').seats }, null],
    [{ weights: { balance: 0, compactness: 0, stability: 0, travel: 0 } }, 'weights'], [{ weights: { ...USUAL, balance: 0 } }, null],
    [{ days: '0' }, 'days'], [{ days: '366' }, null], [{ days: 'soon' }, 'days'], [{ speed: '201' }, 'speed_kmh'], [{ visits: '0' }, null], [{ visits: '-1' }, 'visits_default'],
  ])('%j is %s', (changes, expected) => expect(field(changes)).toBe(expected))

  it('names the territory whose share it is', () => {
    expect(flawOf(withShare(chosen('a', 'b'), 'b', '-2'))).toMatchObject({ field: 'share', territory: 'b' })
  })
})

describe('a draft of a design', () => {
  it('sends the same again, with whoever is to stay', () => {
    const first = bodyOf({ ...withShare(chosen('a', 'b'), 'a', '1.5'), includeUnassigned: true, days: '10', seed: 7, resolution: 8, locked: ['x'] }, 'one')
    const again = bodyOf(draftOf(first, 'Even', ['y', 'x']), 'two')
    expect(again).toEqual({ ...first, id: 'two', locked: ['x', 'y'] })
  })

  it('takes what the server takes where nothing was said', () => {
    expect(bodyOf(draftOf({ name: 'Bare', territories: [{ territory_id: 'a' }, { territory_id: 'b' }] }, 'Bare', []), 'i')).toEqual(bodyOf({ ...chosen('a', 'b'), name: 'Bare' }, 'i'))
  })
})
