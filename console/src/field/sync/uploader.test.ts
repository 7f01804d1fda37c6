// The queue as a whole: a real store of its kind, a server that commits, and every way in which what lies between them may break.
import 'fake-indexeddb/auto'
import { IDBFactory } from 'fake-indexeddb'
import { beforeEach, describe, expect, it, vi } from 'vitest'
import { PhoneIsFull, openDb } from '../store/db'
import { Store } from '../store/store'
import { Uploader, type Progress } from './uploader'
import type { Outcome, Refusal, Work } from './queue'

beforeEach(() => {
  globalThis.indexedDB = new IDBFactory()
})

type Body = { text: string }
type Fault = 'none' | 'lost_on_the_way' | 'lost_answer' | 'fails' | 'signed_out'

/** Commits by id, once; remembers the order in which it did. */
class Server {
  readonly committed: string[] = []
  readonly times = new Map<string, number>()
  readonly files = new Map<string, number>()
  readonly refuses = new Map<string, Refusal>()
  asked = 0

  take(work: Work<Body>, size: number): Outcome {
    const results = new Map<string, 'taken' | Refusal>()
    if (work.kind === 'file') {
      this.files.set(work.file.id, size)
      return { kind: 'answered', results: results.set(work.file.id, 'taken') }
    }
    for (const action of work.actions) {
      const refusal = this.refuses.get(action.id)
      if (refusal) {
        results.set(action.id, refusal)
        break
      }
      for (const file of action.files) expect(this.files.has(file), `${action.id} comes before its file ${file}`).toBe(true)
      if (!this.times.has(action.id)) {
        this.times.set(action.id, action.at_ms)
        this.committed.push(action.id)
      }
      results.set(action.id, 'taken')
    }
    return { kind: 'answered', results }
  }
}

function uploader(store: Store<Body>, server: Server, fault: () => Fault) {
  const progress: Progress[] = []
  const made = new Uploader<Body>({
    store,
    perform: async (work, bytes) => {
      server.asked += 1
      const held = work.kind === 'file' ? await bytes(work.file.id) : undefined
      const size = held?.byteLength ?? 0
      switch (fault()) {
        case 'none': return server.take(work, size)
        case 'lost_on_the_way': throw new TypeError('Failed to fetch')
        case 'lost_answer': server.take(work, size); throw new TypeError('Failed to fetch')
        case 'fails': return { kind: 'failed', retry_after_ms: 0 }
        case 'signed_out': return { kind: 'signed_out' }
      }
    },
    alone: (task) => task(), now_ms: () => 1, roll: () => 0, progress: (now) => progress.push(now), settled: () => undefined,
  })
  return { made, progress }
}

const add = (store: Store<Body>, id: string, lane: string, at_ms: number, files: string[] = []) =>
  store.add({ id, lane, at_ms, offset_ms: 0, body: { text: id } }, files.map((file) => ({ id: file, name: file, type: 'image/jpeg', purpose: 'answer' as const, bytes: new ArrayBuffer(7) })))

const isDrained = async (store: Store<Body>) => (await store.queue()).actions.every(({ state }) => state === 'sent')
const until = (what: () => Promise<boolean>) => vi.waitFor(async () => expect(await what()).toBe(true), { timeout: 5_000, interval: 1 })

describe('the queue', () => {
  it('is sent in order, files first, and what was sent twice counts once', async () => {
    const store = new Store<Body>(await openDb('a'))
    const server = new Server()
    await add(store, 'in', 'v1', 10)
    await add(store, 'form', 'v1', 20, ['photo'])
    await add(store, 'out', 'v1', 30)
    await add(store, 'in', 'v1', 99)
    const faults: Fault[] = ['lost_answer', 'none', 'lost_on_the_way', 'lost_answer', 'lost_answer', 'fails']
    const { made, progress } = uploader(store, server, () => faults.shift() ?? 'none')
    made.start()
    const nudge = setInterval(() => made.poke(), 2)
    await until(() => isDrained(store))
    clearInterval(nudge)
    await made.stop()
    expect(server.committed).toEqual(['in', 'form', 'out'])
    expect([...server.times.values()]).toEqual([10, 20, 30])
    expect([...server.files]).toEqual([['photo', 7]])
    expect(await store.bytes('photo'), 'bytes that arrived take no room').toBeUndefined()
    expect(progress).toContain('offline')
  })

  it('survives the phone’s death after any step', async () => {
    const seed = 7
    let held = seed
    const below = (n: number) => {
      held = (Math.imul(held, 1_103_515_245) + 12_345) & 0x7fffffff
      return (held >> 8) % n
    }
    const server = new Server()
    let db = await openDb('a')
    let store = new Store<Body>(db)
    const expected: string[] = []
    for (let life = 0; life < 30; life += 1) {
      for (let n = below(4); n > 0; n -= 1) {
        const id = `e${expected.length}`
        await add(store, id, 'v1', expected.length, below(3) === 0 ? [`f${expected.length}`] : [])
        expected.push(id)
      }
      // Dies at a step of its own choosing: within a request, or when the answer is being written down.
      const dead = new AbortController()
      let steps = below(5)
      const { made } = uploader(store, server, () => (['none', 'lost_answer', 'lost_on_the_way', 'fails', 'none'] as const)[below(5)]!)
      const apply = store.apply.bind(store)
      store.apply = async (change) => {
        if ((steps -= 1) < 0) {
          dead.abort()
          return new Promise<void>(() => undefined)
        }
        return apply(change)
      }
      made.start()
      const nudge = setInterval(() => made.poke(), 1)
      const isOver = async () => dead.signal.aborted || (await isDrained(store))
      await until(isOver)
      clearInterval(nudge)
      db.close()
      db = await openDb('a')
      store = new Store<Body>(db)
    }
    const { made } = uploader(store, server, () => 'none')
    made.start()
    await until(() => isDrained(store))
    await made.stop()
    expect(server.committed, `seed ${seed}`).toEqual(expected)
    expect([...server.times.values()], `seed ${seed}`).toEqual(expected.map((_, i) => i))
  })

  it('keeps what was refused for the person, stops its lane, and sends the others', async () => {
    const store = new Store<Body>(await openDb('a'))
    const server = new Server()
    server.refuses.set('in', { status: 409, code: 'outside_radius', message: 'too far away', at_ms: 5 })
    await add(store, 'in', 'v1', 1)
    await add(store, 'out', 'v1', 2, ['photo'])
    await add(store, 'other', 'v2', 3)
    const { made } = uploader(store, server, () => 'none')
    made.start()
    await until(async () => server.committed.includes('other'))
    const states = async () => Object.fromEntries((await store.queue()).actions.map(({ id, state, refusal }) => [id, refusal?.code ?? state]))
    await vi.waitFor(async () => expect(await states()).toEqual({ in: 'outside_radius', out: 'waiting', other: 'sent' }))
    server.refuses.clear()
    await store.retry(1)
    made.poke()
    await until(() => isDrained(store))
    expect(server.committed).toEqual(['other', 'in', 'out'])
    await made.stop()
  })

  it('throws away only on the person’s word, with what depends on it', async () => {
    const store = new Store<Body>(await openDb('a'))
    const server = new Server()
    server.refuses.set('in', { status: 409, code: 'visit_cancelled', message: 'was cancelled', at_ms: 5 })
    await add(store, 'in', 'v1', 1)
    await add(store, 'out', 'v1', 2, ['photo'])
    const { made } = uploader(store, server, () => 'none')
    made.start()
    await until(async () => (await store.queue()).actions.some(({ state }) => state === 'refused'))
    expect(await store.discard(1)).toBe(2)
    const { actions, files } = await store.queue()
    expect([actions.length, files.size, await store.bytes('photo')]).toEqual([0, 0, undefined])
    await made.stop()
  })

  it('waits for somebody to sign in, and loses nothing meanwhile', async () => {
    const store = new Store<Body>(await openDb('a'))
    const server = new Server()
    await add(store, 'in', 'v1', 1)
    let isIn = false
    const { made, progress } = uploader(store, server, () => (isIn ? 'none' : 'signed_out'))
    made.start()
    await vi.waitFor(() => expect(progress).toContain('stuck'))
    const { asked } = server
    isIn = true
    made.poke()
    await until(() => isDrained(store))
    expect([asked, server.committed]).toEqual([1, ['in']])
    await made.stop()
  })

  it('is sent by one tab at a time', async () => {
    const store = new Store<Body>(await openDb('a'))
    const other = new Store<Body>(await openDb('a'))
    const server = new Server()
    let isHeld = false
    const waiting: (() => void)[] = []
    const alone = async (task: () => Promise<void>) => {
      if (isHeld) await new Promise<void>((resolve) => waiting.push(resolve))
      isHeld = true
      await task()
      isHeld = false
      waiting.shift()?.()
    }
    let running = 0
    const hooks = (of: Store<Body>) => ({
      store: of, alone, now_ms: () => 1, roll: () => 0, progress: () => undefined, settled: () => undefined,
      perform: async (work: Work<Body>) => {
        running += 1
        expect(running).toBe(1)
        await new Promise((resolve) => setTimeout(resolve, 1))
        running -= 1
        return server.take(work, 7)
      },
    })
    const [one, two] = [new Uploader<Body>(hooks(store)), new Uploader<Body>(hooks(other))]
    one.start()
    two.start()
    for (let i = 0; i < 20; i += 1) await add(i % 2 === 0 ? store : other, `e${i}`, `v${i % 3}`, i)
    one.poke()
    await until(async () => server.committed.length > 3)
    await one.stop()
    two.poke()
    await until(() => isDrained(other))
    expect(new Set(server.committed).size).toBe(20)
    await two.stop()
  })
})

describe('what another tab did', () => {
  it('is sent at once by the one that sends', async () => {
    const [store, other] = [new Store<Body>(await openDb('a'), new BroadcastChannel('a')), new Store<Body>(await openDb('a'), new BroadcastChannel('a'))]
    const server = new Server()
    const { made, progress } = uploader(store, server, () => 'none')
    made.start()
    await until(() => Promise.resolve(progress.at(-1) === 'idle'))
    await add(other, 'in', 'v1', 10)
    await until(() => isDrained(store))
    expect(server.committed).toEqual(['in'])
    await made.stop()
    store.close()
    other.close()
  })
})

describe('a full phone', () => {
  it('says so, and keeps what it had', async () => {
    const db = await openDb('a')
    const store = new Store<Body>(db)
    await add(store, 'in', 'v1', 1)
    const put = IDBObjectStore.prototype.put
    vi.spyOn(IDBObjectStore.prototype, 'put').mockImplementation(function (this: IDBObjectStore, value: unknown, key?: IDBValidKey) {
      if (value instanceof ArrayBuffer) throw new DOMException('no room', 'QuotaExceededError')
      return key === undefined ? put.call(this, value) : put.call(this, value, key)
    })
    await expect(add(store, 'form', 'v1', 2, ['photo'])).rejects.toBeInstanceOf(PhoneIsFull)
    const { actions, files } = await store.queue()
    expect(actions.map(({ id }) => id)).toEqual(['in'])
    expect(files.size).toBe(0)
  })
})
