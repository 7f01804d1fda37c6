/** What flags and proofs are called. */
import type { VisitFlag } from '../../api/visits'

/** `weighs`: with it a visit is not verified, whatever else speaks for it. */
export const FLAGS: Record<VisitFlag, { name: string; weighs: boolean }> = {
  outside_at_check_in: { name: 'Checked in outside of the radius', weighs: false },
  outside_at_check_out: { name: 'Checked out outside of the radius', weighs: false },
  after_cancellation: { name: 'Had been cancelled when the agent checked in', weighs: false },
  not_assigned: { name: 'Another agent than the one assigned did it', weighs: false },
  clock_ahead: { name: 'The phone’s clock was ahead', weighs: false },
  proof_lacking: { name: 'Something that was asked for is not there', weighs: true },
  no_track: { name: 'There is no track of the time', weighs: false },
  track_elsewhere: { name: 'The track of the time is elsewhere', weighs: true },
  little_overlap: { name: 'Within the fence for little of the time', weighs: true },
  mismatch: { name: 'The position told and the track are far apart', weighs: true },
  coarse_position: { name: 'A position told was too coarse to say anything', weighs: false },
  mock: { name: 'Positions were simulated', weighs: true },
  suspect_fixes: { name: 'Fixes of the time are not believed', weighs: false },
  gap: { name: 'A long silence within the visit', weighs: false },
  short: { name: 'Shorter than a visit should be', weighs: true },
  drive_by: { name: 'So short that it was hardly a visit', weighs: true },
  shared_ground: { name: 'The same stay shows at another visit’s place', weighs: false },
  photo_other_time: { name: 'A photo was taken at another time', weighs: true },
  photo_elsewhere: { name: 'A photo was taken elsewhere', weighs: true },
  photo_duplicate: { name: 'A photo was uploaded before', weighs: true },
}

const PROOFS: Record<string, string> = { photo: 'a photo', photo_at_check_in: 'a photo at check-in', photo_at_check_out: 'a photo at check-out', signature: 'a signature', note: 'a note', scan: 'a scan' }
export const PLAIN_PROOFS = Object.entries(PROOFS).map(([id, name]) => ({ id, name: `${name.charAt(0).toUpperCase()}${name.slice(1)}` }))

/** `activityName`: of the type with that id. */
export const proofName = (proof: string, activityName: (id: string) => string): string =>
  PROOFS[proof] ?? (proof.startsWith('activity:') ? `the activity ${activityName(proof.slice('activity:'.length))}` : proof)
