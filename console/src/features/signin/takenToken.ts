/** The secret of a mailed link, from its fragment or its query; the address bar, the history and the next page's referrer forget it at once. */
export function takenToken(): string | null {
  const fragment = new URLSearchParams(location.hash.replace(/^#/, ''))
  const query = new URLSearchParams(location.search)
  const token = fragment.get('token') ?? query.get('token')
  if (token !== null) {
    query.delete('token')
    const rest = query.toString()
    history.replaceState(history.state, '', location.pathname + (rest === '' ? '' : `?${rest}`))
  }
  return token === '' ? null : token
}
