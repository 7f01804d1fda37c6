// @vitest-environment jsdom
import { beforeEach, expect, it, vi } from 'vitest'
import { keepSession, useSession } from './session'
import { accounts } from './accounts'
import { signOut } from './who'
import { signedInAs } from '../test/people'

const server = vi.fn<typeof fetch>()
const asked = () => server.mock.calls.map(([address]) => String(address).replace('/api/v1', ''))

beforeEach(() => {
  vi.stubGlobal('fetch', server)
  server.mockReset()
  localStorage.clear()
  signedInAs('admin')
  keepSession(3_600_000)
})

it('a sign-out without a network is told when there is one, and before the next sign-in', async () => {
  server.mockRejectedValueOnce(new TypeError('Failed to fetch'))
  await signOut()
  expect(useSession.getState().phase).toBe('out')
  server.mockImplementation(async (address) => {
    await Promise.resolve()
    return new Response(JSON.stringify(String(address).endsWith('/login') ? { expires_at: new Date(Date.now() + 60_000).toISOString() } : {}), { status: 200 })
  })
  // The page tells it as it opens, and somebody signs in at once.
  const told = accounts.settleSignOut()
  await Promise.all([told, accounts.signIn({ email: 'a@example.com', password: 'x' })])
  expect(asked()).toEqual(['/auth/logout', '/auth/logout', '/auth/login', '/me'])
  await accounts.settleSignOut()
  expect(asked().length).toBe(4)
})

it('a sign-out of a session that is over owes nothing', async () => {
  server.mockResolvedValue(new Response('{"code":"unauthenticated","message":"Sign in."}', { status: 401 }))
  await signOut()
  await accounts.settleSignOut()
  expect(asked()).toEqual(['/auth/logout'])
})
