// Letters that a server puts into a folder instead of mailing them (SALESSYNC_MAIL_FOLDER).
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { until } from './browser.mjs'

const FOLDER = process.env.SALESSYNC_MAIL_FOLDER
export const hasLetters = Boolean(FOLDER)

/** The link of the invitation to somebody, whatever the letter is wrapped in; waits for the letter. */
export function invitedBy(email) {
  return until(`the letter to ${email}`, async () => {
    for (const name of await readdir(FOLDER)) {
      const letter = (await readFile(join(FOLDER, name), 'utf8')).replace(/=\r?\n/g, '').replaceAll('=3D', '=')
      const found = /https?:\/\/[^\s"<>]+\/invite#token=[\w.~-]+/.exec(letter)
      if (letter.includes(email) && found) return found[0]
    }
    return null
  })
}
