/** A link that opens the phone's own navigation: each system has a scheme of its own, and the open map works everywhere. */
import type { Visit } from '../model/day'

type Way = { href: string; target?: string; rel?: string; 'aria-label': string }

export function wayTo(visit: Pick<Visit, 'place' | 'customer'>, agent = navigator.userAgent): Way {
  const label = `Navigate to ${visit.customer}`
  const { point, address } = visit.place
  if (point === null) return { href: `https://www.openstreetmap.org/search?query=${encodeURIComponent(address)}`, target: '_blank', rel: 'noreferrer', 'aria-label': label }
  const place = `${point.lat.toFixed(6)},${point.lon.toFixed(6)}`
  if (/iPhone|iPad|Macintosh.*Mobile/.test(agent)) return { href: `https://maps.apple.com/?daddr=${place}&dirflg=d`, target: '_blank', rel: 'noreferrer', 'aria-label': label }
  if (/Android/.test(agent)) return { href: `geo:${place}?q=${place}(${encodeURIComponent(visit.customer)})`, 'aria-label': label }
  return { href: `https://www.openstreetmap.org/directions?to=${place}`, target: '_blank', rel: 'noreferrer', 'aria-label': label }
}

/** For who wants another map than the phone's own. */
export function otherMaps({ place: { point } }: Pick<Visit, 'place'>): { name: string; href: string }[] {
  if (point === null) return []
  const place = `${point.lat.toFixed(6)},${point.lon.toFixed(6)}`
  return [
    { name: 'Google Maps', href: `https://www.google.com/maps/dir/?api=1&destination=${place}` },
    { name: 'Apple Maps', href: `https://maps.apple.com/?daddr=${place}&dirflg=d` },
    { name: 'OpenStreetMap', href: `https://www.openstreetmap.org/directions?to=${place}` },
  ]
}
