import { describe, expect, it } from 'vitest'
import { BATCH_MAX, again, dependents, next, settle, tally, type Action, type Queue, type Refusal, type WaitingFile } from './queue'

const action = (seq: number, lane: string, over: Partial<Action> = {}): Action => ({
  seq, id: `a${seq}`, lane, at_ms: seq, offset_ms: 0, body: null, files: [], state: 'waiting', failures: 0, refusal: null, sent_at_ms: null, ...over,
})
const file = (id: string, over: Partial<WaitingFile> = {}): WaitingFile => ({ id, name: id, type: 'image/jpeg', purpose: 'other', size: 1, state: 'waiting', failures: 0, refusal: null, ...over })
const queue = (actions: Action[], files: WaitingFile[] = []): Queue => ({ actions, files: new Map(files.map((held) => [held.id, held])) })
const no: Refusal = { status: 409, code: 'visit_closed', message: 'no', at_ms: 9 }

/** What would be done next, in one word. */
function word(held: Queue): string | null {
  const work = next(held)
  return work === null ? null : work.kind === 'file' ? `file ${work.file.id}` : work.actions.map(({ seq }) => seq).join(' ')
}

describe('what is sent next', () => {
  it.each<[string, Queue, string | null]>([
    ['nothing of nothing', queue([]), null],
    ['what was done first, with what follows in its lane', queue([action(1, 'v1'), action(2, 'v2'), action(3, 'v1')]), '1 3'],
    ['a file before what it belongs to', queue([action(1, 'v1', { files: ['p'] })], [file('p')]), 'file p'],
    ['what has all its files', queue([action(1, 'v1', { files: ['p'] })], [file('p', { state: 'sent' })]), '1'],
    ['no further than to the next that lacks a file', queue([action(1, 'v1'), action(2, 'v1', { files: ['p'] }), action(3, 'v1')], [file('p')]), '1'],
    ['nothing behind a refusal of its lane', queue([action(1, 'v1', { state: 'refused' }), action(2, 'v1')]), null],
    ['the other lanes all the same', queue([action(1, 'v1', { state: 'refused' }), action(2, 'v1'), action(3, 'v2')]), '3'],
    ['nothing twice', queue([action(1, 'v1', { state: 'sent' })]), null],
    ['others before what the server stumbles over', queue([action(1, 'v1', { failures: 5 }), action(2, 'v2', { failures: 4 })]), '2'],
    ['what it stumbles over when there is nothing else', queue([action(1, 'v1', { failures: 5 })]), '1'],
  ])('%s', (_, held, expected) => expect(word(held)).toBe(expected))

  it('is bounded', () => {
    const work = next(queue(Array.from({ length: 50 }, (_, i) => action(i + 1, 'v'))))
    expect(work?.kind === 'actions' && work.actions.length).toBe(BATCH_MAX)
  })
})

describe('an outcome', () => {
  const held = queue([action(1, 'v1'), action(2, 'v1')])
  const work = next(held)!

  it('settles what it names and nothing else', () => {
    const { actions } = settle(work, { kind: 'answered', results: new Map([['a1', 'taken' as const]]) }, 77)
    expect(actions.map(({ id, state, sent_at_ms }) => [id, state, sent_at_ms])).toEqual([['a1', 'sent', 77]])
    expect(settle(work, { kind: 'answered', results: new Map([['stranger', 'taken' as const]]) }, 77).actions).toEqual([])
  })

  it('of no network changes nothing, one of a failing server is counted', () => {
    expect(settle(work, { kind: 'unreachable' }, 1)).toEqual({ actions: [], files: [] })
    expect(settle(work, { kind: 'signed_out' }, 1)).toEqual({ actions: [], files: [] })
    expect(settle(work, { kind: 'failed', retry_after_ms: null }, 1).actions.map(({ id, failures }) => [id, failures])).toEqual([['a1', 1]])
  })

  it('that refuses a file refuses what it belongs to; once more begins with the file', () => {
    const withFile = queue([action(1, 'v1', { files: ['p'] })], [file('p')])
    const change = settle(next(withFile)!, { kind: 'answered', results: new Map([['p', no]]) }, 1)
    expect([change.actions[0]!.state, change.files[0]!.state]).toEqual(['refused', 'refused'])
    const refused = queue(change.actions, change.files)
    expect(word(refused)).toBeNull()
    const retried = again(change.actions[0]!, refused.files)
    expect(word(queue(retried.actions, retried.files))).toBe('file p')
  })
})

it('what depends on a refused action goes with it, and nothing that was sent', () => {
  const actions = [action(1, 'v1', { state: 'sent' }), action(2, 'v1', { state: 'refused' }), action(3, 'v2'), action(4, 'v1')]
  expect(dependents(actions, actions[1]!).map(({ seq }) => seq)).toEqual([2, 4])
  expect(dependents(actions, actions[1]!, () => true).map(({ seq }) => seq)).toEqual([2])
  expect(tally(queue(actions, [file('p')]))).toEqual({ waiting: 1, held: 1, refused: 1, files: 1 })
})
