import { queryOptions, useQuery } from '@tanstack/react-query'
import { plans } from '../../api/plans'

const whyQuery = (territory: string, visit: string, version: number) => queryOptions({ queryKey: ['plans', 'why', territory, visit, version], queryFn: ({ signal }) => plans.explain(territory, visit, signal), staleTime: 60_000, retry: false })

/** Why a visit is where it is, in the planner's words. Nothing where it does not say. */
export function WhyCard({ territory, visit, version }: { territory: string; visit: string; version: number }) {
  const { data, isPending, error } = useQuery(whyQuery(territory, visit, version))
  if (error) return null
  if (isPending) return <div className="skeleton mt-4 h-12" role="status" aria-label="Asking the planner why" />
  const text = data.kind === 'begun' ? null : data.kind === 'unfit' ? `It cannot be planned as it is: ${data.reason.replaceAll('_', ' ')}` : data.sentence
  if (text === null) return null
  return (
    <section aria-label="Why" className="mt-4 rounded-xl bg-sunken px-3.5 py-3 text-[13px]">
      <h3 className="text-xs font-medium text-ink-3">{data.kind === 'here' ? 'Why this agent' : 'Why it is not planned'}</h3>
      <p className="mt-1 leading-relaxed first-letter:uppercase">{text}</p>
    </section>
  )
}
