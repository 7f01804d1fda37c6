import { cx } from '../../ui/cx'
import { Below, TD, Th, TR, WIDE } from '../../ui/table'
import { count, percent } from '../../util/units'
import { compactness, hours, type Pair, type TerritoryFigures } from './figures'

type TerritoryTableProps = { figures: readonly TerritoryFigures[]; chosen: string | null; onChoose: (territory: string | null) => void }

/** What each territory comes to, proposed before today. A row that is chosen stands out on the map. */
export function TerritoryTable({ figures, chosen, onChoose }: TerritoryTableProps) {
  // Loads of twice a share and more are drawn as far as they go.
  const scale = Math.max(2, ...figures.flatMap(({ load }) => [load.today, load.proposed]))
  return (
    <div className="overflow-x-auto rounded-2xl border border-line bg-surface shadow-raised">
      <table className="tabular w-full text-[13px]">
        <caption className="sr-only">Territories with hours a week, load, customers and compactness, today and as proposed</caption>
        <thead><tr><Th>Territory</Th><Th className="text-right!">Hours a week</Th><Th className={WIDE}>Of a fair share</Th><Th className={`${WIDE} text-right!`}>Customers</Th><Th className={`${WIDE} text-right!`}>Compact</Th></tr></thead>
        <tbody>
          {figures.map((one) => {
            const { id, name, colour, load, customers, comeIn, goOut } = one
            const isChosen = id === chosen
            return (
              <tr key={id} className={cx(TR, 'cursor-pointer', isChosen && 'bg-accent-soft/60')} onClick={() => onChoose(isChosen ? null : id)}>
                <th scope="row" className={cx(TD, 'max-w-0 min-w-32 text-left font-medium sm:w-[34%]')}>
                  <button type="button" aria-pressed={isChosen} title={`Show ${name} on the map`} onClick={(event) => { event.stopPropagation(); onChoose(isChosen ? null : id) }} className="flex max-w-full items-center gap-2 rounded text-left hover:text-accent">
                    <span aria-hidden="true" className="size-3 shrink-0 rounded-[4px]" style={{ background: colour }} /><span className="truncate">{name}</span>
                  </button>
                  <span className="mt-0.5 block truncate pl-5 text-xs font-normal text-ink-3">{comings(comeIn, goOut)}</span>
                  <Below><span className="block pl-5">{percent(load.proposed)} of a fair share</span><span className="block pl-5">{count(customers.proposed)} customers</span></Below>
                </th>
                <td className={`${TD} text-right whitespace-nowrap`}><Change pair={one.hours} tell={hours} /></td>
                <td className={`${TD} ${WIDE} w-[22%]`}><Load load={load} colour={colour} scale={scale} /></td>
                <td className={`${TD} ${WIDE} text-right whitespace-nowrap`}><Change pair={customers} tell={count} /></td>
                <td className={`${TD} ${WIDE} text-right whitespace-nowrap`}><Change pair={one.roundness} tell={compactness} /></td>
              </tr>
            )
          })}
        </tbody>
      </table>
      <p aria-hidden="true" className="flex flex-wrap items-center gap-x-4 gap-y-1 border-t border-line px-4 py-2 text-[11px] text-ink-3 max-sm:hidden">
        <span className="flex items-center gap-1.5"><span className="h-1.5 w-5 rounded-full bg-ink-3" />proposed</span><span className="flex items-center gap-1.5"><span className="size-2.5 rounded-full border-2 border-ink-2 bg-surface" />today</span>
        <span className="flex items-center gap-1.5"><span className="h-3 w-px bg-ink" />a fair share</span>
      </p>
    </div>
  )
}

function comings(comeIn: number, goOut: number): string {
  if (comeIn === 0 && goOut === 0) return 'keeps its customers'
  return [comeIn > 0 && `+${count(comeIn)} come`, goOut > 0 && `−${count(goOut)} go`].filter(Boolean).join(', ')
}

function Change({ pair: { today, proposed }, tell }: { pair: Pair; tell: (n: number) => string }) {
  return <><span className="block font-medium">{tell(proposed)}</span><span className="block text-xs text-ink-3">was {tell(today)}</span></>
}

/** The bar is what is proposed, the hollow mark what is today, the line a fair share. */
function Load({ load: { today, proposed }, colour, scale }: { load: Pair; colour: string; scale: number }) {
  const at = (load: number) => `${(load / scale) * 100}%`
  return (
    <div title={`${percent(proposed)} of a fair share, today ${percent(today)}`}>
      <span className="text-xs font-medium">{percent(proposed)}<span className="sr-only">, today {percent(today)}</span></span>
      <div aria-hidden="true" className="relative mt-1 h-2 min-w-16 rounded-full bg-sunken">
        <span className="absolute inset-y-0 left-0 rounded-full" style={{ width: at(proposed), background: colour }} />
        <span className="absolute -inset-y-0.5 w-px bg-ink" style={{ left: at(1) }} />
        <span className="absolute top-1/2 size-2.5 -translate-1/2 rounded-full border-2 border-ink-2 bg-surface" style={{ left: at(today) }} />
      </div>
    </div>
  )
}
