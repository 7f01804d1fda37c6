import type { VisitStatus, VisitVerification } from '../../api/visits'
import { STATUSES, VERIFICATIONS } from '../../shell/visitWords'
import { Badge } from '../../ui/Badge'
import { cx } from '../../ui/cx'

export const StatusBadge = ({ status }: { status: VisitStatus }) => <Badge tone={STATUSES[status].tone}>{STATUSES[status].name}</Badge>

const DOTS: Record<VisitVerification, string> = { verified: 'bg-moving', partial: 'bg-idle', unverified: 'bg-danger', no_data: 'border-2 border-line-strong' }

/** The word stands beside the sign: the difference does not hang on colour. */
export function VerificationMark({ verification }: { verification: VisitVerification }) {
  return (
    <span title={VERIFICATIONS[verification].meaning} className="inline-flex items-center gap-1.5 whitespace-nowrap">
      <span aria-hidden="true" className={cx('size-2 rounded-full', DOTS[verification])} />{VERIFICATIONS[verification].name}
    </span>
  )
}
