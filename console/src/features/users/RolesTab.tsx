/** Roles: those that come with the product, to be read; those that were made here, to be changed. */
import { useMemo, useState } from 'react'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { accounts } from '../../api/accounts'
import { everybodyQuery, rolesQuery } from '../../api/accountQueries'
import { useMay } from '../../api/access'
import type { Person, Role } from '../../api/identity'
import { explain } from '../../api/problem'
import { Loadable } from '../../shell/Loadable'
import { tell } from '../../shell/toasts'
import { Badge } from '../../ui/Badge'
import { Button } from '../../ui/Button'
import { ConfirmDialog } from '../../ui/ConfirmDialog'
import { cx } from '../../ui/cx'
import { CopyIcon, EditIcon, LockIcon, PlusIcon, TrashIcon } from '../../ui/icons'
import { count } from '../../util/units'
import { RightsTable } from './RightsTable'
import { RoleEditor } from './RoleEditor'
import { UsersFrame } from './UsersFrame'

export function RolesTab() {
  const may = useMay()
  const client = useQueryClient()
  const query = useQuery(rolesQuery)
  const { data: people } = useQuery({ ...everybodyQuery, enabled: may('users') })
  const holders = useMemo(() => people && holdersOf(people), [people])
  const [picked, setPicked] = useState<string | null>(null)
  const [edited, setEdited] = useState<{ role: Role | null; from: Role | null } | null>(null)
  const [asked, setAsked] = useState<Role | null>(null)
  const role = query.data?.find(({ name }) => name === picked) ?? query.data?.[0] ?? null
  const remove = useMutation({
    mutationFn: (gone: Role) => accounts.deleteRole(gone.name),
    onSuccess: () => { setAsked(null); setPicked(null); tell('Role deleted.') },
    onSettled: () => client.invalidateQueries({ queryKey: rolesQuery.queryKey }),
  })
  return (
    <UsersFrame title="Roles" actions={may('roles', 'create') && <Button look="primary" onClick={() => setEdited({ role: null, from: null })}><PlusIcon />New role</Button>}>
      <Loadable what="The roles" query={query} skeleton={<div role="status" aria-label="Loading the roles" className="skeleton h-96" />}>
        <div className="grid grid-cols-[minmax(0,1fr)] gap-5 lg:grid-cols-[220px_minmax(0,1fr)]">
          <nav aria-label="Roles" className="space-y-4">
            <RoleList title="Built in" roles={query.data?.filter(({ built_in }) => built_in) ?? []} current={role} holders={holders} onPick={setPicked} />
            <RoleList title="Made here" roles={query.data?.filter(({ built_in }) => !built_in) ?? []} current={role} holders={holders} onPick={setPicked} empty="None yet." />
          </nav>
          {role && (
            <section aria-label={role.title} className="min-w-0 rounded-2xl border border-line bg-surface p-5 shadow-raised">
              <header className="mb-4 flex flex-wrap items-start justify-between gap-3">
                <div className="min-w-0">
                  <h2 className="flex items-center gap-2 text-[15px] font-semibold">{role.title}{role.built_in && <Badge title="Comes with the product"><LockIcon className="size-3" />Built in</Badge>}</h2>
                  <p className="mt-0.5 text-xs text-ink-3"><code className="font-mono">{role.name}</code>{holders && ` · held by ${count(holders.get(role.name) ?? 0)}`}</p>
                </div>
                <div className="flex flex-wrap gap-2">
                  {may('roles', 'create') && <Button onClick={() => setEdited({ role: null, from: role })}><CopyIcon />Copy</Button>}
                  {!role.built_in && may('roles', 'update') && <Button onClick={() => setEdited({ role, from: role })}><EditIcon />Change</Button>}
                  {!role.built_in && may('roles', 'delete') && <Button className="text-danger!" aria-label={`Delete ${role.title}`} onClick={() => { remove.reset(); setAsked(role) }}><TrashIcon /></Button>}
                </div>
              </header>
              <RightsTable label={`What ${role.title} may do`} permissions={role.permissions} onChange={null} />
              <p className="mt-3 text-xs leading-relaxed text-ink-3">
                Own: the agent they are. Team: agents of the teams they lead. Territory: agents of their territories and of all below. All: everything.
              </p>
            </section>
          )}
        </div>
      </Loadable>
      {edited && <RoleEditor role={edited.role} from={edited.from} taken={new Set(query.data?.map(({ name }) => name))} onSaved={(name) => { setPicked(name); setEdited(null) }} onClose={() => setEdited(null)} />}
      {asked && (
        <ConfirmDialog title={`Delete ${asked.title}?`} action="Delete role" busy="Deleting…" isBusy={remove.isPending} failure={remove.error && explain(remove.error)} onConfirm={() => remove.mutate(asked)} onClose={() => setAsked(null)}>
          <p>A role that somebody holds cannot be deleted: give them another one first.</p>
        </ConfirmDialog>
      )}
    </UsersFrame>
  )
}

/** How many hold each role, by its name. */
function holdersOf(people: readonly Person[]): ReadonlyMap<string, number> {
  const held = new Map<string, number>()
  for (const { role } of people) held.set(role, (held.get(role) ?? 0) + 1)
  return held
}

type RoleListProps = { title: string; roles: readonly Role[]; current: Role | null; /** Unknown to whoever may not see users. */ holders: ReadonlyMap<string, number> | undefined; onPick: (name: string) => void; empty?: string }

function RoleList({ title, roles, current, holders, onPick, empty }: RoleListProps) {
  return (
    <div>
      <h3 className="px-3 pb-1.5 text-xs font-medium text-ink-3">{title}</h3>
      {roles.length === 0 && empty !== undefined && <p className="px-3 text-[13px] text-ink-3">{empty}</p>}
      <ul className="flex gap-1 overflow-x-auto lg:block lg:space-y-0.5">
        {roles.map((role) => (
          <li key={role.name}>
            <button
              type="button" aria-current={role === current || undefined} onClick={() => onPick(role.name)}
              className={cx('flex w-full items-center justify-between gap-3 rounded-lg px-3 py-2 text-left text-[13px] whitespace-nowrap', role === current ? 'bg-accent-soft font-medium text-accent' : 'text-ink-2 hover:bg-hover hover:text-ink')}
            >
              <span className="truncate">{role.title}</span>
              {holders && <span className="tabular text-xs opacity-70">{count(holders.get(role.name) ?? 0)}</span>}
            </button>
          </li>
        ))}
      </ul>
    </div>
  )
}
