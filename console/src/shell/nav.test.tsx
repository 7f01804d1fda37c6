// @vitest-environment jsdom
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { QueryClient, QueryClientProvider } from '@tanstack/react-query'
import { cleanup, render, screen, within } from '@testing-library/react'
import userEvent from '@testing-library/user-event'
import { MemoryRouter, Route, Routes } from 'react-router'
import { may } from '../api/access'
import { useSession } from '../api/session'
import { meAs, signedInAs, type TestRole } from '../test/people'
import { serve } from '../test/server'

vi.hoisted(() => vi.stubGlobal('matchMedia', () => ({ matches: false, addEventListener() {}, removeEventListener() {} })))
const { Gate } = await import('./Gate')
const { homeFor, pagesFor } = await import('./nav')
const { TopBar } = await import('./TopBar')

const mayOf = (role: TestRole) => (module: Parameters<typeof may>[1], action?: Parameters<typeof may>[2]) => may(meAs(role), module, action)
const offered = (role: TestRole) => pagesFor(mayOf(role)).map(({ name }) => name)

const show = (role: TestRole) => {
  const me = signedInAs(role, { email: 'd•••@example.com' })
  render(
    <QueryClientProvider client={new QueryClient()}>
      <MemoryRouter initialEntries={['/audit']}>
        <TopBar me={me} />
        <Routes>
          <Route path="/audit" element={<Gate needs={['audit']}><p>the log</p></Gate>} />
          <Route path="/profile" element={<p>the profile</p>} />
        </Routes>
      </MemoryRouter>
    </QueryClientProvider>,
  )
}

beforeEach(() => localStorage.clear())
afterEach(cleanup)

describe('the pages', () => {
  it('are offered by what one may read', () => {
    expect(offered('admin')).toEqual(['Live map', 'Dispatch', 'Visits', 'Customers', 'Playback', 'Fences', 'Territories', 'Quarantine', 'Users', 'Audit log', 'System'])
    expect(offered('auditor')).toEqual(offered('admin'))
    expect(offered('dispatcher')).toEqual(['Live map', 'Dispatch', 'Visits', 'Customers', 'Playback', 'Fences', 'Territories', 'Quarantine', 'System'])
    // Teams are among the pages of users.
    expect(offered('manager')).toContain('Users')
    expect(offered('agent')).toEqual(['Live map', 'Dispatch', 'Visits', 'Customers', 'Playback'])
  })

  it('begin with the first that is allowed, or with the person', () => {
    expect(homeFor(mayOf('admin'))).toBe('/map')
    expect(homeFor(() => false)).toBe('/profile')
    expect(homeFor((module) => module === 'audit')).toBe('/audit')
  })

  it('that are not allowed say so, and offer those that are', () => {
    show('dispatcher')
    expect(screen.getByRole('heading', { name: 'This page is not part of your role' })).toBeTruthy()
    const others = screen.getByRole('navigation', { name: 'Pages you can see' })
    expect(within(others).queryByRole('link', { name: 'Audit log' })).toBeNull()
    expect(within(screen.getByRole('navigation', { name: 'Main' })).queryByRole('link', { name: 'Audit log' })).toBeNull()
    expect(within(others).getByRole('link', { name: 'Fences' })).toBeTruthy()
  })

  it('that are allowed are shown', () => {
    show('auditor')
    expect(screen.getByText('the log')).toBeTruthy()
  })
})

describe('the menu of the person', () => {
  it('shows who it is, says what is masked, and leads to the profile', async () => {
    show('auditor')
    await userEvent.click(screen.getByRole('button', { name: 'Signed in as Dana Hoff' }))
    const menu = screen.getByRole('menu', { name: 'Signed in as Dana Hoff' })
    expect(within(menu).getByText(/masked: your role does not include contacts/)).toBeTruthy()
    await userEvent.click(within(menu).getByRole('menuitem', { name: 'Profile and sessions' }))
    expect(screen.getByText('the profile')).toBeTruthy()
  })

  it('signs out, on the server too', async () => {
    const { sent } = serve({ 'POST /auth/logout': null })
    show('admin')
    await userEvent.click(screen.getByRole('button', { name: 'Signed in as Dana Hoff' }))
    await userEvent.click(screen.getByRole('menuitem', { name: 'Sign out' }))
    await vi.waitFor(() => expect(useSession.getState()).toMatchObject({ phase: 'out', ended: 'asked' }))
    expect(sent('POST', '/auth/logout')).toBeTruthy()
  })
})
