/** Customers who go over: found by name and by way, looked at on the map, or kept where they are for another proposal. */
import { useMemo, useState } from 'react'
import { Link } from 'react-router'
import type { DesignMove } from '../../api/designs'
import { paths } from '../../paths'
import { IconButton } from '../../ui/Button'
import { Checkbox, CompactSelect, SearchField } from '../../ui/fields'
import { TargetIcon } from '../../ui/icons'
import { count } from '../../util/units'
import { routeKey, routesOf } from './figures'

const LISTED_MAX = 200

export type TerritoryNames = { name: (id: string | null | undefined) => string; colour: (id: string | null | undefined) => string }

type MovesListProps = {
  moves: readonly DesignMove[]
  names: TerritoryNames
  /** A territory that the list is narrowed to. */
  chosen: string | null
  days: number
  canOpen: boolean
  look: string | null
  onLook: (customer: string) => void
  /** `null`: nothing can be asked for from here. */
  keep: { kept: ReadonlySet<string>; onKeep: (kept: ReadonlySet<string>) => void } | null
}

export function MovesList({ moves, names, chosen, days, canOpen, look, onLook, keep }: MovesListProps) {
  const [q, setQ] = useState('')
  const [way, setWay] = useState('')
  const here = useMemo(() => (chosen === null ? moves : moves.filter(({ from, to }) => from === chosen || to === chosen)), [moves, chosen])
  const routes = useMemo(() => routesOf(here), [here])
  const active = routes.some(({ from, to }) => routeKey(from, to) === way) ? way : ''
  const wanted = q.trim().toLowerCase()
  const found = useMemo(() => here.filter(({ name, from, to }) => (active === '' || routeKey(from, to) === active) && name.toLowerCase().includes(wanted)), [here, active, wanted])
  const toggle = (customer: string, isKept: boolean) => {
    if (!keep) return
    const next = new Set(keep.kept)
    if (isKept) next.add(customer)
    else next.delete(customer)
    keep.onKeep(next)
  }
  if (moves.length === 0) return <p className="px-1 py-6 text-center text-[13px] text-ink-2">Nobody changes their territory.</p>
  return (
    <>
      <div className="flex flex-wrap gap-2">
        <SearchField label="Search moved customers" value={q} onChange={setQ} className="min-w-44 flex-1" />
        <CompactSelect label="Which way" value={active} onChange={setWay} className="min-w-44 flex-1">
          <option value="">{chosen === null ? 'All ways' : `All to or from ${names.name(chosen)}`} ({count(here.length)})</option>
          {routes.map(({ from, to, customers }) => <option key={routeKey(from, to)} value={routeKey(from, to)}>{`${names.name(from)} → ${names.name(to)} (${count(customers)})`}</option>)}
        </CompactSelect>
      </div>
      {keep && <p className="mt-2 text-xs text-ink-3">Tick whoever should stay where they are, then propose again.</p>}
      <ul aria-label="Moved customers" className="mt-2 divide-y divide-line">
        {found.slice(0, LISTED_MAX).map(({ customer_id, name, from, to, visits }) => (
          <li key={customer_id} className="flex items-center gap-3 py-1.5 text-[13px]">
            {keep && <Checkbox hidesLabel label={`Keep ${name} where they are`} isChecked={keep.kept.has(customer_id)} onChange={(isKept) => toggle(customer_id, isKept)} />}
            <div className="min-w-0 flex-1">
              {canOpen ? <Link to={paths.customerAt(customer_id)} className="block truncate rounded font-medium hover:text-accent hover:underline">{name}</Link> : <span className="block truncate font-medium">{name}</span>}
              <span className="flex min-w-0 items-center gap-1.5 text-xs text-ink-2">
                <Swatch colour={names.colour(from)} /><span className="truncate">{names.name(from)}</span><span aria-hidden="true" className="text-ink-3">→</span><span className="sr-only">to</span><Swatch colour={names.colour(to)} /><span className="truncate">{names.name(to)}</span>
              </span>
            </div>
            <span title={`In ${count(days)} working days`} className="tabular shrink-0 text-xs text-ink-3">{visitsInWords(visits)}</span>
            <IconButton label={`Show ${name} on the map`} aria-pressed={look === customer_id} className="size-7! aria-pressed:text-accent" onClick={() => onLook(customer_id)}><TargetIcon /></IconButton>
          </li>
        ))}
      </ul>
      {found.length === 0 && <p className="px-1 py-6 text-center text-[13px] text-ink-2">Nobody of that name goes this way.</p>}
      {found.length > LISTED_MAX && <p className="py-2 text-xs text-ink-3">{count(found.length - LISTED_MAX)} more. Search to find them.</p>}
    </>
  )
}

const visitsInWords = (visits: number): string => {
  const n = visits >= 10 ? Math.round(visits) : Math.round(visits * 10) / 10
  return n === 0 ? 'not visited' : `${count(n)} ${n === 1 ? 'visit' : 'visits'}`
}

const Swatch = ({ colour }: { colour: string }) => <span aria-hidden="true" className="size-2.5 shrink-0 rounded-[3px]" style={{ background: colour }} />
