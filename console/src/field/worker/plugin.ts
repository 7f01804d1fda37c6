/**
 * Builds the phone page's service worker behind the page, as one file of its own, and tells it which files the page is made of: all that
 * `field.html` leads to, and the files beside it that it names. Their names carry hashes, so the list as a whole is the version.
 */
import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { build, type Plugin } from 'vite'

const PAGE = 'field.html'
const BESIDE = ['field.webmanifest', 'favicon.svg', 'field-icons/192.png']
/** Letters of the interface's typeface that no name of a European customer needs; they are kept once they were asked for. */
const NOT_AT_ONCE = /inter-(cyrillic|greek|vietnamese)/

type Part = { type: 'chunk'; code: string } | { type: 'asset'; source: string | Uint8Array }

export function fieldWorker(): Plugin {
  const root = fileURLToPath(new URL('../../../', import.meta.url))
  return {
    name: 'field-worker',
    apply: 'build',
    enforce: 'post',
    async writeBundle({ dir }, bundle) {
      const parts = bundle as unknown as Record<string, Part>
      const page = parts[PAGE]
      if (!page || !dir) this.error(`the build has no ${PAGE}`)
      const files = [...reachedFrom(page, parts)].sort()
      const version = createHash('sha256').update(bodyOf(page))
      for (const file of files) version.update(file)
      for (const file of BESIDE) version.update(readFileSync(`${root}public/${file}`))
      const shell = { version: version.digest('hex').slice(0, 12), files: [...files, ...BESIDE].map((file) => `/${file}`) }
      await build({
        configFile: false, root, publicDir: false, logLevel: 'warn', define: { __SHELL__: JSON.stringify(shell) },
        build: { outDir: dir, emptyOutDir: false, reportCompressedSize: false, lib: { entry: 'src/field/worker/worker.ts', formats: ['iife'], name: 'fieldWorker', fileName: () => 'field-worker.js' } },
      })
    },
  }
}

/** Every file that the page, or what it loads, names: found as text, because scripts, styles and fonts name each other in different ways. */
function reachedFrom(page: Part, parts: Record<string, Part>): Set<string> {
  const names = Object.keys(parts).filter((name) => name.startsWith('assets/') && !name.endsWith('.map') && !NOT_AT_ONCE.test(name))
  const reached = new Set<string>()
  const open = [page]
  for (let part = open.pop(); part; part = open.pop()) {
    const body = bodyOf(part)
    for (const name of names) {
      if (reached.has(name) || !body.includes(name.slice('assets/'.length))) continue
      reached.add(name)
      open.push(parts[name]!)
    }
  }
  return reached
}

const bodyOf = (part: Part): string => (part.type === 'chunk' ? part.code : typeof part.source === 'string' ? part.source : Buffer.from(part.source).toString('latin1'))
