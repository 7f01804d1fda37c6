import { useMemo } from 'react'
import { useQuery } from '@tanstack/react-query'
import { rolesQuery } from '../../api/accountQueries'
import { useMay } from '../../api/access'
import { BUILT_IN_ROLES, titleOfRole } from '../../api/roles'
import { useSession } from '../../api/session'
import { include } from './rights'

export type OfferedRole = { name: string; title: string; /** Gives rights that whoever gives it does not have. */ isBeyond: boolean }

export function useRoles(): { offered: readonly OfferedRole[]; titleOf: (name: string) => string } {
  const may = useMay()
  const mine = useSession((state) => state.me?.permissions)
  const { data } = useQuery({ ...rolesQuery, enabled: may('roles') })
  return useMemo(() => {
    const offered = data
      ? data.map(({ name, title, permissions }) => ({ name, title, isBeyond: !include(mine ?? [], permissions) }))
      : BUILT_IN_ROLES.map((role) => ({ ...role, isBeyond: false }))
    const titles = new Map(offered.map(({ name, title }) => [name, title]))
    return { offered, titleOf: (name: string) => titles.get(name) ?? titleOfRole(name) }
  }, [data, mine])
}
