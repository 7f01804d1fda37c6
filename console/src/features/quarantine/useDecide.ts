import { useState } from 'react'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { api } from '../../api/client'
import type { DecisionKind } from '../../api/types'

/** What was derived is written a moment after the answer, later on a busy server: it is read then, and once more. */
const WRITTEN_AFTER_MS = 600
const SURELY_WRITTEN_AFTER_MS = 4_000

export type Asked = { key: string; decision: DecisionKind; note: string }

/** Decisions on their way, by the fix they are about: the server derives the days again before it answers. */
export type Decisions = {
  pending: ReadonlyMap<string, DecisionKind>
  errors: ReadonlyMap<string, Error>
  decide: (asked: Asked) => void
}

export function useDecide(agent: string): Decisions {
  const client = useQueryClient()
  const [pending, setPending] = useState<ReadonlyMap<string, DecisionKind>>(new Map())
  const [errors, setErrors] = useState<ReadonlyMap<string, Error>>(new Map())
  const { mutate } = useMutation({
    mutationFn: ({ key, decision, note }: Asked) => api.decide(agent, note.trim() === '' ? { key, decision } : { key, decision, note: note.trim() }),
    onMutate: ({ key, decision }) => {
      setPending((held) => new Map(held).set(key, decision))
      setErrors((held) => withoutKey(held, key))
    },
    onError: (error, { key }) => setErrors((held) => new Map(held).set(key, error)),
    // The fix, its day, its track and what is derived of them: all may have changed.
    onSuccess: async () => {
      const readAgain = () => Promise.all(['quarantine', 'track', 'timeline', 'days'].map((kind) => client.invalidateQueries({ queryKey: [kind] })))
      await new Promise((resolve) => setTimeout(resolve, WRITTEN_AFTER_MS))
      await readAgain()
      setTimeout(() => void readAgain(), SURELY_WRITTEN_AFTER_MS)
    },
    onSettled: (_answer, _error, { key }) => setPending((held) => withoutKey(held, key)),
  })
  return { pending, errors, decide: (asked) => { if (!pending.has(asked.key)) mutate(asked) } }
}

function withoutKey<Value>(held: ReadonlyMap<string, Value>, key: string): ReadonlyMap<string, Value> {
  const next = new Map(held)
  next.delete(key)
  return next
}
