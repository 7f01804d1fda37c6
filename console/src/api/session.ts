/**
 * Who is signed in. The access token is kept in sessionStorage, so it ends with the tab, and leaves the browser in the
 * `Authorization` header only.
 */
import { create } from 'zustand'
import type { Login, User } from './types'

const STORAGE_KEY = 'salessync.session'

export type Session = { token: string; expires_at: string; user: User }
export type SignedOutBecause = 'asked' | 'expired'

type SessionStore = {
  session: Session | null
  /** Why the last session ended, for the sign-in page to say. */
  ended: SignedOutBecause | null
  begin: (login: Login) => void
  end: (because: SignedOutBecause) => void
}

export const useSession = create<SessionStore>()((set) => ({
  session: restore(),
  ended: null,
  begin: ({ access_token, expires_at, user }) => {
    const session = { token: access_token, expires_at, user }
    sessionStorage.setItem(STORAGE_KEY, JSON.stringify(session))
    set({ session, ended: null })
  },
  end: (because) => {
    sessionStorage.removeItem(STORAGE_KEY)
    set({ session: null, ended: because })
  },
}))

export const token = (): string | null => useSession.getState().session?.token ?? null

export const isAdmin = (user: User | undefined): boolean => user?.role === 'admin'

/** Managers and administrators decide how the field works. */
export const isManager = (user: User | undefined): boolean => user?.role === 'manager' || user?.role === 'admin'

function restore(): Session | null {
  try {
    const held = JSON.parse(sessionStorage.getItem(STORAGE_KEY) ?? 'null') as Session | null
    return held && Date.parse(held.expires_at) > Date.now() ? held : null
  } catch {
    return null
  }
}
