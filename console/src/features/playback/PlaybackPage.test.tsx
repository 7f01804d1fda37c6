// @vitest-environment jsdom
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { QueryClient, QueryClientProvider } from '@tanstack/react-query'
import { cleanup, render, screen, waitFor, within } from '@testing-library/react'
import userEvent from '@testing-library/user-event'
import { createMemoryRouter, RouterProvider } from 'react-router'
import { api } from '../../api/client'
import { ApiError } from '../../api/problem'
import type { Fence, Fix, TimelineDay, TimelineItem, TrackSettings } from '../../api/types'
import { PlaybackPage } from './PlaybackPage'

// The map wants WebGL; the browser test looks at it.
vi.mock('./PlaybackMap', () => ({
  PlaybackMap: ({ scene, fences }: { scene: string; fences: Fence[] }) => (
    <>
      <p data-testid="map">{scene}</p>
      <p data-testid="fences">{fences.map(({ name, version }) => `${name} ${version}`).join()}</p>
    </>
  ),
}))
vi.hoisted(() => {
  Object.assign(globalThis, { matchMedia: () => ({ matches: true, addEventListener() {}, removeEventListener() {} }) })
})

const at = (time: string) => `2026-11-23T${time}:00Z`
const fixes = (['09:00', '09:05', '09:10', '12:00', '12:05'] as const).map((time, i): Fix => ({ recorded_at: at(time), lat: 52 + i / 100, lon: 13, source: 'gps', device: 'phone' }))
const item = (id: string, from: string, to: string, body: object, revision = 1) =>
  ({ id, agent_id: 'ana', device: 'phone', date: '2026-11-23', revision, start_at: at(from), end_at: at(to), ...body }) as TimelineItem
const place = { lat: 52, lon: 13 }
const FENCE = '01a213cc-0723-72ce-90bc-7688f1d45fc9'
const ITEMS = [
  item('trip', '09:00', '09:10', { kind: 'trip', from: place, to: place, distance_mm: 2_200_000 }),
  item('stop', '09:10', '12:00', { kind: 'stop', at: place }, 2),
  item('fence', '09:20', '11:00', { kind: 'fence_passage', passage: { fence: FENCE, version: 1, kind: 'visit', enter: place } }),
]

beforeEach(() => {
  vi.stubGlobal('ResizeObserver', class { observe() {} disconnect() {} })
  Element.prototype.scrollIntoView = () => {}
  vi.spyOn(api, 'trackSettings').mockResolvedValue({ current: { gap_after_s: 600 }, versions: [], time_zone: 'Europe/Berlin' } as unknown as TrackSettings)
  vi.spyOn(api, 'agents').mockResolvedValue(['ana', 'ben'].map((id) => ({ id, name: id === 'ana' ? 'Ana' : 'Ben', created_at: '', territory_id: null, state: 'awake' as const })))
  vi.spyOn(api, 'track').mockImplementation((agent) => Promise.resolve(agent === 'ana' ? fixes : []))
  vi.spyOn(api, 'timeline').mockImplementation((agent) => Promise.resolve(agent === 'ana' ? ITEMS : []))
  vi.spyOn(api, 'days').mockImplementation((agent) => Promise.resolve(agent === 'ana' ? [{ agent_id: 'ana', device: 'phone', date: '2026-11-23', revision: 1, under_way: false, fixes: 5, distance_mm: 4_400_000, motion_ms: 900_000, idle_ms: 0, gap_ms: 0, max_speed_cmps: 800 } as TimelineDay] : []))
  vi.spyOn(api, 'fenceVersions').mockRejectedValue(new ApiError(404, { code: 'not_found', message: 'no fence' }))
})
afterEach(cleanup)

async function open(address: string) {
  const client = new QueryClient({ defaultOptions: { queries: { retry: false } } })
  const router = createMemoryRouter([{ path: '/playback', element: <PlaybackPage /> }], { initialEntries: [address] })
  render(<QueryClientProvider client={client}><RouterProvider router={router} /></QueryClientProvider>)
  await screen.findByTestId('map')
  return router
}
const ANA = '/playback?agents=ana&date=2026-11-23'
/** Seconds since local midnight. */
const playhead = () => Number(screen.getByRole('slider', { name: 'Playhead' }).getAttribute('aria-valuenow'))
const hour = (h: number, min = 0) => h * 3_600 + min * 60
const isAt = (seconds: number) => waitFor(() => expect(playhead()).toBe(seconds))

describe('a day played again', () => {
  it('shows a fence as it was when it was passed, by the name it has now', async () => {
    const versions = [{ id: FENCE, version: 2, name: 'Bakery, moved' }, { id: FENCE, version: 1, name: 'Bakery' }] as Fence[]
    vi.mocked(api.fenceVersions).mockResolvedValue({ items: versions, next: null })
    await open(ANA)
    await waitFor(() => expect(screen.getByTestId('fences').textContent).toBe('Bakery 1'))
    expect((await screen.findAllByText(/Bakery, moved/)).length).toBeGreaterThan(0)
  })

  it("asks for the organisation's day, and begins with its first fix", async () => {
    await open(ANA)
    await isAt(hour(10))
    expect(vi.mocked(api.track).mock.calls[0]?.slice(0, 4)).toEqual(['ana', new Date('2026-11-22T23:00:00Z'), new Date('2026-11-23T23:00:00Z'), 'exclude'])
  })

  it('begins where the link says', async () => {
    await open(`${ANA}&at=2026-11-23T11:30:00Z&speed=300`)
    await isAt(hour(12, 30))
    expect(screen.getByRole('radio', { name: '300×' }).getAttribute('aria-checked')).toBe('true')
  })

  it('is moved through by keys, wherever the keyboard is', async () => {
    await open(ANA)
    await isAt(hour(10))
    await userEvent.keyboard('{ArrowRight}')
    await isAt(hour(10) + 10)
    await userEvent.keyboard('{Shift>}{ArrowRight}{/Shift}{ArrowLeft}')
    await isAt(hour(10, 1))
    await userEvent.keyboard('{End}')
    await isAt(hour(24))
    await userEvent.keyboard('{Home}')
    await isAt(0)
    screen.getByRole('slider', { name: 'Playhead' }).focus()
    await userEvent.keyboard('{ArrowRight}')
    await isAt(10)
  })

  it('plays and pauses with the space bar, also after a button was pressed with the mouse', async () => {
    await open(ANA)
    await isAt(hour(10))
    await userEvent.click(screen.getByRole('button', { name: 'Skip quiet' }))
    await userEvent.keyboard(' ')
    expect(screen.getByRole('button', { name: 'Pause' })).toBeTruthy()
    await userEvent.keyboard(' ')
    expect(screen.getByRole('button', { name: 'Play' })).toBeTruthy()
  })

  it('adds the day up', async () => {
    await open(ANA)
    const totals = await screen.findByRole('region', { name: 'Ana' })
    await waitFor(() => expect(within(totals).getByText('4.4 km')).toBeTruthy())
    expect(totals.textContent).toMatch(/In motion15 minStops1Fixes5/)
  })

  it('jumps to an item of the list', async () => {
    await open(ANA)
    await userEvent.click(await screen.findByRole('option', { name: /10:10 – 13:00/ }))
    await isAt(hour(10, 10))
  })

  it('is read in its lane from item to item, with what late data changed', async () => {
    await open(ANA)
    const lane = await screen.findByRole('group', { name: "Ana's day" })
    await within(lane).findByRole('button', { name: /^Trip/ })
    expect(within(lane).getAllByRole('button').map((bar) => bar.getAttribute('aria-label'))).toEqual([
      'Trip, 10:00:00 – 10:10:00, 10 min, 2.2 km',
      'Stop, 10:10:00 – 13:00:00, 2 h 50 min, Amended by late data: revision 2',
      'In fence d45fc9, 10:20:00 – 12:00:00, 1 h 40 min',
    ])
    within(lane).getByRole('button', { name: /^Trip/ }).focus()
    await userEvent.keyboard('{ArrowRight}')
    expect(document.activeElement?.getAttribute('aria-label')).toMatch(/^Stop/)
    await isAt(hour(10))
    await userEvent.keyboard('{Enter}')
    await isAt(hour(10, 10))
  })

  it('says so when nothing was heard, and when there is nobody to look at', async () => {
    await open('/playback?agents=ben&date=2026-11-23')
    expect(await screen.findByText('Nothing was heard')).toBeTruthy()
    cleanup()
    await open('/playback')
    expect(screen.getByRole('dialog', { name: 'Choose agents' })).toBeTruthy()
  })

  it('says in place what could not be loaded, and asks again', async () => {
    vi.spyOn(api, 'timeline').mockRejectedValueOnce(new ApiError(400, { code: 'invalid', message: 'The past is closed.' }))
    await open(ANA)
    expect((await screen.findByRole('alert')).textContent).toContain('The past is closed.')
    await userEvent.click(screen.getByRole('button', { name: 'Try again' }))
    await waitFor(() => expect(screen.queryByRole('alert')).toBeNull())
  })

  it('takes agents in and out by the keyboard, in the address', async () => {
    const router = await open(ANA)
    await userEvent.click(await screen.findByRole('button', { name: 'Agents: Ana' }))
    await userEvent.type(screen.getByRole('combobox', { name: 'Search agents' }), 'be{Enter}')
    await waitFor(() => expect(screen.getByTestId('map').textContent).toBe('ana ben 2026-11-23'))
    expect(new URLSearchParams(router.state.location.search).get('agents')).toBe('ana,ben')
  })
})
