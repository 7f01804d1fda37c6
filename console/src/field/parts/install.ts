/** Putting the page on the home screen: by the browser's own question where it has one, by hand on an iPhone. */
import { useSyncExternalStore } from 'react'

type Prompt = Event & { prompt: () => Promise<void> }
let held: Prompt | null = null
const listeners = new Set<() => void>()
const tell = () => listeners.forEach((listener) => listener())

/** The browser asks once, early: it is kept for when somebody wants it. */
export function awaitInstall(): void {
  addEventListener('beforeinstallprompt', (event) => {
    event.preventDefault()
    held = event as Prompt
    tell()
  })
  addEventListener('appinstalled', () => {
    held = null
    tell()
  })
}

export function useInstall(): { offer: (() => void) | null; isByHand: boolean } {
  const prompt = useSyncExternalStore((listener) => {
    listeners.add(listener)
    return () => void listeners.delete(listener)
  }, () => held)
  const isInstalled = matchMedia('(display-mode: standalone)').matches
  const isApple = /iPhone|iPad/.test(navigator.userAgent)
  return { offer: prompt === null || isInstalled ? null : () => void prompt.prompt(), isByHand: isApple && !isInstalled }
}
