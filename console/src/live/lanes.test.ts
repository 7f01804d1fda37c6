import { expect, it, vi } from 'vitest'
import { Lanes } from './lanes'
import type { LaneFrame, LaneTopic } from './wire'

const frame = (topic: LaneTopic): LaneFrame => ({ type: 'lane', kind: 'dispatch', topic, rev: 1, epoch: null, body: {} })

it('tells each lane to those who follow it, and asks for it as long as somebody does', () => {
  const asked = vi.fn()
  const lanes = new Lanes(asked)
  const [one, other] = [vi.fn(), vi.fn()]
  const stop = lanes.follow('plan:a', '2026-11-26', one)
  const stopOther = lanes.follow('plan:a', null, other)
  lanes.follow('dispatch:a', null, vi.fn())
  expect([lanes.topics(), lanes.date(), asked.mock.calls.length]).toEqual([['plan:a', 'dispatch:a'], '2026-11-26', 3])
  lanes.apply(frame('plan:a'))
  stop()
  lanes.apply(frame('plan:a'))
  expect([one.mock.calls.length, other.mock.calls.length, lanes.date()]).toEqual([1, 2, null])
  stopOther()
  expect(lanes.topics()).toEqual(['dispatch:a'])
})

it('shows the day of the page that came last', () => {
  const lanes = new Lanes(() => {})
  lanes.follow('plan:a', '2026-11-26', () => {})
  const stop = lanes.follow('plan:a', '2026-11-27', () => {})
  expect(lanes.date()).toBe('2026-11-27')
  stop()
  expect(lanes.date()).toBe('2026-11-26')
})
