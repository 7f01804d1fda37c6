import { expect, it } from 'vitest'
import { readDay, readOffer, readWays, type MyDay, type MyWays } from './contract'

/** As `GET /me/day` answers; only what the page reads. */
const my = {
  agent_id: 'a', date: '2026-12-24', time_zone: 'Europe/Berlin', server_time: '2026-12-24T07:00:00Z', seq: 1,
  visits: [
    {
      visit: {
        id: 'v1', customer_id: 'c1', place_id: 'p1', territory_id: null, agent_id: 'a', kind: 'routine', day: '2026-12-24', windows: [{ from: '2026-12-24T08:00:00Z', to: '2026-12-24T10:00:00Z' }],
        duration_s: 1_800, priority: 50, demand: 7, skills: [], purpose: null, note: 'Bring the list', source: 'person', status: 'planned', lacking: [], flags: [], verification: 'no_data',
        version: 1, revision: 1, created_at: '2026-12-01T00:00:00Z', updated_at: '2026-12-01T00:00:00Z',
      },
      customer_id: 'c1', activities: [], files: [{ purpose: 'signature' }],
    },
    { visit: { id: 'v2', customer_id: 'c9', place_id: 'p9', kind: 'urgent', windows: [], status: 'of_tomorrow', lacking: [], flags: [] }, customer_id: 'c9', activities: [], files: [] },
  ],
  customers: [{
    id: 'c1', name: 'Corner', class: 'A', notes: '',
    places: [{
      id: 'p1', label: '', address: 'Mill Road 1', is_primary: true, point: { lat: 52, lon: 13 }, access_notes: '',
      hours: { zone: 'Europe/Berlin', weekly: [{ days: ['wed', 'thu'], from: '13:00', to: '18:00' }, { days: ['thu'], from: '08:00', to: '12:00' }], exceptions: [{ date: '2026-12-24', hours: [{ from: '08:00', to: '11:00' }] }] },
    }],
    contacts: [{ id: 'k1', name: 'Maria', role: 'buyer', phone: '+49170', masked: false, updated_at: '' }, { id: 'k2', name: 'P***', role: '', phone: '•••99', masked: true, updated_at: '' }],
  }],
  activity_types: [{ id: 't1', name: 'Shelf', form_id: 'f1', is_active: true, version: 1, created_at: '' }, { id: 't2', name: 'Chat', form_id: null, is_active: true, version: 1, created_at: '' }],
  forms: [{
    id: 'f1', version: 4, title: 'Shelf', created_at: '',
    fields: [
      { key: 'n', label: 'N', kind: 'number', min: 0, max: 9, decimals: 0, required: 'always' },
      { key: 'why', label: 'Why', kind: 'note', max_len: 40, required: { outcome: 'unproductive' } },
      { key: 'c', label: 'C', kind: 'multi_choice', choices: [{ code: 'x', label: 'X' }], required: { when: { key: 'n', is: '3' } } },
      { key: 'hologram', label: 'H', kind: 'hologram' },
    ],
  }],
  rules: {
    radius_m: 100, outside_check_in: 'proof', abandon_reasons: ['closed'], classes: { A: { radius_m: 250 } },
    requirements: [{ kinds: ['routine'], classes: ['A'], outcomes: ['productive'], proofs: ['photo'] }, { proofs: ['note'] }, { classes: ['B'], proofs: ['signature'] }],
  },
}
const routes = { version: 3, date: '2026-12-24', routes: [{ start: { lat: 51, lon: 12 }, stops: [{ visit_id: 'v1', customer_id: 'c1', customer: 'Corner', place_id: 'p1', position: 4, travel_s: 300, distance_m: 2_000, start: '2026-12-24T08:30:00Z', eta: '2026-12-24T08:41:00Z' }] }] }

it('the answers of the server become the phone’s day', () => {
  const day = readDay(my as unknown as MyDay, routes as never, { state: 'on', since: '2026-12-24T06:00:00Z' } as never, 7)
  expect([day.date, day.zone, day.fetched_ms, day.duty, day.start]).toEqual(['2026-12-24', 'Europe/Berlin', 7, { isOn: true, since_ms: Date.parse('2026-12-24T06:00:00Z') }, { lat: 51, lon: 12 }])
  expect(day.visits.map(({ id }) => id), 'a status of a newer server is left out rather than trusted').toEqual(['v1'])
  const [visit] = day.visits
  expect(visit).toMatchObject({
    customer: 'Corner', position: 4, eta_ms: Date.parse('2026-12-24T08:41:00Z'), radius_m: 250, demand: 7, required: { productive: ['photo', 'note'], unproductive: ['note'] }, files: ['signature'],
    leg: { travel_s: 300, distance_m: 2_000 }, windows: [{ from_ms: Date.parse('2026-12-24T08:00:00Z') }],
  })
  // Christmas Eve is a Thursday, and has hours of its own.
  expect(visit!.place.hours).toEqual([{ weekday: 3, from: '08:00', to: '11:00' }, { weekday: 2, from: '13:00', to: '18:00' }])
  expect(day.customers[0]!.contacts.map(({ phone }) => phone), 'what is masked cannot be called').toEqual(['+49170', null])
  expect(day.activities.map(({ name, form }) => [name, form])).toEqual([['Shelf', { id: 'f1', version: 4 }], ['Chat', null]])
  expect(day.activities[0]!.fields.map(({ key, required, max, lengthMax }) => [key, required, max, lengthMax])).toEqual([
    ['n', { kind: 'always' }, 9, null], ['why', { kind: 'outcome', of: 'unproductive' }, null, 40], ['c', { kind: 'when', key: 'n', is: '3' }, null, null],
  ])
  expect(day.rules).toMatchObject({ outside_check_in: 'proof', outside_check_out: 'flag', accuracy_max_m: 100, abandon_reasons: ['closed'] })
})

it('without a plan the day stands in the order of its visits', () => {
  const day = readDay(my as unknown as MyDay, null, null, 7)
  expect([day.visits[0]!.position, day.visits[0]!.eta_ms, day.duty]).toEqual([null, null, null])
})

it('there is no way to where a route begins', () => {
  const [route] = routes.routes
  const first = { ...routes, routes: [{ ...route, stops: [{ ...route!.stops[0]!, travel_s: 0, distance_m: 0 }] }] }
  expect(readDay(my as unknown as MyDay, first as never, null, 7).visits[0]).toMatchObject({ position: 4, leg: null })
})

it('a leg is drawn along the roads that lead to its visit, where the server knows them', () => {
  const [a, b, c, end] = [51, 52, 53, 54].map((lat) => ({ lat, lon: 13 }))
  const leg = (points: unknown[], is_fallback = false) => ({ points, is_fallback, source: 'embedded' })
  const route = { start: a, end, stops: [{ visit_id: 'v1' }, { visit_id: 'v2' }], way: [a, b, c, end], legs: [leg([a, { lat: 51.5, lon: 13.1 }, b]), leg([b, c], true), leg([c, end])] }
  const ways = readWays({ version: 3, routes: [route] } as unknown as MyWays, my.date)
  expect(ways).toEqual({ version: 3, date: my.date, isWhole: false, to: { v1: [a, { lat: 51.5, lon: 13.1 }, b] } })
  expect(readDay(my as unknown as MyDay, routes as never, null, 7, ways).visits[0]!.leg?.path.length).toBe(3)
  const { start: _, ...without } = route
  expect(readWays({ version: 3, routes: [{ ...without, way: [b, c, end], legs: [leg([b, c]), leg([c, end])] }] } as unknown as MyWays, my.date).to, 'there is no leg to where it begins').toEqual({ v2: [b, c] })
  expect(readWays({ version: 3, routes: [{ ...route, way: [a, c, end] }] } as unknown as MyWays, my.date).to, 'a place that is not on the map').toEqual({})
})

it('reads where an offered visit is, what it is for, and what whoever makes it should know', () => {
  const visit = { visit_id: 'v', customer_id: 'c1', customer: 'Corner', place_id: 'p1', point: null, status: 'planned', windows: [], duration_s: 900, priority: 50, demand: 0, is_mandatory: true, skills: [], reasons: [] }
  const shown = { offer: 'o', job: 'j', state: 'offered' as const, offered_at: '2026-12-24T08:00:00Z', expires_at: '2026-12-24T08:01:00Z', visit, arrival: null, detour_s: null }
  expect(readOffer({ ...shown, address: '1 Mill Road', purpose: 'repair', note: 'Ring twice' }, () => null)).toMatchObject({ address: '1 Mill Road', purpose: 'repair', note: 'Ring twice' })
  expect(readOffer({ ...shown, address: '', purpose: null, note: '' }, () => null)).toMatchObject({ address: '', purpose: null, note: '' })
  const known = { address: 'As the phone has it', point: { lat: 51, lon: 13 } }
  expect(readOffer({ ...shown, address: '', purpose: null, note: '' }, () => known as never).address, 'a server that does not say').toBe(known.address)
})
