import { serverNow } from '../../live/live'
import { shareOf, type Span } from '../../util/timescale'
import { useNow } from '../../util/useNow'
import { minuteOf } from '../../util/zone'

/** The present, by the server's clock; nothing on other days. */
export function NowLine({ span, zone }: { span: Span; /** Of the clock that stands on the line; none without. */ zone?: string }) {
  useNow()
  const at = serverNow()
  if (at < span.from || at > span.to) return null
  return (
    <span aria-hidden="true" data-now className="pointer-events-none absolute inset-y-0 z-[6] w-px bg-danger" style={{ left: `${shareOf(at, span) * 100}%` }}>
      {zone !== undefined && <span className="tabular absolute top-0 left-0 -translate-x-1/2 rounded-b bg-danger px-1 text-[10px] leading-[14px] font-semibold text-surface">{minuteOf(at, zone)}</span>}
    </span>
  )
}
