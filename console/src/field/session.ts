/**
 * Who works on this phone. Remembered apart from the session, which ends by itself when the phone has been without a network for long:
 * the day and what was done stay in reach, and the same agent signs in again to send it.
 */
import { accounts } from '../api/accounts'
import type { Credentials, Me } from '../api/identity'
import { ApiError, Unreachable } from '../api/problem'
import { kept, useSession } from '../api/session'
import { signOut as endSession } from '../api/who'
import type { Runtime } from './runtime'
import type { Person } from './state'

const STORAGE_KEY = 'salessync.field.person'

export function remembered(): Person | null {
  try {
    const held = JSON.parse(localStorage.getItem(STORAGE_KEY) ?? 'null') as Partial<Person> | null
    return held && [held.user, held.agent, held.name, held.email].every((text) => typeof text === 'string') ? (held as Person) : null
  } catch {
    return null
  }
}

/** This account is nobody's who drives out. */
export class NotAnAgent extends Error {
  override readonly name = 'NotAnAgent'
}

/** A sign-in, or the session that this browser has already. */
export function personOf(me: Me): Person {
  if (me.agent_id == null) throw new NotAnAgent(`${me.name} is signed in, but is not an agent.`)
  return { user: me.id, agent: me.agent_id, name: me.name, email: me.email }
}

function remember(person: Person): Person {
  localStorage.setItem(STORAGE_KEY, JSON.stringify(person))
  return person
}

export async function signIn(credentials: Credentials): Promise<Person> {
  const me = await accounts.signIn(credentials)
  useSession.getState().begin(me)
  return remember(personOf(me))
}

export type Standing = { person: Person | null; isSignedIn: boolean; problem: Error | null }

/** On opening the page: the session's own word where it can be asked, else what is remembered. */
export async function standing(): Promise<Standing> {
  const before = remembered()
  if (kept() === null) return { person: before, isSignedIn: false, problem: null }
  try {
    const me = await accounts.me()
    useSession.getState().begin(me)
    return { person: remember(personOf(me)), isSignedIn: true, problem: null }
  } catch (error) {
    if (error instanceof Unreachable || (error instanceof ApiError && error.status >= 500)) return { person: before, isSignedIn: true, problem: null }
    if (error instanceof NotAnAgent) return { person: before, isSignedIn: false, problem: error }
    return { person: before, isSignedIn: false, problem: null }
  }
}

/** Signing out is this phone's affair: it is done whether or not the server hears of it. */
export async function signOut(runtime: Runtime): Promise<void> {
  await endSession()
  await runtime.leave()
  localStorage.removeItem(STORAGE_KEY)
  location.replace('/field')
}
