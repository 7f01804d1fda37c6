/** What a visit must still show before it can be checked out of. Pure; the server has the last word. */
import type { Action } from '../sync/queue'
import type { Body } from './body'
import type { ActivityType, FormField, Outcome } from './day'
import { isEmpty, unanswered, type Answers } from './form'
import type { DayView, VisitView } from './project'

export type Lacking = { key: string; kind: 'photo' | 'note' | 'signature' | 'scan' | 'activity'; /** Where it is given; `null`: with the check-out itself. */ to: string | null; text: (day: DayView) => string }

/** `now`: what goes along with the check-out. */
export function lackingFor(visit: VisitView, outcome: Outcome, activities: readonly ActivityType[], actions: readonly Action<Body>[], now: { photos: number; signature: boolean; note: boolean }): Lacking[] {
  const own = actions.filter(({ body, state }) => 'visit' in body && body.visit === visit.id && state !== 'refused').map(({ body }) => body)
  const told = own.flatMap((body) => (body.kind === 'told' ? [body.told] : []))
  const photosBefore = visit.files.some((purpose) => purpose !== 'signature') || told.some((deed) => 'photos' in deed && (deed.photos?.length ?? 0) > 0) || own.some((body) => body.kind === 'photos')
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
      case 'signature': {
        const isSigned = now.signature || visit.files.includes('signature') || visit.done.some(({ type_id, answers }) => hasAnswer(activities, type_id, answers, 'signature'))
        return isSigned ? [] : [{ key: proof, kind: 'signature', to: null, text: () => 'A signature' }]
      }
      case 'scan': {
        if (visit.done.some(({ type_id, answers }) => hasAnswer(activities, type_id, answers, 'scan'))) return []
        const asks = activities.find(({ fields }) => fields.some(({ kind }) => kind === 'scan'))
        return asks === undefined ? [] : [{ key: proof, kind: 'scan', to: `/visits/${visit.id}/do/${asks.id}`, text: () => `A code, scanned in ${asks.name}` }]
      }
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

const hasAnswer = (activities: readonly ActivityType[], type: string, answers: Answers, kind: FormField['kind']): boolean =>
  (activities.find(({ id }) => id === type)?.fields ?? []).some((field) => field.kind === kind && !isEmpty(answers[field.key]))
