// @vitest-environment jsdom
import { afterEach, expect, it, vi } from 'vitest'
import { cleanup, render, screen, within } from '@testing-library/react'
import userEvent from '@testing-library/user-event'
import { CandidateList } from './CandidateList'
import type { Candidates } from './desk'

const late = { give: 'window' as const, by_s: 720, agent_id: 'ben', date: '2026-11-26', start: '2026-11-26T09:12:00Z', cost: 7_200 }
const gone = { give: 'displace' as const, visit: 'v7', priority: 2, agent_id: 'ben', date: '2026-11-27', start: '2026-11-27T08:00:00Z', cost: 22 }
const candidates: Candidates = { ranked: [], refused: [{ agent: 'ben', reasons: ['would come 12 min too late'], relaxations: [late, gone] }, { agent: 'eva', reasons: ['lacks crane'], relaxations: [] }] }
const onAssign = vi.fn()

const list = (canAct: boolean, held: Candidates) => <CandidateList candidates={held} names={new Map([['ben', 'Ben'], ['eva', 'Eva']])} visitName={(visit) => (visit === 'v7' ? 'Bakery' : 'somebody')} date="2026-11-26" zone="Europe/Berlin" offers={[]} canAct={canAct} busy={null} onOffer={() => {}} onAssign={onAssign} />
const show = (canAct: boolean, held = candidates) => render(list(canAct, held))
afterEach(cleanup)

it('lets a dispatcher accept what stands in the way, where it can give', async () => {
  show(true)
  await userEvent.click(screen.getByRole('button', { name: 'Accept that Ben begins 12 min after its hours have ended' }))
  expect(onAssign).toHaveBeenCalledExactlyOnceWith('ben', late)
  expect(screen.getAllByRole('button', { name: /^Accept/ })).toHaveLength(2)
})

it('says whom it hits, when it would be, and what that costs', () => {
  show(true)
  const [rung, other] = within(screen.getByRole('list', { name: 'What Ben could do all the same' })).getAllByRole('listitem').map(({ textContent }) => textContent)
  expect(rung).toContain('there at 10:12 · cost 7,200')
  expect(other).toContain('leaves out Bakery, which has to be made but matters less')
  // A visit that must be made and is not has no price: a small figure beside it would mislead.
  expect(other).toContain('there at 09:00 on Fri, 27 Nov 2026')
  expect(other).not.toContain('cost')
})

it('opens what stands in the way once nobody is left', () => {
  const one = { agent: 'eva', cost: 60, arrival: null, detour_s: null, parts: [], reasons: [], gives: [] }
  const { rerender } = show(true, { ...candidates, ranked: [one] })
  expect(screen.queryByRole('list', { name: 'Agents who cannot' })).toBeNull()
  rerender(list(true, candidates))
  expect(screen.getByRole('list', { name: 'Agents who cannot' })).toBeTruthy()
})

it('says who gives way for a candidate, and where they go', () => {
  const gives = [{ visit: 'v7', customer: 'Bakery', to: 'ben' }, { visit: 'v8', customer: 'Florist', to: null }, { visit: 'v9', customer: 'Garage', to: 'eva' }]
  show(true, { ...candidates, ranked: [{ agent: 'eva', cost: 60, arrival: null, detour_s: null, parts: [], reasons: [], gives }] })
  const told = within(screen.getByRole('list', { name: 'What gives way for Eva' })).getAllByRole('listitem').map(({ textContent }) => textContent)
  expect(told).toEqual(['Bakery goes to Ben', 'Florist is left out and waits', 'Garage comes at another time'])
})

it('names people where a reason has their ids', () => {
  const id = '018f3f2e-0000-7000-8000-000000000001'
  const held = { ranked: [], refused: [{ agent: 'ben', reasons: [`it is to stay with shift ${id} on 2026-11-26`], relaxations: [] }] }
  render(<CandidateList candidates={held} names={new Map([['ben', 'Ben'], [id, 'Eva']])} visitName={() => 'a visit'} date="2026-11-26" zone="Europe/Berlin" offers={[]} canAct busy={null} onOffer={() => {}} onAssign={onAssign} />)
  expect(screen.getByText('it is to stay with Eva on Thu, 26 Nov')).toBeTruthy()
})

it('offers nothing to accept to whoever may only look', () => {
  show(false)
  expect(screen.queryByRole('button', { name: /^Accept/ })).toBeNull()
})
