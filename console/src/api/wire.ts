/** What a page and a service worker have in common when they ask the server. */

/** The header no other site can send: it proves that a request with our cookies comes from this console. */
export const CONSOLE_HEADER = ['x-salessync-console', '1'] as const

export const REFRESH_ADDRESS = '/api/v1/auth/refresh'
/** Held while a session is renewed: a refresh token is used once. */
export const RENEWAL_LOCK = 'salessync.renewal'
