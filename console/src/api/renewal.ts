/**
 * Keeps the session's access fresh. Whoever needs it at the same time shares one renewal, across tabs too: a refresh token is used
 * once, and a second use looks like theft.
 */
import { Unreachable } from './problem'
import { keepSession, kept, type Kept } from './session'
import { CONSOLE_HEADER, REFRESH_ADDRESS, RENEWAL_LOCK } from './wire'

/** Renewed this long before the access ends, so that no request meets its end; sooner where it lasts only moments. */
const AHEAD_MS = 60_000

export type Renewal = 'renewed' | 'refused'

let flight: Promise<Renewal> | null = null

/** `since_ms`: when the access that is not good enough any more was used; one renewed after that will do. */
export function renew(since_ms: number): Promise<Renewal> {
  flight ??= alone(() => {
    const held = kept()
    if (held && held.renewed_at_ms > since_ms && left(held) > aheadOf(held)) return Promise.resolve('renewed' as const)
    return ask()
  }).finally(() => {
    flight = null
  })
  return flight
}

/** Does the access end so soon that the next request had better renew it first? */
export function isEnding(now_ms: number): boolean {
  const held = kept()
  return held !== null && held.expires_at_ms - now_ms < aheadOf(held) / 2
}

/** How long from now on until it is time to renew; `null` without a session. */
export function dueIn_ms(): number | null {
  const held = kept()
  return held && Math.max(0, left(held) - aheadOf(held))
}

const left = ({ expires_at_ms }: Kept): number => expires_at_ms - Date.now()
const aheadOf = ({ expires_at_ms, renewed_at_ms }: Kept): number => Math.min(AHEAD_MS, (expires_at_ms - renewed_at_ms) / 3)

async function ask(): Promise<Renewal> {
  let response: Response
  try {
    response = await fetch(REFRESH_ADDRESS, {
      method: 'POST', credentials: 'same-origin', headers: { accept: 'application/json', 'content-type': 'application/json', [CONSOLE_HEADER[0]]: CONSOLE_HEADER[1] }, body: '{}',
    })
  } catch (cause) {
    throw new Unreachable(cause)
  }
  if (response.ok) {
    const { expires_at } = (await response.json()) as { expires_at: string }
    keepSession(leftOf(expires_at, response))
    return 'renewed'
  }
  if (response.status === 401 || response.status === 403) return 'refused'
  throw new Unreachable(new Error(`the renewal answered ${response.status}`))
}

/** Measured from the answer's own date: this browser's clock may be hours off. */
export function leftOf(expires_at: string, response: Response): number {
  const said = Date.parse(response.headers.get('date') ?? '')
  return Date.parse(expires_at) - (Number.isNaN(said) ? Date.now() : said)
}

function alone<Value>(task: () => Promise<Value>): Promise<Value> {
  return typeof navigator !== 'undefined' && navigator.locks ? navigator.locks.request(RENEWAL_LOCK, task) as Promise<Value> : task()
}
