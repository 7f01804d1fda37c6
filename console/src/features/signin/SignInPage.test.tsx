// @vitest-environment jsdom
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { QueryClient, QueryClientProvider } from '@tanstack/react-query'
import { cleanup, render, screen } from '@testing-library/react'
import userEvent from '@testing-library/user-event'
import { MemoryRouter, Route, Routes } from 'react-router'
import { useSession } from '../../api/session'
import { SignInPage } from './SignInPage'

const server = vi.fn<typeof fetch>()

function open(address = '/sign-in') {
  render(
    <QueryClientProvider client={new QueryClient()}>
      <MemoryRouter initialEntries={[address]}>
        <Routes>
          <Route path="/sign-in" element={<SignInPage />} />
          <Route path="/map" element={<p>the map</p>} />
          <Route path="/system" element={<p>the system</p>} />
        </Routes>
      </MemoryRouter>
    </QueryClientProvider>,
  )
}

async function enter() {
  const user = userEvent.setup()
  await user.type(screen.getByLabelText('E-mail'), 'dana@example.com')
  await user.type(screen.getByLabelText('Password'), 'secret')
  await user.click(screen.getByRole('button', { name: 'Sign in' }))
}

beforeEach(() => {
  vi.stubGlobal('fetch', server)
  server.mockReset()
  useSession.setState({ session: null, ended: null })
})
afterEach(cleanup)

const login = { access_token: 't', expires_at: '2999-01-01T00:00:00Z', user: { id: 'u', email: 'dana@example.com', name: 'Dana', role: 'dispatcher' } }

describe('signing in', () => {
  it('goes on to the page that was asked for', async () => {
    server.mockResolvedValue(new Response(JSON.stringify(login)))
    open('/sign-in?next=%2Fsystem')
    await enter()
    expect(await screen.findByText('the system')).toBeTruthy()
  })

  it('does not let a link lead out of the console', async () => {
    server.mockResolvedValue(new Response(JSON.stringify(login)))
    open('/sign-in?next=%2F%2Fevil.example')
    await enter()
    expect(await screen.findByText('the map')).toBeTruthy()
  })

  it('says in words that the credentials do not match', async () => {
    server.mockResolvedValue(new Response('{"code":"invalid_credentials","message":"x"}', { status: 401 }))
    open()
    await enter()
    expect((await screen.findByRole('alert')).textContent).toContain('do not match')
  })

  it('says that the server cannot be reached', async () => {
    server.mockRejectedValue(new TypeError('Failed to fetch'))
    open()
    await enter()
    expect((await screen.findByRole('alert')).textContent).toContain('cannot be reached')
  })

  it('explains why somebody is here again', () => {
    useSession.setState({ ended: 'expired' })
    open()
    expect(screen.getByText('Your session has expired')).toBeTruthy()
  })
})
