// An agent's day on a phone, with and without a network, against a running server. Needs an administrator (SALESSYNC_ADMIN_EMAIL,
// SALESSYNC_ADMIN_PASSWORD), who makes the agent, the customers and the visits, and, where the server puts its letters into a folder, that
// folder (SALESSYNC_MAIL_FOLDER). Exits 0 when all of it worked.
import { randomUUID } from 'node:crypto'
import { env, expect, journeys, launch, shoot, until } from './browser.mjs'
import { hasLetters, invitedBy } from './letters.mjs'

const url = env('SALESSYNC_URL').replace(/\/$/, '')
const browser = await launch()
const { journey, finish } = journeys(browser)

const stamp = Date.now()
const person = { name: `Jona ${stamp}`, email: `jona.${stamp}@example.com`, password: 'four unrelated plain words' }
/** In the generated town; the customers lie around it. */
const HERE = { lat: 54.72, lon: 2.36 }
const spot = (n) => ({ lat: HERE.lat + 0.004 * n, lon: HERE.lon })
const where = ({ lat, lon }, accuracy = 8) => ({ latitude: lat, longitude: lon, accuracy })

/** Access tokens live for a quarter of an hour: each is asked for anew. */
async function token() {
  const response = await fetch(`${url}/api/v1/auth/login`, {
    method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ email: env('SALESSYNC_ADMIN_EMAIL'), password: env('SALESSYNC_ADMIN_PASSWORD') }),
  })
  return (await response.json()).access_token
}
const admin = await token()

async function ask(path, body, method = body === undefined ? 'GET' : 'POST') {
  const response = await fetch(`${url}/api/v1${path}`, { method, headers: { 'content-type': 'application/json', authorization: `Bearer ${admin}` }, body: body === undefined ? undefined : JSON.stringify(body) })
  const text = await response.text()
  if (!response.ok) throw new Error(`${method} ${path} answered ${response.status}: ${text}`)
  return text === '' ? null : JSON.parse(text)
}

const { paths } = await (await fetch(`${url}/api/openapi.json`)).json()
const hasFiles = Object.keys(paths).some((path) => /\/files/.test(path))
const hasDuty = Object.keys(paths).some((path) => /\/duty$/.test(path))
for (const [is, what] of [[hasFiles, 'files: photos and signatures are not sent'], [hasDuty, 'duty: it is not switched']]) if (!is) console.error(`SKIPPED  this server has no ${what}`)

// The world as the office has made it.
const territory = await ask('/territories', {
  name: `Field ${stamp}`, area: { type: 'Polygon', coordinates: [[[2.2, 54.6], [2.5, 54.6], [2.5, 54.85], [2.2, 54.85], [2.2, 54.6]]] },
})
const agent = await ask('/agents', { name: person.name, territory_id: territory.id })
const invitation = await ask('/invitations', { email: person.email, name: person.name, role: 'agent', agent_id: agent.id })
const customers = []
for (const n of [0, 1, 2, 3]) {
  const customer = await ask('/customers', {
    name: `Shop ${n} of ${stamp}`, territory_id: territory.id, preferred_agents: [agent.id],
    places: [{ address: `${n + 1} Mill Road`, point: spot(n), access_notes: n === 0 ? 'Ring twice.' : '' }],
  })
  customers.push(customer)
}
await ask(`/customers/${customers[0].id}/contacts/${randomUUID()}`, { name: 'Maria Holm', role: 'buyer', phone: '+491701234567' }, 'PUT')
const form = await ask('/forms', {
  title: `Shelf ${stamp}`,
  fields: [
    { key: 'facings', label: 'Facings of our brand', required: 'always', kind: 'number', min: 0, max: 99, decimals: 0 },
    ...(hasFiles ? [{ key: 'shelf', label: 'Photo of the shelf', required: 'always', kind: 'photo', min: 1, max: 3 }, { key: 'sign', label: 'Signature of the buyer', required: 'never', kind: 'signature' }] : []),
  ],
})
const activity = await ask(`/activity-types/${randomUUID()}`, { name: `Shelf check ${stamp}`, form_id: form.id }, 'PUT')
const visits = []
for (const n of [0, 1, 2]) visits.push(await ask('/visits', { customer_id: customers[n].id, agent_id: agent.id, note: n === 0 ? 'Bring the new list.' : '' }))
const [first, second, third] = visits

/** What was told of a visit. */
const reportsOf = async (visit) => (await ask(`/visits/${visit.id}/events`)).items.filter(({ kind }) => kind === 'told').map(({ at, told }) => ({ at, type: told.type }))
const phone = {
  viewport: { width: 390, height: 844 }, deviceScaleFactor: 2, isMobile: true, hasTouch: true, colorScheme: 'light', geolocation: where(spot(0)), permissions: ['geolocation'],
  // Losing the network is told by the browser as errors, and so are refusals that the journey provokes.
  forgives: /Failed to load resource|WebSocket connection|net::ERR/,
}
const customer = (n) => `Shop ${n} of ${stamp}`
/** A picture a camera could have taken, as far as a server looks. */
const PHOTO = Buffer.from('/9j/4AAQSkZJRgABAQEASABIAAD/2wBDAAMCAgICAgMCAgIDAwMDBAYEBAQEBAgGBgUGCQgKCgkICQkKDA8MCgsOCwkJDRENDg8QEBEQCgwSExIQEw8QEBD/2wBDAQMDAwQDBAgEBAgQCwkLEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBD/wAARCAAIAAgDASIAAhEBAxEB/8QAFQABAQAAAAAAAAAAAAAAAAAAAAj/xAAUEAEAAAAAAAAAAAAAAAAAAAAA/8QAFQEBAQAAAAAAAAAAAAAAAAAABgj/xAAUEQEAAAAAAAAAAAAAAAAAAAAA/9oADAMBAAIRAxEAPwCdABmX/9k=', 'base64')

await journey('an agent on the phone, with and without a network', phone, async ({ context, page, step }) => {
  const openVisit = async (n) => {
    await page.goto(`${url}/field`)
    await page.getByRole('list', { name: 'Today’s visits' }).getByRole('link', { name: customer(n) }).click()
    await page.getByRole('heading', { name: customer(n) }).waitFor()
  }
  /** The customers as they are planned, and as the phone lists them. */
  const order = async () => (await ask(`/plans/${territory.id}`)).routes.flatMap(({ agent_id, stops }) => (agent_id === agent.id ? stops.map(({ customer }) => customer) : []))
  const listed = async () => {
    const texts = await page.getByRole('list', { name: 'Today’s visits' }).getByRole('link').allInnerTexts()
    return texts.map((text) => customers.find(({ name }) => text.includes(name))?.name)
  }
  const isNext = async (name) => (await page.getByRole('region', { name: 'Next' }).getByText(name).count()) > 0
  /** One of those that are still to be made. */
  const nextOf = (...numbers) => page.getByRole('region', { name: 'Next' }).getByText(new RegExp(`Shop [${numbers.join('')}] of ${stamp}`)).first().waitFor()
  const kept = (what) => page.evaluate(async (what) => {
    const { name } = (await indexedDB.databases()).find((held) => held.name.startsWith('salessync-field-'))
    const db = await new Promise((resolve) => {
      indexedDB.open(name).onsuccess = ({ target }) => resolve(target.result)
    })
    const value = await new Promise((resolve) => {
      db.transaction('kept').objectStore('kept').get(what).onsuccess = ({ target }) => resolve(target.result)
    })
    db.close()
    return value
  }, what)
  const waiting = () => page.evaluate(async () => {
    const { name } = (await indexedDB.databases()).find((held) => held.name.startsWith('salessync-field-'))
    const db = await new Promise((resolve, reject) => {
      const opening = indexedDB.open(name)
      opening.onsuccess = () => resolve(opening.result)
      opening.onerror = () => reject(opening.error)
    })
    const rows = await new Promise((resolve) => {
      db.transaction('actions').objectStore('actions').getAll().onsuccess = ({ target }) => resolve(target.result)
    })
    db.close()
    return rows.filter(({ state }) => state !== 'sent').map(({ body, state, at_ms }) => ({ kind: body.told?.type ?? body.kind, state, at_ms }))
  })
  const sign = async (pad) => {
    await pad.scrollIntoViewIfNeeded()
    const box = await pad.boundingBox()
    await page.mouse.move(box.x + 40, box.y + 90)
    await page.mouse.down()
    for (const [x, y] of [[90, 40], [120, 120], [160, 50], [210, 110]]) await page.mouse.move(box.x + x, box.y + y, { steps: 4 })
    await page.mouse.up()
  }
  const isSent = async () => (await waiting()).length === 0

  await step('accepts the invitation, and is led to the phone’s page', async () => {
    const { pathname, search, hash } = new URL(hasLetters ? await invitedBy(person.email) : invitation.link, url)
    await page.goto(url + pathname + search + hash)
    await page.getByLabel('Password', { exact: true }).fill(person.password)
    await page.getByRole('button', { name: 'Accept and go on' }).click()
    await page.waitForURL(`${url}/field`)
    await page.getByLabel('E-mail').fill(person.email)
    await page.getByLabel('Password', { exact: true }).fill(person.password)
    await shoot(page, 'field-sign-in')
    await page.getByRole('button', { name: 'Sign in' }).click()
  })
  await step('sees the day in the order that is planned, and what is next', async () => {
    await until('the order of the plan', async () => {
      const planned = await order()
      return planned.length === 3 && JSON.stringify(await listed()) === JSON.stringify(planned) && (await isNext(planned[0]))
    }, 30_000)
    await shoot(page, 'field-today')
  })
  await step('has the page on the phone for when there is no network', async () => {
    await page.waitForFunction(() => navigator.serviceWorker.controller !== null)
    await until('the ways along the roads', async () => {
      const { to } = (await kept('day'))?.ways ?? { to: {} }
      return Object.values(to).some((points) => points.length > 2)
    }, 90_000)
    await until('the customers beyond the day', () => page.evaluate(async () => (await caches.keys()).some((name) => name.startsWith('salessync-field-shell-'))))
  })
  await step('goes on duty, and is seen where they are', async () => {
    const duty = page.getByRole('switch', { name: 'On duty' })
    if ((await duty.count()) > 0 && (await duty.getAttribute('aria-checked')) !== 'true') await duty.click()
    await until('the position on the server', async () => {
      const position = await ask(`/agents/${agent.id}/position`).catch(() => null)
      return position && Math.abs(position.lat - HERE.lat) < 0.001 ? position : null
    }, 30_000)
  })
  await step('reads whom to call and how to get in', async () => {
    await openVisit(0)
    expect((await page.getByRole('link', { name: `Call ${customer(0)}` }).getAttribute('href')) === 'tel:+491701234567', 'the number cannot be called')
    for (const words of ['Ring twice.', 'Bring the new list.', '1 Mill Road']) await page.getByText(words).first().waitFor()
    await shoot(page, 'field-visit')
  })

  let from, to
  await step('loses the network, checks in, fills a form with a photo and a signature, and checks out', async () => {
    await context.setOffline(true)
    from = Date.now()
    await page.getByRole('link', { name: 'Check in' }).click()
    await page.getByText('you are there').waitFor()
    await shoot(page, 'field-check-in')
    await page.getByRole('button', { name: 'Check in now' }).click()
    await page.getByRole('link', { name: new RegExp(activity.name) }).click()
    await page.getByLabel(/Facings of our brand/).fill('12')
    if (hasFiles) {
      await page.getByLabel(/Photo of the shelf/).setInputFiles({ name: 'shelf.jpg', mimeType: 'image/jpeg', buffer: PHOTO })
      await sign(page.getByRole('img', { name: /Signature of the buyer/ }))
    }
    await shoot(page, 'field-form')
    await page.getByRole('button', { name: 'Save' }).click()
    await page.getByRole('link', { name: 'Check out', exact: true }).click()
    await page.getByRole('button', { name: 'Productive', exact: true }).click()
    // A phone takes the page away, as for its camera: what was begun is there again.
    await until('what was begun on the phone', () => kept(`draft:${first.id}:check-out`))
    await page.reload()
    await page.getByRole('button', { name: 'Productive', exact: true, pressed: true }).waitFor()
    await page.getByRole('button', { name: 'Check out now' }).click()
    await nextOf(1, 2)
    to = Date.now()
  })
  await step('closes the page and opens it again, still without a network: nothing is lost', async () => {
    await page.reload()
    await nextOf(1, 2)
    const kinds = (await waiting()).map(({ kind }) => kind)
    expect(JSON.stringify(kinds) === '["check_in","activity","check_out"]', JSON.stringify(kinds))
    expect((await ask(`/visits/${first.id}`)).status === 'planned', 'the server knows of it already')
    await page.goto(`${url}/field/sync`)
    await page.getByRole('main').getByText('No network, 3 wait').waitFor()
    await shoot(page, 'field-offline')
  })
  await step('is back: the server has each of it once, at the time it was done', async () => {
    await context.setOffline(false)
    await until('everything sent', isSent, 40_000)
    const visit = await until('the visit done', async () => {
      const now = await ask(`/visits/${first.id}`)
      return now.status === 'completed' ? now : null
    })
    expect(visit.outcome === 'productive', visit.outcome)
    const reports = await reportsOf(first)
    expect(JSON.stringify(reports.map(({ type }) => type)) === '["check_in","check_out"]', JSON.stringify(reports))
    const activities = (await ask(`/visits/${first.id}/activities`)).items
    expect(activities.length === 1 && activities[0].answers.facings === 12, JSON.stringify(activities))
    if (hasFiles) {
      const files = (await ask(`/visits/${first.id}/files`)).items
      expect(JSON.stringify(files.map(({ purpose }) => purpose).sort()) === '["answer","signature"]', JSON.stringify(files))
    }
    for (const at of [...reports, ...activities].map(({ at }) => Date.parse(at))) expect(at >= from - 2_000 && at <= to + 2_000, `${new Date(at).toISOString()} is not within the time without a network`)
    await page.getByRole('main').getByText('Everything is sent').waitFor()
    await shoot(page, 'field-sent')
  })
  await step('loses an answer behind the server’s commit: what is sent again counts once', async () => {
    await context.setGeolocation(where(spot(1)))
    await openVisit(1)
    let lost = 0
    await page.route('**/api/v1/visit-reports', async (route) => {
      if (lost > 0) return route.continue()
      lost += 1
      await route.fetch()
      await route.abort('connectionreset')
    })
    await page.getByRole('link', { name: 'Check in' }).click()
    await page.getByText('you are there').waitFor()
    await page.getByRole('button', { name: 'Check in now' }).click()
    await until('everything sent', async () => lost === 1 && (await isSent()), 30_000)
    await page.unroute('**/api/v1/visit-reports')
    expect((await reportsOf(second)).length === 1, 'the check-in is there twice')
    await page.getByRole('link', { name: 'Check out', exact: true }).click()
    await page.getByRole('button', { name: 'Unproductive' }).click()
    await page.getByText('No buyer', { exact: true }).click()
    await page.getByRole('button', { name: 'Check out now' }).click()
    await until('the visit done', async () => (await ask(`/visits/${second.id}`)).outcome === 'unproductive')
  })
  await step('adds a visit that nobody planned, without a network and in a second window', async () => {
    await context.setGeolocation(where(spot(3)))
    const other = await context.newPage()
    await other.goto(`${url}/field`)
    await other.getByRole('link', { name: 'Add a visit' }).waitFor()
    await context.setOffline(true)
    await other.getByRole('link', { name: 'Add a visit' }).click()
    await other.getByRole('searchbox', { name: 'Name or address' }).fill(customer(3))
    // A finger that taps twice adds one.
    await other.getByRole('button', { name: customer(3) }).dblclick()
    await other.getByRole('link', { name: 'Check in' }).click()
    await other.getByText('you are there').waitFor()
    await other.getByRole('button', { name: 'Check in now' }).click()
    await other.getByRole('link', { name: 'Check out', exact: true }).waitFor()
    await context.setOffline(false)
    const made = await until('the visit on the server', async () => {
      const { items } = await ask(`/visits?customer=${customers[3].id}`)
      return items.length === 1 && items[0].status === 'checked_in' ? items[0] : null
    }, 40_000)
    expect(made.kind === 'ad_hoc' && made.agent_id === agent.id, JSON.stringify(made))
    await other.getByRole('link', { name: 'Check out', exact: true }).click()
    await other.getByRole('button', { name: 'Productive', exact: true }).click()
    await other.getByRole('button', { name: 'Check out now' }).click()
    await until('the visit done', async () => (await ask(`/visits/${made.id}`)).status === 'completed')
    await other.close()
  })
  await step('is told why something was refused, and decides', async () => {
    const { current } = await ask('/settings/visits')
    await context.setOffline(true)
    // Too far away: taken by the rules that the phone knows, not by those that were put into force meanwhile.
    await page.goto(`${url}/field/visits/${third.id}/check-in`)
    await page.getByText('You are not at the place').waitFor()
    await ask('/settings/visits', { rules: { ...current, outside_check_in: 'block' } }, 'PUT')
    try {
      await page.getByRole('button', { name: 'Check in now' }).click()
      await page.getByRole('link', { name: 'Check out', exact: true }).waitFor()
      await context.setOffline(false)
      await page.getByText('You were too far away from the place.').waitFor({ timeout: 40_000 })
      await shoot(page, 'field-refused')
      await page.getByRole('button', { name: 'Throw away' }).click()
      await page.getByRole('dialog').getByRole('button', { name: 'Throw away' }).click()
      await page.getByText('You were too far away from the place.').waitFor({ state: 'detached' })
      expect(await isSent(), 'something still waits')
    } finally {
      await ask('/settings/visits', { rules: current }, 'PUT')
    }
  })
  await step('keeps what was done when the session ends, and sends it after signing in again', async () => {
    await page.goto(`${url}/field/visits/${third.id}`)
    await page.getByRole('button', { name: 'Cannot visit' }).waitFor()
    await context.clearCookies()
    await page.evaluate(() => localStorage.removeItem('salessync.session'))
    await page.getByRole('button', { name: 'Cannot visit' }).click()
    await page.getByRole('dialog').getByLabel(/Why/).fill('closed for repairs')
    await page.getByRole('button', { name: 'Tell the office' }).dblclick()
    await page.getByText('Signed out. Tap to sign in').click()
    await page.getByLabel('Password', { exact: true }).fill(person.password)
    await page.getByRole('button', { name: 'Sign in' }).click()
    await until('the visit given up', async () => (await ask(`/visits/${third.id}`)).status === 'abandoned', 40_000)
    await until('everything sent, nothing refused', isSent)
  })
  if (hasDuty) await step('goes off duty, and is not followed any more', async () => {
    await page.goto(`${url}/field`)
    const duty = page.getByRole('switch', { name: 'On duty' })
    await duty.click()
    await page.getByRole('button', { name: 'Go off duty' }).dblclick()
    await until('off duty on the server', async () => (await ask(`/agents/${agent.id}/duty`)).state === 'off')
    expect(await isSent(), 'a second word about duty waits')
    await shoot(page, 'field-off-duty')
  })
  let other
  await step('signs out without a network, in two windows: the session ends with the next network', async () => {
    const status = () => page.evaluate(async () => (await fetch('/api/v1/me', { credentials: 'same-origin', headers: { 'x-salessync-console': '1' } })).status)
    other = await context.newPage()
    await other.goto(`${url}/field`)
    await other.getByRole('link', { name: 'Add a visit' }).waitFor()
    await page.goto(`${url}/field/me`)
    expect((await status()) === 200, 'nobody is signed in')
    await context.setOffline(true)
    await page.getByRole('button', { name: 'Sign out' }).click()
    await page.getByRole('dialog').getByRole('button', { name: 'Sign out' }).click()
    for (const window of [page, other]) await window.getByRole('button', { name: 'Sign in' }).waitFor()
    await context.setOffline(false)
    await until('the session over', async () => (await status()) === 401)
  })
  await step('signs in in one of them, and the other goes on', async () => {
    await page.getByLabel('E-mail').fill(person.email)
    await page.getByLabel('Password', { exact: true }).fill(person.password)
    await page.getByRole('button', { name: 'Sign in' }).click()
    for (const window of [page, other]) await window.getByRole('link', { name: 'Add a visit' }).waitFor()
    await other.close()
  })
})

await finish()
