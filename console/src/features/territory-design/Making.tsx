import type { Design } from '../../api/designs'
import { serverNow } from '../../live/live'
import { Button } from '../../ui/Button'
import { duration } from '../../util/time'
import { count } from '../../util/units'
import { useNow } from '../../util/useNow'

/** While a design is made. Nobody knows how far it is, only how long it has taken: the bar says that it is on, not when it ends. */
export function Making({ design, onDiscard }: { design: Design; onDiscard: (() => void) | null }) {
  useNow()
  const elapsed_s = Math.max(0, Math.floor((serverNow() - Date.parse(design.created_at)) / 1_000))
  const territories = design.request.territories.length
  return (
    <section aria-label="Being made" className="rounded-2xl border border-line bg-surface p-5 shadow-raised">
      <div className="flex items-baseline justify-between gap-4">
        <h2 className="text-sm font-semibold">Sharing customers out among {count(territories)} territories</h2>
        <span className="tabular text-xs text-ink-3">{duration(elapsed_s)}</span>
      </div>
      <p className="mt-1 text-[13px] leading-relaxed text-ink-2">Cells of the ground go from one territory to another until the work is even and each is in one piece. That is a matter of seconds, or of a minute for a large region. You can leave this page meanwhile.</p>
      <div role="progressbar" aria-label="The design is being made" className="mt-4 h-1.5 overflow-hidden rounded-full bg-line"><div className="breathe h-full w-full rounded-full bg-accent" /></div>
      {onDiscard && elapsed_s >= OFFER_DISCARD_AFTER_S && <div className="mt-4 flex justify-end"><Button onClick={onDiscard}>Discard…</Button></div>}
    </section>
  )
}

const OFFER_DISCARD_AFTER_S = 20
