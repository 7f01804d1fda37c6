import { expect, it } from 'vitest'
import { Once } from './once'

it('two taps are one deed; another, a later one and one after a failure are not', async () => {
  const once = new Once<number>()
  let deeds = 0
  const act = async () => {
    deeds += 1
    if (deeds === 4) throw new Error('full')
    return deeds
  }
  expect(await Promise.all([once.do('off', 0, act), once.do('off', 8, act), once.do('off', 999, act)])).toEqual([1, 1, 1])
  expect(await once.do('on', 1_000, act)).toBe(2)
  expect(await once.do('off', 1_010, act)).toBe(3)
  await expect(once.do('off', 2_020, act)).rejects.toThrow('full')
  expect(await once.do('off', 2_030, act)).toBe(5)
})
