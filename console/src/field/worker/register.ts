/** Puts the service worker in place, and notices when a newer one waits. */
import { api } from '../../api/client'
import { show } from '../state'
import { UPLOAD } from './names'

const ADDRESS = '/field-worker.js'
const SCOPE = '/field'
/** An installed page is open for days. */
const LOOK_EVERY_MS = 60 * 60_000

let waiting: ServiceWorker | null = null

export async function registerWorker(): Promise<void> {
  if (!('serviceWorker' in navigator)) return
  let isFirst = navigator.serviceWorker.controller === null
  navigator.serviceWorker.addEventListener('controllerchange', () => {
    // The very first one takes over a page that is of its own version already.
    if (isFirst) {
      isFirst = false
      return
    }
    location.reload()
  })
  const registration = await navigator.serviceWorker.register(ADDRESS, { scope: SCOPE })
  const found = (worker: ServiceWorker | null) => {
    if (worker === null || navigator.serviceWorker.controller === null) return
    waiting = worker
    show({ hasUpdate: true })
  }
  found(registration.waiting)
  registration.addEventListener('updatefound', () => {
    const worker = registration.installing
    worker?.addEventListener('statechange', () => {
      if (worker.state === 'installed') found(worker)
    })
  })
  const look = () => void registration.update().catch(() => undefined)
  setInterval(look, LOOK_EVERY_MS)
  document.addEventListener('visibilitychange', () => document.visibilityState === 'visible' && look())
}

export function takeOver(): void {
  waiting?.postMessage('take-over')
}

type Waking = ServiceWorkerRegistration & { sync?: { register: (tag: string) => Promise<void> } }

/** Browsers that can wake the worker when the network is back; the others send when the page is opened. */
export async function askToBeWoken(): Promise<void> {
  if (!('serviceWorker' in navigator) || navigator.serviceWorker.controller === null) return
  const registration = (await navigator.serviceWorker.ready) as Waking
  await registration.sync?.register(UPLOAD).catch(() => undefined)
}

/** Has the map's ground kept for when there is no network, before anybody opens the map. */
export async function keepGround(): Promise<void> {
  if (!('serviceWorker' in navigator)) return
  await navigator.serviceWorker.ready
  const { basemap } = await api.map()
  if (basemap.kind === 'town' || basemap.kind === 'style') await fetch(basemap.url)
}
