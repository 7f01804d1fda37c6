// @vitest-environment jsdom
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { QueryClient, QueryClientProvider } from '@tanstack/react-query'
import { cleanup, render, screen, waitFor } from '@testing-library/react'
import userEvent from '@testing-library/user-event'
import { problem, serve } from '../../test/server'
import { EraseAgent } from './EraseAgent'

const user = userEvent.setup()
const onErased = vi.fn()
let server: ReturnType<typeof serve>

beforeEach(() => {
  onErased.mockClear()
  server = serve({ 'POST /agents/a1/erase': { id: 'e', at: '', rows: {} } })
  render(<QueryClientProvider client={new QueryClient()}><EraseAgent agent={{ id: 'a1', name: 'Ada Ito', created_at: '', territory_id: null, state: 'awake' }} onErased={onErased} /></QueryClientProvider>)
})
afterEach(cleanup)

const ask = async (typed: string) => {
  await user.click(screen.getByRole('button', { name: 'Erase…' }))
  await user.type(screen.getByRole('textbox'), typed)
  return screen.getByRole<HTMLButtonElement>('button', { name: 'Erase for good' })
}

it('an agent is erased only when the name is typed', async () => {
  expect((await ask('Ada')).disabled).toBe(true)
  await user.type(screen.getByRole('textbox'), ' Ito{Enter}')
  await waitFor(() => expect(onErased).toHaveBeenCalled())
  expect(server.sent('POST')?.body).toEqual({ confirm: 'Ada Ito' })
})

it('a refusal is told, and the agent stays', async () => {
  server.answers['POST /agents/a1/erase'] = problem(404, 'not_found', { message: 'there is no such agent' })
  await user.click(await ask('Ada Ito'))
  expect((await screen.findByRole('alert')).textContent).toMatch(/no such agent/i)
  expect(onErased).not.toHaveBeenCalled()
})
