/** Finding out who is signed in, and what they may do by now. */
import { accounts } from './accounts'
import { useSession } from './session'

/** Asks again; a server that does not answer leaves things as they are. */
export async function reloadMe(): Promise<void> {
  try {
    const me = await accounts.me()
    if (useSession.getState().phase !== 'out') useSession.getState().begin(me)
  } catch {
    // A refused session has been ended by the client; anything else is tried again by whoever asks next.
  }
}

/** The session ends here whether or not the server hears of it. */
export async function signOut(): Promise<void> {
  const told = accounts.signOut()
  await Promise.race([told, new Promise((resolve) => setTimeout(resolve, 2_000))])
  useSession.getState().end('asked')
}
