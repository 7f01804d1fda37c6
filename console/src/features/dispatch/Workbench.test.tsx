// @vitest-environment jsdom
import { useState, type ReactNode } from 'react'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { QueryClient, QueryClientProvider } from '@tanstack/react-query'
import { cleanup, render, screen, waitFor, within } from '@testing-library/react'
import userEvent from '@testing-library/user-event'
import { dayBounds } from '../../util/zone'
import { ConflictError, type Desk } from './desk'
import type { PlanDay } from './plan'
import type { Price } from './price'
import { at, DATE, plan, route, stop, ZONE } from './samples'
import { Workbench, type WorkbenchProps } from './Workbench'

// The map needs a graphics card.
vi.mock('./DispatchMap', () => ({ DispatchMap: () => null }))

const NAMES = new Map([['ana', 'Ana Lima'], ['ben', 'Ben Graf']])
const price = (over: Partial<Price> = {}): Price => ({ parts: { travel_s: 720, distance_m: 4_200, overtime_s: 0, late_s: 0, wait_s: 0, promises: 1 }, cost: 9, obstacles: [], warnings: [], routes: [], ...over })
const user = userEvent.setup()
let desk: { [Key in keyof Desk]: ReturnType<typeof vi.fn> & Desk[Key] }
let bulk: ReturnType<typeof vi.fn<WorkbenchProps['onBulk']>>
let tellPlan: (plan: PlanDay) => void

type BenchProps = { canEdit?: boolean; first?: PlanDay; explanation?: WorkbenchProps['explanation']; chosenAgent?: string | null; side?: ReactNode }

function Bench({ canEdit = true, first = plan(), explanation = () => null, chosenAgent = null, side = null }: BenchProps) {
  const [shown, setShown] = useState(first)
  tellPlan = setShown
  return (
    <Workbench
      plan={shown} day={dayBounds(DATE, ZONE)} names={NAMES} agents={[...NAMES].map(([id, name]) => ({ id, name }))} colourOf={() => '#2f54eb'} desk={desk} canEdit={canEdit} jobs={[]} canDispatch={canEdit}
      onCandidates={() => {}} onCancelJob={() => {}} onBulk={bulk} chosenAgent={chosenAgent} onAgent={() => {}} way={null} header={null} actions={null} explanation={explanation} visitLink={() => null} note={null} side={side}
    />
  )
}

beforeEach(() => {
  vi.stubGlobal('ResizeObserver', class { observe() {} disconnect() {} })
  vi.stubGlobal('matchMedia', () => ({ matches: true, addEventListener() {}, removeEventListener() {} }))
  desk = { price: vi.fn(async () => price()), change: vi.fn(async () => 8), undo: vi.fn(async () => 9) }
  bulk = vi.fn(async () => {})
})
afterEach(() => {
  cleanup()
  vi.unstubAllGlobals()
})

const bar = (name: RegExp) => screen.getByRole('button', { name })
const focus = (name: RegExp) => bar(name).focus()

describe('the timeline', () => {
  it('says in words what it shows by shape and colour', () => {
    const promise = { from: at('09:00'), to: at('10:00') }
    const stops = [stop('x', '10:30', '11:00', { name: 'Bakery', promise, eta: { at: at('10:40'), std_s: 240 }, risk: { probability: 0.8, late_by_s: 2_400 }, commitment: 'fixed_order' })]
    render(<Bench first={plan({ routes: [route('ana', stops)] })} />)
    expect(bar(/^Bakery/).getAttribute('aria-label')).toBe(
      'Bakery, stop 1 of 1 of Ana Lima, 10:30–11:00, expected 10:40, give or take 4 min, promised 09:00–10:00, 80 % at risk, late by 40 min, locked in this order',
    )
  })

  it('is one stop for Tab, walked by the arrows', async () => {
    render(<Bench />)
    expect(screen.getAllByRole('button', { name: /stop \d of/ }).filter((node) => node.tabIndex === 0)).toHaveLength(1)
    focus(/^Customer a2/)
    await user.keyboard('{ArrowDown}')
    expect(document.activeElement?.getAttribute('data-visit')).toBe('b1')
    await user.keyboard('{ArrowRight}{ArrowUp}')
    expect(document.activeElement?.getAttribute('data-visit')).toBe('a3')
  })
})

describe('moving a visit by the keyboard', () => {
  it('shows what it costs before it is dropped', async () => {
    render(<Bench />)
    focus(/^Customer a2/)
    await user.keyboard('m{ArrowDown}{ArrowRight}')
    expect(await screen.findByText('+12 min travel (+4.2 km)')).toBeTruthy()
    expect(screen.getByText('1 promise broken')).toBeTruthy()
    expect(screen.getByText(/Ben Graf, stop 3 of 3: last, after Customer b2/)).toBeTruthy()
    expect(desk.price.mock.calls.at(-1)![1]).toEqual([{ kind: 'move', visit: 'a2', agent: 'ben', position: 2 }])
    expect(desk.change).not.toHaveBeenCalled()
  })

  it('drops it with Enter, on the version that was seen, and takes it back with Ctrl-Z', async () => {
    render(<Bench />)
    focus(/^Customer a2/)
    await user.keyboard('m{ArrowDown}{Enter}')
    await waitFor(() => expect(desk.change).toHaveBeenCalledTimes(1))
    const [base, operations] = desk.change.mock.calls[0]!
    expect([base.version, operations]).toEqual([7, [{ kind: 'move', visit: 'a2', agent: 'ben', position: 1 }]])
    const undo = screen.getByRole('button', { name: 'Undo' })
    await waitFor(() => expect(undo.title).toContain('Moved Customer a2 to Ben Graf'))
    tellPlan(plan({ version: 8 }))
    await user.keyboard('{Control>}z{/Control}')
    await waitFor(() => expect(desk.undo).toHaveBeenCalledTimes(1))
    expect(desk.undo.mock.calls[0]!.slice(1)).toEqual([8])
    await waitFor(() => expect(undo.title).toBe('Nothing to take back'))
  })

  it('lets it go with Escape, and picks up nothing that has happened', async () => {
    render(<Bench />)
    focus(/^Customer a2/)
    await user.keyboard('m{ArrowDown}{Escape}')
    expect(document.querySelector('[data-drop-card]')).toBeNull()
    focus(/^Customer a1/)
    await user.keyboard('m')
    expect(document.querySelector('[data-drop-card]')).toBeNull()
    expect(desk.change).not.toHaveBeenCalled()
  })

  it('says why it cannot be, and still leaves the choice of another place', async () => {
    desk.price.mockImplementation(async () => price({ obstacles: ['Ben Graf lacks the skill “cold”'] }))
    render(<Bench />)
    focus(/^Customer a2/)
    await user.keyboard('m{ArrowDown}')
    expect(await screen.findByText('Cannot be done')).toBeTruthy()
    expect(screen.getByText(/lacks the skill/)).toBeTruthy()
  })

  it('takes an unplanned visit from its list', async () => {
    render(<Bench />)
    screen.getByRole('button', { name: /^Customer u1/ }).focus()
    await user.keyboard('m')
    await user.keyboard('{ArrowDown}{Enter}')
    await waitFor(() => expect(desk.change.mock.calls[0]?.[1]).toEqual([{ kind: 'assign', visit: 'u1', agent: 'ben', position: expect.any(Number) }]))
  })

  it('lets it go when it has happened meanwhile', async () => {
    render(<Bench />)
    focus(/^Customer a2/)
    await user.keyboard('m')
    tellPlan(plan({ version: 8, routes: [route('ana', [stop('a2', '09:30', '10:00', { commitment: 'in_progress' })])] }))
    await waitFor(() => expect(document.querySelector('[data-drop-card]')).toBeNull())
  })

  it('is not for those who only look', async () => {
    render(<Bench canEdit={false} />)
    focus(/^Customer a2/)
    await user.keyboard('m{Delete}l')
    expect(document.querySelector('[data-drop-card]')).toBeNull()
    expect(desk.change).not.toHaveBeenCalled()
  })
})

describe('when somebody else was first', () => {
  it('does nothing, says what changed, and offers the same on the new plan', async () => {
    desk.change.mockRejectedValueOnce(new ConflictError({ version: 9, changes: [{ version: 8, by: 'Dana Hoff', words: 'moved Customer b1 to Ana Lima' }] }))
    render(<Bench />)
    focus(/^Customer a2/)
    await user.keyboard('m{ArrowDown}{Enter}')
    const dialog = await screen.findByRole('dialog', { name: 'The plan has changed meanwhile' })
    expect(dialog.textContent).toContain('Dana Hoff moved Customer b1 to Ana Lima')
    expect(screen.getByRole('button', { name: 'Undo' }).title).toBe('Nothing to take back')
    const apply = within(dialog).getByRole<HTMLButtonElement>('button', { name: 'Do it on the new plan' })
    expect(apply.disabled, 'before the new plan is here').toBe(true)
    tellPlan(plan({ version: 9 }))
    await within(dialog).findByText('+12 min travel (+4.2 km)')
    expect(desk.price.mock.calls.at(-1)![0].version).toBe(9)
    await user.click(within(dialog).getByRole('button', { name: 'Do it on the new plan' }))
    await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull())
    expect(desk.change.mock.calls[1]![0].version).toBe(9)
  })

  it('cannot be done on the new plan when that has no room', async () => {
    desk.change.mockRejectedValueOnce(new ConflictError({ version: 7, changes: [] }))
    desk.price.mockImplementation(async () => price({ obstacles: ['no time left'] }))
    render(<Bench />)
    focus(/^Customer a2/)
    await user.keyboard('m{ArrowDown}{Enter}')
    const dialog = await screen.findByRole('dialog')
    await within(dialog).findByText('no time left')
    expect(within(dialog).getByRole<HTMLButtonElement>('button', { name: 'Do it on the new plan' }).disabled).toBe(true)
    await user.click(within(dialog).getByRole('button', { name: 'Leave it' }))
    expect(screen.queryByRole('dialog')).toBeNull()
  })
})

describe('several visits', () => {
  const chooseTwo = async () => {
    focus(/^Customer a2/)
    await user.keyboard(' {ArrowRight} ')
    return screen.findByRole('toolbar', { name: 'Chosen visits' })
  }

  it('are reassigned together, or not at all', async () => {
    bulk.mockRejectedValueOnce(new Error('Customer a3 does not fit into the day of Ben Graf'))
    render(<Bench />)
    await user.click(within(await chooseTwo()).getByRole('button', { name: 'Reassign…' }))
    const dialog = screen.getByRole('dialog', { name: 'Give 2 visits to somebody else' })
    await user.click(within(dialog).getByRole('combobox', { name: 'To' }))
    await user.click(within(dialog).getByRole('option', { name: 'Ben Graf' }))
    await user.click(within(dialog).getByRole('button', { name: 'Reassign' }))
    expect((await within(dialog).findByRole('alert')).textContent).toContain('Customer a3 does not fit')
    await user.click(within(dialog).getByRole('button', { name: 'Reassign' }))
    await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull())
    expect(bulk.mock.calls[1]!.slice(1)).toEqual([['a2', 'a3'], { kind: 'reassign', agent: 'ben' }])
    expect(screen.queryByRole('toolbar')).toBeNull()
  })

  it('are cancelled only with a reason', async () => {
    render(<QueryClientProvider client={new QueryClient()}><Bench /></QueryClientProvider>)
    await user.click(within(await chooseTwo()).getByRole('button', { name: 'Cancel…' }))
    const dialog = screen.getByRole('dialog', { name: 'Cancel 2 visits' })
    expect(within(dialog).getByRole<HTMLButtonElement>('button', { name: 'Cancel the visits' }).disabled).toBe(true)
    await user.type(within(dialog).getByLabelText('Why'), 'closed for inventory')
    await user.click(within(dialog).getByRole('button', { name: 'Cancel the visits' }))
    await waitFor(() => expect(bulk.mock.calls[0]?.[2]).toEqual({ kind: 'cancel', reason: 'closed for inventory' }))
  })
})

it('locks with L and takes out with Delete', async () => {
  render(<Bench />)
  focus(/^Customer a2/)
  await user.keyboard('l')
  await waitFor(() => expect(desk.change.mock.calls[0]?.[1]).toEqual([{ kind: 'lock', visit: 'a2' }]))
  await user.keyboard('{Delete}')
  await waitFor(() => expect(desk.change.mock.calls[1]?.[1]).toEqual([{ kind: 'unassign', visit: 'a2' }]))
})

it('draws only the lanes in sight of a large day', () => {
  const routes = Array.from({ length: 400 }, (_, n) => route(`agent-${n}`, Array.from({ length: 10 }, (_, i) => stop(`v${n}-${i}`, `${String(8 + Math.floor(i / 2)).padStart(2, '0')}:${i % 2 === 0 ? '00' : '30'}`, `${String(8 + Math.floor((i + 1) / 2)).padStart(2, '0')}:${i % 2 === 0 ? '20' : '00'}`))))
  render(<Bench first={plan({ routes })} />)
  expect(screen.getByRole('grid').getAttribute('aria-rowcount')).toBe('400')
  expect(screen.getAllByRole('row').length).toBeLessThan(40)
})

it('cannot free what limits were exceeded for', async () => {
  render(<Bench first={plan({ routes: [route('ana', [stop('x', '10:30', '11:00', { name: 'Bakery', commitment: 'fixed_agent', exception: { kind: 'overtime', until: at('17:10') } })])] })} />)
  await user.type(bar(/^Bakery/), '{Enter}')
  expect(screen.getByText('works until 17:10')).toBeTruthy()
  expect(screen.queryByRole('button', { name: 'Unlock' })).toBeNull()
  expect(screen.getByRole('button', { name: 'Take out of the plan' })).toBeTruthy()
})

it('plans what waits although something gives, and can take that back', async () => {
  const late = { give: 'overtime' as const, by_s: 900, agent_id: 'ben', date: DATE, start: '2026-11-26T09:12:00Z', cost: 1_800 }
  render(<Bench explanation={(_, onAccept) => <button onClick={() => onAccept!(late)}>Accept</button>} />)
  await user.type(screen.getByRole('list', { name: 'Unplanned visits' }).querySelector('button')!, '{Enter}')
  await user.click(screen.getByRole('button', { name: 'Accept' }))
  await waitFor(() => expect(desk.change.mock.lastCall?.[1]).toMatchObject([{ kind: 'assign_though', agent: 'ben', date: DATE, accepts: { give: 'overtime', by_s: 900 } }]))
  expect((screen.getByRole('button', { name: 'Undo' }) as HTMLButtonElement).disabled).toBe(false)
})

describe('an agent who was chosen', () => {
  const ana = (over: Parameters<typeof route>[2] = {}) => plan({ routes: [route('ana', [stop('a1', '09:00', '09:30', { commitment: 'done' }), stop('a2', '10:00', '10:30')], over), route('ben', [])] })

  it('ends the day only when asked twice, and says what becomes of the visits', async () => {
    render(<Bench first={ana()} chosenAgent="ana" />)
    await user.click(bar(/^End the day…/))
    const dialog = screen.getByRole('dialog', { name: 'End the day of Ana Lima?' })
    expect(dialog.textContent).toContain('The visit that has not begun is given to others')
    await user.click(within(dialog).getByRole('button', { name: 'End the day' }))
    await waitFor(() => expect(desk.change.mock.lastCall![1]).toEqual([{ kind: 'end_day', agent: 'ana' }]))
  })

  it('is taken back as a change, but not where nothing was moved', async () => {
    desk.change.mockResolvedValueOnce(plan().version)
    render(<Bench first={ana({ isClosed: true, isEnded: true })} chosenAgent="ana" />)
    await user.click(bar(/^Open the day again/))
    await waitFor(() => expect(desk.change.mock.lastCall![1]).toEqual([{ kind: 'open_day', agent: 'ana' }]))
    expect(bar(/^Undo/).hasAttribute('disabled')).toBe(true)
  })

  it('is only looked at by those who may not plan', () => {
    render(<Bench first={ana()} chosenAgent="ana" canEdit={false} />)
    expect(screen.getByRole('region', { name: /^Day of Ana Lima/ }).textContent).toContain('2 visits')
    expect(screen.queryByRole('button', { name: /^End the day/ })).toBeNull()
  })
})

describe('a narrow screen', () => {
  beforeEach(() => vi.stubGlobal('matchMedia', () => ({ matches: false, addEventListener() {}, removeEventListener() {} })))
  const tab = (name: string) => screen.getByRole('tab', { name }).getAttribute('aria-selected')

  it('tells in a line what was chosen, and all about it when asked', async () => {
    render(<Bench />)
    focus(/^Customer a2/)
    await user.keyboard('{Enter}')
    const peek = screen.getByRole('region', { name: 'Chosen: Customer a2' })
    expect(peek.textContent).toContain('stop 2 of 3 of Ana Lima')
    await user.click(within(peek).getByRole('button', { name: 'Details' }))
    expect([tab('Visit'), screen.queryByRole('region', { name: 'Chosen: Customer a2' })]).toEqual(['true', null])
    expect(screen.getByRole('region', { name: 'Visit to Customer a2' })).toBeTruthy()
  })

  it('tells whose day was chosen', async () => {
    render(<Bench chosenAgent="ben" />)
    await user.click(within(screen.getByRole('region', { name: 'Chosen: Ben Graf' })).getByRole('button', { name: 'Details' }))
    expect(screen.getByRole('region', { name: /^Day of Ben Graf/ })).toBeTruthy()
  })

  it('goes to what was asked for, and back with it', () => {
    const { rerender } = render(<Bench side={<p>Older plans</p>} />)
    expect([tab('Versions'), screen.queryByText('Older plans') !== null]).toEqual(['true', true])
    rerender(<Bench />)
    expect(tab('Timeline')).toBe('true')
  })
})
