// @vitest-environment jsdom
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { QueryClient, QueryClientProvider } from '@tanstack/react-query'
import { cleanup, render, screen } from '@testing-library/react'
import userEvent from '@testing-library/user-event'
import { MemoryRouter, Route, Routes } from 'react-router'
import { useSession } from '../../api/session'
import { meAs } from '../../test/people'
import { problem, serve } from '../../test/server'
import { ForgotPage } from './ForgotPage'
import { InvitePage } from './InvitePage'
import { ResetPage } from './ResetPage'
import { SignInPage } from './SignInPage'

function open(address = '/sign-in') {
  history.replaceState(null, '', address)
  render(
    <QueryClientProvider client={new QueryClient({ defaultOptions: { queries: { retryDelay: 0 } } })}>
      <MemoryRouter initialEntries={[address.replace(/#.*/, '')]}>
        <Routes>
          <Route path="/sign-in" element={<SignInPage />} />
          <Route path="/forgot" element={<ForgotPage />} />
          <Route path="/reset" element={<ResetPage />} />
          <Route path="/invite" element={<InvitePage />} />
          <Route path="/" element={<p>home</p>} />
          <Route path="/system" element={<p>the system</p>} />
        </Routes>
      </MemoryRouter>
    </QueryClientProvider>,
  )
}

const user = userEvent.setup()

async function enter() {
  await user.type(screen.getByLabelText('E-mail'), ' dana@example.com')
  await user.type(screen.getByLabelText('Password'), 'secret')
  await user.click(screen.getByRole('button', { name: 'Sign in' }))
}

const signedIn = { expires_at: '2999-01-01T00:00:00Z' }
const alert = async () => (await screen.findByRole('alert')).textContent

beforeEach(() => {
  localStorage.clear()
  useSession.setState({ phase: 'out', me: null, ended: null })
})
afterEach(() => {
  cleanup()
  vi.useRealTimers()
})

describe('signing in', () => {
  it('takes the tokens as cookies, asks whose they are, and goes on to the page that was asked for', async () => {
    const { sent } = serve({ 'POST /auth/login': signedIn, 'GET /me': meAs('dispatcher') })
    open('/sign-in?next=%2Fsystem')
    await enter()
    expect(await screen.findByText('the system')).toBeTruthy()
    expect(sent('POST', '/auth/login')?.body).toEqual({ email: 'dana@example.com', password: 'secret', cookies: true })
    expect(useSession.getState().me?.name).toBe('Dana Hoff')
    expect(JSON.stringify({ ...localStorage })).not.toContain('token')
  })

  it('does not let a link lead out of the console', async () => {
    serve({ 'POST /auth/login': signedIn, 'GET /me': meAs('admin') })
    open('/sign-in?next=%2F%2Fevil.example')
    await enter()
    expect(await screen.findByText('home')).toBeTruthy()
  })

  it('asks for the second factor, and sends the code as soon as it is whole', async () => {
    const { asked } = serve({
      'POST /auth/login': ({ body }: { body: { code?: string } }) => (body.code === '123456' ? signedIn : problem(401, body.code ? 'second_factor_invalid' : 'second_factor_required')),
      'GET /me': meAs('admin'),
    })
    open()
    await enter()
    const box = await screen.findByLabelText('Code of 6 digits')
    expect(document.activeElement).toBe(box)
    expect(screen.queryByRole('alert')).toBeNull()
    await user.type(box, '999 999')
    expect(await alert()).toContain('does not fit')
    await user.clear(box)
    await user.type(box, '123456')
    expect(await screen.findByText('home')).toBeTruthy()
    expect(asked.filter(({ path }) => path === '/auth/login').map(({ body }) => (body as { code?: string }).code)).toEqual([undefined, '999999', '123456'])
  })

  it('takes a recovery code instead', async () => {
    const { asked } = serve({ 'POST /auth/login': ({ body }: { body: { code?: string } }) => (body.code ? signedIn : problem(401, 'second_factor_required')), 'GET /me': meAs('admin') })
    open()
    await enter()
    await user.click(await screen.findByRole('button', { name: 'Use a recovery code' }))
    await user.type(screen.getByLabelText('Recovery code'), 'abcd-efgh{Enter}')
    expect(await screen.findByText('home')).toBeTruthy()
    expect(asked.at(-2)?.body).toMatchObject({ code: 'abcd-efgh' })
  })

  it('counts down after too many attempts', async () => {
    vi.useFakeTimers({ shouldAdvanceTime: true })
    serve({ 'POST /auth/login': problem(429, 'too_many_attempts', { headers: { 'retry-after': '90' } }) })
    open()
    await userEvent.setup({ advanceTimers: vi.advanceTimersByTime }).type(screen.getByLabelText('E-mail'), 'dana@example.com')
    await userEvent.setup({ advanceTimers: vi.advanceTimersByTime }).type(screen.getByLabelText('Password'), 'secret{Enter}')
    expect(await alert()).toContain('Too many attempts')
    expect(await alert()).toContain('in 1 min')
    expect(screen.getByRole<HTMLButtonElement>('button', { name: 'Sign in' }).disabled).toBe(true)
    await vi.advanceTimersByTimeAsync(91_000)
    expect(screen.getByText('You can try again now')).toBeTruthy()
    expect(screen.getByRole<HTMLButtonElement>('button', { name: 'Sign in' }).disabled).toBe(false)
  })

  it('says in words that the credentials do not match', async () => {
    serve({ 'POST /auth/login': problem(401, 'invalid_credentials') })
    open()
    await enter()
    expect(await alert()).toContain('do not match')
  })

  it('says that the server cannot be reached', async () => {
    vi.stubGlobal('fetch', () => Promise.reject(new TypeError('Failed to fetch')))
    open()
    await enter()
    expect(await alert()).toContain('cannot be reached')
  })

  it('explains why somebody is here again', () => {
    useSession.setState({ ended: 'expired' })
    open()
    expect(screen.getByText('Your session has expired')).toBeTruthy()
  })
})

describe('a forgotten password', () => {
  it('is told nothing about whether there is an account', async () => {
    const { sent } = serve({ 'POST /auth/password/forgot': new Response(null, { status: 202 }) })
    open('/forgot')
    await user.type(screen.getByLabelText('E-mail'), 'who@example.com{Enter}')
    expect((await screen.findByText(/If there is an account/)).textContent).toContain('who@example.com')
    expect(sent('POST')?.body).toEqual({ email: 'who@example.com' })
  })

  it('is replaced by a link, whose secret leaves the address bar', async () => {
    const { sent } = serve({ 'POST /auth/password/reset': null })
    open('/reset?token=s3cret')
    expect(location.href).not.toContain('s3cret')
    const box = screen.getByLabelText('New password')
    await user.type(box, 'too short{Enter}')
    expect(await alert()).toContain('10 characters')
    await user.type(box, ' but longer now{Enter}')
    expect(await screen.findByText('Your new password is set')).toBeTruthy()
    expect(sent('POST')?.body).toEqual({ token: 's3cret', password: 'too short but longer now' })
  })

  it('says what the server wants of it, or that the link is spent', async () => {
    const { answers } = serve({ 'POST /auth/password/reset': problem(400, 'invalid_field', { fields: [{ field: 'password', message: 'is on a list of leaked passwords' }] }) })
    open('/reset#token=s3cret')
    await user.type(screen.getByLabelText('New password'), 'password1234{Enter}')
    expect(await alert()).toContain('leaked')
    answers['POST /auth/password/reset'] = problem(400, 'invalid_token')
    await user.type(screen.getByLabelText('New password'), '5{Enter}')
    expect(await screen.findByRole('heading', { name: 'This link does not work' })).toBeTruthy()
  })
})

describe('an invitation', () => {
  const invitation = { email: 'new@example.com', name: 'Nia New', role: 'dispatcher' }

  it('is accepted with a password', async () => {
    const { sent } = serve({ 'GET /auth/invitations/t0k': invitation, 'POST /auth/invitations/accept': null })
    open('/invite?token=t0k')
    await user.type(await screen.findByLabelText('Password'), 'four unrelated words')
    expect(screen.getByText('Good and long')).toBeTruthy()
    await user.click(screen.getByRole('button', { name: 'Accept and go on' }))
    expect(await screen.findByText('Your account is ready')).toBeTruthy()
    expect(sent('POST')?.body).toEqual({ token: 't0k', password: 'four unrelated words', name: 'Nia New' })
  })

  it('that is spent says so', async () => {
    serve({ 'GET /auth/invitations/': problem(404, 'not_found') })
    open('/invite?token=t0k')
    expect(await screen.findByRole('heading', { name: 'This invitation does not work' })).toBeTruthy()
  })
})
