/** Everybody who signs in: found by name or role, looked at and changed one by one. */
import { useDeferredValue, useMemo, useState } from 'react'
import { useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { Navigate, useSearchParams } from 'react-router'
import { peopleQuery } from '../../api/accountQueries'
import { useMay } from '../../api/access'
import type { Person } from '../../api/identity'
import { territoriesQuery } from '../../api/queries'
import { useSession } from '../../api/session'
import { Loadable } from '../../shell/Loadable'
import { Avatar } from '../../ui/Avatar'
import { Badge } from '../../ui/Badge'
import { Button } from '../../ui/Button'
import { EmptyState } from '../../ui/EmptyState'
import { CompactSelect, SearchField } from '../../ui/fields'
import { PeopleIcon, PlusIcon, ShieldIcon } from '../../ui/icons'
import { Contact } from '../../ui/Masked'
import { Below, TableCard, TableSkeleton, TD, Th, TR, WIDE } from '../../ui/table'
import { ago } from '../../util/time'
import { InviteDialog } from './InviteDialog'
import { PersonDrawer } from './PersonDrawer'
import { firstTabFor, UsersFrame } from './UsersFrame'
import { useRoles } from './useRoles'

export function PeopleTab() {
  const may = useMay()
  const first = firstTabFor(may)
  return may('users') || first === null ? <People /> : <Navigate to={first} replace />
}

function People() {
  const may = useMay()
  const me = useSession((state) => state.me)
  const [search, setSearch] = useSearchParams()
  const [q, setQ] = useState('')
  const [role, setRole] = useState('')
  const [isInviting, setInviting] = useState(false)
  const roles = useRoles()
  const wanted = useDeferredValue(q.trim())
  const query = useInfiniteQuery(peopleQuery({ ...(wanted !== '' && { q: wanted }), ...(role !== '' && { role }) }))
  const people = useMemo(() => query.data?.pages.flatMap(({ items }) => items) ?? [], [query.data])
  const { data: territories = [] } = useQuery({ ...territoriesQuery, enabled: may('territories') })
  const names = useMemo(() => new Map(territories.map(({ id, name }) => [id, name])), [territories])
  const open = search.get('user')
  const show = (id: string | null) => setSearch(id === null ? {} : { user: id }, { replace: true })
  const canInvite = may('users', 'create')
  const invite = <Button look="primary" onClick={() => setInviting(true)}><PlusIcon />Invite somebody</Button>
  const isFiltered = wanted !== '' || role !== ''

  return (
    <UsersFrame title="People" actions={canInvite && invite}>
      <div className="flex flex-wrap gap-2.5">
        <SearchField label="Search by name or whole e-mail" value={q} onChange={setQ} className="min-w-56 flex-1 sm:max-w-80" />
        <CompactSelect label="Role" value={role} onChange={setRole} className="w-44">
          <option value="">All roles</option>
          {roles.offered.map(({ name, title }) => <option key={name} value={name}>{title}</option>)}
        </CompactSelect>
      </div>
      <Loadable what="The users" query={query} skeleton={<TableSkeleton label="Loading the users" />}>
        {people.length === 0 ? (
          <div className="rounded-2xl border border-line bg-surface shadow-raised">
            <EmptyState
              icon={<PeopleIcon />} title={isFiltered ? 'Nobody fits' : 'Nobody yet'}
              action={isFiltered ? <Button onClick={() => { setQ(''); setRole('') }}>Show everybody</Button> : canInvite ? invite : undefined}
            >
              {isFiltered ? 'No one of this name, e-mail and role.' : 'Invite the people who plan, watch and lead. Each gets a role and the territories they answer for.'}
            </EmptyState>
          </div>
        ) : (
          <TableCard label="Users">
            <table className="w-full sm:min-w-[760px] text-[13px]">
              <caption className="sr-only">Users, with role, territories and when they were last here</caption>
              <thead><tr><Th>Name</Th><Th className={WIDE}>Role</Th><Th className={WIDE}>Territories</Th><Th className={WIDE}>Second factor</Th><Th className={WIDE}>Last here</Th><Th className={WIDE}>State</Th></tr></thead>
              <tbody>
                {people.map((person) => <PersonRow key={person.id} person={person} isMe={person.id === me?.id} role={roles.titleOf(person.role)} territories={person.territories.map((id) => names.get(id) ?? 'Unknown')} onOpen={() => show(person.id)} />)}
              </tbody>
            </table>
          </TableCard>
        )}
        {query.hasNextPage && <div className="mt-3 text-center"><Button isBusy={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>{query.isFetchingNextPage ? 'Loading…' : 'Show more'}</Button></div>}
      </Loadable>
      {isInviting && <InviteDialog onClose={() => setInviting(false)} />}
      {open !== null && <PersonDrawer key={open} id={open} known={people.find(({ id }) => id === open)} onClose={() => show(null)} />}
    </UsersFrame>
  )
}

type PersonRowProps = { person: Person; isMe: boolean; role: string; territories: readonly string[]; onOpen: () => void }

function PersonRow({ person, isMe, role, territories, onOpen }: PersonRowProps) {
  return (
    <tr className={TR} onClick={(event) => { if (!(event.target as Element).closest('button')) onOpen() }}>
      <td className={TD}>
        <div className="flex items-center gap-3">
          <Avatar name={person.name} isDimmed={person.disabled} />
          <div className="min-w-0">
            <button type="button" onClick={onOpen} className={`block max-w-60 truncate rounded text-left font-medium hover:text-accent hover:underline ${person.disabled ? 'text-ink-2' : ''}`}>
              {person.name}{isMe && <span className="font-normal text-ink-3"> (you)</span>}
            </button>
            <Contact text={person.email} className="block max-w-60 truncate text-xs text-ink-3" />
            <Below>{role}{person.disabled && <span className="text-danger"> · disabled</span>}</Below>
          </div>
        </div>
      </td>
      <td className={`${TD} ${WIDE}`}>{role}</td>
      <td className={`${TD} ${WIDE}`}>
        {territories.length === 0 ? <span className="text-ink-3">–</span> : (
          <span title={territories.join(', ')} className="text-ink-2">{territories[0]}{territories.length > 1 && <span className="text-ink-3"> +{territories.length - 1}</span>}</span>
        )}
      </td>
      <td className={`${TD} ${WIDE}`}>{person.second_factor ? <span className="inline-flex items-center gap-1.5 align-middle text-ink-2"><ShieldIcon className="size-4 text-good" />On</span> : <span className="text-ink-3">Off</span>}</td>
      <td className={`${TD} ${WIDE} tabular whitespace-nowrap text-ink-2`}>{person.last_seen_at ? ago(Date.now() - Date.parse(person.last_seen_at)) : <span className="text-ink-3">never</span>}</td>
      <td className={`${TD} ${WIDE}`}>{person.disabled ? <Badge tone="danger">Disabled</Badge> : <Badge tone="good">Active</Badge>}</td>
    </tr>
  )
}
