// Territories cut anew, in a real browser against a running server: proposed, compared, changed, applied and taken back. Needs an administrator without
// a second factor (SALESSYNC_ADMIN_EMAIL, SALESSYNC_ADMIN_PASSWORD), a dispatcher of all territories (SALESSYNC_EMAIL, SALESSYNC_PASSWORD) and at
// least three territories. What it changes it takes back; its customers stay. Exits 0 when all of it worked.
import { env, expect, journeys, launch, lookAtMap, openPage, shoot, signIn, until } from './browser.mjs'
import { call, every, placesIn } from './desk.mjs'

const url = env('SALESSYNC_URL').replace(/\/$/, '')
const browser = await launch()
const { journey, finish } = journeys(browser)
const stamp = Date.now().toString(36)
const desk = { viewport: { width: 1440, height: 900 }, colorScheme: 'light' }
const phone = { viewport: { width: 390, height: 844 }, colorScheme: 'light', hasTouch: true, isMobile: true }
/** Refusals that a journey provokes are told by the browser as errors. */
const REFUSED = /status of (400|403|409)/
const SHARES = [60, 15, 5]

const enter = async (page, who = 'SALESSYNC_ADMIN') => {
  await signIn(page, url, who)
  await page.getByRole('button', { name: /^Signed in as/ }).waitFor()
}
const openDesign = async (page, id) => {
  await page.goto(`${url}/territories/designs/${id}`)
  await page.getByLabel('Compared with today').waitFor()
}
const designIn = (page) => new URL(page.url()).pathname.split('/').at(-1)
const readDesign = (page, id) => call(page, 'GET', `/territory-designs/${id}`)
/** Whose each of this run's customers is. */
const holders = async (page) => new Map((await every(page, '/customers')).filter(({ name }) => name.includes(stamp)).map(({ id, territory_id }) => [id, territory_id]))
const areSame = (a, b) => a.size === b.size && [...a].every(([id, territory]) => b.get(id) === territory)
const proposed = async (page) => {
  await page.getByRole('button', { name: 'Propose', exact: true }).click()
  await page.getByLabel('Compared with today').waitFor({ timeout: 90_000 })
  return designIn(page)
}

let territories, before, id

await journey('territories are designed anew', { ...desk, forgives: REFUSED }, async ({ page, step }) => {
  await step('one has far more customers than the others', async () => {
    await enter(page)
    // Those of the town, for which the dispatcher answers: another journey may have made one for itself.
    const agents = await every(page, '/agents')
    const isOfTown = ({ id: territory }) => agents.filter(({ territory_id }) => territory_id === territory).length > 1
    territories = (await every(page, '/territories')).filter(isOfTown).slice(0, SHARES.length)
    expect(territories.length === SHARES.length, `there are only ${territories.length} territories`)
    const customers = territories.flatMap(({ id: territory_id, area }, at) => placesIn(area, SHARES[at]).map((point, n) => ({ name: `Account ${stamp} ${at + 1}.${n + 1}`, territory_id, places: [{ address: `${n + 1} Test Street`, point }] })))
    await call(page, 'POST', '/customers/bulk', { customers })
    before = await holders(page)
    expect(before.size === customers.length, `${before.size} of ${customers.length} customers are there`)
  })
  await step('finds the way there from the territories, and is told what is missing', async () => {
    await page.getByRole('link', { name: 'Territories' }).click()
    await page.getByRole('link', { name: /^Design territories/ }).click()
    await page.getByRole('button', { name: 'New design' }).first().click()
    await page.getByRole('button', { name: 'Propose', exact: true }).click()
    await page.getByText('Choose at least two').waitFor()
  })
  await step('chooses territories and what counts, by keyboard', async () => {
    for (const { name } of territories) {
      await page.getByRole('checkbox', { name: new RegExp(`^${name}\\b`) }).focus()
      await page.keyboard.press('Space')
    }
    await page.getByText(`${territories.length} territories`, { exact: true }).waitFor()
    await page.getByRole('group', { name: 'Even work' }).getByRole('radio', { name: 'Usual' }).focus()
    await page.keyboard.press('ArrowRight')
    await page.getByRole('combobox', { name: 'Search' }).selectOption({ label: 'Quick' })
    await shoot(page, 'design-new')
  })
  await step('sees the proposal beside today, and nothing has changed', async () => {
    id = await proposed(page)
    const design = await readDesign(page, id)
    expect(design.state === 'ready' && design.request.weights.balance === 30, JSON.stringify(design.request))
    expect(design.after.spread < design.before.spread, `the spread went from ${design.before.spread} to ${design.after.spread}`)
    expect(areSame(await holders(page), before), 'customers were moved by a mere proposal')
    const table = page.getByRole('table', { name: /^Territories with hours/ })
    for (const { name } of territories) await table.getByRole('rowheader', { name: new RegExp(`^${name}`) }).waitFor()
    await page.getByRole('heading', { name: `${design.proposal.moved} moved customers` }).waitFor()
  })
  await step('pushes the line between today and what is proposed', async () => {
    const line = page.getByRole('slider', { name: /^Today to the left/ })
    const at = Number(await line.getAttribute('aria-valuenow'))
    await line.focus()
    await page.keyboard.press('ArrowRight')
    expect(Number(await line.getAttribute('aria-valuenow')) > at, 'the arrow key did not move it')
    const box = await line.boundingBox()
    await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2)
    await page.mouse.down()
    await page.mouse.move(box.x - 120, box.y + box.height / 2, { steps: 6 })
    await page.mouse.up()
    expect(Number(await line.getAttribute('aria-valuenow')) < at, 'it could not be dragged')
  })
  await step('sees a map of many colours', async () => {
    await page.getByRole('button', { name: 'Proposed', exact: true }).click()
    await until('the ground is drawn', async () => (await lookAtMap(page)).colours > 40, 40_000)
    await page.getByRole('button', { name: 'Compare', exact: true }).click()
    await until('both maps, drawn', async () => (await page.locator('[data-drawn] canvas.maplibregl-canvas').count()) === 2, 40_000)
    await shoot(page, 'design')
  })
  await step('keeps a customer where they are, and proposes again', async () => {
    const list = page.getByRole('list', { name: 'Moved customers' })
    const name = await list.getByRole('listitem').first().getByRole('link').innerText()
    await page.getByRole('checkbox', { name: `Keep ${name} where they are` }).focus()
    await page.keyboard.press('Space')
    const kept = (await call(page, 'GET', `/territory-designs/${id}/moves?limit=500`)).items.find((move) => move.name === name).customer_id
    await page.getByRole('button', { name: 'Propose again, keeping 1' }).click()
    await page.getByText('1 customer stays where they are').waitFor()
    const first = id
    id = await proposed(page)
    expect(id !== first, 'it is the same design')
    const { items } = await call(page, 'GET', `/territory-designs/${id}/moves?limit=500`)
    expect(items.every(({ customer_id }) => customer_id !== kept), 'whoever was to stay is moved')
  })
})

await journey('two people decide on the same design', { ...desk, forgives: REFUSED }, async ({ page, step }) => {
  let design
  await step('one looks at it, the other changes it by hand', async () => {
    await enter(page)
    await openDesign(page, id)
    design = await readDesign(page, id)
    // Neighbours, whoever they are: which territories touch is the search's own choice.
    const all = design.proposal.territories
    const cells = all.flatMap((taker) => all.filter((giver) => giver !== taker).flatMap((giver) => giver.cells.map((cell) => ({ taker, cell }))))
    for (const { taker, cell } of cells) {
      const answer = await page.evaluate(async ([path, body]) => (await fetch(path, { method: 'POST', credentials: 'same-origin', headers: { 'content-type': 'application/json', 'x-salessync-console': '1' }, body: JSON.stringify(body) })).status, [`/api/v1/territory-designs/${id}/edits`, { version: design.version, territory_id: taker.territory_id, cells: [cell] }])
      if (answer === 200) return
      expect(answer === 400, `giving a cell answered ${answer}`)
    }
    throw new Error('no cell can go over from one territory to another')
  })
  await step('applying what was looked at is refused, and says so', async () => {
    await page.getByRole('button', { name: 'Apply…' }).click()
    await page.getByRole('dialog', { name: 'Apply this design?' }).getByRole('button', { name: 'Apply', exact: true }).click()
    const dialog = page.getByRole('dialog', { name: 'The design has changed meanwhile' })
    await dialog.waitFor()
    await shoot(page, 'design-conflict')
    expect(areSame(await holders(page), before), 'customers were moved by a refused decision')
    await dialog.getByRole('button', { name: 'Load it anew' }).click()
    await dialog.waitFor({ state: 'detached' })
  })
  await step('a cell is picked without the pointer, and given, or refused with a reason', async () => {
    await page.getByRole('button', { name: 'Change by hand' }).click()
    const panel = page.getByRole('region', { name: 'Change by hand' })
    const note = panel.getByRole('status')
    // The middle of the map is somebody's ground: one of two can be given it.
    for (const { name } of territories.slice(0, 2)) {
      await panel.getByLabel('Give cells to').selectOption({ label: name })
      await until('the map', async () => {
        await panel.getByRole('button', { name: 'Pick under the cross' }).click()
        return !/not there yet/.test(await note.innerText())
      })
      if (/1 picked/.test(await note.innerText())) break
    }
    await shoot(page, 'design-edit')
    const { version } = await readDesign(page, id)
    await panel.getByRole('button', { name: /^Give 1 to/ }).click()
    const refused = panel.getByRole('alert').getByText(/would (tear|leave)/)
    const outcome = await until('an answer', async () => ((await refused.count()) > 0 ? 'refused' : (await readDesign(page, id)).version > version ? 'given' : null))
    expect((await readDesign(page, id)).version === (outcome === 'given' ? version + 1 : version), `it was ${outcome}, which the version does not show`)
    if (outcome === 'given') await until('none picked', async () => /^No cell/.test(await note.innerText()))
    else await panel.getByRole('button', { name: 'Pick none' }).click()
    await panel.getByRole('button', { name: 'Done' }).click()
  })
  await step('it is applied as it is now: customers and areas, all at once', async () => {
    design = await readDesign(page, id)
    await page.getByRole('button', { name: 'Apply…' }).click()
    const dialog = page.getByRole('dialog', { name: 'Apply this design?' })
    await dialog.getByText(`${design.proposal.moved} customers change their territory`).waitFor()
    await shoot(page, 'design-apply')
    await dialog.getByRole('button', { name: 'Apply', exact: true }).click()
    await page.getByText('This design is in force').waitFor()
    const { items: moves } = await call(page, 'GET', `/territory-designs/${id}/moves?limit=500`)
    const now = await holders(page)
    expect(!areSame(now, before), 'nobody was moved')
    expect(moves.every(({ customer_id, to }) => !now.has(customer_id) || now.get(customer_id) === to), 'somebody is not where they were proposed to be')
    const [one] = design.proposal.territories
    expect(JSON.stringify((await call(page, 'GET', `/territories/${one.territory_id}`)).area) === JSON.stringify(one.area), 'the area is not as proposed')
  })
  await step('and is taken back', async () => {
    await page.getByRole('button', { name: 'Take it back…' }).click()
    await page.getByRole('dialog').getByRole('button', { name: 'Take it back' }).click()
    await page.getByText('This design was taken back').waitFor()
    expect(areSame(await holders(page), before), 'customers are not as they were')
  })
  await step('the first one is out of date then no more, and is laid aside', async () => {
    await page.goto(`${url}/territories/designs`)
    await page.getByRole('row', { name: /Taken back/ }).first().waitFor()
    const open = (await every(page, '/territory-designs')).find(({ state }) => state === 'ready')
    await openDesign(page, open.id)
    await page.getByRole('button', { name: 'Discard…' }).click()
    await page.getByRole('dialog').getByRole('button', { name: 'Discard', exact: true }).click()
    await page.getByText('This design was discarded').waitFor()
  })
})

await journey('a dispatcher looks on', { ...desk, colorScheme: 'dark' }, async ({ page, step }) => {
  await step('sees the design, and cannot decide', async () => {
    await enter(page, 'SALESSYNC')
    await openDesign(page, id)
    await page.getByText('needs the right to change territories').waitFor()
    expect((await page.getByRole('button', { name: /^(Apply|Discard|Propose again|Take it back|Change by hand)/ }).count()) === 0, 'a decision is offered')
    await until('both maps, drawn', async () => (await page.locator('[data-drawn] canvas.maplibregl-canvas').count()) === 2, 40_000)
    await shoot(page, 'design-dark')
  })
  await step('and cannot make one', async () => {
    await page.goto(`${url}/territories/designs/new`)
    await page.getByRole('heading', { name: 'This page is not part of your role' }).waitFor()
  })
})

await journey('on a phone', phone, async ({ page, step }) => {
  await step('all of it fits', async () => {
    await enter(page)
    for (const [path, sign] of [['/territories/designs', 'New design'], ['/territories/designs/new', 'Propose'], [`/territories/designs/${id}`, 'Propose again']]) {
      await page.goto(url + path)
      await page.getByRole('button', { name: sign, exact: true }).first().waitFor()
      const wide = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)
      expect(wide <= 0, `${path} is ${wide} px too wide`)
    }
    await shoot(page, 'design-phone')
  })
})

await finish()
