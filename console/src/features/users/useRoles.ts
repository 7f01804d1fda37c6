import { useMemo } from 'react'
import { useQuery } from '@tanstack/react-query'
import { rolesQuery } from '../../api/accountQueries'
import { useMay } from '../../api/access'
import type { Role } from '../../api/identity'
import { useSession } from '../../api/session'
import { include } from './rights'

export type OfferedRole = { name: string; title: string; /** Gives rights that whoever gives it does not have. */ isBeyond: boolean }

/** Known without asking, for somebody who may give roles but not read them. */
const USUAL: readonly Pick<Role, 'name' | 'title'>[] = [
  { name: 'agent', title: 'Agent' }, { name: 'dispatcher', title: 'Dispatcher' }, { name: 'manager', title: 'Manager' }, { name: 'admin', title: 'Administrator' }, { name: 'auditor', title: 'Auditor' },
]

export function useRoles(): { offered: readonly OfferedRole[]; titleOf: (name: string) => string } {
  const may = useMay()
  const mine = useSession((state) => state.me?.permissions)
  const { data } = useQuery({ ...rolesQuery, enabled: may('roles') })
  return useMemo(() => {
    const offered = data
      ? data.map(({ name, title, permissions }) => ({ name, title, isBeyond: !include(mine ?? [], permissions) }))
      : USUAL.map((role) => ({ ...role, isBeyond: false }))
    const titles = new Map(offered.map(({ name, title }) => [name, title]))
    return { offered, titleOf: (name: string) => titles.get(name) ?? name }
  }, [data, mine])
}
