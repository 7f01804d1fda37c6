import type { DesignState } from '../../api/designs'
import type { BadgeTone } from '../../ui/Badge'
import type { Aim } from './draft'

export const STATES: Record<DesignState, { name: string; tone: BadgeTone }> = {
  computing: { name: 'Being made', tone: 'accent' },
  ready: { name: 'Proposed', tone: 'accent' },
  failed: { name: 'Failed', tone: 'danger' },
  applied: { name: 'In force', tone: 'good' },
  reverted: { name: 'Taken back', tone: 'warn' },
  discarded: { name: 'Discarded', tone: 'plain' },
}

export const AIM_WORDS: Record<Aim, { name: string; hint: string }> = {
  balance: { name: 'Even work', hint: 'Everybody has as many hours as their share.' },
  compactness: { name: 'Compact areas', hint: 'Round rather than long.' },
  stability: { name: 'Few moves', hint: 'Customers stay with whom they know.' },
  travel: { name: 'Short ways', hint: 'Less time on the road.' },
}
