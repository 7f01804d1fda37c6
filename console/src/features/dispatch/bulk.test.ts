import { expect, it, vi } from 'vitest'
import { operationsFor, performBulk } from './bulk'
import { DATE, plan } from './samples'

it('asks the plan for what a plan can do, in one change', () => {
  const ask = (...args: Parameters<typeof operationsFor>) => operationsFor(...args)
  expect(ask({ kind: 'reassign', agent: 'ben' }, ['a2', 'u1'], plan())).toEqual([{ op: 'move', visit: 'a2', agent: 'ben', date: DATE }, { op: 'assign', visit: 'u1', agent: 'ben', date: DATE }])
  expect(ask({ kind: 'unassign' }, ['a2', 'u1'], plan())).toEqual([{ op: 'unassign', visit: 'a2' }])
  expect(ask({ kind: 'move_day', date: '2026-11-27' }, ['a2', 'u1'], plan())).toEqual([{ op: 'move', visit: 'a2', agent: 'ana', date: '2026-11-27' }])
  expect(ask({ kind: 'cancel', reason: 'x' }, ['a2'], plan())).toBeNull()
})

it('cancels all of them in one request', async () => {
  const cancelAll = vi.fn(async () => undefined)
  await performBulk(plan(), ['a2', 'u1'], { kind: 'cancel', reason: 'closed' }, cancelAll)
  expect(cancelAll.mock.calls).toEqual([[expect.stringMatching(/^[0-9a-f-]{36}$/), ['a2', 'u1'], 'closed']])
})
