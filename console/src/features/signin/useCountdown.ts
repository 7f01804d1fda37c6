import { useEffect, useState } from 'react'

/** Whole seconds until `until_ms`, ticking; 0 when it is over or there is nothing to wait for. */
export function useCountdown(until_ms: number | null): number {
  const [now, setNow] = useState(() => Date.now())
  useEffect(() => {
    if (until_ms === null) return
    setNow(Date.now())
    const timer = setInterval(() => {
      setNow(Date.now())
      if (Date.now() >= until_ms) clearInterval(timer)
    }, 500)
    return () => clearInterval(timer)
  }, [until_ms])
  return until_ms === null ? 0 : Math.max(0, Math.ceil((until_ms - now) / 1_000))
}
