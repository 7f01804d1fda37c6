import { useState, type FormEvent } from 'react'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { accounts } from '../../api/accounts'
import { rolesQuery } from '../../api/accountQueries'
import type { Permission, Role } from '../../api/identity'
import { complaintOf, unsaid } from '../../api/problem'
import { useSession } from '../../api/session'
import { tell } from '../../shell/toasts'
import { Button } from '../../ui/Button'
import { Dialog } from '../../ui/Dialog'
import { TextField } from '../../ui/fields'
import { Notice } from '../../ui/Notice'
import { include, isRoleName, nameFromTitle } from './rights'
import { RightsTable } from './RightsTable'

type RoleEditorProps = { role: Role | null; from: Role | null; taken: ReadonlySet<string>; onSaved: (name: string) => void; onClose: () => void }

const FIELDS = ['name', 'title', 'permissions']

export function RoleEditor({ role, from, taken, onSaved, onClose }: RoleEditorProps) {
  const client = useQueryClient()
  const mine = useSession((state) => state.me?.permissions) ?? []
  const [title, setTitle] = useState(role?.title ?? (from ? `${from.title} (copy)` : ''))
  const [typedName, setName] = useState<string | null>(role?.name ?? null)
  const [permissions, setPermissions] = useState<Permission[]>(from?.permissions ?? [])
  const [wasAsked, setAsked] = useState(false)
  const name = typedName ?? nameFromTitle(title)
  const isBeyond = !include(mine, permissions)
  const flawOfName = role ? null : !isRoleName(name) ? 'Two to forty small letters, digits, - or _, with a letter first.' : taken.has(name) ? 'There is a role of this name already.' : null
  const flawOfTitle = title.trim() === '' ? 'Give it a title.' : null
  const save = useMutation({
    mutationFn: () => {
      const body = { title: title.trim(), permissions }
      return role ? accounts.updateRole(role.name, body) : accounts.createRole({ name, ...body })
    },
    onSuccess: () => {
      tell(role ? 'Role changed. It holds from now on.' : 'Role made.')
      onSaved(role?.name ?? name)
      return client.invalidateQueries({ queryKey: rolesQuery.queryKey })
    },
  })
  const submit = (event: FormEvent) => {
    event.preventDefault()
    setAsked(true)
    if (flawOfName === null && flawOfTitle === null) save.mutate()
  }
  const rest = unsaid(save.error, FIELDS)
  return (
    <Dialog
      title={role ? `Change ${role.title}` : 'New role'} subtitle="What it may do, and to whom that reaches." width="wide" onClose={onClose} isHeld={save.isPending}
      footer={(
        <>
          <Button onClick={onClose} disabled={save.isPending}>Cancel</Button>
          <Button type="submit" form="role" look="primary" isBusy={save.isPending}>{save.isPending ? 'Saving…' : role ? 'Save changes' : 'Make role'}</Button>
        </>
      )}
    >
      <form id="role" noValidate onSubmit={submit} className="space-y-4">
        <div className="grid gap-4 sm:grid-cols-2">
          <TextField label="Title" autoFocus value={title} maxLength={80} onChange={setTitle} complaint={(wasAsked ? flawOfTitle : null) ?? complaintOf(save.error, 'title')} />
          <TextField
            label="Name" value={name} disabled={role !== null} maxLength={40} spellCheck={false} onChange={setName} className="[&_input]:font-mono" complaint={(wasAsked ? flawOfName : null) ?? complaintOf(save.error, 'name')}
            hint={role ? 'The name of a role never changes.' : 'For the API; it never changes.'}
          />
        </div>
        {isBeyond && <Notice tone="warn" title="This reaches beyond your own rights">Nobody can make a role that may do more than they may themselves: the server will refuse it.</Notice>}
        <RightsTable label="Rights of the role" permissions={permissions} onChange={setPermissions} />
        {complaintOf(save.error, 'permissions') !== null && <p role="alert" className="text-xs font-medium text-danger">{complaintOf(save.error, 'permissions')}</p>}
        {rest !== null && <Notice tone="danger" title="Not saved">{rest}</Notice>}
      </form>
    </Dialog>
  )
}
