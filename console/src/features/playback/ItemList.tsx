/** The day's items in groups, for reading; choosing one takes the map and the playhead there. */
import { useId, useMemo, useRef, useState, type KeyboardEvent } from 'react'
import type { ItemKind } from '../../api/types'
import { cx } from '../../ui/cx'
import { VirtualList, type VirtualListHandle } from '../../ui/VirtualList'
import { count } from '../../util/units'
import { minuteOf } from '../../util/zone'
import type { Bar } from './lanes'
import { KIND_NAMES, tell } from './words'

const ROW_HEIGHT_PX = 46

/** In the order of the list. Suspects are not listed: they have a page of their own. */
const GROUPS = [
  { kind: 'trip', name: 'Trips' }, { kind: 'stop', name: 'Stops' }, { kind: 'fence_passage', name: 'Fence passages' },
  { kind: 'overspeed', name: 'Above the limit' }, { kind: 'gap', name: 'Silences' },
] as const satisfies readonly { kind: ItemKind; name: string }[]
type Listed = (typeof GROUPS)[number]['kind']

type Row = { kind: 'head'; name: string; items: number } | { kind: 'bar'; bar: Bar }

type ItemListProps = {
  /** Of all agents, in the order of time. */
  bars: readonly Bar[]
  zone: string
  fences: ReadonlyMap<string, string>
  colourOf: (agent: string) => string
  nameOf: (agent: string) => string
  isOne: boolean
  isPending: boolean
  chosen: Bar | null
  onChoose: (bar: Bar) => void
}

export function ItemList({ bars, zone, fences, colourOf, nameOf, isOne, isPending, chosen, onChoose }: ItemListProps) {
  const [only, setOnly] = useState<Listed | null>(null)
  const list = useRef<VirtualListHandle>(null)
  const id = useId()
  const byKind = useMemo(() => GROUPS.map((group) => ({ ...group, bars: bars.filter(({ item }) => item.kind === group.kind) })), [bars])
  const rows = useMemo(() => byKind
    .filter((group) => group.bars.length > 0 && (only === null || only === group.kind))
    .flatMap((group): Row[] => [{ kind: 'head', name: group.name, items: group.bars.length }, ...group.bars.map((bar): Row => ({ kind: 'bar', bar }))]), [byKind, only])
  const at = rows.findIndex((row) => row.kind === 'bar' && row.bar.item.id === chosen?.item.id)

  const onKeyDown = (event: KeyboardEvent) => {
    const step = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0
    if (step === 0) return
    event.preventDefault()
    for (let next = at + step; next >= 0 && next < rows.length; next += step) {
      const row = rows[next]!
      if (row.kind !== 'bar') continue
      onChoose(row.bar)
      list.current?.reveal(next)
      return
    }
  }

  if (isPending && bars.length === 0) return <ListSkeleton />
  if (bars.length === 0) return <p className="px-6 py-10 text-center text-[13px] text-ink-2">No trips, stops or fences on this day.</p>
  return (
    <>
      <div role="group" aria-label="Show only" className="flex gap-1 overflow-x-auto border-y border-line bg-sunken px-3 py-1.5 [scrollbar-width:none]">
        <Chip isOn={only === null} onPress={() => setOnly(null)} name="All" items={bars.filter(({ item }) => item.kind !== 'suspect').length} />
        {byKind.filter((group) => group.bars.length > 0).map((group) => (
          <Chip key={group.kind} isOn={only === group.kind} onPress={() => setOnly(only === group.kind ? null : group.kind)} name={group.name} items={group.bars.length} />
        ))}
      </div>
      <VirtualList
        ref={list} id={`${id}-list`} label="Items of the day" count={rows.length} rowHeight_px={ROW_HEIGHT_PX}
        keyboard={{ activeId: at === -1 ? undefined : `${id}-${at}`, onKeyDown }}
        row={(index) => {
          const row = rows[index]!
          if (row.kind === 'head') {
            return (
              <div key={row.name} role="presentation" style={{ height: ROW_HEIGHT_PX }} className="flex items-end justify-between px-4 pb-1.5 text-xs">
                <span className="font-semibold text-ink-2">{row.name}</span><span className="tabular text-ink-3">{count(row.items)}</span>
              </div>
            )
          }
          const { item } = row.bar
          return (
            <ItemRow
              key={item.id} id={`${id}-${index}`} bar={row.bar} zone={zone} fences={fences} colour={colourOf(item.agent_id)} name={isOne ? null : nameOf(item.agent_id)}
              isChosen={index === at} onChoose={() => onChoose(row.bar)}
            />
          )
        }}
      />
    </>
  )
}

type ItemRowProps = { id: string; bar: Bar; zone: string; fences: ReadonlyMap<string, string>; colour: string; name: string | null; isChosen: boolean; onChoose: () => void }

function ItemRow({ id, bar, zone, fences, colour, name, isChosen, onChoose }: ItemRowProps) {
  const { title, facts, amended } = tell(bar, zone, fences)
  const [long, ...rest] = bar.to > bar.from ? facts : ['', ...facts]
  // Under its heading, the kind alone says nothing new.
  const isPlain = title === KIND_NAMES[bar.item.kind] && (name !== null || rest.length > 0)
  return (
    <div
      id={id} role="option" aria-selected={isChosen} onClick={onChoose} style={{ height: ROW_HEIGHT_PX }}
      className={cx('flex items-center gap-3 px-4', isChosen ? 'bg-accent-soft shadow-[inset_3px_0_0_var(--accent)]' : 'hover:bg-hover')}
    >
      <span aria-hidden="true" className={cx('h-7 w-1 shrink-0 rounded-full', bar.item.kind === 'gap' && 'hatched')} style={bar.item.kind === 'gap' ? undefined : { background: colour, opacity: bar.item.kind === 'stop' ? 0.4 : 1 }} />
      <span className="min-w-0 flex-1 leading-tight">
        <span className="flex items-center gap-2">
          <span className="tabular text-[13px] font-medium">{minuteOf(bar.from, zone)} – {bar.isOpen ? 'goes on' : minuteOf(bar.to, zone)}</span>
          {amended !== null && <span title={amended} className="rounded bg-warn-soft px-1.5 text-[10.5px] leading-4 font-semibold text-warn">Amended<span className="sr-only">: {amended}</span></span>}
        </span>
        <span className="tabular mt-0.5 block truncate text-xs text-ink-3">{[...(name === null ? [] : [name]), ...(isPlain ? [] : [title]), ...rest].join(' · ')}</span>
      </span>
      <span className="tabular shrink-0 text-xs text-ink-2">{long}</span>
    </div>
  )
}

function Chip({ isOn, onPress, name, items }: { isOn: boolean; onPress: () => void; name: string; items: number }) {
  return (
    <button
      type="button" aria-pressed={isOn} onClick={onPress}
      className={cx('h-6.5 shrink-0 rounded-full px-2.5 text-xs font-medium whitespace-nowrap transition-colors', isOn ? 'bg-surface text-ink shadow-raised' : 'text-ink-3 hover:text-ink')}
    >
      {name} <span className="tabular font-normal text-ink-3">{count(items)}</span>
    </button>
  )
}

function ListSkeleton() {
  return (
    <div role="status" aria-label="Loading the day" className="space-y-4 border-t border-line p-4">
      {Array.from({ length: 7 }, (_, i) => (
        <div key={i} className="flex items-center gap-3">
          <div className="skeleton h-7 w-1" />
          <div className="flex-1 space-y-1.5"><div className="skeleton h-3.5 w-2/5" /><div className="skeleton h-2.5" style={{ width: `${40 + ((i * 13) % 30)}%` }} /></div>
        </div>
      ))}
    </div>
  )
}
