// @vitest-environment jsdom
import 'fake-indexeddb/auto'
import { IDBFactory } from 'fake-indexeddb'
import { act, cleanup, render, screen, waitFor, within } from '@testing-library/react'
import userEvent from '@testing-library/user-event'
import { MemoryRouter, Route, Routes } from 'react-router'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { RuntimeContext } from '../app'
import { laneOf, type Body } from '../model/body'
import type { Day, FormField, Offer, Place, Visit } from '../model/day'
import { OfferSheet } from '../parts/OfferSheet'
import type { Runtime } from '../runtime'
import { initial, show, useField } from '../state'
import { PhoneIsFull, openDb } from '../store/db'
import { Store, type NewFile } from '../store/store'
import type { Action } from '../sync/queue'
import { ActivityPage } from './ActivityPage'
import { CheckInPage } from './CheckInPage'
import { CheckOutPage } from './CheckOutPage'
import { OffersPage } from './OffersPage'
import { SyncPage } from './SyncPage'
import { TodayPage } from './TodayPage'
import { VisitPage } from './VisitPage'

const NOW = Date.now()
const place: Place = { id: 'p', label: '', address: 'Mill Road 1', point: { lat: 52, lon: 13 }, hours: null, access_notes: '' }
const visit = (id: string, over: Partial<Visit> = {}): Visit => ({
  id, customer_id: 'c', customer: `Shop ${id}`, place, kind: 'routine', status: 'planned', position: null, windows: [], start_ms: null, eta_ms: null, duration_s: 1_800, priority: 50,
  purpose: null, note: '', leg: null, checked_in_ms: null, ended_ms: null, outcome: null, reason: null, flags: [], verification: null, radius_m: 100,
  required: { productive: [], unproductive: [] }, lacking: [], done: [], files: [], ...over,
})
const field = (key: string, label: string, kind: FormField['kind'], over: Partial<FormField> = {}): FormField =>
  ({ key, label, kind, required: { kind: 'always' }, min: null, max: null, decimals: null, lengthMax: null, dateMin: null, dateMax: null, choices: [], ...over })
const rules: Day['rules'] = { outside_check_in: 'flag', outside_check_out: 'flag', accuracy_max_m: 100, cool_down_s: 120, unproductive_reasons: ['closed', 'no_buyer'], cancel_reasons: [], abandon_reasons: [] }
const day = (visits: Visit[], over: Partial<Day> = {}): Day => ({
  date: new Date(NOW).toISOString().slice(0, 10), zone: 'UTC', fetched_ms: NOW, visits, customers: [], rules, duty: { isOn: true, since_ms: NOW }, start: null,
  activities: [{ id: 'shelf', name: 'Shelf check', form: { id: 'f', version: 3 }, fields: [field('facings', 'Facings', 'number', { min: 0, max: 99, decimals: 0 }), field('note', 'Remark', 'note', { required: { kind: 'never' } })] }], ...over,
})
/** 0.001° of latitude is 111 m. */
const at = (lat: number, accuracy_m = 5) => ({ lat, lon: 13, accuracy_m, at_ms: Date.now() })

let acted: { body: Body; files: readonly NewFile[]; draft: string | null }[]
let store: Store<Body>
let fails: Error | null
const seqs = vi.fn()

async function open(path: string): Promise<void> {
  const runtime = {
    store, newId: () => crypto.randomUUID(), refresh: () => Promise.resolve(), sendNow: () => undefined, look: () => () => undefined, retry: (seq: number) => Promise.resolve(seqs('retry', seq)), discard: (seq: number) => Promise.resolve(seqs('discard', seq)),
    act: (body: Body, files: readonly NewFile[] = [], draft: string | null = null) => {
      if (fails) return Promise.reject(fails)
      acted.push({ body, files, draft })
      return Promise.resolve('id')
    },
  } as unknown as Runtime
  render(
    <RuntimeContext value={runtime}>
      <MemoryRouter initialEntries={[path]}>
        <Routes>
          <Route index element={<TodayPage />} /><Route path="sync" element={<SyncPage />} /><Route path="offers" element={<OffersPage />} />
          <Route path="visits/:id" element={<p>the visit</p>} /><Route path="whole/:id" element={<VisitPage />} /><Route path="visits/:id/check-in" element={<CheckInPage />} /><Route path="visits/:id/check-out" element={<CheckOutPage />} /><Route path="visits/:id/do/:type" element={<ActivityPage />} />
        </Routes>
        <OfferSheet />
      </MemoryRouter>
    </RuntimeContext>,
  )
  await waitFor(() => expect(document.body.textContent).not.toBe(''))
}

beforeEach(async () => {
  globalThis.indexedDB = new IDBFactory()
  store = new Store<Body>(await openDb('me'))
  acted = []
  fails = null
  seqs.mockReset()
  useField.setState({ ...initial, isReady: true, isOnline: true })
})
afterEach(() => {
  cleanup()
  store.close()
})

const user = userEvent.setup()
const button = (name: string) => screen.getByRole<HTMLButtonElement>('button', { name })
const photo = () => new File([new Uint8Array([0xff, 0xd8, 0xff, 0xd9])], 'shop.jpg', { type: 'image/jpeg' })

describe('a visit', () => {
  it('says what it takes of the vehicle, where it takes anything', async () => {
    show({ day: day([visit('v', { demand: 1_200 }), visit('w')]), reading: at(52.0004) })
    await open('/whole/v')
    expect(screen.getByText('Needs of your vehicle').nextSibling?.textContent).toBe('1,200')
    cleanup()
    await open('/whole/w')
    expect(screen.queryByText('Needs of your vehicle')).toBeNull()
  })
})

describe('a check-in', () => {
  it('says how far away one is, and sends the position along', async () => {
    show({ day: day([visit('v')]), reading: at(52.0004) })
    await open('/visits/v/check-in')
    expect(screen.getByTestId('distance').textContent).toBe('44 m')
    await user.click(button('Check in now'))
    expect(acted.map(({ body }) => body)).toEqual([{ kind: 'told', visit: 'v', title: 'Shop v', told: { type: 'check_in', position: { lat: 52.0004, lon: 13, accuracy_m: 5 } } }])
  })

  it('is refused on the spot where the organisation takes it only at the place', async () => {
    show({ day: day([visit('v')], { rules: { ...rules, outside_check_in: 'block' } }), reading: at(52.01) })
    await open('/visits/v/check-in')
    expect(screen.getByRole('alert').textContent).toContain('Too far away')
    expect(button('Check in now').disabled).toBe(true)
  })

  it('asks for a photo where that is the rule', async () => {
    show({ day: day([visit('v')], { rules: { ...rules, outside_check_in: 'proof' } }), reading: at(52.01) })
    await open('/visits/v/check-in')
    expect(button('Check in now').disabled).toBe(true)
    await user.upload(screen.getByLabelText('Photo of the place'), photo())
    await waitFor(() => expect(button('Check in now').disabled).toBe(false))
    await user.click(button('Check in now'))
    const [{ body, files }] = acted as [(typeof acted)[0]]
    expect(files.map(({ purpose, type, bytes }) => [purpose, type, bytes.byteLength])).toEqual([['check_in', 'image/jpeg', 4]])
    expect(body.kind === 'told' && body.told.type === 'check_in' && body.told.photos).toEqual([files[0]!.id])
  })

  it('is done once, however fast one taps', async () => {
    show({ day: day([visit('v')]), reading: at(52) })
    await open('/visits/v/check-in')
    await waitFor(() => expect(screen.getByTestId('distance').textContent).toBe('0 m'))
    const tap = button('Check in now')
    act(() => {
      tap.click()
      tap.click()
    })
    await waitFor(() => expect(acted.length).toBe(1))
  })

  it('waits for the visit that is still open', async () => {
    show({ day: day([visit('v'), visit('w', { status: 'checked_in', checked_in_ms: NOW })]), reading: at(52) })
    await open('/visits/v/check-in')
    expect(screen.getByRole('alert').textContent).toContain('still checked in at Shop w')
    expect(button('Check in now').disabled).toBe(true)
    expect(screen.getByRole('link', { name: /Check out there/ }).getAttribute('href')).toBe('/visits/w/check-out')
  })

  it('that the phone has no room for is said, and not taken for done', async () => {
    show({ day: day([visit('v')]), reading: at(52) })
    fails = new PhoneIsFull(new Error('quota'))
    await open('/visits/v/check-in')
    await user.click(button('Check in now'))
    expect((await screen.findByRole('alert')).textContent).toContain('no room left')
    expect(button('Check in now').disabled).toBe(false)
  })
})

describe('a check-out', () => {
  const open_ = visit('v', { status: 'checked_in', checked_in_ms: NOW - 60_000, required: { productive: ['activity:shelf', 'note'], unproductive: [] } })

  it('wants a reason of an unproductive visit', async () => {
    show({ day: day([open_]), reading: at(52) })
    await open('/visits/v/check-out')
    await user.click(button('Unproductive'))
    expect(button('Check out now').disabled).toBe(true)
    await user.click(screen.getByRole('radio', { name: 'No buyer' }))
    await user.click(button('Check out now'))
    expect(acted[0]!.body).toMatchObject({ told: { type: 'check_out', outcome: 'unproductive', reason: 'no_buyer', position: { lat: 52 } } })
  })

  it('says what is still needed, and where it is given', async () => {
    show({ day: day([open_]), reading: at(52) })
    await open('/visits/v/check-out')
    await user.click(button('Productive'))
    expect(screen.getByRole('link', { name: 'Shelf check' }).getAttribute('href')).toBe('/visits/v/do/shelf')
    await user.type(screen.getByLabelText('Note (needed)'), 'sold two')
    expect(button('Check out now').disabled).toBe(true)
    show({ day: day([{ ...open_, done: [{ id: 'd', type_id: 'shelf', at_ms: NOW, answers: { facings: 3 } }] }]) })
    await waitFor(() => expect(button('Check out now').disabled).toBe(false))
  })
})

describe('what is half done', () => {
  it('is there again when the phone ended the page over its camera', async () => {
    show({ day: day([visit('v', { status: 'checked_in', checked_in_ms: NOW - 60_000, required: { productive: ['photo'], unproductive: [] } })]), reading: at(52) })
    await open('/visits/v/check-out')
    await user.click(button('Productive'))
    await user.upload(screen.getByLabelText('Photo (needed)'), photo())
    await screen.findByRole('button', { name: 'Remove photo 1' })
    await user.type(screen.getByLabelText('Note (if you like)'), 'two cases')
    // At once: nothing is waited for between the last word and the end of the page.
    cleanup()
    await open('/visits/v/check-out')
    await screen.findByRole('button', { name: 'Remove photo 1' })
    expect(screen.getByLabelText<HTMLTextAreaElement>('Note (if you like)').value).toBe('two cases')
    await user.click(button('Check out now'))
    expect(acted[0]).toMatchObject({ body: { told: { outcome: 'productive', note: 'two cases' } }, draft: 'draft:v:check-out' })
    expect(acted[0]!.files.map(({ purpose }) => purpose)).toEqual(['check_out'])
  })

  it('is kept on while it cannot be sent off, and forgotten after some days', async () => {
    show({ day: day([visit('v')], { rules: { ...rules, outside_check_in: 'proof' } }), reading: at(52.01) })
    await open('/visits/v/check-in')
    await user.upload(screen.getByLabelText('Photo of the place'), photo())
    await screen.findByRole('button', { name: 'Remove photo 1' })
    fails = new PhoneIsFull(new Error('quota'))
    await user.click(button('Check in now'))
    await screen.findByText('That was not kept')
    expect(await store.kept('draft:v:check-in')).toMatchObject({ value: { photos: [{ purpose: 'check_in' }] } })
    await store.prune(Date.now() - 60_000)
    expect(await store.kept('draft:v:check-in')).toBeTruthy()
    await store.prune(Date.now() + 1)
    expect(await store.kept('draft:v:check-in')).toBeUndefined()
  })
})

describe('a form', () => {
  it('keeps what was half filled in, says what is wrong, and goes out as numbers', async () => {
    show({ day: day([visit('v', { status: 'checked_in', checked_in_ms: NOW })]) })
    await open('/visits/v/do/shelf')
    await user.click(await screen.findByRole('button', { name: 'Save' }))
    expect(screen.getByText('Needs an answer')).toBeTruthy()
    await user.type(screen.getByLabelText(/Facings/), '120')
    expect(screen.getByText('At most 99')).toBeTruthy()
    await waitFor(async () => expect(await store.kept('draft:v:shelf')).toMatchObject({ value: { answers: { facings: '120' } } }))
    cleanup()
    await open('/visits/v/do/shelf')
    expect(await screen.findByText('You had begun this')).toBeTruthy()
    const box = screen.getByLabelText<HTMLInputElement>(/Facings/)
    expect(box.value).toBe('120')
    await user.clear(box)
    await user.type(box, '12')
    await user.click(button('Save'))
    expect(acted).toEqual([{ body: { kind: 'activity', visit: 'v', title: 'Shop v', type_id: 'shelf', form: { id: 'f', version: 3 }, name: 'Shelf check', answers: { facings: 12 } }, files: [], draft: 'draft:v:shelf' }])
    expect(screen.getByText('the visit')).toBeTruthy()
  })
})

describe('an offer', () => {
  const offer = (over: Partial<Offer> = {}): Offer => ({
    id: 'o', state: 'offered', visit_id: 'n', customer: 'Florist', address: 'Lane 3', point: null, purpose: null, note: '', window: null, duration_s: null,
    offered_ms: NOW, expires_ms: NOW + 600_000, arrival_ms: null, detour_s: 420, cause: null, ...over,
  })

  it('lies over everything until it is answered, with the time that is left', async () => {
    show({ day: day([visit('v')]), offers: [offer()] })
    await open('/')
    const sheet = screen.getByRole('dialog', { name: 'Offer: Florist' })
    const left = Number.parseInt(within(sheet).getByRole('timer').getAttribute('aria-label') ?? '', 10)
    expect(left > 0 && left <= 600, `${left} s`).toBe(true)
    await user.click(within(sheet).getByRole('button', { name: 'Accept' }))
    expect(acted[0]!.body).toEqual({ kind: 'offer', offer: 'o', title: 'Florist', accepts: true })
  })

  it('says on which day one would be there, unless it is today', async () => {
    const times = { arrival_ms: NOW + 86_400_000, window: { from_ms: NOW + 3 * 86_400_000, to_ms: NOW + 3 * 86_400_000 + 3_600_000 } }
    show({ day: day([visit('v')]), offers: [offer(times), offer({ id: 'today', arrival_ms: NOW, expires_ms: NOW + 900_000 })] })
    await open('/offers')
    const sheet = screen.getByRole('dialog', { name: 'Offer: Florist' })
    expect(within(sheet).getByText(/^Tomorrow \d\d:\d\d$/)).toBeTruthy()
    expect(within(sheet).getByText(/^(Mon|Tue|Wed|Thu|Fri|Sat|Sun), \d+ \w+ \d\d:\d\d–\d\d:\d\d$/)).toBeTruthy()
    await user.click(screen.getByText('Decide later, under Offers'))
    await user.click(screen.getByText('Decide later, under Offers'))
    expect([screen.getByText(/^Tomorrow \d\d:\d\d · 7 min extra way$/), screen.getByText(/^\d\d:\d\d · 7 min extra way$/)].length).toBe(2)
  })

  it('says what it is for and what one should know, on the sheet and in the list', async () => {
    show({ day: day([visit('v')]), offers: [offer({ purpose: 'repair', note: 'Ring twice' })] })
    await open('/offers')
    const sheet = screen.getByRole('dialog', { name: 'Offer: Florist' })
    expect(within(sheet).getByText('Repair')).toBeTruthy()
    expect(within(sheet).getByText('Ring twice')).toBeTruthy()
    await user.click(screen.getByText('Decide later, under Offers'))
    expect([screen.getByText('Repair'), screen.getByText('Ring twice')].every((one) => document.body.contains(one))).toBe(true)
  })

  it('takes the focus from whatever lay over the page, and gives it back', async () => {
    show({ day: day([visit('v')]), offers: [] })
    await open('/')
    const link = screen.getByRole('link', { name: 'Add a visit' })
    link.focus()
    act(() => show({ offers: [offer()] }))
    const sheet = await screen.findByRole('dialog', { name: 'Offer: Florist' })
    expect(document.activeElement).toBe(sheet)
    const others = () => [...document.body.children].filter((one) => one !== sheet) as HTMLElement[]
    expect(others().every(({ inert }) => inert)).toBe(true)
    await user.click(screen.getByText('Decide later, under Offers'))
    expect(others().some(({ inert }) => inert)).toBe(false)
    expect(document.activeElement).toBe(link)
  })

  it('is declined with a reason, or put aside', async () => {
    show({ day: day([visit('v')]), offers: [offer(), offer({ id: 'p', customer: 'Baker', expires_ms: NOW + 700_000 })] })
    await open('/')
    await user.click(screen.getByText('Decide later, under Offers'))
    await screen.findByRole('dialog', { name: 'Offer: Baker' })
    await user.click(button('Decline…'))
    await user.click(screen.getByRole('radio', { name: 'Too far' }))
    await user.click(button('Decline'))
    expect(acted[0]!.body).toEqual({ kind: 'offer', offer: 'p', title: 'Baker', accepts: false, reason: 'too_far' })
  })

  it('whose time is up, or that was answered here, is gone', async () => {
    const reply: Action<Body> = { seq: 1, id: 'a', lane: 'offer:o', at_ms: NOW, offset_ms: 0, body: { kind: 'offer', offer: 'o', title: '', accepts: true }, files: [], state: 'waiting', failures: 0, refusal: null, sent_at_ms: null }
    show({ day: day([visit('v')]), offers: [offer(), offer({ id: 'late', expires_ms: NOW - 1 })], queue: { actions: [reply], files: new Map() } })
    await open('/')
    expect(screen.queryByRole('dialog')).toBeNull()
  })
})

describe('what waits and what was refused', () => {
  const action = (seq: number, body: Body, over: Partial<Action<Body>> = {}): Action<Body> =>
    ({ seq, id: `a${seq}`, lane: laneOf(body), at_ms: NOW, offset_ms: 0, body, files: [], state: 'waiting', failures: 0, refusal: null, sent_at_ms: null, ...over })

  it('is shown with why, and decided by the agent', async () => {
    const refused = action(1, { kind: 'told', visit: 'v', title: 'Shop v', told: { type: 'check_in' } }, { state: 'refused', refusal: { status: 409, code: 'outside_radius', message: 'x', at_ms: NOW } })
    const held = action(2, { kind: 'told', visit: 'v', title: 'Shop v', told: { type: 'check_out', outcome: 'productive' } })
    show({ day: day([visit('v')]), queue: { actions: [refused, held], files: new Map() } })
    await open('/sync')
    expect(screen.getByRole('alert').textContent).toContain('too far away')
    expect(screen.getByText('Held')).toBeTruthy()
    await user.click(button('Try again'))
    expect(seqs).toHaveBeenCalledWith('retry', 1)
    await user.click(button('Throw away'))
    const dialog = screen.getByRole('dialog')
    expect(within(dialog).getAllByRole('listitem').map(({ textContent }) => textContent)).toEqual(['Checked in, Shop v', 'Checked out, productive, Shop v'])
    await user.click(within(dialog).getByRole('button', { name: 'Throw away' }))
    expect(seqs).toHaveBeenLastCalledWith('discard', 1)
  })

  it('a photo goes alone, and an offer that is over is only read', async () => {
    const refusal = { status: 409, code: 'offer_closed', message: 'x', at_ms: NOW }
    const photo = action(1, { kind: 'photos', visit: 'v', title: 'Shop v', photos: ['p'] }, { state: 'refused', refusal: { status: 422, code: 'invalid', message: 'the file is no picture', at_ms: NOW } })
    const held = action(2, { kind: 'told', visit: 'v', title: 'Shop v', told: { type: 'check_out', outcome: 'productive' } })
    const offer = action(3, { kind: 'offer', offer: 'o', title: 'Shop o', accepts: true }, { state: 'refused', refusal })
    show({ day: day([visit('v')]), queue: { actions: [photo, held, offer], files: new Map() } })
    await open('/sync')
    expect(screen.getAllByRole('alert').map(({ textContent }) => textContent).join()).toContain('The file is no picture')
    await user.click(button('Throw away'))
    const dialog = screen.getByRole('dialog')
    expect(within(dialog).getAllByRole('listitem').map(({ textContent }) => textContent)).toEqual(['Photo, Shop v'])
    await user.click(within(dialog).getByRole('button', { name: 'Throw away' }))
    expect(seqs).toHaveBeenLastCalledWith('discard', 1)
    expect(screen.getAllByRole('button', { name: 'Try again' })).toHaveLength(1)
    await user.click(button('Understood'))
    expect(seqs).toHaveBeenLastCalledWith('discard', 3)
  })

  it('a wrong clock, a session that is over and a full phone are said', async () => {
    show({ day: day([visit('v')]), clock: { offset_ms: -600_000, learned_at_ms: NOW }, mustSignIn: true, isFull: true })
    await open('/sync')
    for (const words of ['This phone’s clock is 10 min ahead', 'Sign in to go on sending', 'There is no room left on this phone']) expect(screen.getByText(words)).toBeTruthy()
  })
})
