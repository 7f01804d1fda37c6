// What the journeys of customers, visits and plans stand on: calls to the server as whoever is signed in, and a day to dispatch.
import { expect, until } from './browser.mjs'

/** One call with the page's own cookies; throws what the server refused. */
export async function call(page, method, path, body) {
  const { status, text } = await page.evaluate(async ([method, path, body]) => {
    const response = await fetch(`/api/v1${path}`, {
      method, credentials: 'same-origin', headers: { accept: 'application/json', 'content-type': 'application/json', 'x-salessync-console': '1' }, body: body === undefined ? undefined : JSON.stringify(body),
    })
    return { status: response.status, text: await response.text() }
  }, [method, path, body])
  expect(status < 400, `${method} ${path} answered ${status}: ${text}`)
  return text === '' ? null : JSON.parse(text)
}

export async function every(page, path) {
  const items = []
  for (let after; ;) {
    const answer = await call(page, 'GET', `${path}${path.includes('?') ? '&' : '?'}limit=500${after ? `&after=${encodeURIComponent(after)}` : ''}`)
    items.push(...answer.items)
    after = answer.next
    if (!after) return items
  }
}

/** The civil date a clock of the zone shows. */
export const dateIn = (zone, at = Date.now()) => new Intl.DateTimeFormat('en-CA', { timeZone: zone, year: 'numeric', month: '2-digit', day: '2-digit' }).format(at)

export const dayAfter = (date, days = 1) => new Date(Date.parse(`${date}T00:00:00Z`) + days * 86_400_000).toISOString().slice(0, 10)

/** The next Sunday, of at least a day ahead. */
const sundayAfter = (date) => dayAfter(date, 7 - new Date(`${date}T00:00:00Z`).getUTCDay())

const WEEK = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun']

/**
 * A territory with a few agents at work on a date that is all ahead, customers around its middle, and visits to them. Nobody is under way then,
 * and no beat comes by on a Sunday, so that what a journey moves stays where it was put.
 */
export async function layOutADay(page, { agents: wanted, visits: count, stamp }) {
  const zone = (await call(page, 'GET', '/settings/tracks')).time_zone
  const date = sundayAfter(dayAfter(dateIn(zone)))
  const territories = await every(page, '/territories')
  const agents = await every(page, '/agents')
  const of = (territory) => agents.filter(({ territory_id }) => territory_id === territory)
  const territory = territories.find(({ id }) => of(id).length >= wanted)
  expect(territory, `no territory has ${wanted} agents`)
  const [lon, lat] = middleOf(territory.area)
  const chosen = of(territory.id).slice(0, wanted)
  for (const { id } of chosen) {
    const { version } = await call(page, 'GET', `/agents/${id}/work`)
    await call(page, 'PUT', `/agents/${id}/work?version=${version}`, {
      rotas: [{ valid_from: dayAfter(date, -30), shifts: [{ days: WEEK, from: '08:00', to: '17:00', breaks: [{ from: '12:00', to: '13:30', duration_s: 1_800 }] }] }],
      base: { start: { address: 'Depot', point: { lat, lon } }, end: { kind: 'start' } }, overtime_max_s: 7_200,
    })
  }
  const customers = []
  for (let n = 0; n < count; n += 1) {
    const angle = (n / count) * 2 * Math.PI
    const customer = { id: crypto.randomUUID(), name: `Shop ${stamp} ${String(n + 1).padStart(2, '0')}`, territory_id: territory.id, places: [{ address: `${n + 1} Test Street`, point: { lat: lat + Math.sin(angle) * 0.008, lon: lon + Math.cos(angle) * 0.012 } }] }
    await call(page, 'POST', '/customers', customer)
    customers.push(customer)
  }
  const visits = []
  for (const { id } of customers) {
    const visit = crypto.randomUUID()
    await call(page, 'POST', '/visits', { id: visit, customer_id: id, day: date, duration_s: 1_500 })
    visits.push(visit)
  }
  await until('the visits in the plan', async () => {
    const day = await call(page, 'GET', `/plans/${territory.id}?date=${date}`)
    const known = new Set([...day.routes.flatMap(({ stops }) => stops), ...day.unassigned].map(({ visit_id }) => visit_id))
    return visits.every((visit) => known.has(visit))
  })
  return { zone, date, territory, agents: chosen, customers, visits }
}

function middleOf({ type, coordinates }) {
  const ring = type === 'Polygon' ? coordinates[0] : coordinates[0][0]
  const [lons, lats] = [ring.map(([lon]) => lon), ring.map(([, lat]) => lat)]
  const half = (numbers) => (Math.min(...numbers) + Math.max(...numbers)) / 2
  return [half(lons), half(lats)]
}

/** The plan as the server has it. */
export const planOf = (page, { territory, date }) => call(page, 'GET', `/plans/${territory.id}?date=${date}`)

export const agentOfVisit = (plan, visit) => plan.routes.find(({ stops }) => stops.some(({ visit_id }) => visit_id === visit))?.agent_id ?? null

/** So many places within an area, on a lattice. */
export function placesIn({ type, coordinates }, count) {
  const rings = (type === 'Polygon' ? [coordinates] : coordinates).flat()
  const [lons, lats] = [rings.flat().map(([lon]) => lon), rings.flat().map(([, lat]) => lat)]
  const [west, east, south, north] = [Math.min(...lons), Math.max(...lons), Math.min(...lats), Math.max(...lats)]
  for (let side = Math.ceil(Math.sqrt(count)); side <= 100; side += 1) {
    const places = []
    for (let row = 0; row < side; row += 1) {
      for (let column = 0; column < side; column += 1) {
        const at = { lat: south + ((north - south) * (row + 0.5)) / side, lon: west + ((east - west) * (column + 0.5)) / side }
        if (isWithin(rings, at)) places.push(at)
      }
    }
    if (places.length >= count) return places.slice(0, count)
  }
  throw new Error(`no room for ${count} places`)
}

function isWithin(rings, { lat, lon }) {
  let isInside = false
  for (const ring of rings) {
    ring.forEach(([lonA, latA], at) => {
      const [lonB, latB] = ring[(at + 1) % ring.length]
      if (latA > lat !== latB > lat && lon < ((lonB - lonA) * (lat - latA)) / (latB - latA) + lonA) isInside = !isInside
    })
  }
  return isInside
}
