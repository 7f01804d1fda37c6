// @vitest-environment jsdom
import { afterEach, expect, it, vi } from 'vitest'
import { cleanup, render, screen } from '@testing-library/react'
import userEvent from '@testing-library/user-event'
import { CandidateList } from './CandidateList'
import type { Candidates } from './desk'

const late = { give: 'window' as const, by_s: 720, agent_id: 'ben', date: '2026-11-26', start: '2026-11-26T09:12:00Z', cost: 7_200 }
const candidates: Candidates = { ranked: [], refused: [{ agent: 'ben', reasons: ['would come 12 min too late'], relaxations: [late] }, { agent: 'eva', reasons: ['lacks crane'], relaxations: [] }] }
const onAssign = vi.fn()

const show = (canAct: boolean) => render(<CandidateList candidates={candidates} names={new Map([['ben', 'Ben'], ['eva', 'Eva']])} zone="Europe/Berlin" offers={[]} canAct={canAct} busy={null} onOffer={() => {}} onAssign={onAssign} />)
afterEach(cleanup)

it('lets a dispatcher accept what stands in the way, where it can give', async () => {
  show(true)
  await userEvent.click(screen.getByRole('button', { name: 'Accept that Ben begins 12 min after its window, at 10:12' }))
  expect(onAssign).toHaveBeenCalledExactlyOnceWith('ben', late)
  expect(screen.getAllByRole('button', { name: /^Accept/ })).toHaveLength(1)
})

it('offers nothing to accept to whoever may only look', () => {
  show(false)
  expect(screen.queryByRole('button', { name: /^Accept/ })).toBeNull()
})
