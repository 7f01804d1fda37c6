/**
 * The phone's own store: one database an agent, so that nobody's work is ever sent in somebody else's name. Bytes of files lie apart from
 * what is known about them, because lists are read often and bytes once.
 */
import { deleteDB, openDB, type DBSchema, type IDBPDatabase, type IDBPTransaction } from 'idb'
import type { Action, WaitingFile } from '../sync/queue'
import type { StoredFix } from '../track/backlog'

const VERSION = 1
const PREFIX = 'salessync-field-'

interface Schema extends DBSchema {
  actions: { key: number; value: Omit<Action, 'seq'> & { seq?: number }; indexes: { id: string } }
  files: { key: string; value: WaitingFile }
  bytes: { key: string; value: ArrayBuffer }
  fixes: { key: number; value: StoredFix }
  /** Days, drafts, settings: by name. */
  kept: { key: string; value: unknown }
}

export type Db = IDBPDatabase<Schema>
export type Transaction<Stores extends readonly (keyof Schema & ('actions' | 'files' | 'bytes' | 'fixes' | 'kept'))[]> = IDBPTransaction<Schema, Writable<Stores>, 'readwrite'>
type Writable<List extends readonly unknown[]> = { -readonly [At in keyof List]: List[At] }

export function openDb(agent: string): Promise<Db> {
  return openDB<Schema>(PREFIX + agent, VERSION, {
    upgrade(db) {
      db.createObjectStore('actions', { keyPath: 'seq', autoIncrement: true }).createIndex('id', 'id', { unique: true })
      db.createObjectStore('files', { keyPath: 'id' })
      db.createObjectStore('bytes')
      db.createObjectStore('fixes', { autoIncrement: true })
      db.createObjectStore('kept')
    },
    // A newer version of this page wants the store: it has all that is in it, and this one is about to be replaced.
    blocking(_current, _blocked, event) {
      (event.target as IDBDatabase).close()
    },
  })
}

/** Has anybody worked here under that name? Asked without making a database of it. */
export async function hasDb(agent: string): Promise<boolean> {
  if (typeof indexedDB.databases !== 'function') return false
  return (await indexedDB.databases()).some(({ name }) => name === PREFIX + agent)
}

export const dropDb = (agent: string): Promise<void> => deleteDB(PREFIX + agent)

/** The phone has no room for more. Nothing has been written. */
export class PhoneIsFull extends Error {
  override readonly name = 'PhoneIsFull'
  constructor(cause: unknown) {
    super('There is no room left on this phone. Free some space, then try again: nothing has been lost.', { cause })
  }
}

export function isFull(error: unknown): boolean {
  return error instanceof Error && (error.name === 'QuotaExceededError' || (error.cause instanceof Error && error.cause.name === 'QuotaExceededError'))
}
