/** Files that people bring: looked at first, then imported whole or not at all. */
import { call } from './client'
import type { components } from './schema'

type Schemas = components['schemas']

export type ImportReport = Schemas['ImportReport']
export type ImportRow = Schemas['ImportRow']
export type ImportFlaw = Schemas['CellFlaw']
export type Encoding = 'utf-8' | 'windows-1252'
export type ImportKind = 'customers' | 'visits'
/** `dry`: only told what would be done. `all`: every row or none. `good`: the good rows, whatever the others are. */
export type ImportMode = 'dry' | 'all' | 'good'

/** Bytes of a file that the server takes. */
export const FILE_BYTES_MAX = 16 * 1024 * 1024

export const bring = (kind: ImportKind, bytes: ArrayBuffer, mode: ImportMode, encoding: Encoding | null, signal?: AbortSignal) =>
  call<ImportReport>(`/imports/${kind}`, {
    method: 'POST', raw: { bytes, type: 'text/csv' }, signal,
    query: { dry_run: mode === 'dry' ? 'true' : null, only_good: mode === 'good' ? 'true' : null, encoding },
  })
