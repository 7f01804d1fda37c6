// @vitest-environment jsdom
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { QueryClient, QueryClientProvider } from '@tanstack/react-query'
import { cleanup, render, screen, within } from '@testing-library/react'
import userEvent from '@testing-library/user-event'
import { MemoryRouter, Route, Routes } from 'react-router'
import type { Device } from '../../api/types'
import { signedInAs, type TestRole } from '../../test/people'
import { DevicesPage } from './DevicesPage'

const device = (over: Partial<Device> = {}): Device => ({
  id: 'd1', agent_id: 'a1', name: 'pixel-7', app: 'traccar_client', settings: { speed_unit: 'kn', send_fences: false },
  created_at: '2026-11-23T08:00:00Z', last_seen_at: new Date().toISOString(), last_words: { at: '2026-11-23T08:00:00Z', battery: 0.07 }, ...over,
})
const enrolment = {
  ...device({ id: 'd2', name: 'oriole' }), token: 'T0ken', setup: { url: 'https://s.example/phone/osmand', link: 'https://s.example/?id=T0ken', username: 'T0ken' },
}

let devices: Device[]
const asked: { path: string; method: string; body: unknown }[] = []
let refusal: { status: number; body: unknown } | null

async function server(input: RequestInfo | URL, init?: RequestInit): Promise<Response> {
  const path = String(input).replace('/api/v1', '')
  const method = init?.method ?? 'GET'
  asked.push({ path, method, body: init?.body ? JSON.parse(String(init.body)) : null })
  if (method !== 'GET' && refusal) return new Response(JSON.stringify(refusal.body), { status: refusal.status })
  if (path.startsWith('/agents?')) return Response.json({ items: [{ id: 'a1', name: 'Ada', created_at: '', territory_id: null, state: 'awake' }], next: null })
  if (method === 'POST') return Response.json(enrolment)
  if (method === 'DELETE') {
    devices = [device({ revoked_at: new Date().toISOString() })]
    return Response.json(devices[0])
  }
  return Response.json({ items: devices, next: null })
}

function open(role: TestRole = 'admin') {
  signedInAs(role)
  render(
    <QueryClientProvider client={new QueryClient({ defaultOptions: { queries: { retry: false } } })}>
      <MemoryRouter initialEntries={['/agents/a1/devices']}>
        <Routes><Route path="/agents/:id/devices" element={<DevicesPage />} /></Routes>
      </MemoryRouter>
    </QueryClientProvider>,
  )
}

beforeEach(() => {
  vi.stubGlobal('fetch', server)
  devices = [device()]
  asked.length = 0
  refusal = null
})
afterEach(cleanup)

describe('the phones of an agent', () => {
  it('are listed with what they last said', async () => {
    open()
    const list = await screen.findByRole('list', { name: 'Phones' })
    expect(within(list).getByText('pixel-7')).toBeTruthy()
    expect(within(list).getByText('Battery 7 %')).toBeTruthy()
    expect(await screen.findByRole('heading', { name: 'Phones of Ada' })).toBeTruthy()
  })

  it('are added by keyboard, with a code that is shown once', async () => {
    const user = userEvent.setup()
    open()
    await user.click(await screen.findByRole('radio', { name: /OwnTracks/ }))
    await user.tab()
    expect(document.activeElement).toBe(screen.getByLabelText('Name'))
    await user.keyboard('oriole{Enter}')
    expect(await screen.findByRole('img', { name: 'QR code that sets up oriole' })).toBeTruthy()
    expect(document.activeElement?.textContent).toContain('Set up oriole')
    expect(screen.getByText('https://s.example/phone/osmand')).toBeTruthy()
    const posted = asked.find(({ method }) => method === 'POST')
    expect(posted).toEqual({ path: '/agents/a1/devices', method: 'POST', body: { app: 'owntracks', name: 'oriole', external_id: null } })
    await user.click(screen.getByRole('button', { name: 'Done' }))
    expect(screen.queryByRole('img', { name: /QR code/ })).toBeNull()
  })

  it('say which field was refused', async () => {
    refusal = { status: 400, body: { code: 'invalid_field', message: 'x', fields: [{ field: 'external_id', message: 'must be 4..64 characters' }] } }
    const user = userEvent.setup()
    open()
    await user.type(await screen.findByLabelText('External id'), '12{Enter}')
    expect((await screen.findByRole('alert')).textContent).toContain('external id: must be 4..64 characters')
  })

  it('are revoked after a question', async () => {
    const user = userEvent.setup()
    open()
    await user.click(await screen.findByRole('button', { name: 'Revoke pixel-7' }))
    await user.click(screen.getByRole('button', { name: 'Keep' }))
    expect(asked.some(({ method }) => method === 'DELETE')).toBe(false)
    await user.click(screen.getByRole('button', { name: 'Revoke pixel-7' }))
    await user.click(within(screen.getByRole('group', { name: 'Revoke pixel-7?' })).getByRole('button', { name: 'Revoke' }))
    expect(await screen.findByText(/revoked just now/)).toBeTruthy()
    expect(screen.queryByRole('button', { name: /Revoke/ })).toBeNull()
  })

  it('are only looked at by a dispatcher, and an empty list says so', async () => {
    devices = []
    open('dispatcher')
    expect(await screen.findByText('A manager can add one.')).toBeTruthy()
    expect(screen.queryByRole('form', { name: 'Add a phone' })).toBeNull()
  })

  it('say that they could not be loaded', async () => {
    vi.stubGlobal('fetch', () => Promise.reject(new TypeError('Failed to fetch')))
    open()
    expect((await screen.findByRole('alert')).textContent).toContain('could not be loaded')
  })
})
