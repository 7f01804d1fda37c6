// @vitest-environment jsdom
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { QueryClient, QueryClientProvider } from '@tanstack/react-query'
import { cleanup, render, screen, waitFor, within } from '@testing-library/react'
import userEvent from '@testing-library/user-event'
import { MemoryRouter } from 'react-router'
import { signedInAs } from '../../test/people'
import { page, serve } from '../../test/server'
import { AuditPage } from './AuditPage'

const entry = (id: string, over: Record<string, unknown> = {}) => ({ id, at: '2026-11-25T10:00:00Z', actor_kind: 'user', actor_id: 'u1', actor_name: 'Ben Graf', kind: 'user_changed', outcome: 'done', count: 1, seq: 7, hash: 'abc123', ...over })

let server: ReturnType<typeof serve>
beforeEach(() => {
  server = serve({
    'GET /users': page([]),
    'GET /audit': ({ path }: { path: string }) => (path.includes('after=more')
      ? page([entry('e3', { kind: 'sign_in' })])
      : page([entry('e1', { before: { role: 'agent' }, after: { role: 'admin' } }), entry('e2', { actor_kind: 'nobody', actor_id: undefined, actor_name: undefined, kind: 'sign_in_refused', outcome: 'refused', seq: undefined, count: 14 })], 'more')),
  })
  signedInAs('auditor')
  render(<QueryClientProvider client={new QueryClient({ defaultOptions: { queries: { retry: false } } })}><MemoryRouter initialEntries={['/audit']}><AuditPage /></MemoryRouter></QueryClientProvider>)
})
afterEach(cleanup)
const user = userEvent.setup()
const lastAsked = () => server.asked.filter(({ path }) => path.startsWith('/audit')).at(-1)!.path

describe('the audit log', () => {
  it('goes on to the older, and says when that is all', async () => {
    await user.click(await screen.findByRole('button', { name: 'Older' }))
    expect(await screen.findByText('3 entries, that is all')).toBeTruthy()
    expect(screen.queryByRole('button', { name: 'Older' })).toBeNull()
  })

  it('asks the server for what is filtered', async () => {
    await user.selectOptions(await screen.findByRole('combobox', { name: 'Outcome' }), 'Refused')
    await user.selectOptions(screen.getByRole('combobox', { name: 'What' }), 'Sign-in refused')
    await waitFor(() => expect(lastAsked()).toMatch(/kind=sign_in_refused&outcome=refused&limit=100$/))
    await user.type(screen.getByRole('textbox', { name: 'To what' }), 'user:u9{Enter}')
    await waitFor(() => expect(lastAsked()).toContain('object=user%3Au9'))
    await user.click(screen.getByRole('button', { name: 'Clear filters' }))
    await waitFor(() => expect(lastAsked()).toMatch(/^\/audit\?from=[^&]+&limit=100$/))
  })

  it('shows one whole: what changed, and its place in the chain', async () => {
    await user.click(await screen.findByRole('button', { name: 'User changed' }))
    const detail = screen.getByRole('dialog', { name: 'User changed' })
    const row = within(detail).getByRole('row', { name: /role ?\(changed\)/ })
    expect(within(row).getAllByRole('cell').map(({ textContent }) => textContent)).toEqual(['agent', 'admin'])
    expect(within(detail).getByText('abc123')).toBeTruthy()
    await user.keyboard('{Escape}')
    await user.click(screen.getByRole('button', { name: 'Sign-in refused' }))
    expect(screen.getByText('Not sealed yet')).toBeTruthy()
    expect(screen.getByText('14 times')).toBeTruthy()
  })

  it('follows one actor', async () => {
    await user.click(await screen.findByRole('button', { name: 'Ben Graf' }))
    await waitFor(() => expect(lastAsked()).toBe('/audit?actor=u1&limit=100'))
  })
})
