/**
 * A day's fixes of one phone, packed, and where it was at any instant. Phones of one agent are never mixed. Pure.
 * The invariant: instants never go back, and longitudes run on across the antimeridian, so that neighbours can be interpolated.
 */
import type { Fix } from '../../api/types'

/** `NaN` where the phone did not say. */
export type Track = {
  agent: string
  device: string
  at: Float64Array
  lat: Float64Array
  lon: Float64Array
  speed_mps: Float64Array
}

export type Place = {
  lat: number
  lon: number
  speed_mps: number | null
  /** Nothing was heard at this instant: the last place known. */
  isHeld: boolean
  /** The fix it rests on, and the instant of that fix. */
  index: number
  heardAt: number
}

/** A run of fixes without a gap, as indices of a track, both included. Neighbouring pieces share a fix. */
export type Piece = { first: number; last: number }

/** One track for each phone, the one with most fixes first. A fix that came on two pages counts once. */
export function toTracks(agent: string, fixes: readonly Fix[]): Track[] {
  const byDevice = new Map<string, { at: number; fix: Fix }[]>()
  for (const fix of fixes) {
    const held = byDevice.get(fix.device) ?? []
    if (held.length === 0) byDevice.set(fix.device, held)
    held.push({ at: Date.parse(fix.recorded_at), fix })
  }
  return [...byDevice].map(([device, rows]) => pack(agent, device, rows)).sort((a, b) => b.at.length - a.at.length)
}

function pack(agent: string, device: string, rows: { at: number; fix: Fix }[]): Track {
  rows.sort((a, b) => a.at - b.at)
  const kept = rows.filter(({ at, fix }, i) => {
    const before = rows[i - 1]
    return !before || before.at !== at || before.fix.lat !== fix.lat || before.fix.lon !== fix.lon
  })
  const column = (read: (row: { at: number; fix: Fix }) => number) => Float64Array.from(kept, read)
  const lon = column(({ fix }) => fix.lon)
  for (let i = 1; i < lon.length; i += 1) lon[i] = nearTurn(lon[i]!, lon[i - 1]!)
  return { agent, device, at: column(({ at }) => at), lat: column(({ fix }) => fix.lat), lon, speed_mps: column(({ fix }) => fix.speed_mps ?? Number.NaN) }
}

/** The turn of `lon` that is less than half the world from `from`. */
const nearTurn = (lon: number, from: number): number => lon + 360 * Math.round((from - lon) / 360)

/** How many fixes are not after `at`. */
export function countUntil(instants: Float64Array, at: number): number {
  let low = 0
  let high = instants.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if (instants[middle]! <= at) low = middle + 1
    else high = middle
  }
  return low
}

/** `null` before the first fix. Between two fixes at most `gap_ms` apart, on the line between them; otherwise where it was last heard. */
export function placeAt(track: Track, at: number, gap_ms: number): Place | null {
  const index = countUntil(track.at, at) - 1
  if (index < 0) return null
  const [from, lat, lon] = [track.at[index]!, track.lat[index]!, track.lon[index]!]
  const to = track.at[index + 1]
  const isFollowed = to !== undefined && to - from <= gap_ms
  if (!isFollowed) return { lat, lon, speed_mps: at === from ? known(track.speed_mps[index]!) : null, isHeld: at !== from, index, heardAt: from }
  const share = to === from ? 0 : (at - from) / (to - from)
  return {
    lat: lat + share * (track.lat[index + 1]! - lat),
    lon: lon + share * (track.lon[index + 1]! - lon),
    speed_mps: known(track.speed_mps[index]!) ?? speedBetween(track, index),
    isHeld: false, index, heardAt: from,
  }
}

const known = (reading: number): number | null => (Number.isNaN(reading) ? null : reading)

const EARTH_RADIUS_M = 6_371_008.8

/** Over the ground from a fix to the next. */
function speedBetween({ at, lat, lon }: Track, i: number): number | null {
  const seconds = (at[i + 1]! - at[i]!) / 1_000
  if (seconds <= 0) return null
  const radians = Math.PI / 180
  const north = (lat[i + 1]! - lat[i]!) * radians
  const east = (lon[i + 1]! - lon[i]!) * radians * Math.cos(((lat[i]! + lat[i + 1]!) / 2) * radians)
  return (Math.hypot(north, east) * EARTH_RADIUS_M) / seconds
}

/** The line, broken at gaps and cut to pieces of at most `fixes_max` fixes; a fix alone between two gaps makes none. */
export function pieces({ at }: Track, gap_ms: number, fixes_max: number): Piece[] {
  const found: Piece[] = []
  let first = 0
  for (let i = 1; i <= at.length; i += 1) {
    const isBroken = i === at.length || at[i]! - at[i - 1]! > gap_ms
    if (isBroken && i - 1 > first) found.push({ first, last: i - 1 })
    if (isBroken) first = i
    else if (i - first === fixes_max - 1) {
      found.push({ first, last: i })
      first = i
    }
  }
  return found
}
