import { expect, it } from 'vitest'
import { factsOf, type Parts } from './price'

const facts = (parts: Partial<Parts>) =>
  factsOf({ parts: { travel_s: 0, distance_m: 0, overtime_s: 0, late_s: 0, wait_s: 0, promises: 0, ...parts }, cost: 0, obstacles: [], warnings: [], routes: [] }).map(({ text, tone }) => `${tone}: ${text}`)

it('tells what changes, the worst first', () => {
  expect(facts({ travel_s: 720, distance_m: 4_200, overtime_s: 3_900, late_s: 300, promises: 1 })).toEqual(['bad: 1 promise broken', 'bad: 5 min late', 'bad: +1 h 5 min overtime', 'plain: +12 min travel (+4.2 km)'])
})

it('tells what gets better', () => {
  expect(facts({ travel_s: -300, distance_m: -900, late_s: -120, promises: -2, wait_s: -600 })).toEqual(['good: 2 promises kept again', 'good: 2 min less late', 'good: −5 min travel (−900 m)', 'good: −10 min waiting'])
})

it('leaves out what is not worth a word', () => {
  expect(facts({ travel_s: 20, distance_m: 30, overtime_s: 10, late_s: 5 })).toEqual(['plain: No change in time or way'])
})
