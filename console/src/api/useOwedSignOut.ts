import { useEffect } from 'react'
import { accounts } from './accounts'

/** Where nobody is signed in: a sign-out that the server has not heard of is told now, or when there is a network. */
export function useOwedSignOut(): void {
  useEffect(() => {
    const settle = () => void accounts.settleSignOut()
    settle()
    addEventListener('online', settle)
    return () => removeEventListener('online', settle)
  }, [])
}
