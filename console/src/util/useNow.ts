import { useSyncExternalStore } from 'react'

const listeners = new Set<() => void>()
let now_ms = Date.now()
let timer: ReturnType<typeof setInterval> | undefined

/** The time, one tick a second, one timer for the whole page. */
export function useNow(): number {
  return useSyncExternalStore(subscribe, () => now_ms)
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener)
  // With nobody to tell, it has stood still.
  if (timer === undefined) now_ms = Date.now()
  timer ??= setInterval(() => {
    now_ms = Date.now()
    listeners.forEach((tell) => tell())
  }, 1_000)
  return () => {
    listeners.delete(listener)
    if (listeners.size > 0) return
    clearInterval(timer)
    timer = undefined
  }
}
