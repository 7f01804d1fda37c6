/** Corners of a ring that is being drawn, without the closing one: pure steps. Coordinates are GeoJSON's: longitude first. */
import type { Position } from 'geojson'

export type Corners = readonly Position[]

/** Checking every edge against every other costs the square of their number. */
const CHECKED_MAX = 600

export const cornerMoved = (corners: Corners, at: number, to: Position): Corners => (at in corners ? corners.with(at, to) : corners)

/** On the edge that begins at corner `edge`. */
export const cornerInserted = (corners: Corners, edge: number, to: Position): Corners => [...corners.slice(0, edge + 1), to, ...corners.slice(edge + 1)]

export const cornerRemoved = (corners: Corners, at: number): Corners => corners.filter((_, i) => i !== at)

/** The middle of every edge of the closed ring, in their order. */
export function middles(corners: Corners): Position[] {
  return corners.map(([lon, lat], i) => {
    const [nextLon, nextLat] = corners[(i + 1) % corners.length]!
    return [(lon! + nextLon!) / 2, (lat! + nextLat!) / 2]
  })
}

/** Does the closed ring cross or touch itself? Very long ones are left to the server. */
export function crossesItself(corners: Corners): boolean {
  const n = corners.length
  if (n < 4 || n > CHECKED_MAX) return false
  for (let i = 0; i < n; i += 1) {
    for (let j = i + 1; j < n; j += 1) {
      if (j === i + 1 || (i === 0 && j === n - 1)) continue
      if (cross(corners[i]!, corners[(i + 1) % n]!, corners[j]!, corners[(j + 1) % n]!)) return true
    }
  }
  return false
}

function cross(a: Position, b: Position, c: Position, d: Position): boolean {
  const [abc, abd, cda, cdb] = [side(a, b, c), side(a, b, d), side(c, d, a), side(c, d, b)]
  if (abc !== abd && cda !== cdb) return true
  return (abc === 0 && within(a, b, c)) || (abd === 0 && within(a, b, d)) || (cda === 0 && within(c, d, a)) || (cdb === 0 && within(c, d, b))
}

const side = ([ax, ay]: Position, [bx, by]: Position, [px, py]: Position): number => Math.sign((bx! - ax!) * (py! - ay!) - (by! - ay!) * (px! - ax!))

const within = ([ax, ay]: Position, [bx, by]: Position, [px, py]: Position): boolean =>
  px! >= Math.min(ax!, bx!) && px! <= Math.max(ax!, bx!) && py! >= Math.min(ay!, by!) && py! <= Math.max(ay!, by!)
