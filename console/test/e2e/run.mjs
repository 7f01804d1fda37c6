// The dispatcher's day in a real browser against a running server with agents on the move. Exits 0 when all of it worked.
import { env, expect, journeys, launch, lookAtMap, shoot, signIn, state, until } from './browser.mjs'

const url = env('SALESSYNC_URL').replace(/\/$/, '')
const browser = await launch()
const { journey, finish } = journeys(browser)

const isLive = async (page) => {
  const now = await state(page)
  return now?.connection === 'live' && now.agents > 0 ? now : null
}
/** Clicks corners of a fence: a click counts once the map is drawn. */
async function draw(page, places) {
  await page.locator('.maplibregl-canvas').waitFor()
  for (const [at, [x, y]] of places.entries()) {
    await until(`corner ${at + 1}`, async () => {
      if (await page.getByText(`${at + 1} so far.`).count()) return true
      await page.mouse.click(x, y)
      await page.waitForTimeout(400)
      return null
    })
  }
}

async function removeFence(page, fence) {
  await page.getByLabel('Search fences').fill(fence)
  await page.getByRole('button', { name: fence }).click()
  await page.getByRole('button', { name: 'Delete fence…' }).click()
  await page.getByRole('button', { name: 'Delete fence', exact: true }).click()
  await page.getByLabel('Search fences').fill(fence)
  await page.getByText('No fence of that name').waitFor()
}

const onMap = ({ agents, clusters, selected }) => agents + clusters + selected

await journey('a dispatcher at a desk', { viewport: { width: 1440, height: 900 }, colorScheme: 'light' }, async ({ context, page, step }) => {
  let moving, name

  await step('signs in and goes live', async () => {
    await page.goto(url)
    await page.getByRole('heading', { name: 'Sign in' }).waitFor()
    await shoot(page, 'sign-in')
    await signIn(page, url)
    await until('live with agents', () => isLive(page), 30_000)
  })

  await step('sees a map that is not blank, with everybody on it', async () => {
    await until('markers drawn', async () => onMap((await state(page)).rendered) > 0)
    const picture = await until('a drawn map', async () => {
      const look = await lookAtMap(page)
      return look.colours > 60 ? look : null
    })
    expect(picture.width >= 1000 && picture.height >= 700, `the canvas is ${picture.width} by ${picture.height}`)
    expect((await page.locator('.maplibregl-ctrl-attrib').innerText()).trim() !== '', 'the map names no source')
    await shoot(page, 'map-light')
  })

  await step('sees an agent move within 10 s', async () => {
    moving = await until('somebody on the move', () => page.evaluate(() => window.__salessync.someMoving()))
    const before = await page.evaluate((id) => window.__salessync.position(id), moving)
    const flushedAt = (await state(page)).lastFlushAt_ms
    await until('a new position', async () => {
      const now = await page.evaluate((id) => window.__salessync.position(id), moving)
      return now && (now.lat !== before.lat || now.lon !== before.lon)
    }, 10_000)
    await until('a flush to the map', async () => (await state(page)).lastFlushAt_ms > flushedAt, 3_000)
  })

  await step('finds the agent from the keyboard and reads speed and battery', async () => {
    name = await page.evaluate(async (id) => (await (await fetch(`/api/v1/agents/${id}`)).json()).name, moving)
    await page.keyboard.press('/')
    await page.keyboard.type(name)
    await page.getByRole('option', { name }).first().waitFor()
    await page.keyboard.press('Enter')
    const panel = page.getByRole('complementary', { name: `Agent ${name}` })
    await panel.waitFor()
    const text = await until('speed and battery', async () => {
      const shown = (await panel.innerText()).replace(/\s+/g, ' ')
      return /Speed \d+ km\/h/i.test(shown) && /Battery \d+ %/i.test(shown) ? shown : null
    })
    expect(/Updated (just now|\d+ \w+ ago)/.test(text), `no age in: ${text}`)
    expect(new URL(page.url()).searchParams.get('agent') !== null, 'the selection is not in the address')
    await until('the selected marker', async () => (await state(page)).rendered.selected > 0)
    await until("today's trail", async () => (await state(page)).rendered.trail > 0)
    await shoot(page, 'agent-light')
  })

  await step('comes back to the same agent and camera by the address', async () => {
    const address = page.url()
    expect(/#[\d.]+\/-?[\d.]+\/-?[\d.]+$/.test(address), `no camera in ${address}`)
    await page.reload()
    await until('live again', () => isLive(page), 30_000)
    await page.getByRole('complementary', { name: `Agent ${name}` }).waitFor()
  })

  await step('turns the light off, and the map follows', async () => {
    const light = await lookAtMap(page)
    await page.getByRole('button', { name: /^Signed in as/ }).click()
    await page.getByRole('menuitemradio', { name: 'Dark' }).click()
    expect((await page.locator('html').getAttribute('data-theme')) === 'dark', 'the page is not dark')
    await until('a dark map', async () => (await lookAtMap(page)).brightness < light.brightness - 0.3)
    await until('markers on the new style', async () => onMap((await state(page)).rendered) > 0)
    await page.waitForTimeout(1_000)
    await shoot(page, 'agent-dark')
    await page.keyboard.press('Escape')
    await page.getByRole('complementary').waitFor({ state: 'detached' })
    await page.waitForTimeout(600)
    await shoot(page, 'map-dark')
  })

  await step('loses the network, says so, and resumes where it stopped', async () => {
    const before = await state(page)
    await context.setOffline(true)
    await page.getByText('Offline', { exact: true }).first().waitFor()
    await until('offline', async () => (await state(page)).connection === 'offline')
    expect((await state(page)).agents === before.agents, 'the fleet vanished with the network')
    await shoot(page, 'offline')
    await context.setOffline(false)
    const after = await until('live again', () => isLive(page), 30_000)
    expect(after.counts.reconnects === before.counts.reconnects + 1, `reconnects: ${after.counts.reconnects}`)
    expect(after.counts.resumed > before.counts.resumed, 'came back by snapshots, not by resuming')
    expect(after.counts.snapshots === before.counts.snapshots, 'asked for everything again')
  })

  await step('looks at the system', async () => {
    await page.getByRole('link', { name: 'System' }).click()
    await page.getByRole('region', { name: 'Arbiters' }).waitFor()
    await shoot(page, 'system')
  })

  await step('signs out', async () => {
    await page.getByRole('button', { name: /^Signed in as/ }).click()
    await page.getByRole('menuitem', { name: 'Sign out' }).click()
    await page.getByRole('heading', { name: 'Sign in' }).waitFor()
    expect((await page.evaluate(() => sessionStorage.length + Number(localStorage.getItem('salessync.session') !== null))) === 0, 'something of the session is left')
    expect((await context.cookies()).every(({ name }) => !name.startsWith('salessync_')), 'a cookie of the session is left')
  })
})

const playheadOf = async (page) => Number(await page.getByRole('slider', { name: 'Playhead' }).getAttribute('aria-valuenow'))
const drawnMap = (page) => until('a drawn map', async () => {
  const look = await lookAtMap(page)
  return look.colours > 60 ? look : null
})

await journey('a dispatcher looks at the day again', { viewport: { width: 1440, height: 900 }, colorScheme: 'light' }, async ({ page, step }) => {
  await step('comes from the live map, with the agent chosen', async () => {
    await signIn(page, url)
    await until('live with agents', () => isLive(page), 30_000)
    const moving = await until('somebody on the move', () => page.evaluate(() => window.__salessync.someMoving()))
    await page.goto(`${url}/map?agent=${moving}`)
    await page.getByRole('complementary').getByRole('link', { name: 'Playback' }).click()
    await page.getByRole('slider', { name: 'Playhead' }).waitFor()
    expect(new URL(page.url()).searchParams.get('agents') === moving, `another agent in ${page.url()}`)
  })

  await step('sees the day on a map that is not blank, and in a lane', async () => {
    await until('trips or stops', async () => (await page.locator('[data-item]').count()) > 1)
    const { width, height } = await drawnMap(page)
    expect(width >= 900 && height >= 400, `the canvas is ${width} by ${height}`)
    await shoot(page, 'playback')
  })

  await step('plays it from the keyboard', async () => {
    const before = await playheadOf(page)
    // With every stop, an hour of the fleet takes a minute at 60 times the speed.
    await page.getByRole('button', { name: 'Skip quiet' }).click()
    await page.keyboard.press('Space')
    await page.getByRole('button', { name: 'Pause' }).waitFor()
    await until('two minutes gone by', async () => (await playheadOf(page)) >= before + 120)
    await page.keyboard.press('Space')
    await page.getByRole('button', { name: 'Play', exact: true }).waitFor()
    const paused = await page.getByRole('slider', { name: 'Playhead' }).getAttribute('aria-valuenow')
    await page.keyboard.press('Home')
    await until('the beginning of the day', async () => (await playheadOf(page)) === 0)
    await page.keyboard.press('Shift+ArrowRight')
    await page.keyboard.press('ArrowRight')
    await until('a minute and ten seconds', async () => (await playheadOf(page)) === 70)
    expect(Number(paused) > 70, `paused at ${paused}`)
  })

  await step('jumps to an item of the list, and finds it on the map', async () => {
    const items = page.getByRole('listbox', { name: 'Items of the day' }).getByRole('option')
    await items.nth(1).click()
    const chosen = page.locator('[data-item][aria-pressed=true]')
    await until('the item in the lane', async () => (await chosen.count()) === 1)
    await until('the playhead at the item', async () => {
      const [bar, head] = [await chosen.boundingBox(), await page.getByRole('slider', { name: 'Playhead' }).boundingBox()]
      return Math.abs(head.x + head.width / 2 - bar.x) < 3
    })
    await page.waitForTimeout(800)
    await drawnMap(page)
    await shoot(page, 'playback-item')
  })

  await step('comes back to the same instant by the address', async () => {
    await until('the instant in the address', () => new URL(page.url()).searchParams.has('at'))
    const at = await playheadOf(page)
    await page.waitForTimeout(1_200)
    await page.reload()
    await until('the same instant', async () => Math.abs((await playheadOf(page)) - at) <= 1)
  })

  await step('zooms the lanes, and sees the whole day again', async () => {
    const lane = page.getByRole('group', { name: /'s day$/ }).first()
    await page.locator('[data-item]').first().waitFor()
    const narrow = (await lane.boundingBox()).width
    await page.getByRole('button', { name: 'Zoom in (+)' }).click()
    await until('wider lanes', async () => (await lane.boundingBox()).width > narrow * 1.5)
    await page.getByRole('button', { name: 'Fit' }).click()
    await until('the hour that was heard', async () => (await lane.boundingBox()).width > narrow * 5)
    await shoot(page, 'playback-fit')
    await page.getByRole('button', { name: 'Whole day' }).click()
    await until('the whole day', async () => Math.abs((await lane.boundingBox()).width - narrow) < 1)
  })

  await step('reads that nothing is set aside, or why it is', async () => {
    const isEmpty = () => page.evaluate(async () => {
      return (await (await fetch('/api/v1/quarantine')).json()).items.length === 0
    })
    const wasEmpty = await isEmpty()
    await page.getByRole('link', { name: 'Quarantine' }).click()
    const nothing = page.getByRole('heading', { name: 'Nothing is set aside' })
    const fixes = page.getByRole('listbox', { name: 'Fixes set aside' }).getByRole('option')
    // Some simulated phones have a clock that fails sooner or later.
    await until('the state of the quarantine', async () => (await nothing.count()) + (await fixes.count()) > 0)
    await page.waitForTimeout(600)
    if ((await nothing.count()) > 0) {
      expect(wasEmpty, 'the page is empty, the quarantine is not')
    } else {
      expect(!(await isEmpty()), 'the page shows fixes of an empty quarantine')
      await page.getByRole('region', { name: 'The fix' }).getByRole('button', { name: /Restore/ }).waitFor()
      await drawnMap(page)
    }
    await shoot(page, 'quarantine')
  })
})

const phone = { viewport: { width: 390, height: 844 }, deviceScaleFactor: 2, hasTouch: true, isMobile: true, colorScheme: 'light' }
await journey('a dispatcher on a phone', phone, async ({ page, step }) => {
  await step('signs in and sees the fleet', async () => {
    await signIn(page, url)
    await until('live with agents', () => isLive(page), 30_000)
    await until('markers drawn', async () => onMap((await state(page)).rendered) > 0)
    await page.waitForTimeout(1_500)
    await shoot(page, 'phone-map')
  })
  await step('opens the list and chooses somebody', async () => {
    await page.getByRole('button', { name: 'Show the fleet' }).tap()
    await page.waitForTimeout(400)
    await shoot(page, 'phone-fleet')
    await page.getByRole('listbox', { name: 'Agents' }).getByRole('option').first().tap()
    await page.getByRole('complementary').waitFor()
    await page.waitForTimeout(1_500)
    await shoot(page, 'phone-agent')
    const wide = await page.evaluate(() => document.documentElement.scrollWidth)
    expect(wide <= 390, `the page is ${wide} px wide`)
  })
  await step('plays the day on the same screen', async () => {
    await page.getByRole('complementary').getByRole('link', { name: 'Playback' }).tap()
    await until('trips or stops', async () => (await page.locator('[data-item]').count()) > 0)
    await page.getByRole('button', { name: 'Skip quiet' }).tap()
    await page.getByRole('button', { name: 'Play', exact: true }).tap()
    await page.getByRole('button', { name: 'Pause' }).waitFor()
    await drawnMap(page)
    await shoot(page, 'phone-playback')
    const wide = await page.evaluate(() => document.documentElement.scrollWidth)
    expect(wide <= 390, `the page is ${wide} px wide`)
  })
})

await journey('an administrator draws a fence', { viewport: { width: 1440, height: 900 }, colorScheme: 'dark' }, async ({ page, step }) => {
  await step('draws a fence around a quarter, finds it, and deletes it', async () => {
    await signIn(page, url, 'SALESSYNC_ADMIN')
    const fence = `Quarter ${Date.now()}`
    await page.getByRole('link', { name: 'Fences' }).click()
    await page.getByRole('button', { name: 'New polygon' }).click()
    await page.getByLabel('Name').fill(fence)
    await draw(page, [[700, 300], [900, 320], [820, 500]])
    await page.keyboard.press('Enter')
    await page.getByText('A polygon of 3 corners.').waitFor()
    await shoot(page, 'fence-drawn')
    await page.getByRole('button', { name: 'Create fence' }).click()
    await removeFence(page, fence)
  })
  await step('draws a corridor that is closed at Christmas, and finds it as it was drawn', async () => {
    const fence = `Lane ${Date.now()}`
    await page.getByLabel('Search fences').fill('')
    await page.getByRole('button', { name: 'New corridor' }).click()
    await page.getByLabel('Name').fill(fence)
    await draw(page, [[700, 300], [900, 420]])
    await page.keyboard.press('Enter')
    await page.getByText('A corridor of 2 points.').waitFor()
    await page.getByLabel('To either side (metres)').fill('60')
    await page.getByRole('switch', { name: /Only at certain hours/ }).click()
    await page.getByRole('button', { name: 'Add a date' }).click()
    await page.getByLabel('Date', { exact: true }).fill('2026-12-25')
    await shoot(page, 'corridor-drawn')
    await page.getByRole('button', { name: 'Create fence' }).click()
    await page.getByLabel('Search fences').fill(fence)
    await page.getByRole('button', { name: fence }).click()
    await page.getByText('A corridor of 2 points.').waitFor()
    const kept = [await page.getByLabel('Date', { exact: true }).inputValue(), await page.getByLabel('To either side (metres)').inputValue()]
    expect(kept.join() === '2026-12-25,60', `kept is ${kept}`)
    await page.getByRole('button', { name: 'Back to the list' }).click()
    await removeFence(page, fence)
  })
})

await journey('an administrator with a new phone', { viewport: { width: 1100, height: 900 }, colorScheme: 'light' }, async ({ page, step }) => {
  await step('goes from an agent to its phones', async () => {
    await signIn(page, url, 'SALESSYNC_ADMIN')
    await page.getByRole('listbox', { name: 'Agents' }).getByRole('option').first().click()
    await page.getByRole('complementary').getByRole('link', { name: 'Phones' }).click()
    await page.getByRole('form', { name: 'Add a phone' }).waitFor()
  })
  await step('adds one, which is heard as soon as it speaks', async () => {
    await page.getByLabel('Name').fill('journey')
    await page.getByRole('button', { name: 'Add phone' }).click()
    await page.getByRole('img', { name: 'QR code that sets up journey' }).waitFor()
    await shoot(page, 'phone-setup')
    const link = await page.locator('code').first().textContent()
    const token = new URL(link).searchParams.get('id')
    const said = await page.evaluate((id) => fetch(`/phone/osmand?id=${id}&batt=7`, { method: 'POST' }).then((answer) => answer.status), token)
    expect(said === 200, `the phone was answered ${said}`)
    await page.getByRole('list', { name: 'Last words of journey' }).getByText('Battery 7 %').waitFor({ timeout: 30_000 })
  })
  await step('and takes it out of use', async () => {
    await page.getByRole('button', { name: 'Done' }).click()
    await page.getByRole('button', { name: 'Revoke journey' }).click()
    await page.getByRole('group', { name: 'Revoke journey?' }).getByRole('button', { name: 'Revoke' }).click()
    await page.getByText(/revoked just now/).first().waitFor()
  })
})

await finish()
