import { describe, expect, it } from 'vitest'
import { Previewer, type Verdict } from './previewer'

/** Timers by hand and a server that answers when told to. */
function bench() {
  const verdicts: Verdict<string>[] = []
  const tasks: { task: () => void; isOff: boolean }[] = []
  const asked: { question: string; signal: AbortSignal; answer: (text: string) => void; fail: (error: Error) => void }[] = []
  const previewer = new Previewer<string, string>(
    (question, signal) => new Promise((answer, fail) => asked.push({ question, signal, answer, fail })),
    (verdict) => verdicts.push(verdict),
    {
      after: (_, task) => {
        const held = { task, isOff: false }
        tasks.push(held)
        return held
      },
      cancel: (handle) => {
        (handle as { isOff: boolean }).isOff = true
      },
    },
  )
  const rest = () => {
    for (const { task, isOff } of tasks.splice(0)) if (!isOff) task()
  }
  return { previewer, verdicts, asked, rest, settle: () => new Promise((resolve) => setTimeout(resolve)) }
}

describe('asking what it would cost', () => {
  it('waits until the hand rests, and asks the last question only', () => {
    const { previewer, asked, rest } = bench()
    for (const place of ['a', 'b', 'c']) previewer.want(place)
    expect(asked).toHaveLength(0)
    rest()
    expect(asked.map(({ question }) => question)).toEqual(['c'])
  })

  it('asks the same once', () => {
    const { previewer, asked, rest } = bench()
    previewer.want('a')
    rest()
    previewer.want('a')
    rest()
    expect(asked).toHaveLength(1)
  })

  it('never shows an answer to an earlier question, however late it comes', async () => {
    const { previewer, asked, rest, verdicts, settle } = bench()
    previewer.want('a')
    rest()
    previewer.want('b')
    rest()
    expect(asked[0]!.signal.aborted).toBe(true)
    asked[1]!.answer('cost of b')
    await settle()
    asked[0]!.answer('cost of a')
    await settle()
    expect(verdicts.at(-1)).toEqual({ kind: 'answered', answer: 'cost of b' })
  })

  it('never shows an answer once nothing is in hand', async () => {
    const { previewer, asked, rest, verdicts, settle } = bench()
    previewer.want('a')
    rest()
    previewer.clear()
    asked[0]!.answer('late')
    await settle()
    expect(verdicts.at(-1)).toEqual({ kind: 'none' })
  })

  it('keeps the last answer in sight while the next is asked for', async () => {
    const { previewer, asked, rest, verdicts, settle } = bench()
    previewer.want('a')
    rest()
    asked[0]!.answer('cost of a')
    await settle()
    previewer.want('b')
    expect(verdicts.at(-1)).toEqual({ kind: 'asking', last: 'cost of a' })
  })

  it('says when it failed, and asks again when asked again', async () => {
    const { previewer, asked, rest, verdicts, settle } = bench()
    previewer.want('a')
    rest()
    const error = new Error('down')
    asked[0]!.fail(error)
    await settle()
    expect(verdicts.at(-1)).toEqual({ kind: 'failed', error })
    previewer.want('a')
    rest()
    expect(asked).toHaveLength(2)
  })
})
