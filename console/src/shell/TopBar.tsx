import { NavLink, useNavigate } from 'react-router'
import { useMay } from '../api/access'
import type { Me } from '../api/identity'
import { signOut } from '../api/who'
import { paths } from '../paths'
import { useTheme, type ThemeChoice } from '../theme'
import { Badge } from '../ui/Badge'
import { cx } from '../ui/cx'
import { initials } from '../ui/Avatar'
import { MoonIcon, PersonIcon, ScreenIcon, SignOutIcon, SunIcon } from '../ui/icons'
import { LogoMark } from '../ui/Logo'
import { Contact } from '../ui/Masked'
import { Menu, MenuItem, MenuLine } from '../ui/Menu'
import { ConnectionBadge } from './ConnectionBadge'
import { homeFor, pagesFor } from './nav'

export function TopBar({ me }: { me: Me }) {
  const may = useMay()
  const pages = pagesFor(may)
  return (
    <header className="z-30 flex h-13 min-w-0 items-center gap-2 border-b border-line bg-surface px-3 sm:gap-4 sm:px-4">
      <NavLink to={homeFor(may)} aria-label="SalesSync, home" className="flex items-center gap-2.5 rounded-lg">
        <LogoMark className="size-7" />
        <span className="hidden text-[15px] font-semibold tracking-[-0.015em] min-[700px]:inline">SalesSync</span>
      </NavLink>
      <nav aria-label="Main" className="flex min-w-0 items-center gap-0.5 overflow-x-auto [scrollbar-width:none]">
        {pages.map((page, at) => (
          <span key={page.path} className="contents">
            {page.group === 'office' && pages[at - 1]?.group === 'field' && <span aria-hidden="true" className="mx-1.5 h-4 w-px shrink-0 bg-line" />}
            <Tab to={page.path} icon={page.icon}>{page.name}</Tab>
          </span>
        ))}
      </nav>
      <div className="ml-auto flex shrink-0 items-center gap-1 sm:gap-2">
        {may('positions') && <ConnectionBadge />}
        <UserMenu me={me} />
      </div>
    </header>
  )
}

/** Where there is no room for words, the icon stands for them. */
function Tab({ to, icon, children }: { to: string; icon: React.ReactNode; children: string }) {
  return (
    <NavLink
      to={to} title={children}
      className={({ isActive }) => cx(
        'flex h-8 shrink-0 items-center gap-1.5 rounded-lg px-2 text-[13px] font-medium whitespace-nowrap transition-colors focus-visible:-outline-offset-2 min-[1180px]:px-2.5',
        isActive ? 'bg-sunken text-ink' : 'text-ink-2 hover:bg-hover hover:text-ink',
      )}
    >
      <span className="max-[1180px]:[&_svg]:size-4.5">{icon}</span>
      <span className="max-[1180px]:sr-only">{children}</span>
    </NavLink>
  )
}

const THEMES: readonly { choice: ThemeChoice; name: string; Icon: typeof SunIcon }[] = [
  { choice: 'light', name: 'Light', Icon: SunIcon },
  { choice: 'dark', name: 'Dark', Icon: MoonIcon },
  { choice: 'system', name: 'As the system', Icon: ScreenIcon },
]

function UserMenu({ me }: { me: Me }) {
  const navigate = useNavigate()
  const { choice, choose } = useTheme()
  return (
    <Menu
      label={`Signed in as ${me.name}`}
      trigger={initials(me.name)}
      triggerClassName="grid size-8 place-items-center rounded-full bg-accent-soft text-xs font-semibold text-accent"
    >
      {(close) => (
        <>
          <div role="presentation" className="px-2.5 pt-1.5 pb-2">
            <p className="text-[13px] font-medium">{me.name}</p>
            <Contact text={me.email} className="block text-xs text-ink-3" />
            <p className="mt-2"><Badge><span className="first-letter:uppercase">{me.role}</span></Badge></p>
          </div>
          <MenuLine />
          <MenuItem icon={<PersonIcon />} onSelect={() => { close(); void navigate(paths.profile) }}>Profile and sessions</MenuItem>
          <MenuLine label="Theme" />
          {THEMES.map(({ choice: offered, name, Icon }) => (
            <MenuItem key={offered} icon={<Icon />} isChecked={offered === choice} onSelect={() => { choose(offered); close() }}>{name}</MenuItem>
          ))}
          <MenuLine />
          <MenuItem icon={<SignOutIcon />} onSelect={() => void signOut()}>Sign out</MenuItem>
        </>
      )}
    </Menu>
  )
}
