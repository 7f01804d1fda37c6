/**
 * Civil dates in an IANA zone. A day is what lies between the first instants of two dates: 23 to 25 hours where clocks change. Pure;
 * the browser's own tables know the zones.
 */
const MINUTE = 60_000
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR

/** First instant of the day, and the first one after it; Unix milliseconds. */
export type DayBounds = { from: number; to: number }

export const browserZone = (): string => Intl.DateTimeFormat().resolvedOptions().timeZone

/** `YYYY-MM-DD` of a date that exists. */
export function isDate(text: string | null): text is string {
  if (text === null || !/^\d{4}-\d{2}-\d{2}$/.test(text)) return false
  const at = Date.parse(`${text}T00:00:00Z`)
  return !Number.isNaN(at) && new Date(at).toISOString().startsWith(text)
}

export function shiftDate(date: string, days: number): string {
  return new Date(Date.parse(`${date}T00:00:00Z`) + days * DAY).toISOString().slice(0, 10)
}

export function dateOf(at_ms: number, zone: string): string {
  return new Date(at_ms + offset_ms(at_ms, zone)).toISOString().slice(0, 10)
}

export function dayBounds(date: string, zone: string): DayBounds {
  return { from: firstInstant(date, zone), to: firstInstant(shiftDate(date, 1), zone) }
}

/** The instant at which clocks of a zone show `HH:MM` on a date, the earlier of two; where they skip it, as long after midnight as it says. */
export function clockAt(date: string, clock: string, zone: string): number {
  const [hours, minutes] = clock.split(':').map(Number) as [number, number]
  const wall = Date.parse(`${date}T00:00:00Z`) + (hours * 60 + minutes) * MINUTE
  const candidates = [wall - offset_ms(wall - DAY, zone), wall - offset_ms(wall + DAY, zone)].sort((a, b) => a - b)
  return candidates.find((at) => at + offset_ms(at, zone) === wall) ?? firstInstant(date, zone) + (hours * 60 + minutes) * MINUTE
}

/** Local midnight, the earlier of two; where clocks skip it, the first instant after the skip. */
function firstInstant(date: string, zone: string): number {
  const wall = Date.parse(`${date}T00:00:00Z`)
  const candidates = [wall - offset_ms(wall - DAY, zone), wall - offset_ms(wall + DAY, zone)].sort((a, b) => a - b)
  for (const at of candidates) if (at + offset_ms(at, zone) === wall) return at
  return changeBetween(candidates[0]!, candidates[1]!, zone)
}

/** The instant within `(early, late]` from which on the offset is that of `late`. */
function changeBetween(early: number, late: number, zone: string): number {
  const after = offset_ms(late, zone)
  let [before, from] = [early - 1, late]
  while (from - before > 1) {
    const middle = Math.floor((before + from) / 2)
    if (offset_ms(middle, zone) === after) from = middle
    else before = middle
  }
  return from
}

/** What local clocks are ahead of UTC. */
export function offset_ms(at_ms: number, zone: string): number {
  const parts: Record<string, number> = {}
  for (const { type, value } of formatter('parts', zone).formatToParts(at_ms)) parts[type] = Number(value)
  const { year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = parts
  return Date.UTC(year, month - 1, day, hour, minute, second) - Math.floor(at_ms / 1_000) * 1_000
}

/** `09:41:07`. */
export const clockOf = (at_ms: number, zone: string): string => formatter('seconds', zone).format(at_ms)
/** `09:41`. */
export const minuteOf = (at_ms: number, zone: string): string => formatter('minutes', zone).format(at_ms)
/** `Mon, 23 Nov 2026`. */
export const longDate = (date: string): string => formatter('date', 'UTC').format(Date.parse(`${date}T00:00:00Z`))

type Shape = 'parts' | 'seconds' | 'minutes' | 'date'
const SHAPES: Record<Shape, Intl.DateTimeFormatOptions> = {
  parts: { year: 'numeric', month: 'numeric', day: 'numeric', hour: 'numeric', minute: 'numeric', second: 'numeric' },
  seconds: { hour: '2-digit', minute: '2-digit', second: '2-digit' },
  minutes: { hour: '2-digit', minute: '2-digit' },
  date: { weekday: 'short', day: 'numeric', month: 'short', year: 'numeric' },
}

/** Making a formatter costs a hundred times what using one does. */
const formatters = new Map<string, Intl.DateTimeFormat>()

function formatter(shape: Shape, zone: string): Intl.DateTimeFormat {
  const key = `${shape} ${zone}`
  let held = formatters.get(key)
  if (!held) {
    held = new Intl.DateTimeFormat('en-GB', { ...SHAPES[shape], timeZone: zone, hourCycle: 'h23', calendar: 'gregory', numberingSystem: 'latn' })
    formatters.set(key, held)
  }
  return held
}
