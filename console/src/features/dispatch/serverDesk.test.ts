import { afterEach, expect, it, vi } from 'vitest'
import { plans } from '../../api/plans'
import { ApiError } from '../../api/problem'
import { ConflictError } from './desk'
import { plan } from './samples'
import { serverDesk } from './serverDesk'

afterEach(() => vi.restoreAllMocks())

const conflict = (details: object) => new ApiError(409, { code: 'version_conflict', message: 'no', details: details as never })
const desk = (made: (version: number) => void = () => undefined) => serverDesk(async () => null, () => null, () => [], made)

it('a step is asked back on the version the plan has come to', async () => {
  const undo = vi.spyOn(plans, 'undo').mockRejectedValueOnce(conflict({ base: 7, current: 9, since: [] })).mockResolvedValueOnce({ version: 10 } as never)
  const made = vi.fn()
  expect(await desk(made).undo(plan({ version: 7 }), 6)).toBe(10)
  expect(undo.mock.calls.map(([, version, base]) => [version, base])).toEqual([[6, 7], [6, 9]])
  expect(made).toHaveBeenCalledWith(10)
})

it('and not where the same was changed since, or the plan never rests', async () => {
  const undo = vi.spyOn(plans, 'undo').mockRejectedValue(conflict({ version: 6, current: 9, since: [] }))
  await expect(desk().undo(plan({ version: 9 }), 6)).rejects.toBeInstanceOf(ConflictError)
  expect(undo).toHaveBeenCalledTimes(1)
  undo.mockRejectedValue(conflict({ base: 9, current: 10, since: [] }))
  await expect(desk().undo(plan({ version: 9 }), 6)).rejects.toThrow('in a moment')
  expect(undo).toHaveBeenCalledTimes(4)
})
