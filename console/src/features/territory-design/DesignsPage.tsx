/** Proposals to cut territories anew, the newest first. */
import { useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { Link, useNavigate } from 'react-router'
import { useMay } from '../../api/access'
import { designsQuery } from '../../api/designQueries'
import type { DesignHead } from '../../api/designs'
import { territoriesQuery } from '../../api/queries'
import { serverNow } from '../../live/live'
import { paths } from '../../paths'
import { Loadable } from '../../shell/Loadable'
import { PageFrame } from '../../shell/PageFrame'
import { Badge } from '../../ui/Badge'
import { Button } from '../../ui/Button'
import { EmptyState } from '../../ui/EmptyState'
import { PlusIcon, SparkIcon } from '../../ui/icons'
import { Notice } from '../../ui/Notice'
import { Below, TableCard, TableSkeleton, TD, Th, TR, WIDE } from '../../ui/table'
import { ago } from '../../util/time'
import { count } from '../../util/units'
import { useNow } from '../../util/useNow'
import { compactness, spread } from './figures'
import { STATES } from './words'

export function DesignsPage() {
  const canMake = useMay()('territories', 'update')
  const navigate = useNavigate()
  const query = useInfiniteQuery(designsQuery)
  const { data: territories = [] } = useQuery(territoriesQuery)
  const names = new Map(territories.map(({ id, name }) => [id, name]))
  const found = query.data?.pages.flatMap(({ items }) => items) ?? []
  const create = <Button look="primary" onClick={() => void navigate(paths.newDesign)}><PlusIcon />New design</Button>
  return (
    <PageFrame
      title="Territory designs" hint="Territories with even work, in one piece each: proposed, compared with today, then applied." actions={canMake && create}
      back={{ path: paths.territories, name: 'Territories' }}
    >
      {!canMake && <Notice title="You can look at designs, but not make or apply them">Your role sees territories without the right to change them.</Notice>}
      <Loadable what="The designs" query={query} skeleton={<TableSkeleton label="Loading the designs" />}>
        {found.length === 0 ? (
          <div className="rounded-2xl border border-line bg-surface shadow-raised">
            <EmptyState icon={<SparkIcon />} title="No designs yet" action={canMake ? create : undefined}>
              A design shares customers out anew among some territories, by the work they make. Nothing changes until it is applied, and it can be taken back.
            </EmptyState>
          </div>
        ) : (
          <TableCard label="Territory designs">
            <table className="w-full text-[13px] sm:min-w-[760px]">
              <caption className="sr-only">Territory designs with state, workload spread, compactness and moved customers</caption>
              <thead><tr><Th>Design</Th><Th>State</Th><Th className={WIDE}>Workload spread</Th><Th className={WIDE}>Compactness</Th><Th className={`${WIDE} text-right!`}>Customers moved</Th><Th className={WIDE}>Made</Th></tr></thead>
              <tbody>{found.map((head) => <DesignRow key={head.id} head={head} names={names} onOpen={() => void navigate(paths.designAt(head.id))} />)}</tbody>
            </table>
          </TableCard>
        )}
        {query.hasNextPage && <div className="mt-3 text-center"><Button isBusy={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>{query.isFetchingNextPage ? 'Loading…' : 'Show more'}</Button></div>}
      </Loadable>
    </PageFrame>
  )
}

function DesignRow({ head, names, onOpen }: { head: DesignHead; names: ReadonlyMap<string, string>; onOpen: () => void }) {
  useNow()
  const { id, name, state, territory_ids, before, after, created_at } = head
  const { name: word, tone } = STATES[state]
  const some = territory_ids.slice(0, 3).map((territory) => names.get(territory) ?? 'a deleted one').join(', ')
  const made = ago(serverNow() - Date.parse(created_at))
  return (
    <tr className={`${TR} cursor-pointer`} onClick={(event) => { if (!(event.target as Element).closest('a')) onOpen() }}>
      <td className={TD}>
        <Link to={paths.designAt(id)} className="block max-w-72 truncate max-sm:max-w-46 rounded font-medium hover:text-accent hover:underline">{name}</Link>
        <span className="block max-w-72 truncate max-sm:max-w-46 text-xs text-ink-3">{territory_ids.length > 3 ? `${some} and ${territory_ids.length - 3} more` : some}</span>
        <Below>{before && after ? `Spread ${spread(before.spread)} → ${spread(after.spread)} · ${count(after.moved)} moved · ` : ''}{made}</Below>
      </td>
      <td className={TD}><Badge tone={tone}>{word}</Badge></td>
      <td className={`${TD} ${WIDE} tabular whitespace-nowrap`}><Change today={before && spread(before.spread)} proposed={after && spread(after.spread)} /></td>
      <td className={`${TD} ${WIDE} tabular whitespace-nowrap`}><Change today={before && compactness(before.roundness)} proposed={after && compactness(after.roundness)} /></td>
      <td className={`${TD} ${WIDE} tabular text-right`}>{after ? count(after.moved) : '–'}</td>
      <td className={`${TD} ${WIDE} whitespace-nowrap text-ink-2`}>{made}</td>
    </tr>
  )
}

function Change({ today, proposed }: { today: string | null | undefined; proposed: string | null | undefined }) {
  if (!today || !proposed) return <span className="text-ink-3">–</span>
  return <><span className="text-ink-3">{today}</span> <span aria-hidden="true" className="text-ink-3">→</span><span className="sr-only">becomes</span> <span className="font-medium">{proposed}</span></>
}
