// @vitest-environment jsdom
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { QueryClient, QueryClientProvider } from '@tanstack/react-query'
import { cleanup, render, screen, waitFor, within } from '@testing-library/react'
import userEvent from '@testing-library/user-event'
import type { ReactNode } from 'react'
import { MemoryRouter } from 'react-router'
import { RIGHTS, signedInAs } from '../../test/people'
import { page, problem, serve } from '../../test/server'
import { KeysTab } from './KeysTab'
import { RolesTab } from './RolesTab'
import { TeamsTab } from './TeamsTab'

const dispatcher = { name: 'dispatcher', title: 'Dispatcher', built_in: true, permissions: RIGHTS.dispatcher }
const lead = { name: 'lead', title: 'Lead', built_in: false, permissions: [{ module: 'agents', action: 'read', scope: 'team' }] }
const key = { id: 'k1', name: 'Warehouse', role: 'dispatcher', territories: [], created_at: '2026-01-01T00:00:00Z', expires_at: new Date(Date.now() + 5 * 86_400_000).toISOString() }

let server: ReturnType<typeof serve>
beforeEach(() => {
  signedInAs('admin')
  server = serve({
    'GET /roles': page([dispatcher, lead]), 'GET /api-keys': page([key]), 'GET /territories': page([]), 'GET /users': page([{ id: 'u1', name: 'Ben', email: 'ben@example.com', role: 'lead' }]),
    'GET /teams': page([{ id: 'm1', name: 'Early shift', agents: ['a1'], leads: [] }]), 'GET /agents': page([{ id: 'a1', name: 'Ada', territory_id: null }, { id: 'a2', name: 'Bo', territory_id: null }]),
  })
})
afterEach(cleanup)

const user = userEvent.setup()
const show = (tab: ReactNode) =>
  render(<QueryClientProvider client={new QueryClient({ defaultOptions: { queries: { retry: false } } })}><MemoryRouter>{tab}</MemoryRouter></QueryClientProvider>)

describe('the roles', () => {
  it('that are built in are read, not changed', async () => {
    show(<RolesTab />)
    const row = await screen.findByRole('row', { name: /^Quarantine/ })
    expect(within(row).getAllByRole('cell').map(({ textContent }) => textContent)).toEqual(['Territory', '–no', 'Territory', '–no', '–no'])
    expect(screen.queryByRole('button', { name: 'Change' })).toBeNull()
  })

  it('are made cell by cell, with a name made of the title', async () => {
    server.answers['POST /roles'] = lead
    show(<RolesTab />)
    await user.click(await screen.findByRole('button', { name: 'New role' }))
    await user.type(screen.getByLabelText('Title'), 'Night watch')
    await user.selectOptions(screen.getByRole('combobox', { name: 'See positions' }), 'Team + Territory')
    await user.selectOptions(screen.getByRole('combobox', { name: 'See audit log' }), 'All')
    await user.click(screen.getByRole('button', { name: 'Make role' }))
    await waitFor(() => expect(server.sent('POST')?.body).toEqual({
      name: 'night_watch', title: 'Night watch',
      permissions: [{ module: 'positions', action: 'read', scope: 'team' }, { module: 'positions', action: 'read', scope: 'territory' }, { module: 'audit', action: 'read', scope: 'all' }],
    }))
  })

  it('warn of rights that whoever makes them does not have, and take no name twice', async () => {
    signedInAs('admin', { permissions: RIGHTS.admin.filter(({ module }) => module !== 'audit') })
    show(<RolesTab />)
    await user.click(await screen.findByRole('button', { name: 'New role' }))
    await user.type(screen.getByLabelText('Title'), 'Lead')
    await user.selectOptions(screen.getByRole('combobox', { name: 'See audit log' }), 'All')
    expect(screen.getByText('This reaches beyond your own rights')).toBeTruthy()
    await user.click(screen.getByRole('button', { name: 'Make role' }))
    expect(screen.getByRole('alert').textContent).toContain('already')
    expect(server.sent('POST')).toBeUndefined()
  })

  it('that are held say so when they cannot be deleted', async () => {
    server.answers['DELETE /roles/lead'] = problem(409, 'role_in_use', { message: '2 users hold this role' })
    show(<RolesTab />)
    await user.click(await screen.findByRole('button', { name: /^Lead/ }))
    expect(await screen.findByText('· held by 1', { exact: false })).toBeTruthy()
    await user.click(screen.getByRole('button', { name: 'Delete Lead' }))
    await user.click(screen.getByRole('button', { name: 'Delete role' }))
    expect((await screen.findByRole('alert')).textContent).toContain('2 users hold this role')
  })
})

describe('the API keys', () => {
  it('are shown once, and not left by accident', async () => {
    server.answers['POST /api-keys'] = { ...key, name: 'Bridge', key: 'ssk_1_s3cret' }
    show(<KeysTab />)
    await user.click(await screen.findByRole('button', { name: 'New key' }))
    await user.type(screen.getByLabelText('Name'), 'Bridge')
    await user.selectOptions(screen.getByLabelText('Works for'), '30 days')
    await user.click(screen.getByRole('button', { name: 'Make key' }))
    expect(await screen.findByText('ssk_1_s3cret')).toBeTruthy()
    await user.keyboard('{Escape}')
    expect(screen.getByText('ssk_1_s3cret')).toBeTruthy()
    await user.click(screen.getByRole('checkbox', { name: 'I have kept the key' }))
    await user.click(screen.getByRole('button', { name: 'Done' }))
    expect(screen.queryByText('ssk_1_s3cret')).toBeNull()
    const { expires_at } = server.sent('POST')?.body as { expires_at: string }
    expect(Math.round((Date.parse(expires_at) - Date.now()) / 86_400_000)).toBe(30)
  })

  it('are revoked after a question', async () => {
    server.answers['DELETE /api-keys/k1'] = null
    show(<KeysTab />)
    await user.click(await screen.findByRole('button', { name: 'Revoke Warehouse' }))
    expect(server.sent('DELETE')).toBeUndefined()
    await user.click(screen.getByRole('button', { name: 'Revoke key' }))
    await waitFor(() => expect(server.sent('DELETE')?.path).toBe('/api-keys/k1'))
  })
})

describe('the teams', () => {
  it('get leads and agents', async () => {
    server.answers['PATCH /teams/m1'] = {}
    show(<TeamsTab />)
    await user.click(await screen.findByRole('button', { name: 'Change Early shift' }))
    await user.click(await screen.findByRole('checkbox', { name: /^Ben/ }))
    await user.click(await screen.findByRole('checkbox', { name: 'Bo' }))
    await user.click(screen.getByRole('button', { name: 'Save changes' }))
    await waitFor(() => expect(server.sent('PATCH')?.body).toEqual({ name: 'Early shift', leads: ['u1'], agents: ['a1', 'a2'] }))
  })
})
