/** What a visit must still show before it can be checked out of. Pure; the server has the last word. */
import type { Action } from '../sync/queue'
import type { Body } from './body'
import type { ActivityType, Outcome } from './day'
import { unanswered } from './form'
import type { DayView, VisitView } from './project'

export type Lacking = { key: string; kind: 'photo' | 'note' | 'signature' | 'scan' | 'activity'; /** Where it is given; `null`: with the check-out itself. */ to: string | null; text: (day: DayView) => string }

/** `now`: what goes along with the check-out. */
export function lackingFor(visit: VisitView, outcome: Outcome, activities: readonly ActivityType[], actions: readonly Action<Body>[], now: { photos: number; note: boolean }): Lacking[] {
  const own = actions.filter(({ body, state }) => 'visit' in body && body.visit === visit.id && state !== 'refused').map(({ body }) => body)
  const told = own.flatMap((body) => (body.kind === 'told' ? [body.told] : []))
  const photosBefore = told.some((deed) => 'photos' in deed && (deed.photos?.length ?? 0) > 0) || own.some((body) => body.kind === 'photos')
  return visit.required[outcome].flatMap<Lacking>((proof) => {
    switch (proof) {
      case 'photo':
        return photosBefore || now.photos > 0 ? [] : [{ key: proof, kind: 'photo', to: null, text: () => 'A photo' }]
      case 'photo_at_check_out':
        return now.photos > 0 ? [] : [{ key: proof, kind: 'photo', to: null, text: () => 'A photo' }]
      case 'note':
        return now.note || told.some((deed) => 'note' in deed && deed.note) ? [] : [{ key: proof, kind: 'note', to: null, text: () => 'A note' }]
      case 'photo_at_check_in':
        return []
      case 'signature':
      case 'scan':
        // Both are answers to a form; which one asks for them, the forms say.
        return []
      default: {
        const type = proof.startsWith('activity:') ? proof.slice('activity:'.length) : null
        const done = visit.done.filter(({ type_id }) => type_id === type)
        const fields = activities.find(({ id }) => id === type)?.fields ?? []
        if (type === null || done.some(({ answers }) => unanswered(fields, answers, outcome).length === 0)) return []
        return [{ key: proof, kind: 'activity', to: `/visits/${visit.id}/do/${type}`, text: (day) => day.activities.find(({ id }) => id === type)?.name ?? 'A form' }]
      }
    }
  })
}
