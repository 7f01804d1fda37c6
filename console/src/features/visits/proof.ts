/** The proof of a visit in points for the map and in lines to read. Pure. */
import type { Verification, VisitEndProof, VisitEvent, VisitTold } from '../../api/visits'
import type { Spot } from '../../map/layers/ProofLayer'
import { VERIFICATIONS } from '../../shell/visitWords'
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

const NAMES: Record<VisitTold['type'], string> = {
  en_route: 'On the way', check_in: 'Checked in', start: 'Work begun', check_out: 'Checked out', abandon: 'Given up', cancel: 'Cancelled', reinstate: 'To be done after all', left_open: 'Closed by the system',
}

/** `detail` in a line; `note` in somebody's own words. */
export type Told = { title: string; detail: string | null; note: string | null }

function toldOf(told: VisitTold): Told {
  const title = NAMES[told.type]
  switch (told.type) {
    case 'check_out':
      return { title: `${title}: ${told.outcome}`, detail: told.reason?.replaceAll('_', ' ') ?? null, note: told.note || null }
    case 'abandon':
    case 'cancel':
      return { title, detail: told.reason.replaceAll('_', ' '), note: told.note || null }
    case 'left_open':
      return { title, detail: told.why === 'day_over' ? 'the agent’s day was over' : 'the agent checked in somewhere else', note: null }
    case 'check_in':
    case 'reinstate':
      return { title, detail: null, note: told.note || null }
    case 'en_route':
    case 'start':
      return { title, detail: null, note: null }
  }
}

/** Why something that was told did nothing, as far as is known by now. */
const EFFECTS: Record<string, string> = {
  not_checked_in: 'waits for a check-in', already_done: 'told before', already_over: 'the visit had ended', done_by_another: 'another agent did the visit', not_assigned: 'not their visit, and they were not there',
  outside_radius: 'refused: outside of the radius', not_over: 'there was nothing to reinstate',
}

export function happened(event: VisitEvent): Told {
  switch (event.kind) {
    case 'told': {
      const told = toldOf(event.told)
      const without = event.effect != null && event.effect !== 'effective' ? (EFFECTS[event.effect] ?? event.effect.replaceAll('_', ' ')) : null
      return without === null ? told : { ...told, detail: [told.detail, without].filter((part) => part !== null).join(' · ') }
    }
    case 'planned': return { title: 'Planned', detail: null, note: null }
    case 'replanned': return { title: 'Plan changed', detail: Object.keys(event.changes).map((key) => key.replace(/_id$/, '').replaceAll('_', ' ')).join(', '), note: null }
    case 'arrival': return { title: event.new ? 'Arrived, by the track' : 'No arrival after all', detail: event.new && event.old ? 'amended by late fixes' : null, note: null }
    case 'under_way': return { title: event.since != null ? 'Under way, by the track' : 'Not under way after all', detail: null, note: null }
    case 'missed': return { title: event.is_missed ? 'Missed' : 'Made after all', detail: null, note: null }
    case 'activity': return { title: 'Activity', detail: null, note: event.activity.note || null }
    case 'file': return { title: event.file.purpose === 'signature' ? 'Signature' : 'Photo', detail: event.file.duplicate ? 'looks like one uploaded before' : null, note: null }
    case 'verified': return { title: `Proof: ${VERIFICATIONS[event.new.status].name.toLowerCase()}`, detail: event.old.status === event.new.status ? null : `was ${VERIFICATIONS[event.old.status].name.toLowerCase()}`, note: null }
    case 'erased': return { title: 'Who did it was erased', detail: null, note: null }
  }
}

/** So long after it happened that one should know. */
const LATE_MS = 5 * 60_000

/** A phone may have been offline: how much later its word came; `null` where at once. */
export function cameLate({ at, received_at }: Pick<VisitEvent, 'at' | 'received_at'>): string | null {
  const late_ms = Date.parse(received_at) - Date.parse(at)
  return late_ms < LATE_MS ? null : duration(late_ms / 1_000)
}
