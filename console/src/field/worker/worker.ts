/**
 * The phone page's service worker: the page opens without a network, and a new version of it waits until the person says so. It keeps the
 * page and the map's ground, and nobody's data: those the page itself keeps, by agent. Where the browser wakes it when the network is back,
 * it sends what waits, although the page is closed.
 */
/// <reference lib="webworker" />
import { sendInBackground } from './background'
import { UPLOAD } from './names'

declare const self: ServiceWorkerGlobalScope
declare const __SHELL__: { version: string; files: string[] }

const { version, files } = __SHELL__
const PAGE = '/field.html'
const SHELL = `salessync-field-shell-${version}`
/** What is fetched again when there is a network, and shown as it was when there is none. */
const GROUND = 'salessync-field-ground'
const LOOKED_AFTER = /^salessync-field-/

self.addEventListener('install', (event) => {
  event.waitUntil(keepShell())
})

self.addEventListener('activate', (event) => {
  event.waitUntil(dropOld().then(() => self.clients.claim()))
})

self.addEventListener('message', (event) => {
  const { data } = event as { data: unknown }
  if (data === 'take-over') void self.skipWaiting()
})

self.addEventListener('sync', (event) => {
  const { tag, waitUntil } = event as ExtendableEvent & { tag: string }
  if (tag === UPLOAD) waitUntil.call(event, sendInBackground())
})

self.addEventListener('fetch', (event) => {
  const { request } = event
  const url = new URL(request.url)
  if (request.method !== 'GET' || url.origin !== self.location.origin) return
  if (request.mode === 'navigate') event.respondWith(page(request))
  else if (url.pathname.startsWith('/assets/') || files.includes(url.pathname)) event.respondWith(kept(request))
  else if (isGround(url) && !request.headers.has('range')) event.respondWith(ground(request))
})

/** Hashed files that an older version has are the same: they are taken from it, which costs a phone nothing. */
async function keepShell(): Promise<void> {
  const cache = await caches.open(SHELL)
  await Promise.all([PAGE, ...files].map(async (file) => {
    const isHashed = file.startsWith('/assets/')
    const had = isHashed ? await caches.match(file) : undefined
    if (had) return cache.put(file, had)
    const answer = await fetch(file, { cache: isHashed ? 'default' : 'reload', credentials: 'same-origin' })
    if (!answer.ok) throw new Error(`${file} answered ${answer.status}`)
    return cache.put(file, answer)
  }))
}

async function dropOld(): Promise<void> {
  const names = await caches.keys()
  await Promise.all(names.filter((name) => LOOKED_AFTER.test(name) && name !== SHELL && name !== GROUND).map((name) => caches.delete(name)))
}

/** One version at a time: the page of this worker, whatever the server has meanwhile. */
async function page(request: Request): Promise<Response> {
  const cache = await caches.open(SHELL)
  return (await cache.match(PAGE)) ?? fetch(request)
}

async function kept(request: Request): Promise<Response> {
  const cache = await caches.open(SHELL)
  const had = await cache.match(request, { ignoreSearch: true })
  if (had) return had
  const answer = await fetch(request)
  if (answer.ok) await cache.put(request, answer.clone())
  return answer
}

/** The generated town's streets, a map style, and which of them it is to be: public, and the same for everybody. */
const isGround = (url: URL): boolean => url.pathname === '/api/v1/map' || (url.pathname.startsWith('/map/') && !url.pathname.endsWith('.pmtiles'))

async function ground(request: Request): Promise<Response> {
  const cache = await caches.open(GROUND)
  try {
    const answer = await fetch(request)
    if (answer.ok) await cache.put(request, answer.clone())
    return answer
  } catch (error) {
    const had = await cache.match(request)
    if (had) return had
    throw error
  }
}
