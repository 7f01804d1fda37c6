const SECOND = 1_000
const MINUTE = 60 * SECOND
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR

/** How long ago, in one glance: `now`, `12 s`, `4 min`, `3 h`, `2 d`. A clock a little ahead is no reason to say "-1 s". */
export function age(elapsed_ms: number): string {
  if (elapsed_ms < 2 * SECOND) return 'now'
  if (elapsed_ms < MINUTE) return `${Math.floor(elapsed_ms / SECOND)} s`
  if (elapsed_ms < HOUR) return `${Math.floor(elapsed_ms / MINUTE)} min`
  if (elapsed_ms < DAY) return `${Math.floor(elapsed_ms / HOUR)} h`
  return `${Math.floor(elapsed_ms / DAY)} d`
}

export function ago(elapsed_ms: number): string {
  const short = age(elapsed_ms)
  return short === 'now' ? 'just now' : `${short} ago`
}

/** The two largest units: `2 d 3 h`, `14 min 2 s`. */
export function duration(elapsed_s: number): string {
  const units = [['d', 86_400], ['h', 3_600], ['min', 60], ['s', 1]] as const
  let rest = Math.max(0, Math.floor(elapsed_s))
  const parts: string[] = []
  for (const [name, size] of units) {
    const n = Math.floor(rest / size)
    rest -= n * size
    if (n > 0 || (name === 's' && parts.length === 0)) parts.push(`${n} ${name}`)
  }
  return parts.slice(0, 2).join(' ')
}

export function localMidnight(now: Date): Date {
  return new Date(now.getFullYear(), now.getMonth(), now.getDate())
}

/** The clock alone for today, with the date for any other day. */
export function clock(at: Date, now: Date): string {
  const time = at.toLocaleTimeString('en-GB', { hour: '2-digit', minute: '2-digit', second: '2-digit' })
  if (localMidnight(at).getTime() === localMidnight(now).getTime()) return time
  return `${at.toLocaleDateString('en-GB', { day: 'numeric', month: 'short', year: 'numeric' })}, ${time}`
}

/** `25 Nov 2026`. */
export function dayOf(at: Date): string {
  return at.toLocaleDateString('en-GB', { day: 'numeric', month: 'short', year: 'numeric' })
}

/** `in 6 d`, or `expired`. To the nearest: what was made for seven days a moment ago ends in seven. */
export function ahead(left_ms: number): string {
  if (left_ms <= 0) return 'expired'
  const [minutes, hours, days] = [MINUTE, HOUR, DAY].map((unit) => Math.round(left_ms / unit)) as [number, number, number]
  if (days >= 60) return `in ${Math.round(days / 30)} months`
  return hours >= 24 ? `in ${days} d` : minutes >= 60 ? `in ${hours} h` : `in ${Math.max(1, minutes)} min`
}
