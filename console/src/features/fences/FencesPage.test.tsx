// @vitest-environment jsdom
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { QueryClient, QueryClientProvider } from '@tanstack/react-query'
import { cleanup, render, screen, waitFor } from '@testing-library/react'
import userEvent from '@testing-library/user-event'
import { MemoryRouter } from 'react-router'
import { signedInAs, type TestRole } from '../../test/people'
import { FencesPage } from './FencesPage'
import { placed, type Draft } from './draft'

// The map needs a graphics card; what it hands to the page is what is tested here.
vi.mock('./FenceMap', () => ({
  FenceMap: ({ draft, onDraft }: { draft: Draft | null; onDraft: (draft: Draft) => void }) => (
    <div data-testid="map">
      {draft && [[13, 52], [14, 52], [14, 53]].map((at) => <button key={at.join()} onClick={() => onDraft(placed(draft, at))}>place {at.join()}</button>)}
    </div>
  ),
}))

const DEPOT = {
  id: 'depot', version: 1, valid_from: '2026-11-23T08:00:00Z', valid_to: null, name: 'Depot', owner: { kind: 'ad_hoc', id: null }, agents: null,
  dwell_s: 300, calendar: null, floor_m: null, ceiling_m: null, shape: { type: 'Circle', coordinates: [13.4, 52.5], radius_m: 100 },
}
let asked: { method: string; path: string; body: unknown }[] = []
let answers: (method: string, path: string) => { status: number; body: unknown }

function show(role: TestRole) {
  signedInAs(role)
  const client = new QueryClient({ defaultOptions: { queries: { retry: false } } })
  render(<QueryClientProvider client={client}><MemoryRouter><FencesPage /></MemoryRouter></QueryClientProvider>)
}

beforeEach(() => {
  asked = []
  answers = () => ({ status: 200, body: { items: [DEPOT], next: null } })
  vi.stubGlobal('matchMedia', () => ({ matches: true, addEventListener() {}, removeEventListener() {} }))
  vi.stubGlobal('fetch', async (url: string, { method, body }: RequestInit) => {
    asked.push({ method: method!, path: url, body: body === undefined ? null : JSON.parse(String(body)) })
    const { status, body: answer } = answers(method!, url)
    return new Response(status === 204 ? null : JSON.stringify(answer), { status })
  })
})
afterEach(() => {
  cleanup()
  vi.unstubAllGlobals()
})

const sent = (method: string) => asked.find((request) => request.method === method)

describe('the fences', () => {
  it('are narrowed down to whose they are, and listed page by page', async () => {
    answers = (_, path) => ({ status: 200, body: path.includes('after=') ? { items: [{ ...DEPOT, id: 'yard', name: 'Yard' }], next: null } : { items: [DEPOT], next: 'depot' } })
    show('dispatcher')
    await userEvent.click(await screen.findByRole('radio', { name: 'Customers' }))
    await waitFor(() => expect(asked.at(-1)?.path).toContain('owner_kind=place'))
    expect(await screen.findByText('The first 1 by name')).toBeTruthy()
    await userEvent.click(screen.getByRole('button', { name: 'Show more' }))
    expect(await screen.findByText('Yard')).toBeTruthy()
    expect(asked.at(-1)?.path).toMatch(/owner_kind=place.*after=depot/)
    expect(screen.getByText('2 fences')).toBeTruthy()
  })

  it('are made by a click for the centre and a number for the radius', async () => {
    show('manager')
    await userEvent.click(await screen.findByRole('button', { name: 'New circle' }))
    await userEvent.click(screen.getByRole('button', { name: 'Create fence' }))
    expect(screen.getByRole('alert').textContent).toContain('name')
    await userEvent.type(screen.getByLabelText('Name'), 'Yard')
    await userEvent.click(screen.getByText('place 13,52'))
    await userEvent.clear(screen.getByLabelText('Radius (metres)'))
    await userEvent.type(screen.getByLabelText('Radius (metres)'), '250')
    await userEvent.click(screen.getByRole('button', { name: 'Create fence' }))
    await waitFor(() => expect(sent('POST')?.body).toEqual({
      name: 'Yard', dwell_s: null, calendar: null, shape: { type: 'Circle', coordinates: [13, 52], radius_m: 250 },
    }))
    expect(await screen.findByRole('list', { name: 'Fences by name' })).toBeTruthy()
  })

  it('are drawn corner by corner, and Enter closes them', async () => {
    show('admin')
    await userEvent.click(await screen.findByRole('button', { name: 'New polygon' }))
    await userEvent.type(screen.getByLabelText('Name'), 'Quarter')
    for (const at of ['13,52', '14,52', '14,53']) await userEvent.click(screen.getByText(`place ${at}`))
    ;(document.activeElement as HTMLElement).blur()
    await userEvent.keyboard('{Enter}')
    expect(screen.getByText('A polygon of 3 corners.')).toBeTruthy()
    await userEvent.click(screen.getByRole('button', { name: 'Create fence' }))
    await waitFor(() => expect(sent('POST')?.body).toMatchObject({ shape: { type: 'Polygon', coordinates: [[[13, 52], [14, 52], [14, 53], [13, 52]]] } }))
  })

  it('are deleted only after a second question', async () => {
    answers = (method) => (method === 'DELETE' ? { status: 204, body: null } : { status: 200, body: { items: [DEPOT], next: null } })
    show('manager')
    await userEvent.click(await screen.findByRole('button', { name: /Depot/ }))
    await userEvent.click(screen.getByRole('button', { name: 'Delete fence…' }))
    expect(sent('DELETE')).toBeUndefined()
    await userEvent.click(screen.getByRole('button', { name: 'Delete fence' }))
    await waitFor(() => expect(sent('DELETE')?.path).toBe('/api/v1/fences/depot'))
  })

  it('say what the server refused', async () => {
    answers = (method) => method === 'PATCH'
      ? { status: 409, body: { code: 'changed_meanwhile', message: 'somebody else has changed the fence just now: read it again', request_id: '', fields: [] } }
      : { status: 200, body: { items: [DEPOT], next: null } }
    show('manager')
    await userEvent.click(await screen.findByRole('button', { name: /Depot/ }))
    await userEvent.click(screen.getByRole('button', { name: 'Save changes' }))
    expect((await screen.findByRole('alert')).textContent).toContain('somebody else')
  })

  it('are only looked at by a dispatcher', async () => {
    show('dispatcher')
    await userEvent.click(await screen.findByRole('button', { name: /Depot/ }))
    expect(screen.queryByRole('form')).toBeNull()
    expect(screen.queryByRole('button', { name: 'New circle' })).toBeNull()
  })

  it('say so when there are none, and when they cannot be read', async () => {
    answers = () => ({ status: 200, body: { items: [], next: null } })
    show('manager')
    expect(await screen.findByText('No fences yet')).toBeTruthy()
    cleanup()
    answers = () => ({ status: 503, body: { code: 'unavailable', message: 'later', request_id: '', fields: [] } })
    show('manager')
    expect((await screen.findByRole('alert')).textContent).toContain('could not be loaded')
  })
})
