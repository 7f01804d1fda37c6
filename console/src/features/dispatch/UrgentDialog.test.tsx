// @vitest-environment jsdom
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { QueryClient, QueryClientProvider } from '@tanstack/react-query'
import { cleanup, render, screen, waitFor } from '@testing-library/react'
import userEvent from '@testing-library/user-event'
import { signedInAs, type TestRole } from '../../test/people'
import { page, problem, serve } from '../../test/server'
import { UrgentDialog } from './UrgentDialog'

// The map needs a graphics card; what it hands over is what is tested here.
vi.mock('../../map/PointMap', () => ({ PointMap: ({ onPut }: { onPut: (point: { lat: number; lon: number }) => void }) => <button type="button" onClick={() => onPut({ lat: 52.6, lon: 13.5 })}>drag the pin</button> }))

const user = userEvent.setup()
let server: ReturnType<typeof serve>
const onOpened = vi.fn()

function show(role: TestRole = 'dispatcher') {
  signedInAs(role)
  render(<QueryClientProvider client={new QueryClient()}><UrgentDialog territory="t1" date="2026-11-26" zone="Europe/Berlin" onOpened={onOpened} onClose={() => {}} /></QueryClientProvider>)
}
const bodies = (path: string) => server.asked.filter((asked) => asked.method === 'POST' && asked.path === path).map(({ body }) => body as Record<string, unknown>)

beforeEach(() => {
  onOpened.mockClear()
  server = serve({
    'GET /skills': page([]), 'GET /customers': page([]), 'POST /customers': { id: 'c9' }, 'POST /dispatch/jobs': { id: 'j9' },
    'GET /geocode': { source: 'server', items: [{ name: 'Hauptstraße 1, Berlin', kind: 'building', score: 0.4, point: { lat: 52.5, lon: 13.4 } }] },
  })
})
afterEach(() => {
  cleanup()
  vi.unstubAllGlobals()
})

it('sends somebody to an address that is no customer’s, found by words and corrected by the pin', async () => {
  show()
  await user.click(await screen.findByRole('button', { name: 'Somewhere else…' }))
  await user.click(screen.getByRole('button', { name: 'Offer it to the best' }))
  await screen.findByText('Say who or what is there.')
  await user.type(screen.getByRole('textbox', { name: 'Who or what is there' }), 'Building site')
  await screen.findByText('Find the address, or put the pin on the map.')
  await user.type(screen.getByRole('combobox', { name: 'Address' }), 'haupt 1')
  await user.click(await screen.findByRole('option', { name: /Hauptstraße 1, Berlin/ }))
  await user.click(screen.getByRole('button', { name: 'drag the pin' }))
  await user.type(screen.getByRole('spinbutton', { name: 'Needs' }), '12')
  server.answers['POST /dispatch/jobs'] = problem(503, 'unavailable', { message: 'The server is busy.' })
  await user.click(screen.getByRole('button', { name: 'Offer it to the best' }))
  await screen.findByText('The server is busy.')
  server.answers['POST /dispatch/jobs'] = { id: 'j9' }
  await user.click(screen.getByRole('button', { name: 'Offer it to the best' }))
  await waitFor(() => expect(onOpened).toHaveBeenCalledOnce())
  const [first, second] = bodies('/customers')
  expect(first).toMatchObject({ name: 'Building site', territory_id: 't1', places: [{ address: 'haupt 1', point: { lat: 52.6, lon: 13.5 }, located_by: 'pinned' }] })
  expect(second!.id, 'sent twice, it is one customer').toBe(first!.id)
  const [asked, again] = bodies('/dispatch/jobs')
  expect(asked!.visit, 'the visit is made with the job').toMatchObject({ customer_id: first!.id, kind: 'urgent', demand: 12 })
  expect(again, 'sent twice, it is one visit and one job').toEqual(asked)
})

it('says that there is no geocoder, and takes the pin alone', async () => {
  server.answers['GET /geocode'] = { source: 'nobody', items: [] }
  show()
  await user.click(await screen.findByRole('button', { name: 'Somewhere else…' }))
  await user.type(screen.getByRole('combobox', { name: 'Address' }), 'nowhere')
  await screen.findByText('There is no geocoder here: put the pin on the map.')
  await user.type(screen.getByRole('textbox', { name: 'Who or what is there' }), 'Site')
  await user.click(screen.getByRole('button', { name: 'drag the pin' }))
  await user.click(screen.getByRole('button', { name: 'Offer it to the best' }))
  await waitFor(() => expect(onOpened).toHaveBeenCalledOnce())
})

it('goes nowhere else for whoever may not make customers', async () => {
  show('auditor')
  await screen.findByRole('combobox', { name: 'Customer' })
  expect(screen.queryByRole('button', { name: 'Somewhere else…' })).toBeNull()
})
