import { expect, it } from 'vitest'
import { plan, route, stop } from './samples'
import { walked } from './walking'

const day = plan({ routes: [...plan().routes, route('empty', []), route('cem', [stop('c1', '08:00', '08:30'), stop('c2', '10:40', '11:10')])] })

it('goes along a lane and to the nearest in time of the next lane that has any', () => {
  expect([walked(day, 'a2', 'ArrowRight'), walked(day, 'a2', 'ArrowLeft'), walked(day, 'a3', 'Home'), walked(day, 'a1', 'End')]).toEqual(['a3', 'a1', 'a1', 'a3'])
  expect([walked(day, 'a3', 'ArrowDown'), walked(day, 'b2', 'ArrowDown'), walked(day, 'c1', 'ArrowUp')]).toEqual(['b2', 'c2', 'b1'])
})

it('stops at the edges', () => {
  expect([walked(day, 'a1', 'ArrowLeft'), walked(day, 'a3', 'ArrowRight'), walked(day, 'a1', 'ArrowUp'), walked(day, 'c1', 'ArrowDown')]).toEqual([null, null, null, null])
})

it('begins at the first visit, and where a visit has gone', () => {
  expect([walked(day, null, 'ArrowRight'), walked(day, 'gone', 'ArrowDown'), walked(plan({ routes: [] }), null, 'Home')]).toEqual(['a1', 'a1', null])
})
