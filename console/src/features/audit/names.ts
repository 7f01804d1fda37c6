/** What the ids in the trail are called today: it keeps ids and no names, so that erasing somebody leaves nothing of them in it. */
import { useMemo } from 'react'
import { useQuery } from '@tanstack/react-query'
import { apiKeysQuery, everybodyQuery, invitationsQuery, rolesQuery, teamsQuery } from '../../api/accountQueries'
import { useMay } from '../../api/access'
import { agentsQuery, territoriesQuery } from '../../api/queries'

/** By id; roles, which go by a word, by `role:lead`. Holds what whoever asks may see: the rest stays an id. */
export type Names = ReadonlyMap<string, string>

export function useNames(): Names {
  const may = useMay()
  const { data: people } = useQuery({ ...everybodyQuery, enabled: may('users') })
  const { data: invitations } = useQuery({ ...invitationsQuery, enabled: may('users') })
  const { data: agents } = useQuery({ ...agentsQuery, enabled: may('agents') })
  const { data: territories } = useQuery({ ...territoriesQuery, enabled: may('territories') })
  const { data: teams } = useQuery({ ...teamsQuery, enabled: may('teams') })
  const { data: keys } = useQuery({ ...apiKeysQuery, enabled: may('api_keys') })
  const { data: roles } = useQuery({ ...rolesQuery, enabled: may('roles') })
  return useMemo(() => new Map([
    ...[people, invitations, agents, territories, teams, keys].flatMap((list) => list?.map(({ id, name }): [string, string] => [id, name]) ?? []),
    ...(roles?.map(({ name, title }): [string, string] => [`role:${name}`, title]) ?? []),
  ]), [people, invitations, agents, territories, teams, keys, roles])
}
