/**
 * What is half done at a place, kept on the phone as it is given. A phone ends the page whenever it needs the room, above all while its camera
 * is open: what was written and photographed until then must be there when the page comes back.
 */
import { useCallback, useEffect, useRef, useState } from 'react'
import { explain } from '../../api/problem'
import { useRuntime } from '../app'
import { DRAFT, type Draft } from '../store/store'

/** What follows within so long of the last writing, as typing does, is written down when it pauses. */
const PAUSE_MS = 250

/** By visit, and by what is done there. */
export const draftName = (visit: string, what: string): string => `${DRAFT}${visit}:${what}`

export type Drafted<Value> = {
  /** `null`: the phone has not said yet what it holds. */
  value: Value | null
  /** It was there before this page was opened. */
  wasBegun: boolean
  change: (to: (before: Value) => Value) => void
  /** Why it could not be kept. */
  problem: string | null
  /** Does what ends the draft, once, however often it is asked. Meanwhile nothing of it is written; where it fails the draft goes on. */
  end: (act: () => Promise<unknown>) => Promise<void>
}

export function useDraft<Value>(name: string, empty: Value): Drafted<Value> {
  const { store } = useRuntime()
  const [held, setHeld] = useState<{ value: Value; wasBegun: boolean } | null>(null)
  const [problem, setProblem] = useState<string | null>(null)
  const latest = useRef(held)
  const unkept = useRef<Value | null>(null)
  const keptAt_ms = useRef(0)
  const hasEnded = useRef(false)
  const start = useRef(empty)

  const keep = useCallback(() => {
    if (unkept.current === null || hasEnded.current) return
    const draft: Draft<Value> = { at_ms: Date.now(), value: unkept.current }
    unkept.current = null
    keptAt_ms.current = draft.at_ms
    store.keep(name, draft).then(() => setProblem(null), (failure: unknown) => setProblem(explain(failure)))
  }, [store, name])

  useEffect(() => {
    let isCurrent = true
    const show = (draft: Partial<Draft<Value>> | undefined) => {
      if (!isCurrent) return
      latest.current = { value: draft?.value ?? start.current, wasBegun: draft?.value !== undefined }
      setHeld(latest.current)
    }
    store.kept<Partial<Draft<Value>>>(name).then(show, () => show(undefined))
    return () => {
      isCurrent = false
    }
  }, [store, name])

  useEffect(() => {
    const timer = setTimeout(keep, PAUSE_MS)
    return () => clearTimeout(timer)
  }, [held, keep])

  // Whoever leaves the page, or goes to the camera, does not wait for the pause.
  useEffect(() => {
    const hidden = () => document.visibilityState === 'hidden' && keep()
    document.addEventListener('visibilitychange', hidden)
    addEventListener('pagehide', keep)
    return () => {
      document.removeEventListener('visibilitychange', hidden)
      removeEventListener('pagehide', keep)
      keep()
    }
  }, [keep])

  const change = useCallback((to: (before: Value) => Value) => {
    if (latest.current === null) return
    latest.current = { ...latest.current, value: to(latest.current.value) }
    unkept.current = latest.current.value
    setHeld(latest.current)
    if (Math.abs(Date.now() - keptAt_ms.current) > PAUSE_MS) keep()
  }, [keep])
  const end = useCallback(async (act: () => Promise<unknown>) => {
    if (hasEnded.current) return
    hasEnded.current = true
    try {
      await act()
    } catch (failure) {
      hasEnded.current = false
      keep()
      throw failure
    }
  }, [keep])
  return { value: held?.value ?? null, wasBegun: held?.wasBegun ?? false, change, problem, end }
}
