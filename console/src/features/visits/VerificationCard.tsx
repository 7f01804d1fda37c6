import type { Verification } from '../../api/visits'
import { VERIFICATIONS } from '../../shell/visitWords'
import { Badge } from '../../ui/Badge'
import { Card } from '../../ui/Card'
import { cx } from '../../ui/cx'
import { WarningIcon } from '../../ui/icons'
import { distance } from '../../util/units'
import { linesOf } from './proof'
import { FLAGS } from './words'

/** How far the visit is proved, and by what: evidence to judge by, never an accusation. */
export function VerificationCard({ proof, zone, isStale }: { proof: Verification; zone: string; /** More of the track will change it. */ isStale?: boolean }) {
  const { name, tone, meaning } = VERIFICATIONS[proof.status]
  return (
    <Card title="Proof" hint={meaning} aside={<Badge tone={tone}>{name}</Badge>}>
      <dl className="space-y-2 text-[13px]">
        {linesOf(proof, zone).map(({ name: what, text, tone: speaks }) => (
          <div key={what} className="grid grid-cols-[6.5rem_1fr] gap-3">
            <dt className="flex items-center gap-2 text-ink-3"><span aria-hidden="true" className={cx('size-1.5 shrink-0 rounded-full', speaks === 'good' ? 'bg-moving' : speaks === 'bad' ? 'bg-danger' : 'bg-line-strong')} />{what}</dt>
            <dd className="tabular">{text}</dd>
          </div>
        ))}
        {(proof.photos ?? []).length > 0 && (
          <div className="grid grid-cols-[6.5rem_1fr] gap-3">
            <dt className="text-ink-3">Photos</dt>
            <dd>{proof.photos!.map(({ file, is_of_the_time, is_of_the_place, distance_m, is_duplicate }, at) => (
              <span key={file} className="block">
                Photo {at + 1}: {is_of_the_time == null ? 'time unknown' : is_of_the_time ? 'of the time' : 'taken at another time'}, {is_of_the_place == null ? 'place unknown' : is_of_the_place ? 'of the place' : `taken ${distance(distance_m)} away`}{is_duplicate && ', seen before'}
              </span>
            ))}</dd>
          </div>
        )}
      </dl>
      {proof.flags.length > 0 && (
        <ul aria-label="What deserves a look" className="mt-4 space-y-1.5 border-t border-line pt-3.5">
          {proof.flags.map((flag) => (
            <li key={flag} className={cx('flex items-start gap-2 text-[13px]', FLAGS[flag].weighs ? 'text-danger' : 'text-warn')}><WarningIcon className="mt-0.5 size-3.5 shrink-0" />{FLAGS[flag].name}</li>
          ))}
        </ul>
      )}
      {isStale === true && <p className="mt-3 text-xs text-ink-3">More of the track may still come and change this.</p>}
    </Card>
  )
}
