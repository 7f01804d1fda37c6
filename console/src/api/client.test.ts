// @vitest-environment jsdom
import { beforeEach, describe, expect, it, vi } from 'vitest'
import { call, everyPage } from './client'
import { ApiError, Unreachable } from './problem'
import { keepSession, useSession } from './session'
import { signedInAs } from '../test/people'

const HOUR_MS = 3_600_000
const answer = (status: number, body: unknown) => new Response(typeof body === 'string' ? body : JSON.stringify(body), { status })
const expired = () => answer(401, { code: 'unauthenticated', message: 'Sign in.' })
const renewed = () => answer(200, { expires_at: new Date(Date.now() + HOUR_MS).toISOString() })
const server = vi.fn<typeof fetch>()
const addresses = () => server.mock.calls.map(([address]) => String(address).replace('/api/v1', ''))

beforeEach(() => {
  vi.stubGlobal('fetch', server)
  server.mockReset()
  localStorage.clear()
  signedInAs('admin')
  keepSession(HOUR_MS)
})

describe('calling the server', () => {
  it('goes by cookie, with the header that no other site can send, and no token', async () => {
    server.mockResolvedValue(answer(200, { ok: true }))
    await call('/agents', { query: { limit: 5, after: undefined } })
    const [address, init] = server.mock.calls[0]!
    expect(address).toBe('/api/v1/agents?limit=5')
    expect(init?.credentials).toBe('same-origin')
    expect(new Headers(init?.headers).get('x-salessync-console')).toBe('1')
    expect(new Headers(init?.headers).get('authorization')).toBeNull()
  })

  it('turns a problem body into a typed error', async () => {
    server.mockResolvedValue(answer(422, { code: 'invalid', message: 'No.', request_id: 'r1', fields: [{ field: 'name', code: 'too_long', message: 'Too long.' }] }))
    const error: unknown = await call('/agents').catch((caught: unknown) => caught)
    expect(error).toBeInstanceOf(ApiError)
    expect(error).toMatchObject({ status: 422, code: 'invalid', message: 'No.', request_id: 'r1', fields: [{ field: 'name' }] })
  })

  it('keeps how long to wait', async () => {
    server.mockResolvedValue(new Response('{"code":"too_many_attempts","message":"m"}', { status: 429, headers: { 'retry-after': '12' } }))
    await expect(call('/agents')).rejects.toMatchObject({ retry_after_s: 12 })
  })

  it('makes sense of an error page that is not ours', async () => {
    server.mockResolvedValue(answer(502, '<html>Bad Gateway</html>'))
    await expect(call('/agents')).rejects.toMatchObject({ status: 502, code: 'http_502' })
  })

  it('tells an absent server from a refusing one', async () => {
    server.mockRejectedValue(new TypeError('Failed to fetch'))
    await expect(call('/agents')).rejects.toBeInstanceOf(Unreachable)
    expect(useSession.getState().phase).toBe('in')
  })

  it('follows the cursor to the last page', async () => {
    const pages = [{ items: [1, 2], next: 'a' }, { items: [3], next: null }]
    const asked: (string | undefined)[] = []
    expect(await everyPage((after) => { asked.push(after); return Promise.resolve(pages[asked.length - 1]!) })).toEqual([1, 2, 3])
    expect(asked).toEqual([undefined, 'a'])
  })
})

describe('access that has ended', () => {
  /** Refuses everything until it is renewed. */
  function untilRenewed() {
    let isFresh = false
    server.mockImplementation(async (address) => {
      if (String(address).endsWith('/auth/refresh')) {
        await new Promise((resolve) => setTimeout(resolve, 5))
        isFresh = true
        return renewed()
      }
      return isFresh ? answer(200, { from: String(address) }) : expired()
    })
  }

  it('is renewed once for all who need it, and each is asked again', async () => {
    untilRenewed()
    const answers = await Promise.all(['/agents', '/territories', '/fences'].map((path) => call<{ from: string }>(path)))
    expect(answers.map(({ from }) => from)).toEqual(['/api/v1/agents', '/api/v1/territories', '/api/v1/fences'])
    expect(addresses().filter((address) => address === '/auth/refresh')).toHaveLength(1)
  })

  it('ends the session when it cannot be renewed', async () => {
    server.mockImplementation(async () => expired())
    await expect(call('/agents')).rejects.toMatchObject({ status: 401 })
    expect(addresses()).toEqual(['/agents', '/auth/refresh'])
    expect(useSession.getState()).toMatchObject({ phase: 'out', me: null, ended: 'expired' })
    expect(localStorage.length).toBe(0)
  })

  it('ends the session when renewed access is refused as well, without a third try', async () => {
    server.mockImplementation(async (address) => (String(address).endsWith('/auth/refresh') ? renewed() : expired()))
    await expect(call('/agents')).rejects.toMatchObject({ status: 401 })
    expect(addresses()).toEqual(['/agents', '/auth/refresh', '/agents'])
    expect(useSession.getState().phase).toBe('out')
  })

  it('does not end the session because the server could not be reached for it', async () => {
    server.mockImplementation(async (address) => {
      if (String(address).endsWith('/auth/refresh')) throw new TypeError('Failed to fetch')
      return expired()
    })
    await expect(call('/agents')).rejects.toBeInstanceOf(Unreachable)
    expect(useSession.getState().phase).toBe('in')
  })

  it('is renewed ahead of its end', async () => {
    untilRenewed()
    localStorage.setItem('salessync.session', JSON.stringify({ expires_at_ms: Date.now() + 5_000, renewed_at_ms: Date.now() - HOUR_MS }))
    await call('/agents')
    expect(addresses()).toEqual(['/auth/refresh', '/agents'])
  })

  it('is not renewed again when another tab has just done so', async () => {
    let asked = 0
    server.mockImplementation(async (address) => {
      if (String(address).endsWith('/auth/refresh')) throw new Error('asked for nothing')
      asked += 1
      if (asked > 1) return answer(200, {})
      localStorage.setItem('salessync.session', JSON.stringify({ expires_at_ms: Date.now() + HOUR_MS, renewed_at_ms: Date.now() + 1 }))
      return expired()
    })
    await call('/agents')
    expect(addresses()).toEqual(['/agents', '/agents'])
  })

  it('is left alone where nobody is signed in, or where a 401 is about a password', async () => {
    server.mockImplementation(async () => answer(401, { code: 'invalid_credentials', message: 'No.' }))
    await expect(call('/auth/login', { method: 'POST', body: {}, isOpen: true })).rejects.toMatchObject({ status: 401 })
    await expect(call('/auth/password', { method: 'POST', body: {} })).rejects.toMatchObject({ code: 'invalid_credentials' })
    expect(addresses()).toEqual(['/auth/login', '/auth/password'])
    expect(useSession.getState().phase).toBe('in')
  })
})
