import 'fake-indexeddb/auto'
import { IDBFactory } from 'fake-indexeddb'
import { beforeEach, expect, it } from 'vitest'
import { openDb } from '../store/db'
import { Backlog, type Fix } from './backlog'

beforeEach(() => {
  globalThis.indexedDB = new IDBFactory()
})
const fix = (n: number): Fix => ({ recorded_at: n, lat: 52, lon: 13, source: 'gps' })

it('gives fixes back in order, from where one left off, until they are forgotten', async () => {
  const backlog = new Backlog(await openDb('a'))
  for (let n = 1; n <= 5; n += 1) await backlog.add(fix(n))
  const two = await backlog.after(0, 2)
  expect(two.map(({ fix: { recorded_at, seq } }) => [recorded_at, seq])).toEqual([[1, 1], [2, 2]])
  await backlog.forgetThrough(two.at(-1)!.key)
  expect((await backlog.after(0, 9)).map(({ fix: { seq } }) => seq)).toEqual([3, 4, 5])
  // A number is never used again, even when all of them are gone.
  await backlog.forgetThrough(1e9)
  await backlog.add(fix(6))
  expect((await backlog.after(0, 9)).map(({ fix: { seq } }) => seq)).toEqual([6])
})

it('when it is full the older half loses every second fix, the newer half nothing', async () => {
  const backlog = new Backlog(await openDb('a'), 100)
  for (let n = 1; n <= 100; n += 1) expect(await backlog.add(fix(n))).toBe(false)
  expect(await backlog.add(fix(101))).toBe(true)
  const times = (await backlog.after(0, 200)).map(({ fix: { recorded_at } }) => recorded_at)
  expect(times.length).toBe(76)
  expect(times[0]).toBe(1)
  expect(times.slice(-51)).toEqual(Array.from({ length: 51 }, (_, i) => 51 + i))
  for (let n = 102; n <= 2_000; n += 1) await backlog.add(fix(n))
  const long = (await backlog.after(0, 200)).map(({ fix: { recorded_at } }) => recorded_at)
  expect(long.length).toBeLessThanOrEqual(100)
  expect(long[0]).toBe(1)
  expect(long.slice(-40)).toEqual(Array.from({ length: 40 }, (_, i) => 1_961 + i))
})
