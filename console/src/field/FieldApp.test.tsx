// @vitest-environment jsdom
import 'fake-indexeddb/auto'
import { IDBFactory } from 'fake-indexeddb'
import { cleanup, render, screen, waitFor } from '@testing-library/react'
import { afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { keepSession, useSession } from '../api/session'
import { problem, serve } from '../test/server'
import { initial, useField } from './state'

const ana = { id: 'u', agent_id: 'a', name: 'Ana Lima', email: 'ana@example.com', permissions: [], roles: [], teams: [] }
let server: ReturnType<typeof serve>
let FieldApp: typeof import('./FieldApp').FieldApp

beforeAll(async () => {
  // The theme asks for it as it is loaded.
  globalThis.matchMedia ??= () => new EventTarget() as MediaQueryList
  FieldApp = (await import('./FieldApp')).FieldApp
})
beforeEach(() => {
  globalThis.indexedDB = new IDBFactory()
  localStorage.clear()
  history.replaceState(null, '', '/field')
  useField.setState(initial)
  useSession.setState({ phase: 'out', me: null, ended: null })
  server = serve({ 'GET /me': () => problem(401, 'unauthenticated') })
})
afterEach(() => {
  cleanup()
  vi.unstubAllGlobals()
})

/** What another window of this browser does when somebody signs in there: this one hears of it by the storage alone. */
function signInElsewhere(me: object): void {
  server.answers['GET /me'] = me
  keepSession(600_000)
  dispatchEvent(new StorageEvent('storage', { key: 'salessync.session', oldValue: null, newValue: localStorage.getItem('salessync.session') }))
}

const signIn = () => screen.findByRole('button', { name: 'Sign in' })

describe('a window that is signed out', () => {
  it('goes on when an agent signs in in another', async () => {
    render(<FieldApp />)
    await signIn()
    signInElsewhere(ana)
    await screen.findByRole('navigation', { name: 'Pages' })
    expect(useField.getState().person).toMatchObject({ agent: 'a', name: 'Ana Lima' })
  })

  it('stays where it is when whoever signs in is no agent, and goes on with the next who is', async () => {
    render(<FieldApp />)
    await signIn()
    signInElsewhere({ ...ana, agent_id: null })
    await waitFor(() => expect(server.sent('GET', '/me')).toBeDefined())
    await signIn()
    expect(screen.queryByRole('navigation', { name: 'Pages' })).toBeNull()
    signInElsewhere(ana)
    await screen.findByRole('navigation', { name: 'Pages' })
  })

  it('asks again with the network, where the server could not be asked at first', async () => {
    render(<FieldApp />)
    await signIn()
    signInElsewhere(() => problem(503, 'unavailable'))
    await waitFor(() => expect(server.sent('GET', '/me')).toBeDefined())
    server.answers['GET /me'] = ana
    expect(screen.queryByRole('navigation', { name: 'Pages' })).toBeNull()
    dispatchEvent(new Event('online'))
    await screen.findByRole('navigation', { name: 'Pages' })
  })
})
