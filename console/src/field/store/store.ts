/** The store's few verbs. Each is one transaction: it happens whole or, when the phone is full or dies, not at all. */
import { again, dependents, type Action, type Change, type Purpose, type Queue } from '../sync/queue'
import { PhoneIsFull, isFull, type Db, type Transaction } from './db'

/** A file with its bytes, on its way into the store. */
export type NewFile = { id: string; name: string; type: string; purpose: Purpose; bytes: ArrayBuffer }
export type NewAction<Body> = Pick<Action<Body>, 'id' | 'lane' | 'at_ms' | 'offset_ms' | 'body'>

/** What is half done, under a name that begins like this. */
export type Draft<Value> = { at_ms: number; value: Value }
export const DRAFT = 'draft:'

/** Said to other tabs: there is more to be sent. */
const FILLED = 'filled'

export class Store<Body> {
  readonly #db: Db
  readonly #listeners = new Set<() => void>()
  readonly #fillers = new Set<() => void>()
  readonly #channel: BroadcastChannel | null

  constructor(db: Db, channel: BroadcastChannel | null = null) {
    this.#db = db
    this.#channel = channel
    if (channel) channel.onmessage = ({ data }) => this.#tell(data === FILLED)
  }

  get db(): Db {
    return this.#db
  }

  close(): void {
    this.#channel?.close()
    this.#db.close()
  }

  /** Told after every change, made in this tab or another. */
  onChange(listener: () => void): () => void {
    this.#listeners.add(listener)
    return () => void this.#listeners.delete(listener)
  }

  /** Told when there is more to be sent, made in this tab or another. */
  onFilled(listener: () => void): () => void {
    this.#fillers.add(listener)
    return () => void this.#fillers.delete(listener)
  }

  #tell(isFilled: boolean): void {
    for (const listener of this.#listeners) listener()
    if (isFilled) for (const listener of this.#fillers) listener()
  }

  #changed(what: typeof FILLED | 'changed' = 'changed'): void {
    this.#tell(what === FILLED)
    this.#channel?.postMessage(what)
  }

  /** Writes down what was done, with its files, and forgets the draft it came from. The same id again changes nothing. */
  async add(action: NewAction<Body>, files: readonly NewFile[] = [], draft: string | null = null): Promise<void> {
    await this.#whole(async (tx) => {
      const isKnown = (await tx.objectStore('actions').index('id').getKey(action.id)) !== undefined
      if (!isKnown) {
        const row = { ...action, files: files.map(({ id }) => id), state: 'waiting' as const, failures: 0, refusal: null, sent_at_ms: null }
        await tx.objectStore('actions').add(row)
        for (const { bytes, ...file } of files) {
          await tx.objectStore('files').put({ ...file, size: bytes.byteLength, state: 'waiting', failures: 0, refusal: null })
          await tx.objectStore('bytes').put(bytes, file.id)
        }
        if (draft !== null) await tx.objectStore('kept').delete(draft)
      }
    })
    this.#changed(FILLED)
  }

  async queue(): Promise<Queue<Body>> {
    const tx = this.#db.transaction(['actions', 'files'])
    const [actions, files] = await Promise.all([tx.objectStore('actions').getAll(), tx.objectStore('files').getAll()])
    await tx.done
    return { actions: actions as Action<Body>[], files: new Map(files.map((file) => [file.id, file])) }
  }

  bytes(file: string): Promise<ArrayBuffer | undefined> {
    return this.#db.get('bytes', file)
  }

  /**
   * Bytes that the server has are not kept. What was thrown away by the person meanwhile stays away: an answer that comes late does not
   * bring it back.
   */
  async apply({ actions, files }: Change<Body>): Promise<void> {
    if (actions.length === 0 && files.length === 0) return
    await this.#whole(async (tx) => {
      for (const action of actions) if ((await tx.objectStore('actions').getKey(action.seq)) !== undefined) await tx.objectStore('actions').put(action)
      for (const file of files) {
        if ((await tx.objectStore('files').getKey(file.id)) === undefined) continue
        await tx.objectStore('files').put(file)
        if (file.state === 'sent') await tx.objectStore('bytes').delete(file.id)
      }
    })
    this.#changed()
  }

  async retry(seq: number): Promise<void> {
    const { actions, files } = await this.queue()
    const action = actions.find((held) => held.seq === seq)
    if (action?.state !== 'refused') return
    await this.apply(again(action, files))
    this.#changed(FILLED)
  }

  /** Throws away a refused action and what was done after it in its lane; says how many. */
  async discard(seq: number, alone?: (body: Body) => boolean): Promise<number> {
    const { actions } = await this.queue()
    const action = actions.find((held) => held.seq === seq)
    if (!action || action.state === 'sent') return 0
    const gone = dependents(actions, action, alone)
    await this.#remove(gone)
    return gone.length
  }

  /** Forgets what was sent before this instant, and what was left half done before it. */
  async prune(before_ms: number): Promise<void> {
    const { actions } = await this.queue()
    const old = actions.filter(({ state, sent_at_ms }) => state === 'sent' && sent_at_ms !== null && sent_at_ms < before_ms)
    if (old.length > 0) await this.#remove(old)
    for (const name of await this.#names(DRAFT)) {
      const draft = await this.kept<Partial<Draft<unknown>>>(name)
      if ((draft?.at_ms ?? 0) < before_ms) await this.#db.delete('kept', name)
    }
  }

  async #remove(actions: readonly Action<Body>[]): Promise<void> {
    await this.#whole((tx) => Promise.all(actions.flatMap(({ seq, files }) => [
      tx.objectStore('actions').delete(seq),
      ...files.flatMap((file) => [tx.objectStore('files').delete(file), tx.objectStore('bytes').delete(file)]),
    ])))
    this.#changed()
  }

  /** How many drafts there are. */
  async drafts(): Promise<number> {
    return (await this.#names(DRAFT)).length
  }

  async kept<Value>(name: string): Promise<Value | undefined> {
    return (await this.#db.get('kept', name)) as Value | undefined
  }

  async keep(name: string, value: unknown): Promise<void> {
    await this.#whole((tx) => tx.objectStore('kept').put(value, name))
    this.#changed()
  }

  #names(prefix: string): Promise<string[]> {
    return this.#db.getAllKeys('kept', IDBKeyRange.bound(prefix, `${prefix}\uffff`))
  }

  /** One transaction. A write that throws by itself, before it was even asked for, would leave those before it to be committed: not here. */
  async #whole(write: (tx: Writing) => Promise<unknown>): Promise<void> {
    const tx = this.#db.transaction(STORES, 'readwrite')
    try {
      await write(tx)
      await tx.done
    } catch (error) {
      tx.done.catch(() => undefined)
      try {
        tx.abort()
      } catch {
        // It has been aborted already, which is what made it fail.
      }
      throw isFull(error) ? new PhoneIsFull(error) : error
    }
  }
}

const STORES = ['actions', 'files', 'bytes', 'kept'] as const
type Writing = Transaction<typeof STORES>
