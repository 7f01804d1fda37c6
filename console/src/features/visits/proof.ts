/** The proof of a visit in points for the map and in lines to read. Pure. */
import type { Verification, VisitEndProof, VisitReport } from '../../api/visits'
import type { Spot } from '../../map/layers/ProofLayer'
import { duration } from '../../util/time'
import { accuracy, distance } from '../../util/units'
import { clockOf } from '../../util/zone'

export function spotsOf({ check_in, check_out }: Pick<Verification, 'check_in' | 'check_out'>): Spot[] {
  const of = (end: VisitEndProof | null | undefined, name: string): Spot[] => [
    ...(end?.told ? [{ id: `${name} told`, lat: end.told.lat, lon: end.told.lon, accuracy_m: end.told.accuracy_m ?? null, label: `${name}, told`, tone: end.is_there === false ? 'bad' as const : 'told' as const }] : []),
    ...(end?.track ? [{ id: `${name} track`, lat: end.track.lat, lon: end.track.lon, accuracy_m: end.track.accuracy_m ?? null, label: `${name}, track`, tone: end.track.is_there === false ? 'bad' as const : 'track' as const }] : []),
  ]
  return [...of(check_in, 'Check-in'), ...of(check_out, 'Check-out')]
}

export type Line = { name: string; text: string; tone: 'good' | 'bad' | 'plain' }

/** What was held against what, in the order in which people ask. */
export function linesOf({ check_in, check_out, passage, trail }: Verification, zone: string): Line[] {
  const lines: Line[] = []
  const end = (name: string, proof: VisitEndProof | null | undefined) => {
    if (!proof) return
    const told = proof.told ? `told ${proof.told_distance_m == null ? 'somewhere' : `${distance(proof.told_distance_m)} away`} (${accuracy(proof.told.accuracy_m)})` : 'no position told'
    const track = proof.track ? `, track ${proof.track.distance_m == null ? 'near' : `${distance(proof.track.distance_m)} away`}` : ', no track then'
    lines.push({ name, text: `${clockOf(Date.parse(proof.at), zone)}: ${told}${track}`, tone: proof.is_there == null ? 'plain' : proof.is_there ? 'good' : 'bad' })
  }
  end('Check-in', check_in)
  end('Check-out', check_out)
  if (passage) lines.push({ name: 'In the fence', text: `${clockOf(Date.parse(passage.from), zone)}–${passage.to == null ? 'still' : clockOf(Date.parse(passage.to), zone)}, ${passage.overlap_pct} % of the visit`, tone: passage.overlap_pct >= 50 ? 'good' : 'bad' })
  const { fixes, inside, mock, suspect, gap_max_s } = trail
  lines.push({ name: 'Track', text: fixes === 0 ? 'no fixes between check-in and check-out' : `${inside} of ${fixes} fixes at the place, longest silence ${duration(gap_max_s)}`, tone: fixes === 0 ? 'plain' : inside * 2 >= fixes ? 'good' : 'bad' })
  if (mock + suspect > 0) lines.push({ name: 'Not believed', text: `${mock} simulated, ${suspect} suspect`, tone: 'bad' })
  return lines
}

const NAMES: Record<VisitReport['type'], string> = {
  en_route: 'On the way', check_in: 'Checked in', start: 'Work begun', check_out: 'Checked out', abandon: 'Given up', cancel: 'Cancelled', reinstate: 'To be done after all', left_open: 'Closed by the system',
}

export type Told = { title: string; detail: string | null; note: string | null }

export function toldOf(report: VisitReport): Told {
  const title = NAMES[report.type]
  switch (report.type) {
    case 'check_out':
      return { title: `${title}: ${report.outcome}`, detail: report.reason ?? null, note: report.note || null }
    case 'abandon':
    case 'cancel':
      return { title, detail: report.reason, note: report.note || null }
    case 'left_open':
      return { title, detail: report.why === 'day_over' ? 'the agent’s day was over' : 'the agent checked in somewhere else', note: null }
    case 'check_in':
    case 'reinstate':
      return { title, detail: null, note: report.note || null }
    case 'en_route':
    case 'start':
      return { title, detail: null, note: null }
  }
}

/** So long after it happened that one should know. */
const LATE_MS = 5 * 60_000

/** A phone may have been offline: how much later its word came; `null` where at once. */
export function cameLate({ at, received_at }: Pick<VisitReport, 'at' | 'received_at'>): string | null {
  const late_ms = Date.parse(received_at) - Date.parse(at)
  return late_ms < LATE_MS ? null : duration(late_ms / 1_000)
}
