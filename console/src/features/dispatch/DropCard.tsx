import type { Ref } from 'react'
import { explain } from '../../api/problem'
import { cx } from '../../ui/cx'
import { WarningIcon } from '../../ui/icons'
import { minuteOf } from '../../util/zone'
import { neighboursOf, operationOf, type Carry } from './carry'
import type { PlanDay } from './plan'
import type { Verdict } from './previewer'
import { factsOf, type Price } from './price'

type DropCardProps = { carry: Carry; plan: PlanDay; names: ReadonlyMap<string, string>; verdict: Verdict<Price>; ref?: Ref<HTMLDivElement> }

/** What it would cost to drop it here. Beside the pointer, or at the foot of the timeline for the keyboard. */
export function DropCard({ carry, plan, names, verdict, ref }: DropCardProps) {
  return (
    <div
      ref={ref} role="status" aria-live="polite" data-drop-card
      className={cx(
        'appear pointer-events-none z-40 w-72 rounded-xl border border-line bg-surface px-3.5 py-3 text-[13px] shadow-panel',
        carry.by === 'pointer' ? 'fixed top-0 left-0' : 'absolute bottom-4 left-1/2 -translate-x-1/2',
      )}
    >
      <p className="truncate font-semibold">{carry.name}</p>
      <p className="mt-0.5 text-xs text-ink-2">{whereTo(carry, plan, names)}</p>
      {operationOf(carry) !== null && <Cost verdict={verdict} />}
      {carry.by === 'keyboard' && <p className="mt-2 border-t border-line pt-2 text-xs text-ink-3">Arrows move · Enter drops · Escape lets go</p>}
    </div>
  )
}

function whereTo(carry: Carry, plan: PlanDay, names: ReadonlyMap<string, string>): string {
  const { target, origin } = carry
  if (target === null) return 'Drop it on somebody’s day'
  const who = names.get(target.agent) ?? target.agent
  if (operationOf(carry) === null) return `Where it was: ${who}, stop ${target.position + 1}`
  if (target.pinned_at !== null) return `${who}, at ${minuteOf(target.pinned_at, plan.zone)} sharp`
  const { before, after, of } = neighboursOf(carry, plan)
  const between = before === null ? (after === null ? 'the only stop' : `first, before ${after}`) : after === null ? `last, after ${before}` : `between ${before} and ${after}`
  return `${origin?.agent === target.agent ? 'Still ' : ''}${who}, stop ${target.position + 1} of ${of}: ${between}`
}

function Cost({ verdict }: { verdict: Verdict<Price> }) {
  const price = verdict.kind === 'answered' ? verdict.answer : verdict.kind === 'asking' ? verdict.last : null
  if (verdict.kind === 'failed') return <p className="mt-2 text-xs text-danger">{explain(verdict.error)}</p>
  if (price === null) return <p className="mt-2.5" aria-label="Being worked out"><span className="skeleton block h-3.5 w-40" /></p>
  return <PriceView price={price} isOld={verdict.kind === 'asking'} />
}

export function PriceView({ price, isOld = false }: { price: Price; isOld?: boolean }) {
  if (price.obstacles.length > 0) {
    return (
      <div className={cx('mt-2 flex gap-2 rounded-lg bg-danger-soft px-2.5 py-2 text-xs', isOld && 'opacity-60')}>
        <WarningIcon className="mt-px size-3.5 shrink-0 text-danger" />
        <div><p className="font-semibold text-danger">Cannot be done</p>{price.obstacles.map((text) => <p key={text} className="mt-0.5 text-ink-2 first-letter:uppercase">{text}</p>)}</div>
      </div>
    )
  }
  return (
    <div className={cx('mt-2 transition-opacity', isOld && 'opacity-50')}>
      <ul className="tabular flex flex-wrap gap-1.5">
        {factsOf(price).map(({ text, tone }) => (
          <li key={text} className={cx('rounded-md px-1.5 py-0.5 text-xs font-medium', tone === 'bad' ? 'bg-danger-soft text-danger' : tone === 'good' ? 'bg-good-soft text-good' : 'bg-sunken text-ink-2')}>{text}</li>
        ))}
      </ul>
      {price.warnings.map((text) => <p key={text} className="mt-1.5 text-xs text-warn first-letter:uppercase">{text}</p>)}
    </div>
  )
}
