import { useState, type FormEvent } from 'react'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { accounts } from '../../api/accounts'
import { invitationsQuery } from '../../api/accountQueries'
import { useMay } from '../../api/access'
import type { Invitation } from '../../api/identity'
import { complaintOf, unsaid } from '../../api/problem'
import { territoriesQuery } from '../../api/queries'
import { useAgents } from '../../api/useAgents'
import { Button } from '../../ui/Button'
import { Combobox } from '../../ui/Combobox'
import { CopyField } from '../../ui/CopyField'
import { Dialog } from '../../ui/Dialog'
import { TextField } from '../../ui/fields'
import { CheckIcon } from '../../ui/icons'
import { Notice } from '../../ui/Notice'
import { TreePicker } from '../../ui/TreePicker'
import { dayOf } from '../../util/time'
import { RoleSelect } from './RoleSelect'
import { useRoles } from './useRoles'

const FIELDS = ['email', 'name', 'role', 'territories', 'agent_id']

export function InviteDialog({ onClose }: { onClose: () => void }) {
  const client = useQueryClient()
  const may = useMay()
  const roles = useRoles()
  const agents = useAgents()
  const { data: territories = [] } = useQuery({ ...territoriesQuery, enabled: may('territories') })
  const [email, setEmail] = useState('')
  const [name, setName] = useState('')
  const [role, setRole] = useState('dispatcher')
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set())
  const [agent, setAgent] = useState<string | null>(null)
  const invite = useMutation({
    mutationFn: () => accounts.invite({
      email: email.trim(), name: name.trim(), role, ...(chosen.size > 0 && { territories: [...chosen] }), ...(role === 'agent' && agent !== null && { agent_id: agent }),
    }),
    onSuccess: () => client.invalidateQueries({ queryKey: invitationsQuery.queryKey }),
  })
  const submit = (event: FormEvent) => {
    event.preventDefault()
    invite.mutate()
  }
  if (invite.isSuccess) {
    return <Invited invitation={invite.data} onAgain={() => { invite.reset(); setEmail(''); setName('') }} onClose={onClose} />
  }
  const rest = unsaid(invite.error, FIELDS)
  return (
    <Dialog title="Invite somebody" subtitle="They get a link, choose a password, and are in." onClose={onClose} isHeld={invite.isPending}>
      <form onSubmit={submit} aria-label="Invitation" className="space-y-4">
        <div className="grid gap-4 sm:grid-cols-2">
          <TextField label="Name" required autoFocus maxLength={120} value={name} onChange={setName} complaint={complaintOf(invite.error, 'name')} autoComplete="off" />
          <TextField label="E-mail" type="email" required value={email} onChange={setEmail} complaint={complaintOf(invite.error, 'email')} autoComplete="off" />
        </div>
        <RoleSelect roles={roles.offered} value={role} onChange={setRole} complaint={complaintOf(invite.error, 'role')} />
        {role === 'agent' && (
          <Combobox
            label="Agent they are" hint="Links the account with the agent whose phone it is." options={agents.all} value={agent} onChange={setAgent} placeholder="Search agents"
            complaint={complaintOf(invite.error, 'agent_id')}
          />
        )}
        {territories.length > 0 && role !== 'agent' && (
          <TreePicker label="Territories" hint="What they answer for. Roles that reach everything need none." items={territories} chosen={chosen} onChange={setChosen} complaint={complaintOf(invite.error, 'territories')} />
        )}
        {rest !== null && <Notice tone="danger" title="The invitation was not made">{rest}</Notice>}
        <div className="flex justify-end gap-2">
          <Button onClick={onClose}>Cancel</Button>
          <Button type="submit" look="primary" isBusy={invite.isPending}>{invite.isPending ? 'Inviting…' : 'Invite'}</Button>
        </div>
      </form>
    </Dialog>
  )
}

function Invited({ invitation: { name, email, link, expires_at }, onAgain, onClose }: { invitation: Invitation; onAgain: () => void; onClose: () => void }) {
  return (
    <Dialog title={`${name} is invited`} onClose={onClose}>
      <div className="space-y-4">
        {link ? (
          <>
            <Notice title="No mail goes out from here">So the link is shown to you, now and never again. Give it to {name} in a way that nobody else reads.</Notice>
            <CopyField label="Link of the invitation" text={link} />
          </>
        ) : (
          <p role="status" className="flex items-start gap-2.5 rounded-lg bg-good-soft px-3 py-2.5 text-[13px] text-good"><CheckIcon className="mt-px size-4 shrink-0" />A link is on its way to {email}.</p>
        )}
        <p className="text-[13px] text-ink-2">It works once, until {dayOf(new Date(expires_at))}.</p>
        <div className="flex justify-end gap-2">
          <Button onClick={onAgain}>Invite another</Button>
          <Button look="primary" autoFocus onClick={onClose}>Done</Button>
        </div>
      </div>
    </Dialog>
  )
}
