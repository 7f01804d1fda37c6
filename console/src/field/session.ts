/**
 * Who works on this phone. Remembered apart from the session, which ends by itself when the phone has been without a network for long:
 * the day and what was done stay in reach, and the same agent signs in again to send it.
 */
import { accounts } from '../api/accounts'
import type { Credentials, Me } from '../api/identity'
import { ApiError } from '../api/problem'
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

export type Verdict = { kind: 'same' } | { kind: 'other'; person: Person } | { kind: 'not_an_agent'; problem: Error } | { kind: 'out' } | { kind: 'unknown' }

/**
 * Whose session this browser has by now: another agent may have signed in, or a dispatcher in the console next door. Until the server has
 * said that it is this agent's, nothing of theirs is sent.
 */
export async function verify(expected: Person | null): Promise<Verdict> {
  if (kept() === null) return { kind: 'out' }
  try {
    const me = await accounts.me(AbortSignal.timeout(ANSWER_WITHIN_MS))
    const person = personOf(me)
    useSession.getState().begin(me)
    return person.agent === expected?.agent ? { kind: 'same' } : { kind: 'other', person: remember(person) }
  } catch (error) {
    if (error instanceof NotAnAgent) return { kind: 'not_an_agent', problem: error }
    return error instanceof ApiError && error.status === 401 ? { kind: 'out' } : { kind: 'unknown' }
  }
}

/** A network that says nothing is as good as none. */
const ANSWER_WITHIN_MS = 15_000

/** Told when somebody signed in or out in another window, or a session was renewed there. */
export function onSessionElsewhere(listener: () => void, signal: AbortSignal): void {
  window.addEventListener('storage', ({ key }) => {
    if (key === SESSION_KEY) listener()
  }, { signal })
}

/** Told when the agent left this phone in another window: the store is gone, and with it all that this window could do. */
export function onLeftElsewhere(listener: () => void, signal: AbortSignal): void {
  window.addEventListener('storage', ({ key, newValue }) => {
    if (key === STORAGE_KEY && newValue === null) listener()
  }, { signal })
}
const SESSION_KEY = 'salessync.session'

/** Signing out is this phone's affair: it is done whether or not the server hears of it. */
export async function signOut(runtime: Runtime): Promise<void> {
  await endSession()
  await runtime.leave()
  localStorage.removeItem(STORAGE_KEY)
  location.replace('/field')
}
