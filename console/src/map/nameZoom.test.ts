import { expect, it } from 'vitest'
import type { Shape } from '../api/types'
import { meant, nameZooms, type Touched } from './nameZoom'

const circle = (radius_m: number, lat = 0): Shape => ({ type: 'Circle', coordinates: [2, lat], radius_m }) as Shape

it('names a shape only where it is large enough for its name, the larger the sooner', () => {
  // 200 m are 41 pixels at zoom 14, and 82 at 15.
  expect(nameZooms(circle(100))).toEqual({ named: 15, seen: 13 })
  expect(nameZooms(circle(1_600))).toEqual({ named: 11, seen: 9 })
  // Towards the poles there are more pixels to a metre.
  expect(nameZooms(circle(100, 60)).named).toBe(14)
})

it('takes the longer side of areas and corridors', () => {
  const square = [[2, 0], [2.1, 0], [2.1, 0.02], [2, 0.02], [2, 0]]
  expect(nameZooms({ type: 'Polygon', coordinates: [square] } as Shape)).toEqual(nameZooms({ type: 'Corridor', coordinates: square.slice(0, 2), half_width_m: 10 } as Shape))
  expect(nameZooms({ type: 'MultiPolygon', coordinates: [[square]] } as Shape).named).toBe(9)
})

it('stays within the zooms there are', () => {
  expect([nameZooms(circle(0)).named, nameZooms(circle(40_000_000)).named]).toEqual([22, 0])
})

it('takes the name that is touched, then the smaller, then the nearer', () => {
  const hit = (id: string, over: Partial<Touched>): Touched => ({ id, name: id, named: 15, isByName: false, away_px: 10, ...over })
  const [far, near, large, byName] = [hit('far', { away_px: 30 }), hit('near', {}), hit('large', { named: 12, away_px: 1 }), hit('by name', { away_px: 50, isByName: true })]
  expect(meant([large, far, near, byName])?.id).toBe('by name')
  expect(meant([large, far, near])?.id).toBe('near')
  expect(meant([large])?.id).toBe('large')
  expect(meant([])).toBeNull()
})
