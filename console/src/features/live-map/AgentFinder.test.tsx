// @vitest-environment jsdom
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { cleanup, render, screen } from '@testing-library/react'
import userEvent from '@testing-library/user-event'
import { AgentFinder } from './AgentFinder'
import { muster } from './fleet'
import { useView } from './view'

const AGENTS = ['Ana', 'Ben', 'Cem'].map((name) => ({ id: name.toLowerCase(), name, territory_id: null, created_at: '', state: 'awake' as const }))
const select = vi.fn()

function Finder() {
  const { query, statuses, order } = useView()
  const fleet = muster(AGENTS, () => null, { query, statuses, order, territories: new Set() })
  return <AgentFinder fleet={fleet} territories={[]} selected={null} onSelect={select} onFocus={() => {}} filter={null} />
}

beforeEach(() => {
  vi.stubGlobal('ResizeObserver', class { observe() {} disconnect() {} })
  select.mockReset()
  useView.setState({ query: '' })
  render(<Finder />)
})
afterEach(cleanup)

describe('finding an agent without a mouse', () => {
  it('goes to the box at the stroke of a slash', async () => {
    await userEvent.keyboard('/')
    expect(document.activeElement).toBe(screen.getByRole('combobox', { name: 'Search agents' }))
  })

  it('chooses the first match on Enter', async () => {
    await userEvent.keyboard('/ce{Enter}')
    expect(select).toHaveBeenCalledWith('cem')
  })

  it('walks the list with the arrows and says where it is', async () => {
    await userEvent.keyboard('/{ArrowDown}{ArrowDown}')
    const at = screen.getByRole('combobox', { name: 'Search agents' }).getAttribute('aria-activedescendant')
    expect(document.getElementById(at!)?.textContent).toContain('Ben')
    await userEvent.keyboard('{Enter}')
    expect(select).toHaveBeenCalledWith('ben')
  })

  it('empties the box on Escape', async () => {
    await userEvent.keyboard('/zzz')
    expect(screen.getByText('Nobody matches')).toBeTruthy()
    await userEvent.keyboard('{Escape}')
    expect(screen.getAllByRole('option', { name: /Ana|Ben|Cem/ })).toHaveLength(3)
  })
})
