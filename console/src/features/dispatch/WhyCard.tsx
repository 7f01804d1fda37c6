import { queryOptions, useQuery } from '@tanstack/react-query'
import { skillsQuery } from '../../api/customerQueries'
import { plans } from '../../api/plans'
import { cx } from '../../ui/cx'
import type { Relaxation } from './desk'
import { COST_IS } from './price'
import { Rung } from './Rung'
import { headlineOf, linesOf, type Explanation } from './why'

const whyQuery = (territory: string, visit: string, version: number) =>
  queryOptions({ queryKey: ['plans', 'why', territory, visit, version], queryFn: async ({ signal }) => (await plans.explain(territory, visit, signal)) as unknown as Explanation, staleTime: 60_000, retry: false })

type WhyCardProps = {
  territory: string
  visit: string
  version: number
  date: string
  zone: string
  /** Somebody gave it to whoever has it. */
  isChosen: boolean
  nameOf: (lane: string) => string
  visitName: (visit: string) => string
  /** Plans it all the same; `null` for whoever may only look. */
  onAccept: ((relaxation: Relaxation) => void) | null
  isBusy: boolean
}

/** Why a visit is where it is, and what stood in the way of others. Nothing where the planner does not say. */
export function WhyCard({ territory, visit, version, date, zone, isChosen, nameOf, visitName, onAccept, isBusy }: WhyCardProps) {
  const { data: why, isPending, error } = useQuery(whyQuery(territory, visit, version))
  const { data: skills = [] } = useQuery(skillsQuery)
  if (error) return null
  if (isPending) return <div className="skeleton mt-4 h-16" role="status" aria-label="Asking the planner why" />
  const headline = headlineOf(why, nameOf, isChosen)
  if (headline === null) return null
  const lines = linesOf(why, date, nameOf, (code) => skills.find((skill) => skill.code === code)?.name ?? code)
  return (
    <section aria-label="Why" className="mt-4 rounded-xl bg-sunken px-3.5 py-3 text-[13px]">
      <h3 className="text-xs font-medium text-ink-3">{why.kind === 'here' ? 'Why this agent' : 'Why it is not planned'}</h3>
      <p className="mt-1 font-medium">{headline}</p>
      <ul className="mt-1.5 space-y-1">
        {lines.map(({ who, text, isMuted }, at) => (
          <li key={who + at} className="flex gap-2 text-xs"><span className={cx('w-28 shrink-0 wrap-break-word', isMuted ? 'text-ink-3' : 'font-medium')}>{who}</span><span className={cx('tabular', isMuted ? 'text-ink-3' : 'text-ink-2')}>{text}</span></li>
        ))}
      </ul>
      {why.kind === 'waiting' && onAccept !== null && why.relaxations.length > 0 && (
        <>
          <h3 className="mt-3 text-xs font-medium text-ink-3">What would have to give</h3>
          <ul aria-label="What would have to give" className="mt-0.5 divide-y divide-line">
            {why.relaxations.map((relaxation) => <Rung key={relaxation.give} {...{ relaxation, visitName, date, zone, isBusy: false }} name={nameOf(relaxation.agent_id)} isNamed isOff={isBusy} onAccept={() => onAccept(relaxation)} />)}
          </ul>
          <p className="mt-1 text-xs text-ink-3">{COST_IS}</p>
        </>
      )}
    </section>
  )
}
