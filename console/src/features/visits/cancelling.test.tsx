// @vitest-environment jsdom
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { QueryClient, QueryClientProvider } from '@tanstack/react-query'
import { cleanup, render, screen, waitFor, within } from '@testing-library/react'
import userEvent from '@testing-library/user-event'
import { MemoryRouter } from 'react-router'
import { signedInAs, type TestRole } from '../../test/people'
import { page, problem, serve } from '../../test/server'
import { VisitsPage } from './VisitsPage'

const visit = (id: string, customer_name: string, status: string) => ({ id, customer_id: `c-${id}`, customer_name, status, date: '2026-11-26', day: '2026-11-26', windows: [], address: '', kind: 'routine', flags: [], lacking: [], skills: [], agent_id: null, checked_in_at: null, verification: 'no_data' })
let server: ReturnType<typeof serve>
beforeEach(() => {
  vi.stubGlobal('matchMedia', () => ({ matches: true, addEventListener() {}, removeEventListener() {} }))
  server = serve({
    'GET /visits?': page([visit('v1', 'Bakery', 'planned'), visit('v2', 'Kiosk', 'completed'), visit('v3', 'Pharmacy', 'en_route')]), 'GET /settings/tracks': { time_zone: 'UTC', current: { gap_after_s: 600, settings: { gap_after_s: 600 }, rules: { gap_after_s: 600 } } }, 'GET /settings/visits': { current: { cancel_reasons: [] } },
    'GET /agents': page([]), 'GET /territories': page([]),
  })
})
afterEach(cleanup)

const user = userEvent.setup()
function show(role: TestRole = 'dispatcher') {
  signedInAs(role)
  render(<QueryClientProvider client={new QueryClient({ defaultOptions: { queries: { retry: false } } })}><MemoryRouter initialEntries={['/visits']}><VisitsPage /></MemoryRouter></QueryClientProvider>)
}
const ask = async () => {
  await user.click(await screen.findByRole('checkbox', { name: 'Choose all that can be cancelled' }))
  await user.click(within(screen.getByRole('toolbar', { name: 'Chosen visits' })).getByRole('button', { name: 'Cancel…' }))
  return within(screen.getByRole('dialog', { name: 'Cancel 2 visits?' }))
}

describe('visits chosen in the list', () => {
  it('are cancelled in one request, those that can be', async () => {
    server.answers['POST /visits/cancel'] = page([])
    show()
    const dialog = await ask()
    expect(dialog.queryByText('Kiosk')).toBeNull()
    await user.click(dialog.getByRole('button', { name: 'Cancel the visits' }))
    expect(server.sent('POST')).toBeUndefined()
    await user.type(dialog.getByLabelText('Why'), 'closed')
    await user.click(dialog.getByRole('button', { name: 'Cancel the visits' }))
    await waitFor(() => expect(server.asked.filter(({ method }) => method === 'POST').map(({ path, body }) => [path, body])).toEqual([['/visits/cancel', { id: expect.any(String), visits: ['v1', 'v3'], reason: 'closed' }]]))
    await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull())
    expect(screen.queryByRole('toolbar')).toBeNull()
  })

  it('stay when one of them cannot be, which is named', async () => {
    server.answers['POST /visits/cancel'] = problem(409, 'illegal_transition', { message: 'visits[1]: it is completed', fields: [{ field: 'visits[1].status', message: 'it is completed' }] })
    server.answers['GET /settings/visits'] = { current: { cancel_reasons: ['customer_closed'] } }
    show()
    const dialog = await ask()
    await user.selectOptions(await dialog.findByRole('combobox', { name: 'Why' }), 'Customer closed')
    await user.click(dialog.getByRole('button', { name: 'Cancel the visits' }))
    expect((await dialog.findByRole('alert')).textContent).toContain('Pharmacy: it is completed')
    expect(server.sent('POST')?.body).toMatchObject({ reason: 'customer_closed' })
  })

  it('cannot be chosen by whoever may not cancel them', async () => {
    show('auditor')
    await screen.findByText('Bakery')
    expect(screen.queryByRole('checkbox')).toBeNull()
  })
})
