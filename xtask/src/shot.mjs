// Logs in, waits until the map has been drawn and agents have moved a while, saves one picture. Run by shot.rs from console/.
import { chromium } from 'playwright-core'

const { SALESSYNC_URL, SALESSYNC_EMAIL, SALESSYNC_PASSWORD, CHROMIUM, SHOT } = process.env
const flags = ['--no-sandbox', '--disable-quic', '--disable-background-networking', '--disable-component-update', '--disable-sync']
const browser = await chromium.launch({ executablePath: CHROMIUM, args: [...flags, '--no-first-run', '--use-angle=swiftshader', '--enable-unsafe-swiftshader'] })
try {
  const page = await browser.newPage({ viewport: { width: 1440, height: 900 } })
  await page.goto(SALESSYNC_URL)
  await page.getByLabel(/e-?mail/i).fill(SALESSYNC_EMAIL)
  await page.getByLabel(/password/i).fill(SALESSYNC_PASSWORD)
  await page.getByRole('button', { name: /sign in|log in/i }).click()
  await page.locator('canvas').first().waitFor({ timeout: 30_000 })
  await page.waitForTimeout(10_000) // long enough for tiles, fonts and a few moves; a picture is judged by eye, not by a test
  await page.screenshot({ path: SHOT })
} finally {
  await browser.close()
}
