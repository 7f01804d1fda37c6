// @vitest-environment jsdom
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { QueryClient, QueryClientProvider } from '@tanstack/react-query'
import { cleanup, render, screen, waitFor, within } from '@testing-library/react'
import userEvent from '@testing-library/user-event'
import type { ImportReport } from '../../api/imports'
import { signedInAs } from '../../test/people'
import { problem, serve } from '../../test/server'
import { ImportDialog } from './ImportDialog'

const GOOD: ImportReport = {
  applied: false, dry_run: true, rows: 3, created: 1, updated: 1, unchanged: 1, kept: 0, to_locate: 1, not_located: 0, bad_rows: 0, flaws: [], ignored_columns: ['Extra'],
  outcomes: [
    { line: 2, ref: 'K1', id: 'a', outcome: 'unchanged' }, { line: 3, ref: 'K2', id: 'b', outcome: 'updated', fields: ['visit_minutes', 'name'] }, { line: 4, ref: 'K3', id: 'c', outcome: 'created', place: 'to_locate' },
  ],
}
const BAD: ImportReport = {
  ...GOOD, rows: 4, bad_rows: 2,
  flaws: [{ line: 5, field: 'lat', column: 'Breite', value: '91', limit: 'must be a number within -90..90' }, { line: 6, field: 'ref', value: '', limit: 'must not be empty' }],
}
const user = userEvent.setup()
let server: ReturnType<typeof serve>
const onClose = vi.fn()

function show(answers: Record<string, unknown>, kind: 'customers' | 'visits' = 'customers') {
  server = serve(answers)
  signedInAs('admin')
  render(<QueryClientProvider client={new QueryClient()}><ImportDialog kind={kind} onClose={onClose} /></QueryClientProvider>)
}
const choose = (text = 'ref;name\nK1;x\n', name = 'list.csv') => user.upload(screen.getByLabelText('CSV file'), new File([text], name, { type: 'text/csv' }))

beforeEach(() => onClose.mockClear())
afterEach(() => {
  cleanup()
  vi.unstubAllGlobals()
})

it('shows every bad row and keeps the whole file out', async () => {
  show({ 'POST /imports/customers': BAD })
  await choose()
  const rows = within(await screen.findByRole('region', { name: 'Bad rows, a table' })).getAllByRole('row').slice(1)
  // What a phone shows below the column stands in the same cell.
  expect(rows.map((row) => within(row).getAllByRole('cell').map((cell) => cell.textContent))).toEqual([
    ['5', 'Breite91must be a number within -90..90', '91', 'must be a number within -90..90'], ['6', 'refmust not be empty', 'nothing', 'must not be empty'],
  ])
  expect(screen.getByRole('button', { name: 'Import 2 rows' }).hasAttribute('disabled')).toBe(true)
  expect(server.asked.at(-1)!.path).toBe('/imports/customers?dry_run=true')
  await user.click(screen.getByRole('button', { name: 'Import only the 2 rows that are good' }))
  await waitFor(() => expect(server.asked.at(-1)!.path).toBe('/imports/customers?only_good=true'))
})

it('shows what a good file does, then imports it', async () => {
  show({ 'POST /imports/customers': GOOD })
  await choose()
  const table = await screen.findByRole('region', { name: 'Rows, a table' })
  expect(within(table).getByText('visit minutes, name')).toBeTruthy()
  expect(within(table).getByText('looked for by its address')).toBeTruthy()
  expect(screen.getByText('Not read: Extra.')).toBeTruthy()
  server.answers['POST /imports/customers'] = { ...GOOD, dry_run: false, applied: true }
  await user.click(screen.getByRole('button', { name: 'Import 2 rows' }))
  await screen.findByText(/Imported: 1 new customer, 1 changed/)
  expect(server.asked.at(-1)!).toMatchObject({ method: 'POST', path: '/imports/customers' })
  expect(server.asked.at(-1)!.headers.get('content-type')).toBe('text/csv')
  await user.click(screen.getByRole('button', { name: 'Done' }))
  expect(onClose).toHaveBeenCalledOnce()
})

it('offers to read an older encoding', async () => {
  show({ 'POST /imports/visits': problem(400, 'invalid_field', { message: 'encoding: line 2 is not UTF-8', fields: [{ field: 'encoding', message: 'line 2 is not UTF-8: save it anew, or say encoding=windows-1252' }] }) }, 'visits')
  await choose()
  expect((await screen.findByRole('alert')).textContent).toContain('Line 2 is not UTF-8: save it anew.')
  server.answers['POST /imports/visits'] = GOOD
  await user.click(screen.getByRole('button', { name: 'Read it as an older Excel file' }))
  await screen.findByRole('button', { name: 'Import 2 rows' })
  expect(server.asked.at(-1)!.path).toBe('/imports/visits?dry_run=true&encoding=windows-1252')
})

it('looks again when somebody was quicker, and says when a file cannot be read', async () => {
  show({ 'POST /imports/customers': problem(400, 'invalid_field', { message: 'no column is called ref', fields: [{ field: 'columns', message: 'no column is called ref' }] }) })
  await choose('x\n')
  expect((await screen.findByRole('alert')).textContent).toContain('No column is called ref.')
  await user.click(screen.getByRole('button', { name: 'Another file' }))
  server.answers['POST /imports/customers'] = GOOD
  await choose()
  const go = await screen.findByRole('button', { name: 'Import 2 rows' })
  server.answers['POST /imports/customers'] = problem(422, 'bad_rows', { message: '1 of 3 rows are bad: nothing was imported' })
  await user.click(go)
  expect((await screen.findByRole('alert')).textContent).toContain('nothing was imported')
  server.answers['POST /imports/customers'] = BAD
  await user.click(screen.getByRole('button', { name: 'Look again' }))
  await screen.findByRole('region', { name: 'Bad rows, a table' })
})

it('sends nothing that is too large', async () => {
  show({})
  const file = new File(['x'], 'huge.csv', { type: 'text/csv' })
  Object.defineProperty(file, 'size', { value: 17 * 1024 * 1024 })
  await user.upload(screen.getByLabelText('CSV file'), file)
  expect((await screen.findByRole('alert')).textContent).toContain('huge.csv is too large')
  expect(server.asked).toEqual([])
})
