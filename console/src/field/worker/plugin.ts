/**
 * Tells the phone page's service worker which files the page is made of: all that `field.html` leads to, and the files beside it that it
 * names. Their names carry hashes, so the list as a whole is the version.
 */
import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import type { Plugin } from 'vite'

const PAGE = 'field.html'
const WORKER = 'field-worker.js'
const BESIDE = ['field.webmanifest', 'favicon.svg', 'field-icons/192.png']
/** Letters of the interface's typeface that no name of a European customer needs; they are kept once they were asked for. */
const NOT_AT_ONCE = /inter-(cyrillic|greek|vietnamese)/

type Part = { fileName: string } & ({ type: 'chunk'; code: string; imports: string[]; dynamicImports: string[]; viteMetadata?: { importedCss: Set<string>; importedAssets: Set<string> } } | { type: 'asset'; source: string | Uint8Array })

export function fieldWorker(): Plugin {
  return {
    name: 'field-worker',
    apply: 'build',
    enforce: 'post',
    generateBundle: {
      order: 'post',
      handler(_, bundle) {
        const parts = bundle as unknown as Record<string, Part>
        const worker = parts[WORKER]
        const page = parts[PAGE]
        if (worker?.type !== 'chunk' || page?.type !== 'asset') this.error(`the build has no ${WORKER} or no ${PAGE}`)
        if (worker.imports.length > 0) this.error(`${WORKER} must stand alone, and imports ${worker.imports.join(', ')}`)
        const files = [...reachedFrom(page, parts)].sort()
        const version = createHash('sha256').update(text(page.source))
        for (const file of files) version.update(file)
        for (const file of BESIDE) version.update(readFileSync(new URL(`../../../public/${file}`, import.meta.url)))
        const list = JSON.stringify({ version: version.digest('hex').slice(0, 12), files: [...files, ...BESIDE].map((file) => `/${file}`) })
        const code = worker.code.replace(/["'`]__SHELL__["'`]/, () => JSON.stringify(list))
        if (code === worker.code) this.error(`${WORKER} has no place for the list`)
        worker.code = code
      },
    },
  }
}

/** Every file that the page, or what it loads, names: found as text, because scripts, styles and fonts name each other in different ways. */
function reachedFrom(page: Part, parts: Record<string, Part>): Set<string> {
  const names = Object.keys(parts).filter((name) => name.startsWith('assets/') && !name.endsWith('.map') && !NOT_AT_ONCE.test(name))
  const reached = new Set<string>()
  const open = [page]
  for (let part = open.pop(); part; part = open.pop()) {
    const body = part.type === 'chunk' ? part.code : text(part.source)
    for (const name of names) {
      const base = name.slice('assets/'.length)
      if (reached.has(name) || !body.includes(base)) continue
      reached.add(name)
      open.push(parts[name]!)
    }
  }
  return reached
}

const text = (source: string | Uint8Array): string => (typeof source === 'string' ? source : Buffer.from(source).toString('latin1'))
