/** What differs between two plans, visit by visit, and in sums. */
import { cx } from '../../ui/cx'
import { count, distance } from '../../util/units'
import { delta_s, span_s } from './words'

export type MovedVisit = { visit: string; name: string; from: string | null; to: string | null }
export type TotalsPair = { name: string; before: number; after: number; as: 'time' | 'distance' | 'count' }

const tell = (value: number, as: TotalsPair['as']): string => (as === 'time' ? span_s(value) : as === 'distance' ? distance(value) : count(Math.round(value)))

export function TotalsTable({ pairs, names = ['Before', 'After'] }: { pairs: readonly TotalsPair[]; names?: readonly [string, string] }) {
  return (
    <table className="tabular w-full text-[13px]">
      <thead><tr className="text-left text-xs text-ink-3"><th className="pb-1 font-medium" /><th className="pb-1 text-right font-medium">{names[0]}</th><th className="pb-1 text-right font-medium">{names[1]}</th><th className="pb-1 text-right font-medium">Difference</th></tr></thead>
      <tbody>
        {pairs.map(({ name, before, after, as }) => {
          const change = after - before
          return (
            <tr key={name} className="border-t border-line">
              <th scope="row" className="py-1.5 text-left font-normal text-ink-2">{name}</th>
              <td className="py-1.5 text-right">{tell(before, as)}</td>
              <td className="py-1.5 text-right font-medium">{tell(after, as)}</td>
              <td className={cx('py-1.5 text-right font-medium', change < 0 ? 'text-good' : change > 0 ? 'text-danger' : 'text-ink-3')}>
                {change === 0 ? '±0' : as === 'time' ? delta_s(change) : `${change > 0 ? '+' : '−'}${tell(Math.abs(change), as)}`}
              </td>
            </tr>
          )
        })}
      </tbody>
    </table>
  )
}

export function MoveList({ moves, onShow }: { moves: readonly MovedVisit[]; onShow: (visit: string) => void }) {
  if (moves.length === 0) return <p className="text-[13px] text-ink-3">No visit is elsewhere.</p>
  return (
    <ul aria-label="Visits that are elsewhere" className="divide-y divide-line">
      {moves.map(({ visit, name, from, to }) => (
        <li key={visit}>
          <button type="button" onClick={() => onShow(visit)} className="flex w-full flex-wrap items-baseline justify-between gap-x-3 gap-y-0.5 rounded px-1 py-1.5 text-left text-[13px] hover:bg-hover">
            <span className="min-w-0 font-medium wrap-break-word">{name}</span>
            <span className="min-w-0 text-xs text-ink-2">{from ?? 'not planned'} <span aria-hidden="true">→</span><span className="sr-only">to</span> <span className={cx('font-medium', to === null ? 'text-warn' : 'text-ink')}>{to ?? 'not planned'}</span></span>
          </button>
        </li>
      ))}
    </ul>
  )
}
