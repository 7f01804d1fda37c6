/** The one runtime of this page, for whoever has to ask it for something. */
import { createContext, use, useEffect } from 'react'
import type { Runtime } from './runtime'
import { useField } from './state'
import { useNow } from '../util/useNow'
import type { DayView, VisitView } from './model/project'

export const RuntimeContext = createContext<Runtime | null>(null)

export function useRuntime(): Runtime {
  const runtime = use(RuntimeContext)
  if (!runtime) throw new Error('There is no runtime above this page.')
  return runtime
}

/** The server's time, a tick a second. */
export function useServerNow(): number {
  const { offset_ms } = useField((state) => state.clock)
  return useNow() + offset_ms
}

export const useDay = (): DayView | null => useField((state) => state.view)
export const useVisit = (id: string | undefined): VisitView | null => useField((state) => state.view?.visits.find((visit) => visit.id === id) ?? null)

/** This page shows where one is, off duty too. */
export function useLookAround(): void {
  const runtime = useRuntime()
  useEffect(() => runtime.look(), [runtime])
}
