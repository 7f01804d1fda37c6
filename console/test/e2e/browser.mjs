// A browser, a page that remembers its complaints, and the few assertions the journeys need.
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { chromium } from 'playwright-core'

const FLAGS = [
  '--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking',
  '--disable-component-update', '--disable-sync',
]
const SHOTS = process.env.SHOTS ?? fileURLToPath(new URL('./shots', import.meta.url))

// Said by Chromium about its software rasteriser, and by the network while we hold it down: no fault of the page.
const NOISE = /GPU stall due to ReadPixels|GL Driver Message|Automatic fallback to software WebGL/
const WHILE_OFFLINE = /ERR_INTERNET_DISCONNECTED|ERR_NETWORK_CHANGED|WebSocket connection .* failed/

export function env(name) {
  const value = process.env[name]
  if (!value) throw new Error(`${name} is not set. Needed: SALESSYNC_URL, SALESSYNC_EMAIL, SALESSYNC_PASSWORD of a running server.`)
  return value
}

export async function launch() {
  return chromium.launch({ executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium', args: FLAGS })
}

/** `complaints` collects console errors and uncaught exceptions. */
export async function openPage(browser, options) {
  const context = await browser.newContext(options)
  await context.grantPermissions(['clipboard-read', 'clipboard-write'])
  const page = await context.newPage()
  const complaints = []
  page.on('console', (message) => {
    const text = message.text()
    if (message.type() === 'error' && !NOISE.test(text) && !WHILE_OFFLINE.test(text)) complaints.push(text)
  })
  page.on('pageerror', (error) => complaints.push(error.stack ?? String(error)))
  return { context, page, complaints }
}

export async function signIn(page, url, who = 'SALESSYNC') {
  await page.goto(url)
  await page.getByLabel('E-mail').fill(env(`${who}_EMAIL`))
  await page.getByLabel('Password').fill(env(`${who}_PASSWORD`))
  await page.getByRole('button', { name: 'Sign in' }).click()
}

export async function shoot(page, name) {
  await mkdir(SHOTS, { recursive: true })
  await page.screenshot({ path: join(SHOTS, `${name}.png`) })
}

export async function until(what, probe, timeout_ms = 15_000) {
  const deadline = Date.now() + timeout_ms
  let last
  while (Date.now() < deadline) {
    last = await probe()
    if (last) return last
    await new Promise((resolve) => setTimeout(resolve, 200))
  }
  throw new Error(`${what}: not within ${timeout_ms} ms (last: ${JSON.stringify(last)})`)
}

export function expect(isTrue, what) {
  if (!isTrue) throw new Error(what)
}

/** How many colours the canvas shows, and how bright it is on the whole; a blank map has one. */
export async function lookAtMap(page) {
  const box = await page.locator('canvas.maplibregl-canvas').boundingBox()
  const png = await page.screenshot({ clip: { x: box.x + box.width * 0.3, y: box.y + 60, width: box.width * 0.4, height: box.height * 0.6 } })
  const seen = await page.evaluate(async (base64) => {
    const bytes = Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0))
    const bitmap = await createImageBitmap(new Blob([bytes], { type: 'image/png' }))
    const pen = new OffscreenCanvas(bitmap.width, bitmap.height).getContext('2d')
    pen.drawImage(bitmap, 0, 0)
    const { data } = pen.getImageData(0, 0, bitmap.width, bitmap.height)
    const colours = new Set()
    let light = 0
    for (let i = 0; i < data.length; i += 4) {
      colours.add((data[i] << 16) | (data[i + 1] << 8) | data[i + 2])
      light += data[i] + data[i + 1] + data[i + 2]
    }
    return { colours: colours.size, brightness: light / (data.length / 4) / 765 }
  }, png.toString('base64'))
  return { width: box.width, height: box.height, ...seen }
}

/** Everything `window.__salessync` tells, read once. */
export async function state(page) {
  return page.evaluate(() => {
    const handle = window.__salessync
    if (!handle) return null
    const { agents, connection, counts, lastFlushAt_ms, rendered } = handle
    return { agents, connection, counts, lastFlushAt_ms, rendered }
  })
}

/** Journeys told step by step; a failed one is photographed, and the rest goes on. `forgives`: complaints that a journey provokes itself. */
export function journeys(browser) {
  let failures = 0
  async function journey(name, { forgives, ...options }, steps) {
    const { context, page, complaints } = await openPage(browser, options)
    console.log(name)
    const step = async (title, run) => {
      const began = Date.now()
      await run()
      console.log(`  ok  ${title} (${Date.now() - began} ms)`)
    }
    const unforgiven = () => complaints.filter((text) => !forgives?.test(text))
    try {
      await steps({ context, page, step })
      await step('without a word of complaint in the console', async () => expect(unforgiven().length === 0, unforgiven().join('\n')))
    } catch (error) {
      failures += 1
      console.error(`  FAILED  ${error.stack ?? error}`)
      if (complaints.length > 0) console.error(`  console: ${complaints.join('\n  ')}`)
      await shoot(page, `failed-${name.replace(/\W+/g, '-')}`).catch(() => {})
    } finally {
      await context.close()
    }
  }
  const finish = async () => {
    await browser.close()
    if (failures > 0) process.exitCode = 1
  }
  return { journey, finish }
}
