import { serverNow } from '../../live/live'
import { shareOf, type Span, type Tick } from '../../util/timescale'
import { useNow } from '../../util/useNow'
import { minuteOf } from '../../util/zone'
import { isUnderClock } from './gantt'

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

/** The hours over the lanes. Where the clock of the present stands, the name of its hour gives way. */
export function HourNames({ marks, span, width_px }: { marks: readonly Tick[]; span: Span; width_px: number }) {
  useNow()
  const now = shareOf(serverNow(), span)
  return marks.map(({ at, share, label }) => (
    <span key={at} className="tabular absolute top-0 flex h-full items-center border-l border-line-strong pl-1.5 text-[11px] text-ink-3" style={{ left: `${share * 100}%` }}>
      <span className={isUnderClock(share, now, width_px) ? 'invisible' : undefined}>{label}</span>
    </span>
  ))
}
