/** One person: what they may do and where, and what can be done about their access. */
import { useState, type FormEvent, type ReactNode } from 'react'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { Link } from 'react-router'
import { accounts } from '../../api/accounts'
import { personQuery, teamsQuery } from '../../api/accountQueries'
import { useMay } from '../../api/access'
import type { Person, PersonPatch, Team } from '../../api/identity'
import { ApiError, complaintOf, explain, unsaid } from '../../api/problem'
import { territoriesQuery } from '../../api/queries'
import { useSession } from '../../api/session'
import { useAgents } from '../../api/useAgents'
import { reloadMe } from '../../api/who'
import { paths } from '../../paths'
import { tell } from '../../shell/toasts'
import { Avatar } from '../../ui/Avatar'
import { Badge } from '../../ui/Badge'
import { Button } from '../../ui/Button'
import { Choices } from '../../ui/Choices'
import { Combobox } from '../../ui/Combobox'
import { ConfirmDialog } from '../../ui/ConfirmDialog'
import { Dialog } from '../../ui/Dialog'
import { TextField } from '../../ui/fields'
import { Contact } from '../../ui/Masked'
import { Notice } from '../../ui/Notice'
import { TreePicker } from '../../ui/TreePicker'
import { ago, dayOf } from '../../util/time'
import { RoleSelect } from './RoleSelect'
import { useRoles } from './useRoles'

type PersonDrawerProps = { id: string; known: Person | undefined; onClose: () => void }

export function PersonDrawer({ id, known, onClose }: PersonDrawerProps) {
  const { data = known, error, refetch } = useQuery({ ...personQuery(id), initialData: known, staleTime: 10_000 })
  if (data) return <Drawer key={`${data.id}`} person={data} onClose={onClose} />
  return (
    <Dialog title="User" place="drawer" onClose={onClose}>
      {error
        ? <Notice tone="danger" title={error instanceof ApiError && error.status === 404 ? 'There is no such user' : 'The user could not be loaded'} action={<Button onClick={() => void refetch()}>Try again</Button>}>{explain(error)}</Notice>
        : <div role="status" aria-label="Loading the user" className="space-y-4"><div className="skeleton h-9" /><div className="skeleton h-9" /><div className="skeleton h-40" /></div>}
    </Dialog>
  )
}

/** What was changed of a person; nothing when nothing was. */
export function patchOf(before: Person, after: { name: string; role: string; agent: string | null; territories: ReadonlySet<string> }): PersonPatch {
  const patch: PersonPatch = {}
  if (after.name.trim() !== before.name) patch.name = after.name.trim()
  if (after.role !== before.role) patch.role = after.role
  if (after.agent !== (before.agent_id ?? null)) patch.agent_id = after.agent
  if (after.territories.size !== before.territories.length || before.territories.some((id) => !after.territories.has(id))) patch.territories = [...after.territories]
  return patch
}

/** Teams whose leads have to be written anew. */
export function teamChanges(person: string, before: readonly Team[], leads: ReadonlySet<string>): { team: string; leads: string[] }[] {
  return before.flatMap((team) => {
    const was = team.leads.includes(person)
    if (was === leads.has(team.id)) return []
    return [{ team: team.id, leads: was ? team.leads.filter((id) => id !== person) : [...team.leads, person] }]
  })
}

const NOBODYS: readonly Team[] = []
const FIELDS = ['name', 'role', 'agent_id', 'territories']

function Drawer({ person, onClose }: { person: Person; onClose: () => void }) {
  const may = useMay()
  const client = useQueryClient()
  const me = useSession((state) => state.me)
  const roles = useRoles()
  const agents = useAgents()
  const { data: territories = [] } = useQuery({ ...territoriesQuery, enabled: may('territories') })
  const { data: teams = NOBODYS } = useQuery({ ...teamsQuery, enabled: may('teams') })
  const [name, setName] = useState(person.name)
  const [role, setRole] = useState(person.role)
  const [agent, setAgent] = useState(person.agent_id ?? null)
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set(person.territories))
  const [leads, setLeads] = useState<ReadonlySet<string> | null>(null)
  const leading = leads ?? new Set(teams.filter(({ leads: led }) => led.includes(person.id)).map(({ id }) => id))
  const isMe = person.id === me?.id
  const canChange = may('users', 'update')
  const patch = patchOf(person, { name, role, agent, territories: chosen })
  const moved = leads === null ? [] : teamChanges(person.id, teams, leads)
  const isChanged = Object.keys(patch).length > 0 || moved.length > 0

  const save = useMutation({
    mutationFn: async () => {
      if (Object.keys(patch).length > 0) await accounts.updatePerson(person.id, patch)
      for (const { team, leads: ids } of moved) await accounts.updateTeam(team, { leads: ids })
    },
    onSuccess: () => {
      tell('Saved. It holds from now on.')
      setLeads(null)
      if (isMe) void reloadMe()
    },
    onSettled: () => Promise.all([client.invalidateQueries({ queryKey: ['people'] }), client.invalidateQueries({ queryKey: teamsQuery.queryKey })]),
  })
  const submit = (event: FormEvent) => {
    event.preventDefault()
    if (isChanged) save.mutate()
  }
  const rest = unsaid(save.error, FIELDS)
  return (
    <Dialog
      title={person.name} place="drawer" onClose={onClose} isHeld={save.isPending} lead={<Avatar name={person.name} className="size-10 text-sm" isDimmed={person.disabled} />}
      subtitle={<span className="flex flex-wrap items-center gap-2"><Contact text={person.email} className="truncate" />{person.disabled && <Badge tone="danger">Disabled</Badge>}{isMe && <Badge>You</Badge>}</span>}
      footer={canChange && (
        <>
          {isChanged && <span className="mr-auto self-center text-xs text-ink-3">Not saved yet</span>}
          <Button onClick={onClose}>{isChanged ? 'Cancel' : 'Close'}</Button>
          <Button type="submit" form="person" look="primary" isBusy={save.isPending} disabled={!isChanged || name.trim() === ''}>{save.isPending ? 'Saving…' : 'Save changes'}</Button>
        </>
      )}
    >
      <div className="space-y-7">
        <form id="person" aria-label={`Access of ${person.name}`} onSubmit={submit} className="space-y-4">
          <TextField label="Name" value={name} onChange={setName} maxLength={120} disabled={!canChange} complaint={complaintOf(save.error, 'name')} />
          <RoleSelect
            roles={roles.offered} value={role} onChange={setRole} complaint={complaintOf(save.error, 'role')} disabled={!canChange || isMe}
            hint={isMe ? 'Nobody changes their own role: another administrator can.' : undefined}
          />
          {may('territories') && <TreePicker label="Territories" hint="What they answer for, with everything below." items={territories} chosen={chosen} onChange={setChosen} disabled={!canChange} complaint={complaintOf(save.error, 'territories')} />}
          <Combobox
            label="Agent they are" hint="For people in the field: their own phone, tracks and days." placeholder="Nobody in the field" options={agents.all} value={agent} onChange={setAgent} disabled={!canChange}
            complaint={complaintOf(save.error, 'agent_id')}
          />
          {teams.length > 0 && (canChange && may('teams', 'update')
            ? <Choices label="Teams they lead" items={teams.map(({ id, name: team, agents: members }) => ({ id, name: team, note: `${members.length} agents` }))} chosen={leading} onChange={setLeads} className="max-h-40" />
            : leading.size > 0 && <p className="text-[13px]"><span className="text-ink-3">Leads </span>{teams.filter(({ id }) => leading.has(id)).map((team) => team.name).join(', ')}</p>)}
          {rest !== null && <Notice tone="danger" title="Not saved">{rest}</Notice>}
        </form>
        <dl className="grid grid-cols-2 gap-x-6 gap-y-3 border-t border-line pt-5 text-[13px]">
          <Said name="Last here" value={person.last_seen_at ? ago(Date.now() - Date.parse(person.last_seen_at)) : 'Never'} />
          <Said name="Since" value={dayOf(new Date(person.created_at))} />
          <Said name="Second factor" value={person.second_factor ? 'On' : 'Off'} />
          {may('audit') && <Said name="What they did" value={<Link to={paths.auditBy(person.id)} className="font-medium text-accent hover:underline">Audit log</Link>} />}
        </dl>
        {canChange && <Acts person={person} isMe={isMe} onGone={onClose} />}
      </div>
    </Dialog>
  )
}

function Said({ name, value }: { name: string; value: ReactNode }) {
  return <div><dt className="text-xs text-ink-3">{name}</dt><dd className="tabular mt-0.5">{value}</dd></div>
}

type ActKind = 'disable' | 'enable' | 'sign_out' | 'reset_factor' | 'erase'

function Acts({ person, isMe, onGone }: { person: Person; isMe: boolean; onGone: () => void }) {
  const may = useMay()
  const client = useQueryClient()
  const [asked, setAsked] = useState<ActKind | null>(null)
  const act = useMutation({
    mutationFn: async (kind: ActKind): Promise<string> => {
      switch (kind) {
        case 'disable':
          await accounts.updatePerson(person.id, { disabled: true })
          return `${person.name} cannot sign in any more.`
        case 'enable':
          await accounts.updatePerson(person.id, { disabled: false })
          return `${person.name} can sign in again.`
        case 'sign_out':
          await accounts.signOutEverywhere(person.id)
          return `${person.name} is signed out everywhere.`
        case 'reset_factor':
          await accounts.resetSecondFactor(person.id)
          return 'The second factor is reset.'
        case 'erase':
          await accounts.erasePerson(person.id)
          return 'Erased.'
      }
    },
    onSuccess: (said, kind) => {
      setAsked(null)
      tell(said)
      if (kind === 'erase') onGone()
    },
    onSettled: () => client.invalidateQueries({ queryKey: ['people'] }),
  })
  const ask = (kind: ActKind) => {
    act.reset()
    setAsked(kind)
  }
  return (
    <section aria-label="Access" className="space-y-1 border-t border-line pt-5">
      <h3 className="pb-1 text-[13px] font-semibold">Access</h3>
      <Act name="Sign out everywhere" hint="Ends every session, on browsers and phones." action="Sign out" onAct={() => ask('sign_out')} />
      {person.second_factor && <Act name="Reset the second factor" hint="For a lost phone: the password alone signs in, until they set it up again." action="Reset" onAct={() => ask('reset_factor')} />}
      {!isMe && (person.disabled
        ? <Act name="Enable" hint="Lets them sign in again, with the same role." action="Enable" onAct={() => ask('enable')} />
        : <Act name="Disable" hint="Ends every session and lets nobody in. Nothing is lost." action="Disable" onAct={() => ask('disable')} />)}
      {!isMe && may('users', 'delete') && <Act name="Erase" hint="On their own request: removes what is known of the person, for good." action="Erase…" isDanger onAct={() => ask('erase')} />}
      {asked && (
        <ConfirmDialog
          {...WORDS[asked]} title={WORDS[asked].title(person.name)} look={asked === 'enable' ? 'primary' : 'danger'} typed={asked === 'erase' ? person.email : undefined}
          isBusy={act.isPending} failure={act.error && explain(act.error)} onConfirm={() => act.mutate(asked)} onClose={() => setAsked(null)}
        >
          <p>{WORDS[asked].text}</p>
          {asked === 'erase' && person.agent_id != null && <p>The agent they are is not erased with them, nor are its tracks: that is done on the map, at the agent.</p>}
          {asked === 'erase' && <p>The audit log keeps that it was done, by whom and when. It cannot be undone.</p>}
        </ConfirmDialog>
      )}
    </section>
  )
}

const WORDS: Record<ActKind, { title: (name: string) => string; text: string; action: string; busy: string }> = {
  disable: { title: (name) => `Disable ${name}?`, text: 'Every session ends within a second, and nobody gets in with this account until it is enabled again.', action: 'Disable', busy: 'Disabling…' },
  enable: { title: (name) => `Enable ${name}?`, text: 'They can sign in again with the password they had.', action: 'Enable', busy: 'Enabling…' },
  sign_out: { title: (name) => `Sign ${name} out everywhere?`, text: 'Every browser and phone has to sign in again.', action: 'Sign out', busy: 'Signing out…' },
  reset_factor: { title: (name) => `Reset the second factor of ${name}?`, text: 'Be sure that it is really them who ask. The recovery codes stop working too.', action: 'Reset', busy: 'Resetting…' },
  erase: { title: (name) => `Erase ${name}?`, text: 'Name, e-mail, sessions, territories and the key to what the backups hold are destroyed, and nobody gets in with this account again. What they decided stays decided, by a user without a name.', action: 'Erase for good', busy: 'Erasing…' },
}

function Act({ name, hint, action, isDanger = false, onAct }: { name: string; hint: string; action: string; isDanger?: boolean; onAct: () => void }) {
  return (
    <div className="flex items-center gap-4 py-2">
      <div className="min-w-0 flex-1"><p className="text-[13px] font-medium">{name}</p><p className="text-xs leading-snug text-ink-3">{hint}</p></div>
      <Button className={isDanger ? 'text-danger!' : undefined} aria-label={name} onClick={onAct}>{action}</Button>
    </div>
  )
}
