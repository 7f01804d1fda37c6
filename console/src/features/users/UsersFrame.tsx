import type { ReactNode } from 'react'
import { useMay, type May } from '../../api/access'
import type { Module } from '../../api/identity'
import { paths } from '../../paths'
import { LinkTabs } from '../../shell/LinkTabs'
import { PageFrame } from '../../shell/PageFrame'

const TABS: readonly { path: string; name: string; needs: Module }[] = [
  { path: paths.users, name: 'People', needs: 'users' },
  { path: paths.invitations, name: 'Invitations', needs: 'users' },
  { path: paths.roles, name: 'Roles', needs: 'roles' },
  { path: paths.teams, name: 'Teams', needs: 'teams' },
  { path: paths.keys, name: 'API keys', needs: 'api_keys' },
]

/** The first part of these pages that somebody may see. */
export const firstTabFor = (may: May): string | null => TABS.find(({ needs }) => may(needs))?.path ?? null

export function UsersFrame({ title, actions, children }: { title: string; actions?: ReactNode; children: ReactNode }) {
  const may = useMay()
  return (
    <PageFrame
      title={title === 'People' ? 'Users' : title} hint={HINTS[title]} actions={actions}
      tabs={<LinkTabs label="Users and access" tabs={TABS.filter(({ needs }) => may(needs))} />}
    >
      {children}
    </PageFrame>
  )
}

const HINTS: Record<string, string> = {
  People: 'Who signs in, what they may do, and where.',
  Invitations: 'Sent, and not accepted yet. Each works once, for seven days.',
  Roles: 'What each role may do, and to whom it reaches.',
  Teams: 'Agents led by somebody, wherever they work.',
  'API keys': 'How other systems get in, with a role of their own and an end.',
}
