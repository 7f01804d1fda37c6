// @vitest-environment jsdom
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { QueryClient, QueryClientProvider } from '@tanstack/react-query'
import { cleanup, render, screen, waitFor, within } from '@testing-library/react'
import userEvent from '@testing-library/user-event'
import { MemoryRouter } from 'react-router'
import { api } from '../../api/client'
import { ApiError } from '../../api/problem'
import type { QuarantinedFix, TrackSettings } from '../../api/types'
import { QuarantinePage } from './QuarantinePage'

// The map wants WebGL; the browser test looks at it.
vi.mock('./QuarantineMap', () => ({ QuarantineMap: ({ fix }: { fix: QuarantinedFix | null }) => <p data-testid="map">{fix?.key}</p> }))

const fix = (key: string, minute: number, rest: Partial<QuarantinedFix> = {}): QuarantinedFix => ({
  key, recorded_at: `2026-11-23T09:${String(minute).padStart(2, '0')}:00Z`, lat: 52, lon: 13, source: 'gps', device: 'phone', unconfirmed: false,
  reason: 'jump', evidence: { distance_m: 412, after_s: 3, implied_speed_mps: 137, limit: 90 }, ...rest,
})
const FIXES = [fix('first', 1), fix('second', 2, { reason: 'null_island', evidence: null }), fix('third', 3, { unconfirmed: true })]

let list: QuarantinedFix[]
beforeEach(() => {
  vi.stubGlobal('ResizeObserver', class { observe() {} disconnect() {} })
  vi.stubGlobal('matchMedia', () => ({ matches: true, addEventListener() {}, removeEventListener() {} }))
  list = FIXES
  vi.spyOn(api, 'trackSettings').mockResolvedValue({ current: { gap_after_s: 600 }, versions: [], time_zone: 'UTC' } as unknown as TrackSettings)
  vi.spyOn(api, 'agents').mockResolvedValue([{ id: 'ana', name: 'Ana', created_at: '', territory_id: null, state: 'awake' }])
  vi.spyOn(api, 'quarantineCounts').mockResolvedValue({ items: [{ agent_id: 'ana', fixes: 3 }] })
  vi.spyOn(api, 'quarantine').mockImplementation(() => Promise.resolve(list))
})
afterEach(cleanup)

async function open() {
  const client = new QueryClient({ defaultOptions: { queries: { retry: false } } })
  render(<QueryClientProvider client={client}><MemoryRouter initialEntries={['/quarantine']}><QuarantinePage /></MemoryRouter></QueryClientProvider>)
  await screen.findByTestId('map')
}
const selected = () => screen.getByTestId('map').textContent
const detail = () => within(screen.getByRole('region', { name: 'The fix' }))
const isDisabled = (name: RegExp) => (detail().getByRole('button', { name }) as HTMLButtonElement).disabled

describe('the quarantine', () => {
  it('begins with the agent who has most, the newest fix first, with its evidence in words', async () => {
    await open()
    await waitFor(() => expect(selected()).toBe('third'))
    expect(detail().getByText('412 m in 3 s: 137 m/s, limit 90')).toBeTruthy()
    expect(detail().getByText(/next fix will confirm or refute/)).toBeTruthy()
  })

  it('says so when nothing is set aside', async () => {
    vi.spyOn(api, 'quarantineCounts').mockResolvedValue({ items: [] })
    const client = new QueryClient()
    render(<QueryClientProvider client={client}><MemoryRouter><QuarantinePage /></MemoryRouter></QueryClientProvider>)
    expect(await screen.findByRole('heading', { name: 'Nothing is set aside' })).toBeTruthy()
  })

  it('is walked with j and k, and stops at either end', async () => {
    await open()
    await waitFor(() => expect(selected()).toBe('third'))
    await userEvent.keyboard('jj')
    expect(selected()).toBe('first')
    await userEvent.keyboard('jk')
    expect(selected()).toBe('second')
  })

  it('shows only the fixes of a reason', async () => {
    await open()
    await userEvent.click(await screen.findByRole('button', { name: /At 0° N 0° E 1/ }))
    expect(selected()).toBe('second')
    await userEvent.keyboard('j')
    expect(selected()).toBe('second')
  })

  it('restores with a note, shows that the day is derived, and takes no second decision meanwhile', async () => {
    let answer = () => {}
    const decide = vi.spyOn(api, 'decide').mockImplementation(() => new Promise<void>((resolve) => { answer = resolve }))
    await open()
    await waitFor(() => expect(selected()).toBe('third'))
    expect(isDisabled(/Undo/)).toBe(true)
    await userEvent.keyboard('nseen on the road{Escape}r')
    expect(decide.mock.calls).toEqual([['ana', { key: 'third', decision: 'restore', note: 'seen on the road' }]])
    expect(detail().getByText('The server derives the day again…')).toBeTruthy()
    await userEvent.keyboard('xr')
    expect(decide).toHaveBeenCalledTimes(1)
    list = [...FIXES.slice(0, 2), { ...FIXES[2]!, decision: 'restored' }]
    answer()
    await waitFor(() => expect(detail().getByText('Restored')).toBeTruthy(), { timeout: 3_000 })
    expect([isDisabled(/Restore/), isDisabled(/Keep out/), isDisabled(/Undo/)]).toEqual([true, false, false])
  })

  it('says in place why a decision was not taken, and can be asked again', async () => {
    const decide = vi.spyOn(api, 'decide').mockRejectedValue(new ApiError(400, { code: 'invalid', message: 'The fix has not come yet.' }))
    await open()
    await waitFor(() => expect(selected()).toBe('third'))
    await userEvent.keyboard('x')
    expect((await detail().findByRole('alert')).textContent).toContain('The fix has not come yet.')
    await userEvent.keyboard('x')
    expect(decide).toHaveBeenCalledTimes(2)
  })

  it('does not take what is typed into the note for commands', async () => {
    const decide = vi.spyOn(api, 'decide').mockResolvedValue(undefined)
    await open()
    await waitFor(() => expect(selected()).toBe('third'))
    await userEvent.type(detail().getByRole('textbox', { name: 'Note' }), 'rxuj')
    expect([decide.mock.calls.length, selected()]).toEqual([0, 'third'])
  })

  it('goes to the neighbour when a decision takes the fix from the list', async () => {
    list = [FIXES[0]!, fix('decided', 5, { reason: 'decided', decision: 'excluded', evidence: null })]
    vi.spyOn(api, 'decide').mockResolvedValue(undefined)
    await open()
    await waitFor(() => expect(selected()).toBe('decided'))
    list = [FIXES[0]!]
    await userEvent.keyboard('u')
    await waitFor(() => expect(selected()).toBe('first'), { timeout: 3_000 })
  })
})
