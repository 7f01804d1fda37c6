// @vitest-environment jsdom
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { QueryClient, QueryClientProvider } from '@tanstack/react-query'
import { cleanup, render, screen, waitFor, within } from '@testing-library/react'
import userEvent from '@testing-library/user-event'
import { createMemoryRouter, RouterProvider } from 'react-router'
import type { Customer } from '../../api/customers'
import { paths } from '../../paths'
import { signedInAs, type TestRole } from '../../test/people'
import { page, problem, serve } from '../../test/server'
import { CustomerPage } from './CustomerPage'
import { CustomersPage } from './CustomersPage'
import { NewCustomerPage } from './NewCustomerPage'
import { clicked, pinned, type PlaceDraft } from './placeDraft'

// The map needs a graphics card; what it hands to the page is what is tested here.
vi.mock('./CustomerMap', () => ({
  CustomerMap: ({ draft, onDraft }: { draft: PlaceDraft | null; onDraft: (draft: PlaceDraft) => void }) => (
    <div data-testid="map">
      {draft && <button type="button" onClick={() => onDraft(pinned(draft, { lat: 52.6, lon: 13.5 }))}>drag the pin</button>}
      {draft && <button type="button" onClick={() => onDraft(clicked(draft, [13.1, 52.1]))}>click the map</button>}
    </div>
  ),
}))

const BAKERY: Customer = {
  id: 'c1', version: 4, name: 'Bäckerei Müller', ref: 'C-7', class: 'A', status: 'active', territory_id: 't1', preferred_agents: ['ana'], forbidden_agents: [], skills: [], tags: ['vip'], notes: '',
  places: [{ id: 'p1', label: '', is_primary: true, address: 'Hauptstraße 1', point: { lat: 52.5, lon: 13.4 }, located_by: 'geocoded', location_quality: 0.8, fence: { radius_m: 100, dwell_s: 300 }, access_notes: '' }],
  contacts: [], created_at: '2026-01-01T00:00:00Z', updated_at: '2026-01-01T00:00:00Z',
}
const user = userEvent.setup()
let server: ReturnType<typeof serve>

function show(path: string, role: TestRole = 'admin') {
  signedInAs(role)
  const client = new QueryClient({ defaultOptions: { queries: { retry: false } } })
  const router = createMemoryRouter([
    { path: paths.customers, element: <CustomersPage /> }, { path: paths.newCustomer, element: <NewCustomerPage /> }, { path: paths.customer, element: <CustomerPage /> },
  ], { initialEntries: [path] })
  render(
    <QueryClientProvider client={client}>
      <RouterProvider router={router} />
    </QueryClientProvider>,
  )
}

beforeEach(() => {
  vi.stubGlobal('matchMedia', () => ({ matches: true, addEventListener() {}, removeEventListener() {} }))
  server = serve({
    'GET /customers': page([BAKERY]), 'GET /customers/c1': BAKERY, 'GET /customers/c1/contacts': page([]), 'GET /customer-classes': page([{ code: 'A', name: 'Key accounts', version: 1, interval_days: 7, visit_duration_s: 1_800 }]),
    'GET /skills': page([{ code: 'cold', name: 'Cold chain' }]), 'GET /territories': page([{ id: 't1', name: 'Mitte', colour: '#000000' }]), 'GET /agents': page([{ id: 'ana', name: 'Ana Lima' }]), 'GET /visits': page([]),
  })
})
afterEach(() => {
  cleanup()
  vi.unstubAllGlobals()
})

describe('the address', () => {
  beforeEach(() => { server.answers['GET /geocode'] = { source: 'map', items: [{ name: 'Hauptstraße 1, Berlin', kind: 'address', score: 0.9, point: { lat: 52.5, lon: 13.4 } }] } })

  it('is looked for while it is typed, and puts the pin', async () => {
    server.answers['POST /customers'] = { ...BAKERY, id: 'c1' }
    show('/customers/new')
    await user.type(await screen.findByLabelText(/^Name/), 'Café')
    await user.type(screen.getByRole('combobox', { name: 'Address' }), 'haupt 1')
    await screen.findByRole('option', { name: /Hauptstraße 1, Berlin/ })
    await user.keyboard('{Escape}')
    expect(screen.queryByRole('option', { name: /Hauptstraße 1/ })).toBeNull()
    await user.type(screen.getByRole('combobox', { name: 'Address' }), ' {Backspace}')
    await screen.findByRole('option', { name: /Hauptstraße 1, Berlin/ })
    expect(server.sent('GET', '/geocode')!.path).toBe('/geocode?q=haupt+1&limit=6')
    await user.keyboard('{Enter}')
    await screen.findByText('Found by its address, 90 % sure')
    await user.click(screen.getByRole('button', { name: 'drag the pin' }))
    await screen.findByText('Pin set by hand')
    await user.click(screen.getByRole('button', { name: 'Create customer' }))
    await waitFor(() => expect(server.sent('POST', '/customers')!.body).toMatchObject({ places: [{ address: 'haupt 1', point: { lat: 52.6, lon: 13.5 }, located_by: 'pinned' }] }))
  })

  it('says when nobody can be asked', async () => {
    server.answers['GET /geocode'] = problem(503, 'geocoder_busy', { message: 'too many questions are waiting' })
    show('/customers/new')
    await user.type(await screen.findByRole('combobox', { name: 'Address' }), 'haupt 1')
    await screen.findByText('too many questions are waiting')
  })
})

describe('the list', () => {
  it('is narrowed by words, territory, class and status', async () => {
    show('/customers')
    await screen.findByRole('link', { name: 'Bäckerei Müller' })
    await user.selectOptions(screen.getByRole('combobox', { name: 'Class' }), 'Key accounts')
    await user.selectOptions(screen.getByRole('combobox', { name: 'Status' }), 'On hold')
    await user.type(screen.getByRole('searchbox'), 'bäck')
    await waitFor(() => expect(server.asked.at(-1)!.path).toMatch(/q=b%C3%A4ck&class=A&status=on_hold&limit=100$/))
  })

  it('says so when nobody fits, and shows all again', async () => {
    server.answers['GET /customers?class=A'] = page([])
    show('/customers?class=A')
    await screen.findByText('No customer fits')
    await user.click(screen.getByRole('button', { name: 'Show all' }))
    await screen.findByRole('link', { name: 'Bäckerei Müller' })
  })

  it('says when it cannot be loaded', async () => {
    server.answers['GET /customers'] = problem(503, 'unavailable')
    show('/customers')
    expect((await screen.findByRole('alert')).textContent).toContain('could not be loaded')
  })
})

describe('a new customer', () => {
  it('is made with a place on the map, under an id that makes sending it twice harmless', async () => {
    server.answers['POST /customers'] = ({ body }: { body: unknown }) => ({ ...BAKERY, ...(body as object), id: 'c1' })
    show('/customers/new')
    await user.click(screen.getByRole('button', { name: 'Create customer' }))
    expect(screen.getAllByRole('alert').map(({ textContent }) => textContent)).toEqual(['Give it a name of 1 to 120 characters.', 'Give an address, or put the pin on the map.'])
    expect(document.activeElement, 'the first that is wrong').toBe(screen.getByLabelText('Name'))
    await user.type(screen.getByLabelText('Name'), 'Kiosk')
    await user.selectOptions(await screen.findByRole('combobox', { name: 'Class' }), 'A')
    await user.click(screen.getByRole('button', { name: 'click the map' }))
    await user.click(screen.getByRole('button', { name: 'Create customer' }))
    await screen.findByRole('heading', { level: 1, name: 'Bäckerei Müller' })
    expect(server.sent('POST')?.body).toMatchObject({
      id: expect.stringMatching(/^[0-9a-f-]{36}$/), name: 'Kiosk', class: 'A', places: [{ is_primary: true, point: { lat: 52.1, lon: 13.1 }, located_by: 'pinned', fence: { radius_m: 100, dwell_s: 300 } }],
    })
  })

  it('is not left behind without a question once something was typed', async () => {
    show('/customers/new')
    await user.type(screen.getByLabelText('Name'), 'Kiosk')
    await user.click(screen.getByRole('link', { name: 'Customers' }))
    const question = await screen.findByRole('dialog', { name: 'Leave without saving?' })
    await user.click(within(question).getByRole('button', { name: 'Stay' }))
    expect((screen.getByLabelText('Name') as HTMLInputElement).value).toBe('Kiosk')
    await user.click(screen.getByRole('link', { name: 'Customers' }))
    await user.click(within(await screen.findByRole('dialog')).getByRole('button', { name: 'Leave' }))
    await screen.findByRole('link', { name: 'Bäckerei Müller' })
  })

  it('asks nothing of whoever typed nothing', async () => {
    show('/customers/new')
    await user.click(screen.getByRole('link', { name: 'Customers' }))
    await screen.findByRole('link', { name: 'Bäckerei Müller' })
  })

  it('says beside the field what the server refused', async () => {
    server.answers['POST /customers'] = problem(400, 'invalid_field', { fields: [{ field: 'places[0].fence.radius_m', message: 'must be 10..5000' }] })
    show('/customers/new')
    await user.type(screen.getByLabelText('Name'), 'Kiosk')
    await user.click(screen.getByRole('button', { name: 'click the map' }))
    await user.click(screen.getByRole('button', { name: 'Create customer' }))
    await waitFor(() => expect(screen.getByLabelText('Radius (metres)').getAttribute('aria-invalid')).toBe('true'))
  })
})

describe('a customer', () => {
  it('is corrected by dragging the pin, on the version that was seen', async () => {
    server.answers['PATCH /customers/c1/places/p1'] = { ...BAKERY, version: 5 }
    show('/customers/c1')
    await user.click(await screen.findByRole('button', { name: /^Change Hauptstraße 1/ }))
    await user.click(screen.getByRole('button', { name: 'drag the pin' }))
    await user.click(screen.getByRole('button', { name: 'Save place' }))
    await waitFor(() => expect(server.sent('PATCH')?.body).toEqual({ point: { lat: 52.6, lon: 13.5 }, located_by: 'pinned' }))
    expect(server.sent('PATCH')?.path).toBe('/customers/c1/places/p1?version=4')
  })

  it('has the focus on the form while a place is changed, and back where it was opened', async () => {
    show('/customers/c1')
    await user.click(await screen.findByRole('button', { name: /^Change Hauptstraße 1/ }))
    expect(document.activeElement?.textContent).toBe('Change the place')
    await user.click(screen.getByRole('button', { name: 'Cancel' }))
    expect(document.activeElement).toBe(screen.getByRole('button', { name: /^Change Hauptstraße 1/ }))
    await user.click(screen.getByRole('button', { name: 'Add a place' }))
    await user.click(screen.getByRole('button', { name: 'Cancel' }))
    expect(document.activeElement).toBe(screen.getByRole('button', { name: 'Add a place' }))
  })

  it('says when somebody else was first', async () => {
    server.answers['PATCH /customers/c1'] = problem(409, 'version_conflict', { message: 'the customer has been changed meanwhile: version 5 is in force' })
    show('/customers/c1')
    await user.click(await screen.findByRole('button', { name: 'Edit' }))
    const drawer = screen.getByRole('dialog')
    await user.selectOptions(within(drawer).getByRole('combobox', { name: 'Status' }), 'Closed')
    await user.click(within(drawer).getByRole('button', { name: 'Save changes' }))
    expect((await within(drawer).findByRole('alert')).textContent).toContain('changed meanwhile')
    expect(server.sent('PATCH')?.body).toEqual({ status: 'closed', version: 4 })
  })

  it('has contacts, masked for whoever may not see them', async () => {
    server.answers['GET /customers/c1/contacts'] = page([{ id: 'k', role: 'buyer', name: 'H• K•', phone: '+49•••12', masked: true, updated_at: '' }])
    server.answers['PUT /customers/c1/contacts'] = { ...BAKERY, version: 5 }
    show('/customers/c1')
    expect((await screen.findAllByText(/masked: your role/)).length).toBe(2)
    expect(screen.queryByRole('button', { name: /^Change H•/ })).toBeNull()
    await user.click(screen.getByRole('button', { name: 'Add' }))
    await user.type(screen.getByLabelText('Name'), 'Helga Keller')
    await user.click(screen.getByRole('button', { name: 'Save' }))
    await waitFor(() => expect(server.sent('PUT')?.body).toEqual({ name: 'Helga Keller', role: '', phone: null, email: null, version: 4 }))
  })

  it('is only looked at by an auditor', async () => {
    show('/customers/c1', 'auditor')
    await screen.findByRole('heading', { level: 1 })
    expect(screen.queryByRole('button', { name: 'Edit' })).toBeNull()
    expect(screen.queryByRole('button', { name: /^Change/ })).toBeNull()
  })

  it('that is not there says so', async () => {
    server.answers['GET /customers/nobody'] = problem(404, 'not_found')
    show('/customers/nobody')
    await screen.findByText('There is nothing at this address')
  })
})
