/** What the person who is signed in may do. It decides what is offered; the server decides what happens. */
import { useCallback } from 'react'
import type { Action, Me, Module } from './identity'
import { useSession } from './session'

/** At least to somebody: how far it reaches, the server knows. */
export function may(me: Pick<Me, 'permissions'> | null, module: Module, action: Action = 'read'): boolean {
  return me?.permissions.some((held) => held.module === module && held.action === action) ?? false
}

export type May = (module: Module, action?: Action) => boolean

export function useMay(): May {
  const me = useSession((state) => state.me)
  return useCallback((module, action = 'read') => may(me, module, action), [me])
}
