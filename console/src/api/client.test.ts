// @vitest-environment jsdom
import { beforeEach, describe, expect, it, vi } from 'vitest'
import { call, everyPage } from './client'
import { ApiError, Unreachable } from './problem'
import { useSession } from './session'

const login = { access_token: 'tok', expires_at: '2999-01-01T00:00:00Z', user: { id: 'u', email: 'e', name: 'n', role: 'admin' as const } }
const answer = (status: number, body: unknown) => new Response(typeof body === 'string' ? body : JSON.stringify(body), { status })
const server = vi.fn<typeof fetch>()

beforeEach(() => {
  vi.stubGlobal('fetch', server)
  server.mockReset()
  useSession.getState().begin(login)
})

describe('calling the server', () => {
  it('carries the token in the header and nowhere else', async () => {
    server.mockResolvedValue(answer(200, { ok: true }))
    await call('/agents', { query: { limit: 5, after: undefined } })
    const [address, init] = server.mock.calls[0]!
    expect(address).toBe('/api/v1/agents?limit=5')
    expect(new Headers(init?.headers).get('authorization')).toBe('Bearer tok')
  })

  it('turns a problem body into a typed error', async () => {
    server.mockResolvedValue(answer(422, { code: 'invalid', message: 'No.', request_id: 'r1', fields: [{ field: 'name', code: 'too_long', message: 'Too long.' }] }))
    const error: unknown = await call('/agents').catch((caught: unknown) => caught)
    expect(error).toBeInstanceOf(ApiError)
    expect(error).toMatchObject({ status: 422, code: 'invalid', message: 'No.', request_id: 'r1', fields: [{ field: 'name' }] })
  })

  it('makes sense of an error page that is not ours', async () => {
    server.mockResolvedValue(answer(502, '<html>Bad Gateway</html>'))
    await expect(call('/agents')).rejects.toMatchObject({ status: 502, code: 'http_502' })
  })

  it('tells an absent server from a refusing one', async () => {
    server.mockRejectedValue(new TypeError('Failed to fetch'))
    await expect(call('/agents')).rejects.toBeInstanceOf(Unreachable)
    expect(useSession.getState().session).not.toBeNull()
  })

  it('ends the session when its token is refused', async () => {
    server.mockResolvedValue(answer(401, { code: 'unauthenticated', message: 'Sign in.' }))
    await expect(call('/agents')).rejects.toMatchObject({ status: 401 })
    expect(useSession.getState()).toMatchObject({ session: null, ended: 'expired' })
    expect(sessionStorage.length).toBe(0)
  })

  it('follows the cursor to the last page', async () => {
    const pages = [{ items: [1, 2], next: 'a' }, { items: [3], next: null }]
    const asked: (string | undefined)[] = []
    expect(await everyPage((after) => { asked.push(after); return Promise.resolve(pages[asked.length - 1]!) })).toEqual([1, 2, 3])
    expect(asked).toEqual([undefined, 'a'])
  })
})
