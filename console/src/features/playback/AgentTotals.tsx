import { useCallback } from 'react'
import { Link } from 'react-router'
import { explain } from '../../api/problem'
import { paths } from '../../paths'
import { Button, IconButton } from '../../ui/Button'
import { cx } from '../../ui/cx'
import { CloseIcon, TargetIcon } from '../../ui/icons'
import { Notice } from '../../ui/Notice'
import { duration } from '../../util/time'
import { count, distance, speed } from '../../util/units'
import { totalsOf } from './lanes'
import type { Player } from './player'
import { Ticking } from './Ticking'
import { placeAt } from './track'
import type { AgentDay } from './useDay'
import { amendmentOf } from './words'

type AgentTotalsProps = {
  of: AgentDay
  name: string
  colour: string
  date: string
  gap_ms: number
  player: Player
  isFollowed: boolean
  onFollow: () => void
  onRemove: () => void
}

/** What the agent's day adds up to, and how fast they are at the playhead. */
export function AgentTotals({ of, name, colour, date, gap_ms, player, isFollowed, onFollow, onRemove }: AgentTotalsProps) {
  const [track] = of.tracks
  const pace = useCallback((at: number) => {
    const place = track ? placeAt(track, at, gap_ms) : null
    return place === null ? '' : place.isHeld ? 'silent' : speed(place.speed_mps)
  }, [track, gap_ms])
  const { distance_m, motion_s, stops, fixes } = totalsOf(of, date)
  const suspects = of.items.filter(({ kind }) => kind === 'suspect').length
  const amended = amendmentOf(Math.max(1, ...of.days.map(({ revision }) => revision)))
  return (
    <section aria-label={name} className="group px-4 py-2.5">
      <h3 className="flex items-center gap-2">
        <span aria-hidden="true" className="size-2.5 shrink-0 rounded-full" style={{ background: colour }} />
        <button type="button" aria-pressed={isFollowed} title={`Follow ${name}`} onClick={onFollow} className="min-w-0 truncate rounded text-[13.5px] font-semibold hover:text-accent">{name}</button>
        {isFollowed && <TargetIcon className="size-3.5 shrink-0 text-accent" />}
        {amended !== null && <span title={amended} className="shrink-0 rounded bg-warn-soft px-1.5 text-[10.5px] leading-4 font-semibold text-warn">Amended</span>}
        <Ticking player={player} text={pace} className="tabular ml-auto shrink-0 text-[13px] font-medium text-ink-2" />
        <IconButton label={`Remove ${name}`} onClick={onRemove} className="-mr-1.5 size-6! rounded-md text-ink-3"><CloseIcon className="size-3.5" /></IconButton>
      </h3>
      {of.error
        ? <div className="mt-2"><Notice tone="danger" title="This day could not be loaded" action={<Button onClick={of.retry}>Try again</Button>}>{explain(of.error)}</Notice></div>
        : (
          <dl className="mt-1.5 grid grid-cols-[1.1fr_1.25fr_0.75fr_0.9fr] gap-x-2">
            <Total name="Distance" value={distance(distance_m)} isPending={of.isPending} />
            <Total name="In motion" value={motion_s === 0 ? '–' : duration(motion_s)} isPending={of.isPending} />
            <Total name="Stops" value={count(stops)} isPending={of.isPending} />
            <Total name="Fixes" value={count(fixes)} isPending={of.isPending} />
          </dl>
        )}
      {suspects > 0 && <Link to={paths.quarantineOf(of.agent)} className="mt-1 inline-block text-xs font-medium text-accent hover:underline">{suspects === 1 ? '1 fix' : `${count(suspects)} fixes`} set aside</Link>}
      {of.tracks.length > 1 && <p className="mt-1 text-xs text-ink-3">{of.tracks.length} phones, added up: {of.tracks.map(({ device }) => device).join(', ')}</p>}
    </section>
  )
}

function Total({ name, value, isPending }: { name: string; value: string; isPending: boolean }) {
  return (
    <div className="flex min-w-0 flex-col-reverse">
      <dt className="truncate text-[11px] text-ink-3">{name}</dt>
      <dd className={cx('tabular truncate text-[13.5px] font-semibold')}>{isPending ? <span className="skeleton my-0.5 block h-4 w-10" /> : value}</dd>
    </div>
  )
}
