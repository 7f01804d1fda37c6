import { describe, expect, it } from 'vitest'
import type { Fence } from '../../api/types'
import { usualHours } from '../../util/hours'
import { bodyOf, cornerTakenBack, draftOf, drawnAgain, finished, isFlaw, newCircle, newCorridor, newPolygon, placed, shapeOf, sized, type Draft, type Flaw } from './draft'

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
    expect(shapeOf(finished(two))).toBeNull()
    expect(flawIn(corners)).toBe('shape')
    expect(shapeOf(finished(corners))).toEqual({ type: 'Polygon', coordinates: [[[0, 0], [1, 0], [1, 1], [0, 0]]] })
  })

  it('takes no corner once closed, until it is opened again', () => {
    const done = finished(corners)
    expect(placed(done, [5, 5])).toBe(done)
    expect(shapeOf(finished(placed(cornerTakenBack(done), [0, 1])))).toMatchObject({ coordinates: [[[0, 0], [1, 0], [1, 1], [0, 1], [0, 0]]] })
  })
})

describe('a corridor', () => {
  it('needs two points and a width', () => {
    const line = placed(placed(named(newCorridor()), [0, 0]), [0, 1])
    expect(flawIn(cornerTakenBack(line))).toBe('shape')
    expect(bodyOf(finished(line))).toMatchObject({ shape: { type: 'Corridor', coordinates: [[0, 0], [0, 1]], half_width_m: 25 } })
    for (const metres of [0, 50_001, Number.NaN]) expect(flawIn(sized(finished(line), metres))).toBe('radius')
  })
})

describe('an existing fence', () => {
  const fence = {
    id: 'f', version: 3, valid_from: '', valid_to: null, name: 'Lane', owner: { kind: 'ad_hoc', id: null }, agents: null, dwell_s: 90, floor_m: null,
    ceiling_m: null, calendar: null, shape: { type: 'Corridor', coordinates: [[0, 0], [1, 1]], half_width_m: 20 },
  } as unknown as Fence

  it('goes on where it was drawn, or begins again', () => {
    expect(bodyOf(draftOf(fence))).toMatchObject({ name: 'Lane', shape: fence.shape })
    const longer = finished(placed(cornerTakenBack(draftOf(fence)), [2, 1]))
    expect(shapeOf(sized(longer, 30))).toEqual({ type: 'Corridor', coordinates: [[0, 0], [1, 1], [2, 1]], half_width_m: 30 })
    const area = { type: 'Polygon', coordinates: [[[0, 0], [1, 0], [1, 1], [0, 0]]] } as const
    const quarter = draftOf({ ...fence, shape: area } as unknown as Fence)
    expect(shapeOf(quarter)).toEqual(area)
    expect(flawIn(drawnAgain(quarter))).toBe('shape')
  })

  it('keeps a shape that cannot be drawn here, unless another is drawn', () => {
    const holed = { type: 'Polygon', coordinates: [[[0, 0], [9, 0], [9, 9], [0, 0]], [[5, 1], [6, 1], [6, 2], [5, 1]]] }
    const draft = draftOf({ ...fence, shape: holed } as unknown as Fence)
    expect(bodyOf(draft)).toEqual({ name: 'Lane', dwell_s: 90, calendar: null })
    expect(placed(draft, [1, 1]).ground).toEqual({ kind: 'kept', shape: holed })
    expect(drawnAgain(draft).ground).toEqual({ kind: 'polygon', corners: [], isDone: false })
  })

  it('has dates with hours of their own, each once', () => {
    const on = (exceptions: { date: string; hours: { from: string; to: string }[] }[]) => bodyOf({ ...draftOf(fence), hours: { ...usualHours(), exceptions } })
    const holiday = { date: '2026-12-25', hours: [] }
    expect(on([holiday])).toMatchObject({ calendar: { exceptions: [holiday] } })
    for (const wrong of [[holiday, holiday], [{ ...holiday, date: '' }], [{ ...holiday, hours: [{ from: '09:00', to: '09:00' }] }]]) {
      expect((on(wrong) as Flaw).field).toBe('hours')
    }
    expect((bodyOf({ ...draftOf(fence), hours: { ...usualHours(), weekly: [], exceptions: [holiday] } }) as Flaw).field).toBe('hours')
  })

  it('is refused with a dwell or hours that mean nothing', () => {
    for (const dwell of ['0', '-3', 'soon', '10081']) expect(flawIn({ ...draftOf(fence), dwell })).toBe('dwell')
    const hours = { ...usualHours(), weekly: [{ days: [], from: '09:00', to: '10:00' }] }
    expect(flawIn({ ...draftOf(fence), hours })).toBe('hours')
    expect(isFlaw(bodyOf({ ...draftOf(fence), hours: usualHours() }))).toBe(false)
  })
})
