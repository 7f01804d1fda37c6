// @vitest-environment jsdom
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { QueryClient, QueryClientProvider } from '@tanstack/react-query'
import { cleanup, render, screen, waitFor, within } from '@testing-library/react'
import userEvent from '@testing-library/user-event'
import { MemoryRouter } from 'react-router'
import type { Person } from '../../api/identity'
import { RIGHTS, signedInAs, type TestRole } from '../../test/people'
import { page, problem, serve } from '../../test/server'
import { PeopleTab } from './PeopleTab'

const person = (over: Partial<Person>): Person => ({
  id: 'u1', email: 'ben@example.com', name: 'Ben Graf', role: 'dispatcher', agent_id: null, territories: ['t1'], teams: [], disabled: false, second_factor: true,
  created_at: '2026-01-01T00:00:00Z', last_seen_at: new Date().toISOString(), ...over,
})
const everybody = [person({}), person({ id: 'u-me', name: 'Dana Hoff', email: 'dana@example.com', role: 'admin', territories: [] }), person({ id: 'u3', name: 'Eva Noll', email: 'eva@example.com', disabled: true, last_seen_at: null })]
const roles = (['dispatcher', 'manager', 'admin'] as const).map((name) => ({ name, title: name.replace(/^./, (first) => first.toUpperCase()), built_in: true, permissions: RIGHTS[name] }))

let server: ReturnType<typeof serve>
beforeEach(() => {
  server = serve({
    'GET /users': page(everybody), 'GET /users/u1': everybody[0], 'GET /roles': page(roles), 'GET /teams': page([{ id: 'm1', name: 'Early shift', agents: [], leads: [] }]),
    'GET /territories': page([{ id: 't1', name: 'Mitte', colour: '#2563eb', area: null, created_at: '' }, { id: 't2', name: 'Moabit', colour: '#2563eb', area: null, created_at: '', parent_id: 't1' }]), 'GET /agents': page([]),
  })
})
afterEach(cleanup)

const user = userEvent.setup()
function show(role: TestRole = 'admin', address = '/users') {
  signedInAs(role)
  render(<QueryClientProvider client={new QueryClient({ defaultOptions: { queries: { retry: false } } })}><MemoryRouter initialEntries={[address]}><PeopleTab /></MemoryRouter></QueryClientProvider>)
}
const open = async () => {
  await user.click(await screen.findByRole('button', { name: 'Ben Graf' }))
  return screen.findByRole('dialog', { name: 'Ben Graf' })
}

describe('the users', () => {
  it('are a table, with who is disabled and who it is oneself', async () => {
    show()
    const table = await screen.findByRole('table', { name: /^Users/ })
    const rows = within(table).getAllByRole('row')
    expect(rows).toHaveLength(4)
    await within(rows[1]!).findByText('Mitte')
    expect(within(rows[2]!).getByText('(you)')).toBeTruthy()
    expect(within(rows[3]!).getByText('Disabled')).toBeTruthy()
    expect(within(rows[3]!).getByText('never')).toBeTruthy()
  })

  it('are searched and filtered by the server', async () => {
    show()
    await user.type(await screen.findByRole('searchbox', { name: /^Search by name/ }), 'ben')
    await user.selectOptions(screen.getByRole('combobox', { name: 'Role' }), 'Manager')
    await waitFor(() => expect(server.asked.at(-1)?.path).toBe('/users?q=ben&role=manager&limit=200'))
  })

  it('are changed in part: only what was changed is sent', async () => {
    server.answers['PATCH /users/u1'] = everybody[0]
    show()
    const drawer = await open()
    expect(within(drawer).getByRole<HTMLButtonElement>('button', { name: 'Save changes' }).disabled).toBe(true)
    await user.selectOptions(within(drawer).getByRole('combobox', { name: 'Role' }), 'Manager')
    const picker = within(drawer).getByRole('group', { name: 'Territories' })
    expect(within(picker).getByRole<HTMLInputElement>('checkbox', { name: /Moabit/ }).checked).toBe(true)
    await user.click(within(picker).getByRole('checkbox', { name: 'Mitte' }))
    await user.click(within(drawer).getByRole('button', { name: 'Save changes' }))
    await waitFor(() => expect(server.sent('PATCH')?.body).toEqual({ role: 'manager', territories: [] }))
  })

  it('say beside the field what was refused', async () => {
    server.answers['PATCH /users/u1'] = problem(400, 'invalid_field', { fields: [{ field: 'role', message: 'has rights that you do not have' }] })
    show()
    const drawer = await open()
    await user.selectOptions(within(drawer).getByRole('combobox', { name: 'Role' }), 'Manager')
    await user.click(within(drawer).getByRole('button', { name: 'Save changes' }))
    expect((await within(drawer).findByRole('alert')).textContent).toContain('rights that you do not have')
    expect(within(drawer).getByRole('combobox', { name: 'Role' }).getAttribute('aria-invalid')).toBe('true')
  })

  it('are disabled after a question, and Escape takes only the question away', async () => {
    server.answers['PATCH /users/u1'] = () => {
      server.answers['GET /users/u1'] = { ...everybody[0], disabled: true }
      return everybody[0]
    }
    show()
    const drawer = await open()
    await user.click(within(drawer).getByRole('button', { name: 'Disable' }))
    await screen.findByRole('dialog', { name: 'Disable Ben Graf?' })
    await user.keyboard('{Escape}')
    expect(screen.queryByRole('dialog', { name: 'Disable Ben Graf?' })).toBeNull()
    expect(screen.getByRole('dialog', { name: 'Ben Graf' })).toBeTruthy()
    await user.click(within(drawer).getByRole('button', { name: 'Disable' }))
    await user.click(within(await screen.findByRole('dialog', { name: 'Disable Ben Graf?' })).getByRole('button', { name: 'Disable' }))
    await waitFor(() => expect(server.sent('PATCH')?.body).toEqual({ disabled: true }))
    // The button that was pressed is gone, and the focus with it: the drawer still answers the keyboard.
    await within(drawer).findByRole('button', { name: 'Enable' })
    await user.keyboard('{Escape}')
    expect(screen.queryByRole('dialog')).toBeNull()
  })

  it('are erased only when their e-mail is typed', async () => {
    server.answers['DELETE /users/u1'] = null
    show()
    await user.click(within(await open()).getByRole('button', { name: 'Erase' }))
    const question = await screen.findByRole('dialog', { name: 'Erase Ben Graf?' })
    const erase = within(question).getByRole<HTMLButtonElement>('button', { name: 'Erase for good' })
    expect(erase.disabled).toBe(true)
    await user.type(within(question).getByRole('textbox'), 'ben@example.com')
    await user.click(erase)
    await waitFor(() => expect(server.sent('DELETE')?.path).toBe('/users/u1'))
    await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull())
  })

  it('cannot disable or erase themselves, nor change their own role', async () => {
    server.answers['GET /users/u-me'] = everybody[1]
    show('admin', '/users?user=u-me')
    const drawer = await screen.findByRole('dialog', { name: 'Dana Hoff' })
    expect(within(drawer).getByRole<HTMLSelectElement>('combobox', { name: 'Role' }).disabled).toBe(true)
    expect(within(drawer).queryByRole('button', { name: 'Disable' })).toBeNull()
    expect(within(drawer).queryByRole('button', { name: 'Erase' })).toBeNull()
  })

  it('are only looked at by an auditor', async () => {
    show('auditor')
    const drawer = await open()
    expect(screen.queryByRole('button', { name: 'Invite somebody' })).toBeNull()
    expect(within(drawer).queryByRole('button', { name: 'Save changes' })).toBeNull()
    expect(within(drawer).getByRole<HTMLInputElement>('textbox', { name: 'Name' }).disabled).toBe(true)
  })

  it('are invited, with the link in sight where no mail goes out', async () => {
    server.answers['POST /invitations'] = { id: 'i', email: 'nia@example.com', name: 'Nia', role: 'dispatcher', expires_at: '2026-12-01T00:00:00Z', link: 'https://s.example/invite#token=x' }
    show()
    await user.click(await screen.findByRole('button', { name: 'Invite somebody' }))
    expect(document.activeElement).toBe(screen.getByLabelText('Name'))
    await user.type(screen.getByLabelText('Name'), 'Nia')
    await user.type(screen.getByLabelText('E-mail'), 'nia@example.com')
    await user.click(await screen.findByRole('checkbox', { name: 'Mitte' }))
    await user.click(screen.getByRole('button', { name: 'Invite' }))
    expect(await screen.findByText('https://s.example/invite#token=x')).toBeTruthy()
    expect(server.sent('POST')?.body).toEqual({ email: 'nia@example.com', name: 'Nia', role: 'dispatcher', territories: ['t1'] })
  })

  it('keep the keyboard within an open dialog, and give it back', async () => {
    show()
    const opener = await screen.findByRole('button', { name: 'Invite somebody' })
    await user.click(opener)
    const dialog = screen.getByRole('dialog', { name: 'Invite somebody' })
    for (let i = 0; i < 30; i += 1) {
      await user.tab()
      expect(dialog.contains(document.activeElement)).toBe(true)
    }
    await user.keyboard('{Escape}')
    expect(document.activeElement).toBe(opener)
  })

  it('say when they cannot be loaded', async () => {
    server.answers['GET /users'] = problem(503, 'unavailable')
    show()
    expect((await screen.findByRole('alert')).textContent).toContain('could not be loaded')
  })
})
