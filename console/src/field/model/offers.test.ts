import { expect, it } from 'vitest'
import type { Offer } from './day'
import { added, merged, told } from './offers'

const offer = (id: string, over: Partial<Offer> = {}): Offer => ({
  id, state: 'offered', visit_id: 'v', customer: 'C', address: '', point: null, purpose: null, note: '', window: null, duration_s: null, offered_ms: 1_000, expires_ms: 2_000,
  arrival_ms: null, detour_s: null, cause: null, ...over,
})
const states = (offers: readonly Offer[]) => Object.fromEntries(offers.map(({ id, state }) => [id, state]))

it('what does not wait any more has ended, by time or by somebody else', () => {
  const held = [offer('late', { expires_ms: 1_500 }), offer('taken'), offer('mine', { state: 'accepted' }), offer('open')]
  expect(states(merged(held, [offer('open'), offer('new', { offered_ms: 1_900 })], 1_600))).toEqual({ late: 'timed_out', taken: 'withdrawn', mine: 'accepted', open: 'offered', new: 'offered' })
  expect(merged(held, [], 1_600).length).toBe(4)
  expect(merged(Array.from({ length: 80 }, (_, i) => offer(`o${i}`, { offered_ms: i })), [], 0).map(({ id }) => id).slice(0, 2)).toEqual(['o79', 'o78'])
})

it('what the socket tells is taken for the one it names', () => {
  const held = added(added([], offer('a')), offer('b'))
  expect(states(told(held, { offer: 'a', state: 'withdrawn', cause: 'taken_by_another' }))).toEqual({ a: 'withdrawn', b: 'offered' })
  expect(told(held, { offer: 'a', state: 'withdrawn', cause: 'taken_by_another' })[1]!.cause).toBe('taken_by_another')
  expect(states(told(held, { offer: 'a', state: 'nonsense' }))).toEqual({ a: 'offered', b: 'offered' })
  expect(added(held, offer('a', { detour_s: 9 })).map(({ id }) => id)).toEqual(['a', 'b'])
})
