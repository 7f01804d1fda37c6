/** What visits are called wherever they are shown. */
import type { VisitKind, VisitStatus, VisitVerification } from '../api/visits'
import type { BadgeTone } from '../ui/Badge'

export const STATUSES: Record<VisitStatus, { name: string; tone: BadgeTone }> = {
  planned: { name: 'Planned', tone: 'plain' }, en_route: { name: 'En route', tone: 'accent' }, arrived: { name: 'Arrived', tone: 'accent' }, checked_in: { name: 'Checked in', tone: 'accent' },
  in_progress: { name: 'In progress', tone: 'accent' }, completed: { name: 'Completed', tone: 'good' }, missed: { name: 'Missed', tone: 'danger' }, cancelled: { name: 'Cancelled', tone: 'plain' },
  abandoned: { name: 'Abandoned', tone: 'warn' },
}

export const KINDS: Record<VisitKind, string> = { routine: 'Routine', ad_hoc: 'Ad hoc', urgent: 'Urgent', phone_call: 'By telephone' }

export const VERIFICATIONS: Record<VisitVerification, { name: string; tone: BadgeTone; meaning: string }> = {
  verified: { name: 'Verified', tone: 'good', meaning: 'The track shows the agent there from beginning to end, and nothing speaks against it.' },
  partial: { name: 'Partly shown', tone: 'warn', meaning: 'Some of it is shown by the track, some is not.' },
  unverified: { name: 'Not shown', tone: 'danger', meaning: 'What is known speaks against it.' },
  no_data: { name: 'No data', tone: 'plain', meaning: 'Nothing is known either way. Late fixes may still tell.' },
}

/** Before anybody has checked in. */
export const isCancellable = (status: VisitStatus): boolean => status === 'planned' || status === 'en_route' || status === 'arrived'
