// The dispatcher's day and the customers behind it, in a real browser against a running server. Needs an administrator without a second factor
// (SALESSYNC_ADMIN_EMAIL, SALESSYNC_ADMIN_PASSWORD) and agents in territories. Exits 0 when all of it worked.
import { env, expect, journeys, launch, openPage, shoot, signIn, until } from './browser.mjs'
import { agentOfVisit, call, every, layOutADay, planOf } from './desk.mjs'

const url = env('SALESSYNC_URL').replace(/\/$/, '')
const browser = await launch()
const { journey, finish } = journeys(browser)
const stamp = Date.now().toString(36)
const desk = { viewport: { width: 1440, height: 900 }, colorScheme: 'light' }
const phone = { viewport: { width: 390, height: 844 }, colorScheme: 'dark', hasTouch: true, isMobile: true }
/** Refusals that a journey provokes are told by the browser as errors. */
const REFUSED = /status of (400|409|422)/

const enter = async (page) => {
  await signIn(page, url, 'SALESSYNC_ADMIN')
  await page.getByRole('button', { name: /^Signed in as/ }).waitFor()
}
const openDay = async (page, day) => {
  await page.goto(`${url}/dispatch?territory=${day.territory.id}&date=${day.date}`)
  await page.locator('[data-lane]').first().waitFor()
}
const bar = (page, visit) => page.locator(`[data-visit="${visit}"]`)
const holdOf = async (page, visit) => (await planOf(page, day)).routes.flatMap(({ stops }) => stops).find(({ visit_id }) => visit_id === visit)?.hold
const laneOf = (page, agent) => page.locator(`[data-lane="${agent}"]`)

let day

await journey('a day is laid out', desk, async ({ page, step }) => {
  await step('with agents at work, customers and visits', async () => {
    await enter(page)
    day = await layOutADay(page, { agents: 3, visits: 9, stamp })
  })
  await step('and planned by hand for its agents', async () => {
    const plan = await planOf(page, day)
    const operations = day.visits.map((visit, at) => ({ op: agentOfVisit(plan, visit) === null ? 'assign' : 'move', visit, agent: day.agents[at % 2].id, date: day.date }))
    await call(page, 'POST', `/plans/${day.territory.id}/changes`, { id: crypto.randomUUID(), base_version: plan.version, operations })
  })
})

await journey('a dispatcher drags a visit to another agent', desk, async ({ page, step }) => {
  const visit = day.visits[0]
  let from, to
  await step('opens the day and sees lanes, map and lists', async () => {
    await enter(page)
    await openDay(page, day)
    await bar(page, visit).waitFor()
    from = agentOfVisit(await planOf(page, day), visit)
    to = day.agents.map(({ id }) => id).find((id) => id !== from)
    await shoot(page, 'dispatch')
  })
  await step('sees what it costs before dropping it', async () => {
    const [start, lane] = [await bar(page, visit).boundingBox(), await laneOf(page, to).boundingBox()]
    await page.mouse.move(start.x + 4, start.y + start.height / 2)
    await page.mouse.down()
    await page.mouse.move(start.x + 60, start.y + 20, { steps: 4 })
    await page.mouse.move(start.x + 120, lane.y + lane.height / 2, { steps: 8 })
    const card = page.locator('[data-drop-card]')
    await until('a price', async () => /travel|overtime|late|No change|Cannot/.test((await card.textContent()) ?? ''))
    expect(agentOfVisit(await planOf(page, day), visit) === from, 'it was moved before it was dropped')
    await shoot(page, 'dispatch-drag')
  })
  await step('drops it, and the plan has it there', async () => {
    await page.mouse.up()
    await until('the visit with the other agent', async () => agentOfVisit(await planOf(page, day), visit) === to)
    await until('the bar in the other lane', async () => (await laneOf(page, to).locator(`[data-visit="${visit}"]`).count()) === 1)
  })
  await step('sees that it was chosen by hand, and leaves it to the plan', async () => {
    const card = page.getByRole('region', { name: /^Visit to/ })
    await bar(page, visit).click()
    await card.getByText('Chosen by hand').waitFor()
    await shoot(page, 'dispatch-chosen')
    await card.getByRole('button', { name: 'Free', exact: true }).click()
    await until('nobody’s choice', async () => !(await holdOf(page, visit))?.chosen)
    await card.getByText('Chosen by hand').waitFor({ state: 'detached' })
  })
  await step('takes both back with Ctrl-Z', async () => {
    await page.keyboard.press('Control+z')
    await until('the choice back', async () => (await holdOf(page, visit))?.chosen === true)
    await page.getByText('Chosen by hand').waitFor()
    await page.keyboard.press('Control+z')
    await until('the visit back', async () => agentOfVisit(await planOf(page, day), visit) === from)
    await until('the bar back', async () => (await laneOf(page, from).locator(`[data-visit="${visit}"]`).count()) === 1)
  })
  await step('moves another with the keyboard alone', async () => {
    const other = day.visits.find((one) => one !== visit)
    const before = agentOfVisit(await planOf(page, day), other)
    await bar(page, other).focus()
    await page.keyboard.press('m')
    const order = await page.locator('[data-lane]').evaluateAll((lanes) => lanes.map((lane) => lane.dataset.lane))
    await page.keyboard.press(order.indexOf(before) === 0 ? 'ArrowDown' : 'ArrowUp')
    await page.locator('[data-drop-card]').getByText(/travel|overtime|late|No change/).first().waitFor()
    await page.keyboard.press('Enter')
    await until('the visit elsewhere', async () => {
      const now = agentOfVisit(await planOf(page, day), other)
      return now !== null && now !== before
    })
    await page.getByRole('button', { name: 'Undo' }).click()
    await until('the visit back', async () => agentOfVisit(await planOf(page, day), other) === before)
  })
})

await journey('two dispatchers change the same plan', { ...desk, forgives: REFUSED }, async ({ page, step }) => {
  const visit = day.visits[1]
  const { context, page: theirs } = await openPage(browser, desk)
  try {
    let from, to, third
    await step('both have the day open', async () => {
      await enter(page)
      await openDay(page, day)
      await bar(page, visit).waitFor()
      from = agentOfVisit(await planOf(page, day), visit)
      to = day.agents.map(({ id }) => id).find((id) => id !== from)
      await enter(theirs)
      await openDay(theirs, day)
      await bar(theirs, visit).waitFor()
    })
    await step('one is cut off from what the other does', async () => {
      // The socket is held shut, so that the page keeps the version it has seen; its requests still go out.
      await page.routeWebSocket(/\/ws\/live/, (socket) => socket.close())
      await page.reload()
      await bar(page, visit).waitFor()
    })
    await step('while it carries a visit, the other moves it elsewhere', async () => {
      third = day.agents.map(({ id }) => id).find((id) => id !== from && id !== to)
      const [start, lane] = [await bar(page, visit).boundingBox(), await laneOf(page, third).boundingBox()]
      await page.mouse.move(start.x + 4, start.y + start.height / 2)
      await page.mouse.down()
      await page.mouse.move(start.x + 80, lane.y + lane.height / 2, { steps: 10 })
      await until('a price', async () => /travel|overtime|late|No change/.test((await page.locator('[data-drop-card]').textContent()) ?? ''))
      const plan = await planOf(theirs, day)
      await call(theirs, 'POST', `/plans/${day.territory.id}/changes`, { id: crypto.randomUUID(), base_version: plan.version, operations: [{ op: 'move', visit, agent: to, date: day.date }] })
    })
    await step('dropping it is refused, with what changed, and nothing is overwritten', async () => {
      await page.mouse.up()
      const dialog = page.getByRole('dialog', { name: 'The plan has changed meanwhile' })
      await dialog.waitFor()
      expect(agentOfVisit(await planOf(theirs, day), visit) === to, 'the other’s change was overwritten')
      await until('the price on the new plan', async () => /travel|overtime|late|No change/.test((await dialog.textContent()) ?? ''))
      await shoot(page, 'dispatch-conflict')
      await dialog.getByRole('button', { name: 'Do it on the new plan' }).click()
      await dialog.waitFor({ state: 'detached' })
      await until('the visit with the third', async () => agentOfVisit(await planOf(theirs, day), visit) === third)
    })
    await step('and the first sees it at once', async () => {
      await until('the bar in the third lane', async () => agentOfVisit(await planOf(theirs, day), visit) === (await bar(theirs, visit).evaluate((node) => node.closest('[data-lane]').dataset.lane)))
    })
  } finally {
    await context.close()
  }
})

await journey('somebody is sought for an urgent visit', desk, async ({ page, step }) => {
  const customer = day.customers[0]
  await step('finds the customer and asks for candidates', async () => {
    await enter(page)
    await openDay(page, day)
    await page.getByRole('button', { name: 'Urgent visit' }).click()
    const dialog = page.getByRole('dialog', { name: 'Urgent visit' })
    await dialog.getByRole('combobox', { name: 'Customer' }).fill(customer.name)
    await page.getByRole('option', { name: customer.name }).click()
    await dialog.getByRole('combobox', { name: 'Who is asked' }).selectOption('manual')
    await shoot(page, 'dispatch-urgent')
    await dialog.getByRole('button', { name: 'Show candidates' }).click()
  })
  await step('sees them ranked, with what each would cost', async () => {
    const list = page.getByRole('list', { name: 'Candidates' })
    await list.getByRole('listitem').first().waitFor()
    expect(/there at \d\d:\d\d/.test(await list.innerText()), 'no arrival is told')
    await shoot(page, 'dispatch-candidates')
  })
  await step('offers it to the best, whose answer is awaited', async () => {
    await page.getByRole('button', { name: /^Offer it to/ }).first().click()
    await page.getByRole('timer').first().waitFor()
  })
  await step('assigns it to the next, and the plan has it', async () => {
    const assign = page.getByRole('button', { name: /^Assign it to/ }).nth(1)
    const name = (await assign.getAttribute('aria-label')).replace('Assign it to ', '')
    await assign.click()
    await page.getByText(`Taken by ${name}`).first().waitFor()
    const agent = (await every(page, '/agents')).find((one) => one.name === name)
    await until('the urgent visit in their day', async () => (await planOf(page, day)).routes.find(({ agent_id }) => agent_id === agent.id).stops.some(({ customer_id }) => customer_id === customer.id))
    await shoot(page, 'dispatch-assigned')
  })
})

await journey('files of customers and visits are looked at, then imported', desk, async ({ page, step }) => {
  const file = (name, text) => ({ name, mimeType: 'text/csv', buffer: Buffer.from(text) })
  const code = `E2E-${stamp}`
  const good = `Kundennr;Firma;Breite;lon;Öffnungszeiten\r\n${code};Import ${stamp};51,5;-0,1;Mo-Fr 8-18\r\n`
  let dialog
  await step('every bad row is shown, and nothing is imported', async () => {
    await enter(page)
    await page.goto(`${url}/customers`)
    await page.getByRole('button', { name: 'Import…' }).click()
    dialog = page.getByRole('dialog', { name: 'Import customers' })
    await shoot(page, 'import-choose')
    await dialog.getByLabel('CSV file').setInputFiles(file('bad.csv', `${good}${code}-2;Too far;91;0;\r\n;Nameless;1;2;always\r\n`))
    const bad = dialog.getByRole('region', { name: 'Bad rows, a table' })
    await bad.getByRole('cell', { name: '91' }).waitFor()
    expect((await bad.getByRole('row').count()) === 4, 'not every flaw is shown')
    expect(await dialog.getByRole('button', { name: /^Import \d/ }).isDisabled(), 'a file with bad rows can be imported as a whole')
    await shoot(page, 'import-bad')
  })
  await step('the mended file is imported, once', async () => {
    for (const expected of ['Import 1 row', 'Done']) {
      await dialog.getByRole('button', { name: 'Another file' }).click()
      await dialog.getByLabel('CSV file').setInputFiles(file('good.csv', good))
      const go = dialog.getByRole('button', { name: expected })
      await go.waitFor()
      if (expected === 'Import 1 row') {
        await shoot(page, 'import-good')
        await go.click()
        await dialog.getByText('Imported: 1 new customer.').waitFor()
      } else expect((await dialog.getByRole('button', { name: /^Import \d/ }).count()) === 0, 'the same file would change something again')
    }
    const known = await call(page, 'GET', `/customers?ref=${code}`)
    expect(known.items.length === 1 && known.items[0].name === `Import ${stamp}`, 'the customer is not there once')
  })
  await step('and a visit of that customer by another file', async () => {
    await page.goto(`${url}/visits`)
    await page.getByRole('button', { name: 'Import…' }).click()
    dialog = page.getByRole('dialog', { name: 'Import visits' })
    await dialog.getByLabel('CSV file').setInputFiles(file('visits.csv', `customer,date,window,ref\n${code},${day.date},9-12,${code}\n`))
    await dialog.getByRole('button', { name: 'Import 1 row' }).click()
    await dialog.getByText('Imported: 1 new visit.').waitFor()
    const { items } = await call(page, 'GET', `/visits?from=${day.date}&to=${day.date}&limit=1000`)
    expect(items.some(({ customer_name, source }) => customer_name === `Import ${stamp}` && source === 'import'), 'the visit is not there')
  })
})

await journey('a better plan is searched for', desk, async ({ page, step }) => {
  await step('proposes, shows what would change, and is accepted or left', async () => {
    await enter(page)
    await openDay(page, day)
    await page.getByRole('button', { name: 'Improve' }).click()
    const dialog = page.getByRole('dialog', { name: 'Improve the plan' })
    await dialog.getByRole('combobox', { name: 'Search for' }).selectOption('3')
    await dialog.getByRole('button', { name: 'Search' }).click()
    const done = page.getByRole('dialog', { name: /A better plan|Nothing better was found/ })
    await done.waitFor({ timeout: 30_000 })
    await shoot(page, 'dispatch-improve')
    if ((await done.getByRole('button', { name: 'Accept' }).count()) > 0) {
      const { version } = await planOf(page, day)
      await done.getByRole('button', { name: 'Accept' }).click()
      await until('a new version', async () => (await planOf(page, day)).version > version)
    }
  })
  await step('finds the versions, and compares an old one with now', async () => {
    await page.keyboard.press('Escape')
    await page.getByRole('button', { name: 'Versions' }).click()
    await page.getByRole('button', { name: 'Compare with now' }).last().click()
    await page.getByText(/visits? elsewhere/).waitFor()
    await shoot(page, 'dispatch-versions')
  })
})

await journey('a dispatcher with nothing but a phone', phone, async ({ page, step }) => {
  const [visit] = day.visits
  const chosen = page.getByRole('region', { name: /^Chosen: / })
  await step('taps a visit, and reads in a line what it is', async () => {
    await enter(page)
    await openDay(page, day)
    await bar(page, visit).tap()
    await chosen.getByText(/stop \d of \d/).waitFor()
    await shoot(page, 'dispatch-phone')
  })
  await step('looks at the map, and comes back to where the timeline was', async () => {
    const { x } = await bar(page, visit).boundingBox()
    await page.getByRole('tab', { name: 'Map' }).tap()
    await page.getByRole('button', { name: 'Zoom in' }).waitFor()
    await shoot(page, 'dispatch-phone-map')
    await page.getByRole('tab', { name: 'Timeline' }).tap()
    expect(Math.abs((await bar(page, visit).boundingBox()).x - x) < 1, 'the timeline is scrolled elsewhere')
  })
  await step('reads all about it, then about versions, and is back at the timeline', async () => {
    await chosen.getByRole('button', { name: 'Details' }).tap()
    await page.getByRole('region', { name: /^Visit to/ }).waitFor()
    await page.getByRole('button', { name: 'Versions' }).tap()
    await page.getByRole('heading', { name: 'Versions of the plan' }).waitFor()
    await page.getByRole('button', { name: 'Back to the lists' }).tap()
    await bar(page, visit).waitFor()
  })
})

await finish()
