import { useEffect, useRef, type ReactNode } from 'react'
import { NavLink } from 'react-router'
import { useMay, type May } from '../../api/access'
import type { Module } from '../../api/identity'
import { paths } from '../../paths'
import { PageFrame } from '../../shell/PageFrame'
import { cx } from '../../ui/cx'

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
  const tabs = useRef<HTMLElement>(null)
  // On a phone they do not all fit: the one that is open is brought into sight.
  useEffect(() => {
    void tabs.current?.querySelector('[aria-current]')?.scrollIntoView?.({ block: 'nearest', inline: 'nearest' })
  }, [title])
  return (
    <PageFrame
      title={title === 'People' ? 'Users' : title} hint={HINTS[title]} actions={actions}
      tabs={(
        <nav ref={tabs} aria-label="Users and access" className="mt-5 flex gap-1 overflow-x-auto border-b border-line [scrollbar-width:none]">
          {TABS.filter(({ needs }) => may(needs)).map(({ path, name }) => (
            <NavLink
              key={path} to={path} end
              className={({ isActive }) => cx(
                '-mb-px border-b-2 px-3 py-2 text-[13px] font-medium whitespace-nowrap focus-visible:-outline-offset-2',
                isActive ? 'border-accent text-ink' : 'border-transparent text-ink-2 hover:border-line-strong hover:text-ink',
              )}
            >
              {name}
            </NavLink>
          ))}
        </nav>
      )}
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
