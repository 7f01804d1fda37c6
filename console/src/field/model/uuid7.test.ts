import { expect, it } from 'vitest'
import { uuid7 } from './uuid7'

it('ids are of version 7, tell their time, and are in the order of their making whatever the clock does', () => {
  const now = Date.parse('2026-11-23T08:00:00Z')
  const times = [now, now, now, now + 5, now - 60_000, ...Array.from({ length: 5_000 }, () => now), now + 9]
  const ids = times.map((at) => uuid7(at))
  expect(new Set(ids).size).toBe(ids.length)
  expect([...ids].sort()).toEqual(ids)
  for (const id of ids) expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/)
  expect(Number.parseInt(ids[0]!.replaceAll('-', '').slice(0, 12), 16)).toBe(now)
})
