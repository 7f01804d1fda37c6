import { describe, expect, it } from 'vitest'
import type { Fence } from '../../api/types'
import { bodyOf, closed, cornerTakenBack, draftOf, isFlaw, newCircle, newPolygon, placed, shapeOf, sized, usualHours, type Draft, type Flaw } from './draft'

const named = (draft: Draft): Draft => ({ ...draft, name: ' Depot ' })
const flawIn = (draft: Draft) => (bodyOf(draft) as Flaw).field

describe('a circle', () => {
  it('is where it was clicked, as large as was said', () => {
    const draft = sized(placed(placed(named(newCircle()), [1, 1]), [13.4, 52.5]), 250)
    expect(bodyOf(draft)).toEqual({
      name: 'Depot', dwell_s: null, calendar: null, shape: { type: 'Circle', coordinates: [13.4, 52.5], radius_m: 250 },
    })
  })

  it('says what is missing', () => {
    expect(flawIn(newCircle())).toBe('name')
    expect(flawIn(named(newCircle()))).toBe('shape')
    for (const radius_m of [0, 1_000_001, Number.NaN]) expect(flawIn(sized(placed(named(newCircle()), [1, 1]), radius_m))).toBe('radius')
  })
})

describe('a polygon', () => {
  const corners = ([[0, 0], [1, 0], [1, 1]] as const).reduce((draft, at) => placed(draft, [...at]), named(newPolygon()))

  it('closes with Enter from three corners on', () => {
    const two = cornerTakenBack(corners)
    expect(shapeOf(closed(two))).toBeNull()
    expect(flawIn(corners)).toBe('shape')
    expect(shapeOf(closed(corners))).toEqual({ type: 'Polygon', coordinates: [[[0, 0], [1, 0], [1, 1], [0, 0]]] })
  })

  it('takes no corner once closed, until it is opened again', () => {
    const done = closed(corners)
    expect(placed(done, [5, 5])).toBe(done)
    expect(shapeOf(closed(placed(cornerTakenBack(done), [0, 1])))).toMatchObject({ coordinates: [[[0, 0], [1, 0], [1, 1], [0, 1], [0, 0]]] })
  })
})

describe('an existing fence', () => {
  const fence = {
    id: 'f', version: 3, valid_from: '', valid_to: null, name: 'Lane', owner: { kind: 'ad_hoc', id: null }, agents: null, dwell_s: 90, floor_m: null,
    ceiling_m: null, calendar: null, shape: { type: 'Corridor', coordinates: [[0, 0], [1, 1]], half_width_m: 20 },
  } as unknown as Fence

  it('keeps a shape that cannot be drawn here', () => {
    expect(bodyOf(draftOf(fence))).toEqual({ name: 'Lane', dwell_s: 90, calendar: null })
    expect(placed(draftOf(fence), [1, 1]).ground).toEqual({ kind: 'kept', shape: fence.shape })
  })

  it('is refused with a dwell or hours that mean nothing', () => {
    for (const dwell of ['0', '-3', 'soon', '10081']) expect(flawIn({ ...draftOf(fence), dwell })).toBe('dwell')
    const hours = { ...usualHours(), weekly: [{ days: [], from: '09:00', to: '10:00' }] }
    expect(flawIn({ ...draftOf(fence), hours })).toBe('hours')
    expect(isFlaw(bodyOf({ ...draftOf(fence), hours: usualHours() }))).toBe(false)
  })
})
