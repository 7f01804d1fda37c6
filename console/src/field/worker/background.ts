/**
 * What waits is sent although the page is closed: the browser wakes the worker when the network is back. The page has the lock while it is
 * open, and then this leaves it to the page.
 */
import { ApiError, Unreachable, toProblem } from '../../api/problem'
import { CONSOLE_HEADER, RENEWAL_LOCK, REFRESH_ADDRESS } from '../../api/wire'
import type { Body } from '../model/body'
import { hasDb, openDb } from '../store/db'
import { Store } from '../store/store'
import { perform, type Ask } from '../sync/server'
import { drain } from '../sync/uploader'



/** Rejects where something is left: the browser then tries again later. */
export async function sendInBackground(): Promise<void> {
  const me = await whose()
  if (me === null || !(await hasDb(me))) return
  const left = await navigator.locks.request(`salessync.field.upload.${me}`, { ifAvailable: true }, async (lock) => {
    if (lock === null) return 'empty'
    const store = new Store<Body>(await openDb(me), new BroadcastChannel(`salessync.field.${me}`))
    try {
      const device = (await store.kept<string>('device')) ?? 'field'
      return await drain<Body>({ store, perform: (work, bytes) => perform(ask, { agent: me, device }, work, bytes, () => undefined), now_ms: () => Date.now() })
    } finally {
      store.close()
    }
  })
  if (left === 'left') throw new Error('something is left to be sent')
}

/** The agent whose session this is; `null`: nobody's who drives out. */
async function whose(): Promise<string | null> {
  try {
    const { body } = await ask('/me', {})
    return (body as { agent_id?: string | null }).agent_id ?? null
  } catch (error) {
    if (error instanceof ApiError && error.status === 401) return null
    throw error
  }
}

/** As the page asks, but that a worker has no local storage to note the session's end in: its access is renewed when it is refused. */
const ask: Ask = async (path, options) => {
  let response = await send(path, options)
  if (response.status === 401 && (await renewed())) response = await send(path, options)
  const body: unknown = response.status === 204 ? undefined : await response.json().catch(() => undefined)
  if (!response.ok) throw new ApiError(response.status, toProblem(response.status, body), Number(response.headers.get('retry-after')) || null)
  return { body, response }
}

async function send(path: string, { method = 'GET', body, raw, headers: more, signal }: Parameters<Ask>[1]): Promise<Response> {
  const headers = new Headers({ accept: 'application/json', [CONSOLE_HEADER[0]]: CONSOLE_HEADER[1], ...more })
  if (raw !== undefined) headers.set('content-type', raw.type)
  else if (body !== undefined) headers.set('content-type', 'application/json')
  try {
    return await fetch(`/api/v1${path}`, { method, headers, signal, credentials: 'same-origin', body: raw?.bytes ?? (body === undefined ? undefined : JSON.stringify(body)) })
  } catch (cause) {
    throw new Unreachable(cause)
  }
}

function renewed(): Promise<boolean> {
  return navigator.locks.request(RENEWAL_LOCK, async () => {
    const response = await fetch(REFRESH_ADDRESS, {
      method: 'POST', credentials: 'same-origin', headers: { accept: 'application/json', 'content-type': 'application/json', [CONSOLE_HEADER[0]]: CONSOLE_HEADER[1] }, body: '{}',
    })
    return response.ok
  })
}
