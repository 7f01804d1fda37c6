/**
 * Who is signed in. The tokens are in cookies that no script can read; all that is kept here is that there is a session, and until
 * when its access lasts. Tabs share it: whoever signs out in one is signed out in all.
 */
import { create } from 'zustand'
import type { Me } from './identity'

const STORAGE_KEY = 'salessync.session'

export type SignedOutBecause = 'asked' | 'expired'
/** By this browser's clock. */
export type Kept = { expires_at_ms: number; renewed_at_ms: number }

type SessionStore = {
  /** `checking`: there was a session when the page was loaded, and the server has not said yet whose. */
  phase: 'checking' | 'in' | 'out'
  me: Me | null
  /** Why the last session ended, for the sign-in page to say. */
  ended: SignedOutBecause | null
  begin: (me: Me) => void
  end: (because: SignedOutBecause) => void
}

export const useSession = create<SessionStore>()((set) => ({
  phase: kept() === null ? 'out' : 'checking',
  me: null,
  ended: null,
  begin: (me) => set({ phase: 'in', me, ended: null }),
  end: (because) => {
    localStorage.removeItem(STORAGE_KEY)
    set({ phase: 'out', me: null, ended: because })
  },
}))

/** `left_ms`: how long the access lasts from now on. */
export function keepSession(left_ms: number): void {
  const now = Date.now()
  localStorage.setItem(STORAGE_KEY, JSON.stringify({ expires_at_ms: now + left_ms, renewed_at_ms: now } satisfies Kept))
}

export function kept(): Kept | null {
  try {
    const held = JSON.parse(localStorage.getItem(STORAGE_KEY) ?? 'null') as Partial<Kept> | null
    return typeof held?.expires_at_ms === 'number' && typeof held.renewed_at_ms === 'number' ? (held as Kept) : null
  } catch {
    return null
  }
}

/** Follows what other tabs do. */
export function followOtherTabs(): () => void {
  const listen = ({ key, newValue, oldValue }: StorageEvent) => {
    if (key !== STORAGE_KEY) return
    const { phase, end } = useSession.getState()
    if (newValue === null && phase !== 'out') end('asked')
    // Signed in elsewhere: this tab asks who that is. A mere renewal changes nobody.
    if (newValue !== null && oldValue === null && phase === 'out') useSession.setState({ phase: 'checking' })
  }
  addEventListener('storage', listen)
  return () => removeEventListener('storage', listen)
}
