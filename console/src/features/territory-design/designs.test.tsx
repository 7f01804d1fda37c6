// @vitest-environment jsdom
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { QueryClient, QueryClientProvider } from '@tanstack/react-query'
import { cleanup, render, screen, waitFor, within } from '@testing-library/react'
import userEvent from '@testing-library/user-event'
import { latLngToCell } from 'h3-js'
import { MemoryRouter, Route, Routes } from 'react-router'
import { paths } from '../../paths'
import { signedInAs, type TestRole } from '../../test/people'
import { page, problem, serve } from '../../test/server'
import { DesignPage } from './DesignPage'
import { DesignsPage } from './DesignsPage'
import { NewDesignPage } from './NewDesignPage'

// The map needs a graphics card; what it hands to the page is what is tested here.
vi.mock('./DesignMap', () => ({
  DesignMap: ({ ground, picking }: { ground: { cell: string; territory: string }[]; picking: { onCell: (cell: string) => void } | null }) => (
    <div>{picking && ground.map(({ cell, territory }) => <button key={cell} onClick={() => picking.onCell(cell)}>cell of {territory}</button>)}</div>
  ),
}))
vi.mock('./ChooseMap', () => ({ ChooseMap: ({ onToggle }: { onToggle: (id: string) => void }) => <button onClick={() => onToggle('t2')}>click on East</button> }))

const area = { type: 'Polygon', coordinates: [[[13, 52], [14, 52], [14, 53], [13, 52]]] }
const territories = [{ id: 't1', name: 'West', colour: '#2563eb', area, created_at: '' }, { id: 't2', name: 'East', colour: '#d97706', area, created_at: '' }, { id: 't3', name: 'Quarter', colour: '#059669', area, created_at: '', parent_id: 't1' }]
const measure = (accounts: number, load: number, newcomers = 0) => ({ accounts, visits: accounts, service_s: accounts * 36_000, travel_s: 0, load, roundness: 0.5, area_km2: 10, newcomers })
const cells = [latLngToCell(52.2, 13.8, 7), latLngToCell(52.4, 13.9, 7)]
const request = { name: 'Even', territories: [{ territory_id: 't1', share: 1 }, { territory_id: 't2', share: 0.5 }], days: 10, locked: ['c9'] }
const head = { id: 'd1', name: 'Even', state: 'ready', version: 2, territory_ids: ['t1', 't2'], created_at: new Date().toISOString(), updated_at: '', made_by: 'u-me', before: { spread: 0.9, deviation: 0, roundness: 0.5, moved: 0, travel_s: 36_000 }, after: { spread: 0.1, deviation: 0, roundness: 0.6, moved: 2, travel_s: 18_000 } }
const ready = {
  ...head, request, proposal: {
    links: [], moved: 2, moved_from_preferred: 1, resolution: 7, unplaced: 3,
    territories: [{ territory_id: 't1', name: 'West', colour: '#2563eb', area, area_today: area, cells: [cells[0]], before: measure(8, 1.5), after: measure(6, 1) }, { territory_id: 't2', name: 'East', colour: '#d97706', area, area_today: area, cells: [cells[1]], before: measure(2, 0.6), after: measure(4, 1, 2) }],
  },
}
const moves = [['c1', 'Bakery'], ['c2', 'Kiosk']].map(([customer_id, name]) => ({ customer_id, name, lat: 52, lon: 13, from: 't1', to: 't2', visits: 2 }))

let server: ReturnType<typeof serve>
beforeEach(() => {
  vi.stubGlobal('matchMedia', () => ({ matches: true, addEventListener() {}, removeEventListener() {} }))
  server = serve({ 'GET /territories': page(territories), 'GET /agents': page([]), 'GET /territory-designs?': page([head]), 'GET /territory-designs/d1': ready, 'GET /territory-designs/d1/moves': page(moves) })
})
afterEach(cleanup)

const user = userEvent.setup()
function show(address: string, role: TestRole = 'admin') {
  signedInAs(role)
  render(
    <QueryClientProvider client={new QueryClient({ defaultOptions: { queries: { retry: false } } })}>
      <MemoryRouter initialEntries={[address]}>
        <Routes><Route path={paths.designs} element={<DesignsPage />} /><Route path={paths.newDesign} element={<NewDesignPage />} /><Route path={paths.design} element={<DesignPage />} /></Routes>
      </MemoryRouter>
    </QueryClientProvider>,
  )
}

describe('the list of designs', () => {
  it('holds each against today', async () => {
    show('/territories/designs')
    const row = within(await screen.findByRole('row', { name: /Even/ }))
    expect(row.getByText('Proposed')).toBeTruthy()
    expect(await row.findByText('West, East')).toBeTruthy()
    expect(row.getByRole('cell', { name: /90 %\s+becomes\s+10 %/ })).toBeTruthy()
  })

  it('says what a design is where there is none, and who may make one', async () => {
    server.answers['GET /territory-designs?'] = page([])
    show('/territories/designs', 'dispatcher')
    expect(await screen.findByRole('heading', { name: 'No designs yet' })).toBeTruthy()
    expect(screen.getByText(/not make or apply them/)).toBeTruthy()
    expect(screen.queryByRole('button', { name: 'New design' })).toBeNull()
  })

  it('says when it cannot be loaded', async () => {
    server.answers['GET /territory-designs?'] = problem(503, 'unavailable', { message: 'the database is away' })
    show('/territories/designs')
    expect((await screen.findByRole('alert')).textContent).toContain('the database is away')
    expect(screen.getByRole('button', { name: 'Try again' })).toBeTruthy()
  })
})

describe('a new design', () => {
  it('is asked for with territories, shares and aims', async () => {
    server.answers['POST /territory-designs'] = { ...head, id: 'd1', state: 'computing', version: 1, request, proposal: null }
    show('/territories/designs/new')
    await user.click(await screen.findByRole('button', { name: 'Propose' }))
    expect(screen.getByText(/Choose at least two/)).toBeTruthy()
    await user.click(screen.getByRole('checkbox', { name: /West/ }))
    await user.click(screen.getByRole('button', { name: 'click on East' }))
    await user.click(screen.getByText('Shares of the work'))
    const share = screen.getByRole('spinbutton', { name: 'Share of East' })
    await user.clear(share)
    await user.type(share, '0.5')
    await user.click(within(screen.getByRole('group', { name: 'Few moves' })).getByRole('radio', { name: 'Most' }))
    await user.click(screen.getByRole('button', { name: 'Propose' }))
    await waitFor(() => expect(server.sent('POST')?.body).toMatchObject({
      territories: [{ territory_id: 't1', share: 1 }, { territory_id: 't2', share: 0.5 }], weights: { balance: 10, compactness: 2, stability: 10, travel: 1 }, days: 20, include_unassigned: false, locked: [],
    }))
    expect(await screen.findByRole('progressbar')).toBeTruthy()
  })

  it('warns of territories that lie within one another', async () => {
    show('/territories/designs/new')
    await user.click(await screen.findByRole('checkbox', { name: /West/ }))
    await user.click(screen.getByRole('checkbox', { name: /Quarter/ }))
    expect(screen.getByText('Quarter lies within another one you chose')).toBeTruthy()
  })

  it('is not for whoever may not change territories', async () => {
    show('/territories/designs/new', 'dispatcher')
    expect(await screen.findByRole('heading', { name: 'This page is not part of your role' })).toBeTruthy()
  })

  it('says what the server refused', async () => {
    server.answers['POST /territory-designs'] = problem(503, 'unavailable', { message: 'too many designs are being made' })
    show('/territories/designs/new?from=d1')
    await user.click(await screen.findByRole('button', { name: 'Propose' }))
    expect((await screen.findByRole('alert')).textContent).toContain('too many designs')
  })
})

describe('a design', () => {
  it('shows what each territory comes to, and who moves', async () => {
    show('/territories/designs/d1')
    expect(await screen.findByText('20 % of 10; 1 leave an agent of their choice')).toBeTruthy()
    const east = within(screen.getByRole('row', { name: /East/ }))
    // 4 customers of 10 hours each in two weeks.
    expect(east.getByText('20.0 h')).toBeTruthy()
    expect(east.getByText('was 10.0 h')).toBeTruthy()
    expect(east.getByText('+2 come')).toBeTruthy()
    expect(screen.getByText('3 customers have no place on the map')).toBeTruthy()
    const list = await screen.findByRole('list', { name: 'Moved customers' })
    expect(within(list).getAllByRole('listitem').length).toBe(2)
    await user.type(screen.getByLabelText('Search moved customers'), 'kio')
    expect(within(list).getAllByRole('listitem').map((item) => within(item).getByRole('link').textContent)).toEqual(['Kiosk'])
  })

  it('is applied after a question that says what will change', async () => {
    server.answers['POST /territory-designs/d1/apply'] = { ...ready, state: 'applied', version: 3 }
    show('/territories/designs/d1')
    await user.click(await screen.findByRole('button', { name: 'Apply…' }))
    const dialog = within(screen.getByRole('dialog', { name: 'Apply this design?' }))
    expect(dialog.getByText('2 customers change their territory')).toBeTruthy()
    expect(server.sent('POST')).toBeUndefined()
    await user.click(dialog.getByRole('button', { name: 'Apply' }))
    await waitFor(() => expect(server.sent('POST')?.body).toEqual({ version: 2 }))
    expect(await screen.findByText('This design is in force')).toBeTruthy()
    expect(screen.getByRole('button', { name: 'Take it back…' })).toBeTruthy()
    expect(screen.queryByRole('button', { name: 'Apply…' })).toBeNull()
  })

  it('that somebody else has changed is not applied, and is loaded anew', async () => {
    server.answers['POST /territory-designs/d1/apply'] = problem(409, 'version_conflict', { message: 'the design is ready at version 3' })
    show('/territories/designs/d1')
    await user.click(await screen.findByRole('button', { name: 'Apply…' }))
    await user.click(screen.getByRole('button', { name: 'Apply' }))
    const dialog = within(await screen.findByRole('dialog', { name: 'The design has changed meanwhile' }))
    expect(dialog.getByText(/ready at version 3/)).toBeTruthy()
    server.answers['GET /territory-designs/d1'] = { ...ready, version: 3, name: 'Evener' }
    await user.click(dialog.getByRole('button', { name: 'Load it anew' }))
    expect(await screen.findByRole('heading', { name: 'Evener' })).toBeTruthy()
    expect(screen.queryByRole('dialog')).toBeNull()
  })

  it('that is out of date is proposed again, with whoever is to stay', async () => {
    server.answers['POST /territory-designs/d1/apply'] = problem(409, 'design_outdated')
    server.answers['POST /territory-designs'] = { ...head, id: 'd2', state: 'computing', request, proposal: null }
    show('/territories/designs/d1')
    await user.click(await screen.findByRole('checkbox', { name: 'Keep Kiosk where they are' }))
    expect(screen.getByRole('button', { name: 'Propose again, keeping 1' })).toBeTruthy()
    await user.click(screen.getByRole('button', { name: 'Apply…' }))
    await user.click(screen.getByRole('button', { name: 'Apply' }))
    await user.click(within(await screen.findByRole('dialog', { name: 'The design is out of date' })).getByRole('button', { name: 'Propose again' }))
    expect(await screen.findByText('2 customers stay where they are')).toBeTruthy()
    await user.click(screen.getByRole('button', { name: 'Propose' }))
    await waitFor(() => expect(server.asked.find(({ method, path }) => method === 'POST' && path === '/territory-designs')?.body).toMatchObject({
      name: 'Even (again)', locked: ['c9', 'c2'], days: 10, territories: [{ territory_id: 't1', share: 1 }, { territory_id: 't2', share: 0.5 }],
    }))
  })

  it('is changed by hand, and says what may not be', async () => {
    server.answers['POST /territory-designs/d1/edits'] = problem(400, 'invalid_field', { fields: [{ field: 'cells', message: 'it would tear West into 2 parts' }] })
    show('/territories/designs/d1')
    await user.click(await screen.findByRole('button', { name: 'Change by hand' }))
    await user.selectOptions(screen.getByLabelText('Give cells to'), 'West')
    await user.click(screen.getByRole('button', { name: 'cell of t1' }))
    expect(screen.getByRole('status').textContent).toBe('No cell is picked.')
    await user.click(screen.getByRole('button', { name: 'cell of t2' }))
    await user.click(screen.getByRole('button', { name: 'Give 1 to West' }))
    expect((await screen.findByRole('alert')).textContent).toContain('tear West into 2 parts')
    expect(server.sent('POST')?.body).toEqual({ version: 2, territory_id: 't1', cells: [cells[1]] })
    server.answers['POST /territory-designs/d1/edits'] = { ...ready, version: 3, proposal: { ...ready.proposal, moved: 0 } }
    await user.click(screen.getByRole('button', { name: 'Give 1 to West' }))
    expect(await screen.findByText('Nobody changes their territory.')).toBeTruthy()
  })

  it('that could not be made says why, and is asked for again', async () => {
    server.answers['GET /territory-designs/d1'] = { ...head, state: 'failed', failure: 'there is nobody to visit', request, proposal: null }
    show('/territories/designs/d1')
    expect((await screen.findByRole('alert')).textContent).toContain('there is nobody to visit')
    await user.click(screen.getByRole('button', { name: 'Change and propose again' }))
    expect(await screen.findByRole('heading', { name: 'New territory design' })).toBeTruthy()
  })

  it('is only looked at by a dispatcher', async () => {
    show('/territories/designs/d1', 'dispatcher')
    expect(await screen.findByText(/needs the right to change territories/)).toBeTruthy()
    await screen.findByRole('list', { name: 'Moved customers' })
    for (const name of ['Apply…', 'Discard…', 'Change by hand', 'Propose again']) expect(screen.queryByRole('button', { name })).toBeNull()
    expect(screen.queryByRole('checkbox')).toBeNull()
  })

  it('that does not exist looks like any address without a page', async () => {
    server.answers['GET /territory-designs/d1'] = problem(404, 'not_found')
    show('/territories/designs/d1')
    expect(await screen.findByRole('heading', { name: 'There is nothing at this address' })).toBeTruthy()
  })
})
