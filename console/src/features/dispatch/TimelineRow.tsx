/** One agent's lane: the shift, the ways between visits, the visits; and the agent's name beside it, which stands still. */
import { memo, type PointerEvent } from 'react'
import { cx } from '../../ui/cx'
import { shareOf, type Span } from '../../util/timescale'
import { distance } from '../../util/units'
import type { Carry } from './carry'
import { freightOf, loadOf, overtimeOf, piecesOf, whiskerOf, type Piece } from './gantt'
import { riskLevel, type Route, type Stop } from './plan'
import { VisitBar, Whisker } from './VisitBar'
import { span_s } from './words'

export const ROW_PX = 60

/** Where stops would come to stand if what is in hand were dropped. */
export type Foreseen = { agent: string; stops: readonly { visit: string; start: number; end: number }[] }

export type RowProps = {
  route: Route
  index: number
  name: string
  colour: string
  span: Span
  zone: string
  label_px: number
  selected: ReadonlySet<string>
  active: string | null
  carry: Carry | null
  foreseen: Foreseen | null
  pending: ReadonlySet<string>
  isChosen: boolean
  onPress: (visit: string, event: PointerEvent<HTMLElement>) => void
  onFocus: (visit: string) => void
  onAgent: (agent: string) => void
}

export const TimelineRow = memo(function TimelineRow(props: RowProps) {
  const { route, index, name, colour, span, label_px, carry, foreseen, isChosen, onAgent } = props
  const isTarget = carry?.target?.agent === route.agent
  return (
    <div role="row" aria-rowindex={index + 1} className="absolute inset-x-0 flex border-b border-line" style={{ top: index * ROW_PX, height: ROW_PX }}>
      <div role="rowheader" className="sticky left-0 z-10 shrink-0" style={{ width: label_px }}>
        <button
          type="button" tabIndex={-1} aria-pressed={isChosen} title={`Show the route of ${name}`} onClick={() => onAgent(route.agent)}
          className={cx('flex h-full w-full items-center gap-2.5 border-r border-line px-3 text-left transition-colors max-[820px]:gap-2 max-[820px]:px-2', isTarget ? 'bg-accent-soft' : isChosen ? 'bg-hover' : 'bg-surface hover:bg-hover')}
        >
          <span aria-hidden="true" className="h-7 w-1 shrink-0 rounded-full" style={{ background: colour }} />
          <span className="min-w-0 flex-1">
            <span className="line-clamp-2 text-[13px] leading-tight font-medium wrap-break-word min-[821px]:line-clamp-1">{name}</span>
            <Facts route={route} />
          </span>
          <Load route={route} />
        </button>
      </div>
      <div role="gridcell" aria-label={`Day of ${name}`} data-lane={route.agent} className={cx('relative min-w-0 flex-1', isTarget && 'bg-accent-soft/60')}>
        <Lane {...props} />
        {foreseen?.agent === route.agent && foreseen.stops.filter((stop) => stop.visit === carry?.visit || isElsewhere(stop, route)).map(({ visit, start, end }) => (
          <span
            key={visit} aria-hidden="true" style={placeAt(start, end, span)}
            className={cx('pointer-events-none absolute top-[13px] z-[4] h-[34px] rounded-md border-2', visit === carry?.visit ? 'border-accent bg-accent/25' : 'border-dashed border-accent/45')}
          />
        ))}
        {isTarget && <DropMark carry={carry} route={route} span={span} />}
      </div>
    </div>
  )
})

const MOVED_MS = 60_000

/** What would begin when it does now need not be drawn twice. */
const isElsewhere = ({ visit, start }: Foreseen['stops'][number], { stops }: Route): boolean => {
  const now = stops.find((stop) => stop.visit === visit)
  return now === undefined || Math.abs(now.start - start) >= MOVED_MS
}

function Facts({ route }: { route: Route }) {
  const { stops, totals, overtime_s, shift, isClosed, isEnded } = route
  const freight = freightOf(route)
  if (isClosed && stops.length === 0) return <span className="block truncate text-[11px] text-ink-3">{isEnded ? 'Day ended' : 'Off duty'}</span>
  if (stops.length === 0) return <span className="block truncate text-[11px] text-ink-3">{shift === null ? 'No shift' : 'Nothing planned'}</span>
  return (
    <span className="tabular block truncate text-[11px] text-ink-3">
      {stops.length} <span className="max-[820px]:hidden">{stops.length === 1 ? 'visit' : 'visits'}</span> · {distance(totals.distance_m)}
      {freight !== null && <span title="What the vehicle is to carry, of what it can" className={cx(freight.isOver && 'font-medium text-danger', freight.isFull && !freight.isOver && 'text-warn')}> · load {freight.text}</span>}
      {isClosed && (isEnded ? ' · day ended' : ' · off duty')}
      {overtime_s >= 60 && <span className="font-medium text-warn"> · +{span_s(overtime_s)}</span>}
    </span>
  )
}

/** How full the shift is: a small upright gauge. */
function Load({ route }: { route: Route }) {
  const load = loadOf(route)
  if (load === null) return null
  return (
    <span title={`${Math.round(load * 100)} % of the shift`} className="flex h-7 w-1.5 shrink-0 items-end overflow-hidden rounded-full bg-line max-[820px]:hidden">
      <span className={cx('w-full rounded-full', load > 1 ? 'bg-danger' : load > 0.92 ? 'bg-warn' : 'bg-ink-3/60')} style={{ height: `${Math.min(1, load) * 100}%` }} />
    </span>
  )
}

const placeAt = (from: number, to: number, span: Span) => ({ left: `${shareOf(from, span) * 100}%`, width: `${(shareOf(to, span) - shareOf(from, span)) * 100}%` })

const Lane = memo(function Lane({ route, name, colour, span, zone, selected, active, carry, pending, onPress, onFocus }: RowProps) {
  const { shift, stops } = route
  const overtime = overtimeOf(route)
  return (
    <>
      {shift === null
        ? <span aria-hidden="true" className="hatched absolute inset-0 opacity-40" />
        : (
          <>
            <span aria-hidden="true" className="absolute inset-y-0 left-0 bg-ink-3/8" style={{ right: `${(1 - Math.max(0, shareOf(shift.from, span))) * 100}%` }} />
            <span aria-hidden="true" className="absolute inset-y-0 right-0 bg-ink-3/8" style={{ left: `${Math.min(1, shareOf(shift.to, span)) * 100}%` }} />
          </>
        )}
      {overtime && <span title="Overtime" className="absolute inset-y-0 border-l-2 border-warn bg-warn-soft" style={placeAt(overtime.from, overtime.to, span)} />}
      {stops.filter(({ visit }) => selected.has(visit)).map((stop) => <Windows key={stop.visit} stop={stop} span={span} />)}
      {piecesOf(route).map((piece, at) => {
        if (piece.kind !== 'visit') return <Between key={`${piece.kind}${at}`} piece={piece} colour={colour} span={span} />
        const { stop, position } = piece
        const range = whiskerOf(stop)
        return (
          <span key={stop.visit} className="contents">
            <VisitBar
              stop={stop} position={position} of={stops.length} agent={name} colour={colour} span={span} zone={zone}
              isSelected={selected.has(stop.visit)} isActive={stop.visit === active} isCarried={carry?.visit === stop.visit} isPending={pending.has(stop.visit)} onPress={onPress} onFocus={onFocus}
            />
            {range && stop.eta && <Whisker range={range} at={stop.eta.at} level={riskLevel(stop)} span={span} />}
          </span>
        )
      })}
    </>
  )
})

function Between({ piece, colour, span }: { piece: Exclude<Piece, { kind: 'visit' }>; colour: string; span: Span }) {
  const place = placeAt(piece.from, piece.to, span)
  switch (piece.kind) {
    case 'travel':
      return <span aria-hidden="true" className="absolute top-[29px] h-0.5 rounded-full opacity-60" style={{ ...place, background: colour }} />
    case 'wait':
      return <span aria-hidden="true" className="absolute top-[29px] border-t-2 border-dotted border-ink-3/60" style={place} />
    case 'break':
      return (
        <span title={piece.name ?? 'Break'} className="@container hatched absolute top-[17px] flex h-[26px] items-center justify-center overflow-hidden rounded-md border border-line-strong bg-sunken" style={place}>
          <span className="truncate rounded bg-sunken px-1 text-[10.5px] font-medium text-ink-3 @max-[40px]:hidden">{piece.name ?? 'Break'}</span>
        </span>
      )
  }
}

/** When the chosen visit may begin, and when it was promised. */
function Windows({ stop, span }: { stop: Stop; span: Span }) {
  return (
    <>
      {stop.windows.map((window) => <span key={window.from} aria-hidden="true" className="absolute bottom-1 h-[5px] border-x-2 border-b-2 border-ink-3/70" style={placeAt(window.from, window.to, span)} />)}
      {stop.promise && <span aria-hidden="true" className="absolute bottom-1 z-[1] h-[5px] border-x-2 border-b-2 border-accent" style={placeAt(stop.promise.from, stop.promise.to, span)} />}
    </>
  )
}

/** Where in the order, or at which time, it would be dropped. */
function DropMark({ carry, route, span }: { carry: Carry; route: Route; span: Span }) {
  const { target, visit } = carry
  if (target === null) return null
  const others = route.stops.filter((stop) => stop.visit !== visit)
  const [before, after] = [others[target.position - 1], others[target.position]]
  const at = target.pinned_at ?? (before && after ? (before.end + Math.max(before.end, after.start - after.travel_s * 1_000)) / 2 : (before?.end ?? (after ? after.arrival - after.travel_s * 1_000 : (route.shift?.from ?? span.from))))
  return (
    <span aria-hidden="true" className="pointer-events-none absolute inset-y-0 z-[5] -ml-px w-0.5 bg-accent" style={{ left: `${shareOf(at, span) * 100}%` }}>
      <span className="absolute -top-px left-1/2 size-2 -translate-x-1/2 rounded-full bg-accent" />
    </span>
  )
}
