import { useMemo, useState, type FormEvent } from 'react'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { accounts } from '../../api/accounts'
import { everybodyQuery, teamsQuery } from '../../api/accountQueries'
import { useMay } from '../../api/access'
import type { Team } from '../../api/identity'
import { complaintOf, explain, unsaid } from '../../api/problem'
import { useAgents } from '../../api/useAgents'
import { Loadable } from '../../shell/Loadable'
import { tell } from '../../shell/toasts'
import { Button } from '../../ui/Button'
import { Choices } from '../../ui/Choices'
import { ConfirmDialog } from '../../ui/ConfirmDialog'
import { Dialog } from '../../ui/Dialog'
import { EmptyState } from '../../ui/EmptyState'
import { TextField } from '../../ui/fields'
import { PeopleIcon, PlusIcon } from '../../ui/icons'
import { Notice } from '../../ui/Notice'
import { Below, TableCard, TableSkeleton, TD, Th, TR, WIDE } from '../../ui/table'
import { count } from '../../util/units'
import { UsersFrame } from './UsersFrame'

export function TeamsTab() {
  const may = useMay()
  const query = useQuery(teamsQuery)
  const { data: people = [] } = useQuery({ ...everybodyQuery, enabled: may('users') })
  const names = useMemo(() => new Map(people.map(({ id, name }) => [id, name])), [people])
  const [edited, setEdited] = useState<Team | 'new' | null>(null)
  const [asked, setAsked] = useState<Team | null>(null)
  const client = useQueryClient()
  const remove = useMutation({
    mutationFn: (team: Team) => accounts.deleteTeam(team.id),
    onSuccess: () => { setAsked(null); tell('Team dissolved.') },
    onSettled: () => client.invalidateQueries({ queryKey: teamsQuery.queryKey }),
  })
  const leadsOf = (team: Team) => team.leads.map((id) => names.get(id) ?? 'Somebody').join(', ')
  const make = may('teams', 'create') && <Button look="primary" onClick={() => setEdited('new')}><PlusIcon />New team</Button>
  return (
    <UsersFrame title="Teams" actions={make}>
      <Loadable what="The teams" query={query} skeleton={<TableSkeleton label="Loading the teams" rows={4} />}>
        {query.data?.length === 0 ? (
          <div className="rounded-2xl border border-line bg-surface shadow-raised"><EmptyState icon={<PeopleIcon />} title="No teams yet" action={make || undefined}>Whoever leads a team sees its agents wherever they work, across territories.</EmptyState></div>
        ) : (
          <TableCard label="Teams">
            <table className="w-full sm:min-w-[560px] text-[13px]">
              <caption className="sr-only">Teams with their leads</caption>
              <thead><tr><Th>Team</Th><Th className={WIDE}>Led by</Th><Th className={`text-right! ${WIDE}`}>Agents</Th><Th><span className="sr-only">What can be done</span></Th></tr></thead>
              <tbody>
                {query.data?.map((team) => (
                  <tr key={team.id} className={TR}>
                    <td className={`${TD} font-medium`}>{team.name}<Below>{count(team.agents.length)} {team.agents.length === 1 ? 'agent' : 'agents'}{team.leads.length > 0 && `, led by ${leadsOf(team)}`}</Below></td>
                    <td className={`${TD} ${WIDE} text-ink-2`}>{team.leads.length === 0 ? <span className="text-ink-3">Nobody</span> : leadsOf(team)}</td>
                    <td className={`${TD} ${WIDE} tabular text-right`}>{count(team.agents.length)}</td>
                    <td className={`${TD} text-right whitespace-nowrap`}>
                      {may('teams', 'update') && <Button look="quiet" aria-label={`Change ${team.name}`} onClick={() => setEdited(team)}>Change</Button>}
                      {may('teams', 'delete') && <Button look="quiet" className="text-danger!" aria-label={`Dissolve ${team.name}`} onClick={() => { remove.reset(); setAsked(team) }}>Dissolve</Button>}
                    </td>
                  </tr>
                ))}
              </tbody>
            </table>
          </TableCard>
        )}
      </Loadable>
      {edited !== null && <TeamDialog team={edited === 'new' ? null : edited} onClose={() => setEdited(null)} />}
      {asked && (
        <ConfirmDialog title={`Dissolve ${asked.name}?`} action="Dissolve" busy="Dissolving…" isBusy={remove.isPending} failure={remove.error && explain(remove.error)} onConfirm={() => remove.mutate(asked)} onClose={() => setAsked(null)}>
          <p>Its {count(asked.agents.length)} agents stay; those who led it no longer see them by it.</p>
        </ConfirmDialog>
      )}
    </UsersFrame>
  )
}

function TeamDialog({ team, onClose }: { team: Team | null; onClose: () => void }) {
  const client = useQueryClient()
  const may = useMay()
  const agents = useAgents()
  const { data: people = [], isLoading } = useQuery({ ...everybodyQuery, enabled: may('users') })
  const [name, setName] = useState(team?.name ?? '')
  const [leads, setLeads] = useState<ReadonlySet<string>>(new Set(team?.leads))
  const [members, setMembers] = useState<ReadonlySet<string>>(new Set(team?.agents))
  const save = useMutation({
    mutationFn: () => {
      const body = { name: name.trim(), leads: [...leads], agents: [...members] }
      return team ? accounts.updateTeam(team.id, body) : accounts.createTeam(body)
    },
    onSuccess: () => {
      tell('Team saved.')
      onClose()
      return client.invalidateQueries({ queryKey: teamsQuery.queryKey })
    },
  })
  const submit = (event: FormEvent) => {
    event.preventDefault()
    save.mutate()
  }
  const rest = unsaid(save.error, ['name'])
  return (
    <Dialog title={team ? `Change ${team.name}` : 'New team'} onClose={onClose} isHeld={save.isPending}>
      <form onSubmit={submit} className="space-y-4">
        <TextField label="Name" required autoFocus maxLength={120} value={name} onChange={setName} complaint={complaintOf(save.error, 'name')} />
        {may('users') && <Choices label="Leads" items={people.map(({ id, name: called, email }) => ({ id, name: called, note: email }))} chosen={leads} onChange={setLeads} className="max-h-36" isPending={isLoading} />}
        <Choices label="Agents" items={agents.all} chosen={members} onChange={setMembers} className="max-h-48" isPending={agents.isPending} />
        {rest !== null && <Notice tone="danger" title="Not saved">{rest}</Notice>}
        <div className="flex justify-end gap-2">
          <Button onClick={onClose}>Cancel</Button>
          <Button type="submit" look="primary" isBusy={save.isPending}>{save.isPending ? 'Saving…' : team ? 'Save changes' : 'Make team'}</Button>
        </div>
      </form>
    </Dialog>
  )
}
