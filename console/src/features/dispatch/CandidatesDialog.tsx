/** Who could make a visit that somebody is sought for: offered or assigned by hand, with what they answer as it comes. */
import { useMutation, useQuery, queryOptions } from '@tanstack/react-query'
import { dispatch } from '../../api/plans'
import { explain } from '../../api/problem'
import { Button } from '../../ui/Button'
import { Dialog } from '../../ui/Dialog'
import { Notice } from '../../ui/Notice'
import { candidatesOf } from './asked'
import { CandidateList } from './CandidateList'
import type { Job, Relaxation } from './desk'
import { JobCard } from './JobCard'
import { acceptanceOf, namesOr, refusalOf } from './why'

export const candidatesQuery = (job: string) => queryOptions({ queryKey: ['dispatch', 'candidates', job], queryFn: async ({ signal }) => candidatesOf(await dispatch.candidates(job, signal)), refetchInterval: 15_000 })

type Act = { what: 'offer' | 'assign'; agent: string; accepts: Relaxation | null }
type CandidatesDialogProps = { job: Job; names: ReadonlyMap<string, string>; visitName: (visit: string) => string; date: string; zone: string; canAct: boolean; onCancel: () => void; onShow: () => void; onClose: () => void }

export function CandidatesDialog({ job, names, visitName, date, zone, canAct, onCancel, onShow, onClose }: CandidatesDialogProps) {
  const isOpen = job.state !== 'accepted' && job.state !== 'cancelled'
  const query = useQuery({ ...candidatesQuery(job.id), enabled: isOpen })
  const act = useMutation({
    mutationFn: ({ what, agent, accepts }: Act) => (what === 'offer' ? dispatch.offer(job.id, agent) : dispatch.assign(job.id, agent, accepts && acceptanceOf(accepts))),
    // What is refused now is refused for a reason that the list has not heard of, and may have a way out.
    onError: () => void query.refetch(),
  })
  return (
    <Dialog title={isOpen ? 'Who could make it' : job.state === 'accepted' ? 'It has an agent' : 'Nobody is sought any more'} width="normal" onClose={onClose} footer={<Button onClick={onClose}>Close</Button>}>
      <div className="space-y-4">
        <JobCard job={job} names={names} visitName={visitName} zone={zone} canAct={false} onCandidates={() => {}} onCancel={onCancel} onShow={onShow} />
        {act.error && <Notice tone="danger" title="That did not work">{refusalOf(act.error, namesOr(names, visitName))}</Notice>}
        {isOpen && query.error && !query.data && <Notice tone="danger" title="The candidates could not be worked out" action={<Button onClick={() => void query.refetch()}>Try again</Button>}>{explain(query.error)}</Notice>}
        {isOpen && query.isPending && <div role="status" aria-label="Working out who could" className="space-y-2">{[0, 1, 2].map((at) => <div key={at} className="skeleton h-16" />)}</div>}
        {isOpen && query.data && (
          <CandidateList
            candidates={query.data} names={names} visitName={visitName} date={date} zone={zone} offers={job.offers} canAct={canAct} busy={act.isPending ? `${act.variables.accepts?.give ?? act.variables.what} ${act.variables.agent}` : null}
            onOffer={(agent) => act.mutate({ what: 'offer', agent, accepts: null })} onAssign={(agent, accepts) => act.mutate({ what: 'assign', agent, accepts })}
          />
        )}
      </div>
    </Dialog>
  )
}
