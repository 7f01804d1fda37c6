// From an invitation to the end of an account, in a real browser against a running server. Needs an administrator without a second
// factor (SALESSYNC_ADMIN_EMAIL, SALESSYNC_ADMIN_PASSWORD), and, where the server puts its letters into a folder, that folder
// (SALESSYNC_MAIL_FOLDER); without mail the link is read from the page. Exits 0 when all of it worked.
import { createHmac } from 'node:crypto'
import { env, expect, journeys, launch, openPage, shoot, signIn, until } from './browser.mjs'
import { hasLetters, invitedBy } from './letters.mjs'

const url = env('SALESSYNC_URL').replace(/\/$/, '')
const browser = await launch()
const { journey, finish } = journeys(browser)

const stamp = Date.now()
const person = { name: `Nia ${stamp}`, email: `nia.${stamp}@example.com`, password: 'four unrelated plain words' }
/** Refusals that the journey provokes are told by the browser as errors. */
const REFUSED = /status of 40[134]/
const desk = { viewport: { width: 1440, height: 900 }, colorScheme: 'light' }

const STEP_S = 30

/** The six digits of RFC 6238 for a base32 secret, `steps` on from now. */
function totp(secret, steps = 0) {
  const bits = [...secret.replace(/\s/g, '')].map((letter) => 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'.indexOf(letter).toString(2).padStart(5, '0')).join('')
  const key = Buffer.from(bits.match(/.{8}/g).map((byte) => Number.parseInt(byte, 2)))
  const counter = Buffer.alloc(8)
  counter.writeBigUInt64BE(BigInt(Math.floor(Date.now() / 1_000 / STEP_S) + steps))
  const hash = createHmac('sha1', key).update(counter).digest()
  const at = hash[19] & 15
  return String((hash.readUInt32BE(at) & 0x7fffffff) % 1_000_000).padStart(6, '0')
}

const signOut = async (page) => {
  await page.getByRole('button', { name: /^Signed in as/ }).click()
  await page.getByRole('menuitem', { name: 'Sign out' }).click()
  await page.getByRole('heading', { name: 'Sign in' }).waitFor()
}
const enter = async (page, { email, password }) => {
  await page.goto(`${url}/sign-in`)
  await page.getByLabel('E-mail').fill(email)
  await page.getByLabel('Password', { exact: true }).fill(password)
  await page.getByRole('button', { name: 'Sign in' }).click()
}
const isIn = (page) => page.getByRole('button', { name: /^Signed in as/ }).waitFor()
const openPerson = async (page) => {
  await page.getByRole('link', { name: 'Users' }).click()
  await page.getByRole('searchbox', { name: /^Search by name/ }).fill(person.email)
  await page.getByRole('button', { name: person.name }).click()
  await page.getByRole('dialog', { name: person.name }).waitFor()
}

let link, secret
/** An account has five codes a minute to try: the journeys below use exactly those. */
const codes = []

await journey('an administrator invites somebody', desk, async ({ page, step }) => {
  await step('signs in, and finds the users', async () => {
    await signIn(page, url, 'SALESSYNC_ADMIN')
    await page.getByRole('link', { name: 'Users' }).click()
    await page.getByRole('table').waitFor()
    await shoot(page, 'users')
  })
  await step('gets the link of an invitation, from the page where no mail goes out', async () => {
    await page.getByRole('button', { name: 'Invite somebody' }).click()
    const dialog = page.getByRole('dialog')
    await dialog.getByLabel('Name').fill(person.name)
    await dialog.getByLabel('E-mail').fill(person.email)
    await dialog.getByRole('button', { name: 'Invite', exact: true }).click()
    await page.getByRole('dialog', { name: `${person.name} is invited` }).waitFor()
    link = hasLetters ? await invitedBy(person.email) : await dialog.locator('code').first().textContent()
    expect(new URL(link).pathname === '/invite', `the link is ${link}`)
    await dialog.getByRole('button', { name: 'Done' }).click()
    await page.getByRole('link', { name: 'Invitations' }).click()
    await page.getByText(person.email).waitFor()
    await shoot(page, 'invitations')
  })
  await step('signs out', () => signOut(page))
})

await journey('the one who was invited', { ...desk, forgives: REFUSED }, async ({ context, page, step }) => {
  const { pathname, search, hash } = new URL(link)
  await step('accepts, and the secret leaves the address bar', async () => {
    await page.goto(url + pathname + search + hash)
    await page.getByLabel('Password', { exact: true }).fill(person.password)
    expect(!/token/.test(page.url()), `still in ${page.url()}`)
    await shoot(page, 'invite')
    await page.getByRole('button', { name: 'Accept and go on' }).click()
    await page.getByText('Your account is ready').waitFor()
  })
  await step('cannot accept twice', async () => {
    await page.goto(url + pathname + search + hash)
    await page.getByRole('heading', { name: 'This invitation does not work' }).waitFor()
  })
  await step('signs in by cookies that no script can read, and sees a dispatcher’s pages', async () => {
    await enter(page, person)
    await isIn(page)
    expect((await page.getByRole('link', { name: 'Audit log' }).count()) === 0, 'the audit log is offered')
    const cookies = (await context.cookies()).filter(({ name }) => name.startsWith('salessync_'))
    expect(cookies.length >= 1 && cookies.every(({ httpOnly, sameSite }) => httpOnly && sameSite === 'Strict'), JSON.stringify(cookies.map(({ value, ...rest }) => rest)))
    await page.goto(`${url}/audit`)
    await page.getByRole('heading', { name: 'This page is not part of your role' }).waitFor()
  })
  await step('turns the second factor on', async () => {
    await page.goto(`${url}/profile`)
    await page.getByRole('button', { name: 'Set up' }).click()
    const dialog = page.getByRole('dialog')
    await dialog.getByLabel('Password', { exact: true }).fill(person.password)
    await dialog.getByRole('button', { name: 'Go on' }).click()
    secret = await dialog.locator('code').first().textContent()
    await dialog.getByLabel('Code of 6 digits').fill(totp(secret))
    await shoot(page, 'second-factor')
    await dialog.getByRole('button', { name: 'Turn on' }).click()
    const list = dialog.getByRole('list', { name: 'Recovery codes' })
    await list.waitFor()
    codes.push(...(await list.getByRole('listitem').allTextContents()))
    expect(codes.length === 10, `${codes.length} recovery codes`)
    await dialog.getByText('I have kept these codes').click()
    await dialog.getByRole('button', { name: 'Done' }).click()
    await signOut(page)
  })
  await step('signs in with it', async () => {
    await enter(page, person)
    await page.getByRole('heading', { name: 'One more step' }).waitFor()
    const box = page.getByLabel('Code of 6 digits')
    // The code of this step may be the one that turned it on; the next one is good already.
    await box.fill(totp(secret, 1))
    await isIn(page)
    await signOut(page)
  })
  await step('signs in with a recovery code, and not twice with the same', async () => {
    for (const isFirst of [true, false]) {
      await enter(page, person)
      await page.getByRole('button', { name: 'Use a recovery code' }).click()
      await page.getByLabel('Recovery code').fill(codes[0])
      await page.getByRole('button', { name: 'Go on' }).click()
      if (isFirst) {
        await isIn(page)
        await signOut(page)
      } else {
        await page.getByRole('alert').waitFor()
      }
    }
  })
})

await journey('an administrator takes access away', { ...desk, forgives: REFUSED }, async ({ page, step }) => {
  const { context, page: theirs } = await openPage(browser, desk)
  try {
    await step('while the other is signed in', async () => {
      await signIn(page, url, 'SALESSYNC_ADMIN')
      await isIn(page)
      await enter(theirs, person)
      await theirs.getByRole('button', { name: 'Use a recovery code' }).click()
      await theirs.getByLabel('Recovery code').fill(codes[1])
      await theirs.getByRole('button', { name: 'Go on' }).click()
      await isIn(theirs)
    })
    await step('disables the account, and the other is out', async () => {
      await openPerson(page)
      await page.getByRole('button', { name: 'Disable' }).click()
      await page.getByRole('dialog', { name: `Disable ${person.name}?` }).getByRole('button', { name: 'Disable' }).click()
      await page.getByText('cannot sign in any more').waitFor()
      await theirs.reload()
      await theirs.getByRole('heading', { name: 'Sign in' }).waitFor()
    })
    await step('finds all of it in the audit log', async () => {
      await page.keyboard.press('Escape')
      await page.getByRole('dialog').waitFor({ state: 'detached' })
      await page.getByRole('link', { name: 'Audit log' }).click()
      await page.getByRole('combobox', { name: 'When' }).selectOption('24h')
      await page.getByRole('button', { name: 'User disabled' }).first().waitFor()
      await page.getByRole('button', { name: 'User invited' }).first().waitFor()
      await shoot(page, 'audit')
      const sealed = page.getByTitle(/^Sealed as number/)
      await until('a sealed entry', async () => {
        await page.getByRole('button', { name: 'Look again' }).click()
        return (await sealed.count()) > 0
      })
    })
    await step('and erases the account by typing its e-mail', async () => {
      await openPerson(page)
      await page.getByRole('button', { name: 'Erase' }).click()
      const question = page.getByRole('dialog', { name: `Erase ${person.name}?` })
      await question.getByRole('textbox').fill(person.email)
      await question.getByRole('button', { name: 'Erase for good' }).click()
      await question.waitFor({ state: 'detached' })
      await page.getByText('Nobody fits').waitFor()
    })
  } finally {
    await context.close()
  }
})

await finish()
