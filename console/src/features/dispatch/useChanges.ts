/** Changes of the plan by this person: done on the version they saw, taken back one by one, and held up when somebody else was first. */
import { useCallback, useEffect, useRef, useState } from 'react'
import { explain } from '../../api/problem'
import { tell } from '../../shell/toasts'
import type { Operation } from './carry'
import { ConflictError, type Conflict, type Desk } from './desk'
import { done, latest, undone, type Done } from './history'
import type { PlanDay } from './plan'

export type HeldUp = { operations: readonly Operation[]; words: string; conflict: Conflict }

export type Changes = {
  /** What is being done right now: its visits wait. */
  pending: ReadonlySet<string>
  isBusy: boolean
  failure: string | null
  heldUp: HeldUp | null
  history: readonly Done[]
  perform: (operations: readonly Operation[], words: string) => Promise<void>
  undo: () => void
  letGo: () => void
  forgive: () => void
}

const NOTHING: ReadonlySet<string> = new Set()

export function useChanges(desk: Desk, plan: PlanDay | null): Changes {
  const [pending, setPending] = useState<ReadonlySet<string>>(NOTHING)
  const [isBusy, setBusy] = useState(false)
  const [failure, setFailure] = useState<string | null>(null)
  const [heldUp, setHeldUp] = useState<HeldUp | null>(null)
  const [history, setHistory] = useState<readonly Done[]>([])
  const [wantsBack, setWantsBack] = useState(false)
  const now = useRef({ desk, plan, isBusy, history })
  useEffect(() => {
    now.current = { desk, plan, isBusy, history }
  })
  // Another day, or another territory, has steps of its own.
  const scene = plan && `${plan.territory} ${plan.date}`
  useEffect(() => {
    setHistory([])
    setWantsBack(false)
    setHeldUp(null)
    setFailure(null)
  }, [scene])

  const run = useCallback(async (task: (desk: Desk, plan: PlanDay) => Promise<void>, onConflict: (conflict: Conflict) => void) => {
    const { desk: held, plan: base, isBusy: isAt } = now.current
    if (base === null || isAt) return
    setBusy(true)
    setFailure(null)
    try {
      await task(held, base)
    } catch (error) {
      if (error instanceof ConflictError) onConflict(error.conflict)
      else setFailure(explain(error))
    } finally {
      setBusy(false)
      setPending(NOTHING)
    }
  }, [])

  const perform = useCallback((operations: readonly Operation[], words: string) => {
    setPending(new Set(operations.flatMap((operation) => ('visit' in operation ? [operation.visit] : []))))
    return run(async (held, base) => {
      const version = await held.change(base, operations)
      // What moves nothing has no version that could be taken back.
      if (version !== base.version) setHistory((before) => done(before, { version, words }))
      setHeldUp(null)
      tell(`${words}.`)
    }, (conflict) => setHeldUp({ operations, words, conflict }))
  }, [run])

  const takeBack = useCallback((step: Done) => run(async (held, base) => {
    await held.undo(base, step.version)
    setHistory((before) => undone(before, step.version))
    tell(`Taken back: ${step.words.charAt(0).toLowerCase()}${step.words.slice(1)}.`)
  }, ({ changes }) => {
    // It is in the way of the steps before it no longer.
    setHistory((before) => undone(before, step.version))
    const since = changes.map(({ by, words }) => `${by} ${words}`).slice(0, 2).join('; ')
    setFailure(`“${step.words}” cannot be taken back any more: the same part of the plan has been changed since${since === '' ? '' : ` (${since})`}. The step before it can be tried.`)
  }), [run])

  // What is still on its way, or not told by the plan yet, is taken back once it is there.
  useEffect(() => {
    if (!wantsBack || isBusy || plan === null) return
    const step = latest(history)
    if (step !== null && plan.version < step.version) return
    setWantsBack(false)
    if (step !== null) void takeBack(step)
  }, [wantsBack, isBusy, plan, history, takeBack])
  const undo = useCallback(() => setWantsBack(true), [])

  return { pending, isBusy, failure, heldUp, history, perform, undo, letGo: useCallback(() => setHeldUp(null), []), forgive: useCallback(() => setFailure(null), []) }
}
