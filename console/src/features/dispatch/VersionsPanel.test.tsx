// @vitest-environment jsdom
import { useState } from 'react'
import { QueryClient, QueryClientProvider } from '@tanstack/react-query'
import { cleanup, render, screen, within } from '@testing-library/react'
import userEvent from '@testing-library/user-event'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { page, serve } from '../../test/server'
import { plan, DATE } from './samples'
import { VersionsPanel } from './VersionsPanel'

const user = userEvent.setup()
const BILL = { travel: 0, duty: 0, overtime: 0, fixed: 0, imbalance: 0, preference: 0, broken_promises: 0, waiting: 0, moved: 0, prizes_lost: 0, mandatory_lost: 0 }
const spot = (agent: string, date = DATE) => ({ agent, date, position: 0 })
const version = (n: number, visit: string, customers: Record<string, string> = {}) => ({
  version: n, at: `${DATE}T08:0${n}:00Z`, change_id: `c${n}`, by: { kind: 'system' }, kind: 'edit', cost: 0, bill: BILL, diff: { routes: [] }, moves: [{ visit, from: spot('ana'), to: spot('ben') }], customers,
})
let server: ReturnType<typeof serve>

beforeEach(() => {
  server = serve({
    'GET /plans/t1/versions': page([version(7, 'a2'), version(6, 'x1', { x1: 'Tea House' }), version(5, 'gone')]),
    'GET /plans/t1/compare': { from: 6, to: 7, changes: 1, cost: 0, bill: BILL, diff: { routes: [] }, moves: [{ visit: 'x2', from: spot('ana', '2026-11-27'), to: spot('ben', '2026-11-27') }], customers: { x2: 'Chemist' } },
  })
})
afterEach(() => {
  cleanup()
  vi.unstubAllGlobals()
})

function Panel() {
  const [since, setSince] = useState<number | null>(null)
  const names = { visit: (id: string) => (id === 'a2' ? 'Customer a2' : 'a visit of another day'), lane: (lane: string) => lane, author: () => 'Somebody' }
  return <VersionsPanel plan={plan()} names={names} canUndo={false} isBusy={false} failure={null} onUndo={() => {}} onShow={() => {}} since={since} onSince={setSince} onDiff={() => {}} onClose={() => {}} />
}
const rows = async () => (await screen.findAllByRole('listitem')).filter((row) => /^v\d/.test(row.textContent))
const show = () => render(<QueryClientProvider client={new QueryClient({ defaultOptions: { queries: { retry: false } } })}><Panel /></QueryClientProvider>)

it('compares a version with the plan as it is now, and the one in force with nothing', async () => {
  show()
  const [inForce, before] = await rows()
  expect(within(inForce!).queryByRole('button', { name: 'Compare with now' })).toBeNull()
  await user.click(within(before!).getByRole('button', { name: 'Compare with now' }))
  const compared = await screen.findByRole('region', { name: 'Since version 6' })
  expect((await within(compared).findByRole('list', { name: 'Visits that are elsewhere' })).textContent).toContain('Chemist')
  expect(compared.textContent).toContain('on Fri, 27 Nov')
  expect(server.asked.map(({ path }) => path)).toContain('/plans/t1/compare?from=6&to=7')
})

it('names customers as the versions do, and says of the rest that they are of another day', async () => {
  show()
  expect((await rows()).map((row) => row.querySelector('p')?.textContent)).toEqual(['moved Customer a2 to ben', 'moved Tea House to ben', 'moved a visit of another day to ben'])
})
