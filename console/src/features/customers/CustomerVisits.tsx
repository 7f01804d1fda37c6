import { useQuery } from '@tanstack/react-query'
import { Link } from 'react-router'
import { useMay } from '../../api/access'
import { useAgents } from '../../api/useAgents'
import { useTrackRules } from '../../api/useTrackRules'
import { customerVisitsQuery } from '../../api/visitQueries'
import { serverNow } from '../../live/live'
import { paths } from '../../paths'
import { Loadable } from '../../shell/Loadable'
import { STATUSES, VERIFICATIONS } from '../../shell/visitWords'
import { Card } from '../../ui/Card'
import { dateOf, longDate, minuteOf, shiftDate } from '../../util/zone'

const SHOWN = 6
const DAYS_BACK = 180
const DAYS_AHEAD = 60

/** When they were last visited, and when they are next: the newest few. */
export function CustomerVisits({ customer }: { customer: string }) {
  const may = useMay()
  const rules = useTrackRules()
  if (!may('visits') || !rules) return null
  return <Visits customer={customer} zone={rules.zone} />
}

function Visits({ customer, zone }: { customer: string; zone: string }) {
  const agents = useAgents()
  const today = dateOf(serverNow(), zone)
  const query = useQuery(customerVisitsQuery(customer, shiftDate(today, -DAYS_BACK), shiftDate(today, DAYS_AHEAD)))
  const found = query.data ?? []
  const last = found.findLast(({ status }) => status === 'completed')
  const next = found.find(({ status, day }) => status === 'planned' && day >= today)
  const from = Math.max(0, found.findIndex(({ day }) => day >= today) - SHOWN + 1)
  return (
    <Card title="Visits" hint={query.data && `${last ? `Last on ${longDate(last.day)}` : 'Not visited in the last half year'}; ${next ? `next on ${longDate(next.day)}` : 'none is planned'}.`}>
      <Loadable what="The visits" query={query} skeleton={<div className="skeleton h-16" />}>
        {found.length > 0 && (
          <ul className="divide-y divide-line">
            {found.slice(from, from + SHOWN).map(({ id, day, status, verification, checked_in_at, performed_by, agent_id }) => (
              <li key={id}>
                <Link to={paths.visitAt(id)} className="-mx-2 flex items-baseline gap-3 rounded-lg px-2 py-2 text-[13px] hover:bg-hover">
                  <span className="tabular w-44 shrink-0 font-medium">{longDate(day)}{checked_in_at != null && <span className="font-normal text-ink-3">, {minuteOf(Date.parse(checked_in_at), zone)}</span>}</span>
                  <span className="min-w-0 flex-1 truncate text-ink-2">{agents.names.get(performed_by ?? agent_id ?? '') ?? 'Nobody yet'}</span>
                  <span className="shrink-0 text-xs text-ink-2">{STATUSES[status].name}{status === 'completed' && `, ${VERIFICATIONS[verification].name.toLowerCase()}`}</span>
                </Link>
              </li>
            ))}
          </ul>
        )}
      </Loadable>
    </Card>
  )
}
