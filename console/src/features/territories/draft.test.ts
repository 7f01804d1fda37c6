import { describe, expect, it } from 'vitest'
import type { Position } from 'geojson'
import type { Territory } from '../../api/types'
import { crossesItself, middles } from '../../map/corners'
import { listed, treeOf, under } from '../../util/tree'
import { areaOf, bodyOf, changesOf, drawnAgain, draftOf, finished, freshColour, inserted, isFlaw, moved, newDraft, placed, removed, takenBack, type Draft, type Flaw } from './draft'

const SQUARE: Position[] = [[0, 0], [2, 0], [2, 2], [0, 2]]
const drawn = (corners: readonly Position[]): Draft => ({ ...finished(corners.reduce(placed, newDraft('p', '#2563EB'))), name: ' Mitte ' })
const flawIn = (draft: Draft) => (bodyOf(draft) as Flaw).field
const ring = (draft: Draft) => (areaOf(draft) as { coordinates: Position[][] } | null)?.coordinates[0]

const territory: Territory = {
  id: 't', name: 'Mitte', colour: '#2563eb', created_at: '', parent_id: 'p', area: { type: 'Polygon', coordinates: [[...SQUARE, SQUARE[0]!]] },
}

describe('drawing a territory', () => {
  it('closes from three corners on, and takes none once closed', () => {
    const two = SQUARE.slice(0, 2).reduce(placed, newDraft(null, '#2563eb'))
    expect(areaOf(finished(two))).toBeNull()
    const done = drawn(SQUARE)
    expect(ring(done)).toEqual([...SQUARE, SQUARE[0]])
    expect(placed(done, [9, 9])).toBe(done)
  })

  it('is opened again with all its corners, then loses them one by one', () => {
    const open = takenBack(drawn(SQUARE))
    expect(open.ground).toMatchObject({ corners: SQUARE, isDone: false })
    expect(takenBack(open).ground).toMatchObject({ corners: SQUARE.slice(0, 3) })
    expect(takenBack(drawnAgain(open)).ground).toMatchObject({ corners: [] })
  })

  it('moves a corner, makes one of an edge, and removes one', () => {
    expect(ring(moved(drawn(SQUARE), 2, [3, 3]))?.[2]).toEqual([3, 3])
    expect(ring(inserted(drawn(SQUARE), 3, [0, 1]))).toEqual([...SQUARE, [0, 1], SQUARE[0]])
    expect(ring(removed(drawn(SQUARE), 0))).toEqual([[2, 0], [2, 2], [0, 2], [2, 0]])
    expect(areaOf(removed(drawn(SQUARE.slice(0, 3)), 0))).toBeNull()
    expect(moved(drawn(SQUARE), 7, [3, 3]).ground).toEqual(drawn(SQUARE).ground)
  })

  it('says what is missing, from the top of the form', () => {
    expect(flawIn({ ...drawn(SQUARE), name: '  ' })).toBe('name')
    expect(flawIn({ ...drawn(SQUARE), name: 'x'.repeat(121) })).toBe('name')
    expect(flawIn({ ...drawn(SQUARE), colour: 'blue' })).toBe('colour')
    expect(flawIn(takenBack(drawn(SQUARE)))).toBe('area')
    expect(flawIn(drawn([[0, 0], [2, 2], [2, 0], [0, 2]]))).toBe('area')
    expect(bodyOf(drawn(SQUARE))).toEqual({ name: 'Mitte', colour: '#2563eb', parent_id: 'p', area: territory.area })
  })

  it('takes the colour that is used least', () => {
    expect(freshColour([])).toBe('#2563eb')
    expect(freshColour([territory])).toBe('#d97706')
  })
})

describe('changing a territory', () => {
  it('sends only what differs, and an untouched area not at all', () => {
    const body = (draft: Draft) => {
      const made = bodyOf(draft)
      if (isFlaw(made)) throw new Error(made.message)
      return changesOf(territory, made)
    }
    expect(body(draftOf(territory))).toEqual({})
    expect(body({ ...draftOf(territory), parent: null })).toEqual({ parent_id: null })
    expect(Object.keys(body(moved(draftOf(territory), 0, [0.1, 0])))).toEqual(['area'])
  })

  it('keeps an area of several parts, unless another is drawn', () => {
    const parts = { ...territory, area: { type: 'MultiPolygon' as const, coordinates: [[[...SQUARE, SQUARE[0]!]], [[[5, 5], [6, 5], [6, 6], [5, 5]]]] } }
    expect(areaOf(draftOf(parts))).toBe(parts.area)
    expect(moved(draftOf(parts), 0, [1, 1])).toEqual(draftOf(parts))
    expect(flawIn(drawnAgain(draftOf(parts)))).toBe('area')
  })

  it('goes on with a multipolygon of one part as with a polygon', () => {
    expect(draftOf({ ...territory, area: { type: 'MultiPolygon', coordinates: [[[...SQUARE, SQUARE[0]!]]] } }).ground).toMatchObject({ kind: 'polygon', corners: SQUARE })
  })
})

describe('a ring', () => {
  it('crosses itself, or touches itself, or does not', () => {
    expect(crossesItself(SQUARE)).toBe(false)
    expect(crossesItself([[0, 0], [2, 2], [2, 0], [0, 2]])).toBe(true)
    expect(crossesItself([[0, 0], [4, 0], [4, 4], [2, 0], [0, 4]])).toBe(true)
    expect(crossesItself([[0, 0], [4, 0], [4, 4], [2, 1], [0, 4]])).toBe(false)
  })

  it('has a middle on every edge, the closing one too', () => {
    expect(middles(SQUARE)).toEqual([[1, 0], [2, 1], [1, 2], [0, 1]])
  })
})

describe('the tree', () => {
  const row = (id: string, parent_id: string | null = null) => ({ id, name: id, parent_id })
  const ids = (rows: ReturnType<typeof row>[]) => listed(treeOf(rows)).map(({ id, depth }) => `${depth}${id}`)

  it('has siblings by name, and everybody in it', () => {
    expect(ids([row('b'), row('a'), row('b2', 'b'), row('b10', 'b'), row('x', 'unknown')])).toEqual(['0a', '0b', '1b2', '1b10', '0x'])
  })

  it('loses nobody to a ring of parents', () => {
    expect(ids([row('a', 'b'), row('b', 'a')]).map((text) => text.slice(1)).sort()).toEqual(['a', 'b'])
  })

  it('knows what lies under one', () => {
    expect(under(treeOf([row('a'), row('b', 'a'), row('c', 'b'), row('d')]), 'a')).toEqual(new Set(['a', 'b', 'c']))
  })
})
