/** Numbers as people read them. Metric; the wire's units are in the names. */

export function speed(speed_mps: number | null | undefined): string {
  return speed_mps == null ? '–' : `${Math.round(speed_mps * 3.6)} km/h`
}

export function distance(distance_m: number | null | undefined): string {
  if (distance_m == null) return '–'
  if (distance_m < 1_000) return `${Math.round(distance_m)} m`
  return distance_m < 100_000 ? `${(distance_m / 1_000).toFixed(1)} km` : `${count(Math.round(distance_m / 1_000))} km`
}

export function accuracy(accuracy_m: number | null | undefined): string {
  return accuracy_m == null ? '–' : `±${distance(Math.max(1, accuracy_m))}`
}

export function percent(fraction: number | null | undefined): string {
  return fraction == null ? '–' : `${Math.round(fraction * 100)} %`
}

export function count(n: number): string {
  return n.toLocaleString('en-US')
}

const COMPASS = ['N', 'NE', 'E', 'SE', 'S', 'SW', 'W', 'NW'] as const

export function compass(bearing_deg: number | null | undefined): string | null {
  return bearing_deg == null ? null : COMPASS[Math.round((((bearing_deg % 360) + 360) % 360) / 45) % 8]!
}

/** `lat, lon`, ready to paste into anything. */
export function coordinates(lat: number, lon: number): string {
  return `${lat.toFixed(6)}, ${lon.toFixed(6)}`
}
