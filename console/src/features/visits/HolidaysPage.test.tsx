// @vitest-environment jsdom
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { QueryClient, QueryClientProvider } from '@tanstack/react-query'
import { cleanup, render, screen, waitFor } from '@testing-library/react'
import userEvent from '@testing-library/user-event'
import { MemoryRouter } from 'react-router'
import { signedInAs, type TestRole } from '../../test/people'
import { page, problem, serve } from '../../test/server'
import { HolidaysPage } from './HolidaysPage'

vi.mock('../../api/useTrackRules', () => ({ useTrackRules: () => ({ zone: 'Europe/Berlin' }) }))
vi.mock('../../live/live', () => ({ serverNow: () => Date.parse('2026-11-26T10:00:00Z') }))

const user = userEvent.setup()
let server: ReturnType<typeof serve>

function show(role: TestRole = 'admin') {
  signedInAs(role)
  render(<QueryClientProvider client={new QueryClient({ defaultOptions: { queries: { retry: false } } })}><MemoryRouter initialEntries={['/visits/holidays']}><HolidaysPage /></MemoryRouter></QueryClientProvider>)
}

beforeEach(() => {
  server = serve({ 'GET /holidays': page([{ date: '2026-12-25', name: 'Christmas' }]), 'GET /holidays?from=2027': page([]), 'PUT /holidays': null })
})
afterEach(() => {
  cleanup()
  vi.unstubAllGlobals()
})

it('shows the holidays of a year, and of the next', async () => {
  show()
  await screen.findByText('Christmas')
  expect(server.asked.at(-1)!.path).toBe('/holidays?from=2026-01-01&to=2026-12-31')
  await user.click(screen.getByRole('button', { name: 'The year after' }))
  await screen.findByText('Beats make their visits on every day they name.')
  expect(server.asked.at(-1)!.path).toBe('/holidays?from=2027-01-01&to=2027-12-31')
})

it('adds one, and never two on a day', async () => {
  show()
  await screen.findByText('Christmas')
  await user.click(screen.getByRole('button', { name: 'Add' }))
  await screen.findByText('Which day?')
  await user.type(screen.getByLabelText('Date'), '2026-12-25')
  await screen.findByText('Christmas is on that day.')
  await user.clear(screen.getByLabelText('Date'))
  await user.type(screen.getByLabelText('Date'), '2026-12-26')
  await user.type(screen.getByLabelText('Called'), ' Boxing Day ')
  await user.click(screen.getByRole('button', { name: 'Add' }))
  await waitFor(() => expect(server.sent('PUT')!.body).toEqual({ put: [{ date: '2026-12-26', name: 'Boxing Day' }], remove: [] }))
})

it('renames one and takes one out', async () => {
  show()
  await user.click(await screen.findByRole('button', { name: 'Rename Christmas' }))
  await user.clear(screen.getByRole('textbox', { name: 'New name of Christmas' }))
  await user.type(screen.getByRole('textbox', { name: 'New name of Christmas' }), 'Christmas Day{Enter}')
  await waitFor(() => expect(server.sent('PUT')!.body).toEqual({ put: [{ date: '2026-12-25', name: 'Christmas Day' }], remove: [] }))
  server.answers['PUT /holidays'] = problem(503, 'unavailable', { message: 'The server is busy.' })
  await user.click(await screen.findByRole('button', { name: 'Take out Christmas' }))
  expect((await screen.findByRole('alert')).textContent).toContain('The server is busy.')
  expect(server.asked.filter(({ method }) => method === 'PUT').at(-1)!.body).toEqual({ put: [], remove: ['2026-12-25'] })
})

it('is only to look at for whoever may not change settings', async () => {
  show('dispatcher')
  await screen.findByText('Christmas')
  expect(screen.queryByRole('button', { name: 'Add' })).toBeNull()
})
