// @vitest-environment jsdom
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { QueryClient, QueryClientProvider } from '@tanstack/react-query'
import { cleanup, render, screen, waitFor, within } from '@testing-library/react'
import userEvent from '@testing-library/user-event'
import type { Me } from '../../api/identity'
import { meAs, signedInAs } from '../../test/people'
import { page, problem, serve } from '../../test/server'
import { ProfilePage } from './ProfilePage'

const session = (id: string, over = {}) => ({
  id, device: null, user_agent: 'Mozilla/5.0 (X11; Linux x86_64) Chrome/131.0 Safari/537.36', address: '10.0.0.1', created_at: '2026-01-01T00:00:00Z', last_used_at: '2026-01-01T00:00:00Z',
  expires_at: '2999-01-01T00:00:00Z', current: false, ...over,
})

let server: ReturnType<typeof serve>
function show(over: Partial<Me> = {}) {
  server = serve({ 'GET /me': meAs('dispatcher', over), 'GET /auth/sessions': page([session('s2', { device: 'Tablet' }), session('s1', { current: true })]) })
  signedInAs('dispatcher', over)
  render(<QueryClientProvider client={new QueryClient({ defaultOptions: { queries: { retry: false } } })}><ProfilePage /></QueryClientProvider>)
}
beforeEach(() => localStorage.clear())
afterEach(cleanup)
const user = userEvent.setup()

describe('the profile', () => {
  it('changes the password, and says which one is wrong', async () => {
    show()
    server.answers['POST /auth/password'] = problem(401, 'invalid_credentials')
    await user.click(screen.getByRole('button', { name: 'Change password' }))
    await user.type(screen.getByLabelText('Current password'), 'old one')
    await user.type(screen.getByLabelText('New password'), 'short{Enter}')
    expect(screen.getByRole('alert').textContent).toContain('10 characters')
    await user.type(screen.getByLabelText('New password'), ' no longer{Enter}')
    expect((await screen.findByText('This is not your password.')).getAttribute('role')).toBe('alert')
    server.answers['POST /auth/password'] = null
    await user.click(screen.getByRole('button', { name: 'Change password' }))
    await waitFor(() => expect(screen.queryByLabelText('New password')).toBeNull())
    expect(server.asked.filter(({ path }) => path === '/auth/password').at(-1)?.body).toEqual({ current: 'old one', new: 'short no longer' })
  })

  it('sets the second factor up in three steps, with codes that are shown once', async () => {
    show()
    server.answers['POST /auth/totp'] = { secret: 'JBSWY3DPEHPK3PXP', uri: 'otpauth://totp/x?secret=JBSWY3DPEHPK3PXP' }
    server.answers['POST /auth/totp/confirm'] = ({ body }: { body: { code: string } }) => (body.code === '123456' ? { recovery_codes: ['aaaa-bbbb', 'cccc-dddd'] } : problem(401, 'second_factor_invalid'))
    await user.click(screen.getByRole('button', { name: 'Set up' }))
    await user.type(screen.getByLabelText('Password', { selector: 'input' }), 'mine{Enter}')
    expect(await screen.findByRole('img', { name: 'QR code for the authenticator app' })).toBeTruthy()
    expect(screen.getByText('JBSW Y3DP EHPK 3PXP')).toBeTruthy()
    const box = screen.getByLabelText('Code of 6 digits')
    await user.type(box, '111111{Enter}')
    expect((await screen.findByRole('alert')).textContent).toContain('does not fit')
    await user.clear(box)
    await user.type(box, '123456{Enter}')
    const codes = await screen.findByRole('list', { name: 'Recovery codes' })
    expect(within(codes).getAllByRole('listitem').map(({ textContent }) => textContent)).toEqual(['aaaa-bbbb', 'cccc-dddd'])
    await user.keyboard('{Escape}')
    expect(screen.getByRole('dialog')).toBeTruthy()
    await user.click(screen.getByRole('checkbox', { name: 'I have kept these codes' }))
    await user.click(screen.getByRole('button', { name: 'Done' }))
    expect(screen.queryByRole('dialog')).toBeNull()
  })

  it('turns the second factor off with password and code', async () => {
    show({ second_factor: true })
    server.answers['DELETE /auth/totp'] = null
    await user.click(screen.getByRole('button', { name: 'Turn off…' }))
    await user.type(screen.getByLabelText('Password', { selector: 'input' }), 'mine')
    await user.type(screen.getByLabelText('Code'), '123456{Enter}')
    await waitFor(() => expect(server.sent('DELETE')?.body).toEqual({ password: 'mine', code: '123456' }))
  })

  it('lists the sessions, this one first, and ends others', async () => {
    show()
    server.answers['DELETE /auth/sessions/s2'] = null
    server.answers['POST /auth/sessions/revoke-others'] = { revoked: 1 }
    const [first, second] = within(await screen.findByRole('list', { name: 'Sessions' })).getAllByRole('listitem')
    expect(first!.textContent).toContain('Chrome on Linux')
    expect(within(first!).getByText('This one')).toBeTruthy()
    expect(within(first!).queryByRole('button')).toBeNull()
    await user.click(within(second!).getByRole('button', { name: 'End the session on Tablet' }))
    await waitFor(() => expect(server.sent('DELETE')?.path).toBe('/auth/sessions/s2'))
    await user.click(screen.getByRole('button', { name: 'End all others…' }))
    await user.click(screen.getByRole('button', { name: 'End them' }))
    await waitFor(() => expect(server.sent('POST', '/auth/sessions/revoke-others')).toBeTruthy())
  })
})
