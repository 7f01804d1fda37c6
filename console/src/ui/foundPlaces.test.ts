import { expect, it } from 'vitest'
import { addressOf, foundPlaces } from './foundPlaces'

const place = foundPlaces([{ name: 'Mill Close, Whitemoor', kind: 'poi', score: 0.9, point: { lat: 1, lon: 2 } }])![0]!

it('takes the name of what was found, unless what was typed says more', () => {
  for (const [typed, address] of [['', place.name], [' mill', place.name], ['12 Mill Close, second floor', '12 Mill Close, second floor']] as const) expect(addressOf(typed, place)).toBe(address)
  expect(place.note).toBe('place')
})
