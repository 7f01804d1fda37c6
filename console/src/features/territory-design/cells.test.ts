import { describe, expect, it } from 'vitest'
import { latLngToCell } from 'h3-js'
import type { Proposal } from '../../api/designs'
import type { Area } from '../../api/types'
import { cellAt, hexagonOf, middleOf } from '../../map/hexagons'
import { groundOf, isIn, picked } from './cells'

const box = (west: number, south: number, east: number, north: number) => [[west, south], [east, south], [east, north], [west, north], [west, south]]
const square: Area = { type: 'Polygon', coordinates: [box(13, 52, 14, 53)] }

describe('a place', () => {
  it('is in an area, in one of its parts, or in a hole of it', () => {
    const holed: Area = { type: 'Polygon', coordinates: [box(0, 0, 9, 9), box(3, 3, 6, 6)] }
    const parts: Area = { type: 'MultiPolygon', coordinates: [[box(0, 0, 1, 1)], [box(5, 5, 6, 6)]] }
    expect([isIn(holed, [1, 1]), isIn(holed, [4, 4]), isIn(holed, [10, 1])]).toEqual([true, false, false])
    expect([isIn(parts, [0.5, 0.5]), isIn(parts, [5.5, 5.5]), isIn(parts, [3, 3])]).toEqual([true, true, false])
  })
})

describe('the ground', () => {
  it('knows who holds each cell today, and that nobody held some', () => {
    const [inside, beside, outside] = [latLngToCell(52.5, 13.5, 7), latLngToCell(52.5, 14.5, 7), latLngToCell(52.5, 16, 7)]
    const territory = (id: string, area_today: Area, cells: string[]) => ({ territory_id: id, area_today, cells })
    const proposal = { territories: [territory('a', square, [beside!, outside!]), territory('b', { type: 'Polygon', coordinates: [box(14, 52, 15, 53)] }, [inside!])] } as unknown as Proposal
    expect(groundOf(proposal)).toEqual([{ cell: beside, territory: 'a', today: 'b' }, { cell: outside, territory: 'a', today: null }, { cell: inside, territory: 'b', today: 'a' }])
  })

  it('is drawn in closed rings about the middles of cells, longitude first', () => {
    const cell = latLngToCell(52.5, 13.4, 8)
    const ring = hexagonOf(cell).coordinates[0]!
    expect(ring.length).toBe(7)
    expect(ring[0]).toEqual(ring.at(-1))
    expect(isIn(hexagonOf(cell), middleOf(cell))).toBe(true)
    expect(cellAt(52.5, 13.4, cell)).toBe(cell)
  })
})

describe('picking cells', () => {
  const holders = new Map([['x', 'a'], ['y', 'b']])
  it('takes what others hold, lets go what is picked, and leaves the rest', () => {
    const one = picked(new Set(), 'x', holders, 'b')
    expect(one).toEqual(new Set(['x']))
    expect(picked(one, 'x', holders, 'b')).toEqual(new Set())
    expect(picked(one, 'y', holders, 'b')).toEqual(one)
    expect(picked(one, 'elsewhere', holders, 'b')).toEqual(one)
  })
})
