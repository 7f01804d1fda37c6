import { useState } from 'react'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { accounts } from '../../api/accounts'
import { invitationsQuery } from '../../api/accountQueries'
import { useMay } from '../../api/access'
import type { Invitation } from '../../api/identity'
import { explain } from '../../api/problem'
import { Loadable } from '../../shell/Loadable'
import { tell } from '../../shell/toasts'
import { Badge } from '../../ui/Badge'
import { Button } from '../../ui/Button'
import { ConfirmDialog } from '../../ui/ConfirmDialog'
import { EmptyState } from '../../ui/EmptyState'
import { MailIcon, PlusIcon } from '../../ui/icons'
import { Contact } from '../../ui/Masked'
import { Below, TableCard, TableSkeleton, TD, Th, TR, WIDE } from '../../ui/table'
import { ahead } from '../../util/time'
import { InviteDialog } from './InviteDialog'
import { UsersFrame } from './UsersFrame'
import { useRoles } from './useRoles'

export function InvitationsTab() {
  const may = useMay()
  const client = useQueryClient()
  const { titleOf } = useRoles()
  const query = useQuery(invitationsQuery)
  const [isInviting, setInviting] = useState(false)
  const [asked, setAsked] = useState<Invitation | null>(null)
  const revoke = useMutation({
    mutationFn: (invitation: Invitation) => accounts.revokeInvitation(invitation.id),
    onSuccess: () => { setAsked(null); tell('Invitation taken back.') },
    onSettled: () => client.invalidateQueries({ queryKey: invitationsQuery.queryKey }),
  })
  const invite = may('users', 'create') && <Button look="primary" onClick={() => setInviting(true)}><PlusIcon />Invite somebody</Button>
  return (
    <UsersFrame title="Invitations" actions={invite}>
      <Loadable what="The invitations" query={query} skeleton={<TableSkeleton label="Loading the invitations" rows={3} />}>
        {query.data?.length === 0 ? (
          <div className="rounded-2xl border border-line bg-surface shadow-raised"><EmptyState icon={<MailIcon />} title="No invitation is open" action={invite || undefined}>Everybody who was invited has come, or nobody was.</EmptyState></div>
        ) : (
          <TableCard label="Invitations">
            <table className="w-full sm:min-w-[640px] text-[13px]">
              <caption className="sr-only">Open invitations</caption>
              <thead><tr><Th>Name</Th><Th className={WIDE}>E-mail</Th><Th className={WIDE}>Role</Th><Th>Ends</Th><Th><span className="sr-only">What can be done</span></Th></tr></thead>
              <tbody>
                {query.data?.map((invitation) => {
                  const left_ms = Date.parse(invitation.expires_at) - Date.now()
                  return (
                    <tr key={invitation.id} className={TR}>
                      <td className={`${TD} font-medium`}>{invitation.name}<Below>{titleOf(invitation.role)}</Below></td>
                      <td className={`${TD} ${WIDE}`}><Contact text={invitation.email} className="text-ink-2" /></td>
                      <td className={`${TD} ${WIDE}`}>{titleOf(invitation.role)}</td>
                      <td className={`${TD} tabular whitespace-nowrap`}>{left_ms <= 0 ? <Badge tone="danger">Expired</Badge> : <span className="text-ink-2">{ahead(left_ms)}</span>}</td>
                      <td className={`${TD} text-right whitespace-nowrap`}>
                        {may('users', 'create') && <Button look="quiet" aria-label={`Take back the invitation of ${invitation.name}`} onClick={() => { revoke.reset(); setAsked(invitation) }}>Take back</Button>}
                      </td>
                    </tr>
                  )
                })}
              </tbody>
            </table>
          </TableCard>
        )}
      </Loadable>
      {isInviting && <InviteDialog onClose={() => setInviting(false)} />}
      {asked && (
        <ConfirmDialog title="Take the invitation back?" action="Take back" busy="Taking back…" isBusy={revoke.isPending} failure={revoke.error && explain(revoke.error)} onConfirm={() => revoke.mutate(asked)} onClose={() => setAsked(null)}>
          <p>The link that {asked.name} has stops working. You can invite them again.</p>
        </ConfirmDialog>
      )}
    </UsersFrame>
  )
}
