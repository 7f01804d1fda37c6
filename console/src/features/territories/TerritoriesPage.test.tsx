// @vitest-environment jsdom
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { QueryClient, QueryClientProvider } from '@tanstack/react-query'
import { cleanup, render, screen, waitFor, within } from '@testing-library/react'
import userEvent from '@testing-library/user-event'
import { MemoryRouter } from 'react-router'
import { signedInAs, type TestRole } from '../../test/people'
import { page, problem, serve } from '../../test/server'
import { placed, type Draft } from './draft'
import { TerritoriesPage } from './TerritoriesPage'

// The map needs a graphics card; what it hands to the page is what is tested here.
vi.mock('./TerritoryMap', () => ({
  TerritoryMap: ({ draft, onDraft }: { draft: Draft | null; onDraft: (draft: Draft) => void }) => (
    <div>{draft && [[13, 52], [14, 52], [14, 53]].map((at) => <button key={at.join()} onClick={() => onDraft(placed(draft, at))}>place {at.join()}</button>)}</div>
  ),
}))

const area = { type: 'Polygon', coordinates: [[[0, 0], [2, 0], [2, 2], [0, 0]]] }
const territories = [
  { id: 't1', name: 'Berlin', colour: '#2563eb', area, created_at: '' }, { id: 't2', name: 'Mitte', colour: '#dc2626', area, created_at: '', parent_id: 't1' }, { id: 't3', name: 'Potsdam', colour: '#059669', area, created_at: '' },
]
const agents = [['a1', 'Ada', 't2'], ['a2', 'Ben', null], ['a3', 'Cem', 't3']].map(([id, name, territory_id]) => ({ id, name, territory_id, created_at: '', state: 'awake' }))

let server: ReturnType<typeof serve>
beforeEach(() => {
  vi.stubGlobal('matchMedia', () => ({ matches: true, addEventListener() {}, removeEventListener() {} }))
  vi.stubGlobal('CSS', { escape: (text: string) => text })
  server = serve({ 'GET /territories': page(territories), 'GET /agents': page(agents) })
})
afterEach(cleanup)

const user = userEvent.setup()
function show(role: TestRole = 'admin', address = '/territories') {
  signedInAs(role)
  render(<QueryClientProvider client={new QueryClient({ defaultOptions: { queries: { retry: false } } })}><MemoryRouter initialEntries={[address]}><TerritoriesPage /></MemoryRouter></QueryClientProvider>)
}

describe('the territories', () => {
  it('are a tree that the keyboard walks, with agents counted upwards', async () => {
    show()
    const berlin = await screen.findByRole('treeitem', { name: 'Berlin, 1 agents' })
    expect(berlin.getAttribute('aria-expanded')).toBe('true')
    berlin.focus()
    await user.keyboard('{ArrowDown}')
    expect(document.activeElement).toBe(screen.getByRole('treeitem', { name: /^Mitte/ }))
    await user.keyboard('{ArrowLeft}{ArrowLeft}')
    expect(screen.queryByRole('treeitem', { name: /^Mitte/ })).toBeNull()
    await user.keyboard('p{Enter}')
    expect(await screen.findByRole('heading', { name: 'Potsdam' })).toBeTruthy()
  })

  it('are drawn below another, and saved', async () => {
    server.answers['POST /territories'] = { ...territories[0], id: 't9', name: 'Quarter' }
    show('admin', '/territories?territory=t1')
    await user.click(await screen.findByRole('button', { name: 'Add below' }))
    await user.click(screen.getByRole('button', { name: 'Create territory' }))
    expect((await screen.findByRole('alert')).textContent).toContain('name')
    await user.type(screen.getByLabelText('Name'), 'Quarter')
    for (const at of ['13,52', '14,52', '14,53']) await user.click(screen.getByText(`place ${at}`))
    await user.click(screen.getByRole('button', { name: 'Close polygon' }))
    await user.click(screen.getByRole('radio', { name: '#7c3aed' }))
    await user.click(screen.getByRole('button', { name: 'Create territory' }))
    await waitFor(() => expect(server.sent('POST')?.body).toEqual({
      name: 'Quarter', colour: '#7c3aed', parent_id: 't1', area: { type: 'Polygon', coordinates: [[[13, 52], [14, 52], [14, 53], [13, 52]]] },
    }))
  })

  it('have corners that can be typed and removed', async () => {
    server.answers['PATCH /territories/t3'] = territories[2]
    show('admin', '/territories?territory=t3')
    await user.click(await screen.findByRole('button', { name: 'Change' }))
    await user.click(screen.getByRole('button', { name: 'Corners as numbers' }))
    const box = screen.getByLabelText('Latitude of corner 2')
    await user.clear(box)
    await user.type(box, '0.5')
    await user.click(screen.getByRole('button', { name: 'Save changes' }))
    await waitFor(() => expect(server.sent('PATCH')?.body).toEqual({ area: { type: 'Polygon', coordinates: [[[0, 0], [2, 0.5], [2, 2], [0, 0]]] } }))
  })

  it('say beside the field what the server refused', async () => {
    server.answers['PATCH /territories/t3'] = problem(400, 'invalid_field', { fields: [{ field: 'area.coordinates.0', message: 'crosses itself' }] })
    show('admin', '/territories?territory=t3')
    await user.click(await screen.findByRole('button', { name: 'Change' }))
    await user.type(screen.getByLabelText('Name'), ' west')
    await user.click(screen.getByRole('button', { name: 'Save changes' }))
    const area = screen.getByRole('group', { name: 'Area' })
    expect((await within(area).findByRole('alert')).textContent).toBe('crosses itself')
  })

  it('get agents, many at once', async () => {
    server.answers['PATCH /agents/'] = agents[0]
    show('admin', '/territories?territory=t1')
    await user.click(await screen.findByRole('button', { name: 'Assign' }))
    const dialog = screen.getByRole('dialog', { name: 'Assign agents to Berlin' })
    await user.click(within(dialog).getByRole('checkbox', { name: /All 3/ }))
    await user.click(within(dialog).getByRole('checkbox', { name: /Cem/ }))
    await user.click(within(dialog).getByRole('button', { name: 'Move 2 agents' }))
    await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull())
    expect(server.asked.filter(({ method }) => method === 'PATCH').map(({ path, body }) => [path, body])).toEqual([
      ['/agents/a2', { territory_id: 't1' }], ['/agents/a1', { territory_id: 't1' }],
    ])
  })

  it('that are in use cannot be deleted, and say why', async () => {
    server.answers['DELETE /territories/t1'] = problem(409, 'territory_in_use')
    show('admin', '/territories?territory=t1')
    await user.click(await screen.findByRole('button', { name: 'More for Berlin' }))
    await user.click(screen.getByRole('menuitem', { name: 'Delete territory…' }))
    expect(screen.getByText(/1 territory below it/)).toBeTruthy()
    await user.click(screen.getByRole('button', { name: 'Delete territory' }))
    expect((await screen.findByRole('alert')).textContent).toContain('Move them away first')
  })

  it('are only looked at by a dispatcher', async () => {
    show('dispatcher', '/territories?territory=t2')
    expect(await screen.findByRole('heading', { name: 'Mitte' })).toBeTruthy()
    for (const name of ['Change', 'Add below', 'Assign', 'New']) expect(screen.queryByRole('button', { name })).toBeNull()
  })
})
