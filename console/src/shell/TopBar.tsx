import { NavLink, useLocation, useNavigate } from 'react-router'
import { useMay } from '../api/access'
import type { Me } from '../api/identity'
import { titleOfRole } from '../api/roles'
import { signOut } from '../api/who'
import { paths } from '../paths'
import { useTheme, type ThemeChoice } from '../theme'
import { Badge } from '../ui/Badge'
import { cx } from '../ui/cx'
import { initials } from '../ui/Avatar'
import { ChevronIcon, MoonIcon, PersonIcon, ScreenIcon, SignOutIcon, SunIcon } from '../ui/icons'
import { LogoMark } from '../ui/Logo'
import { Contact } from '../ui/Masked'
import { Menu, MenuItem, MenuLine } from '../ui/Menu'
import { ConnectionBadge } from './ConnectionBadge'
import { homeFor, pagesFor, type PageEntry } from './nav'

export function TopBar({ me }: { me: Me }) {
  const may = useMay()
  const pages = pagesFor(may)
  return (
    <header className="z-30 flex h-13 min-w-0 items-center gap-2 border-b border-line bg-surface px-3 sm:gap-4 sm:px-4">
      <NavLink to={homeFor(may)} aria-label="SalesSync, home" className="flex items-center gap-2.5 rounded-lg">
        <LogoMark className="size-7" />
        <span className="hidden text-[15px] font-semibold tracking-[-0.015em] min-[700px]:inline">SalesSync</span>
      </NavLink>
      <PagesMenu pages={pages} />
      <nav aria-label="Main" className="hidden min-w-0 items-center gap-0.5 overflow-x-auto [scrollbar-width:none] min-[620px]:flex">
        {pages.map((page, at) => (
          <span key={page.path} className="contents">
            {page.group === 'office' && pages[at - 1]?.group === 'field' && <span aria-hidden="true" className="mx-1.5 h-4 w-px shrink-0 bg-line" />}
            <Tab to={page.path} icon={page.icon} group={page.group}>{page.name}</Tab>
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

/** On a phone the pages fold into a menu that says where one is. */
function PagesMenu({ pages }: { pages: readonly PageEntry[] }) {
  const navigate = useNavigate()
  const { pathname } = useLocation()
  const here = pages.find(({ path }) => pathname === path || pathname.startsWith(`${path}/`))
  return (
    <Menu
      label="Pages" side="left" className="min-w-0 min-[620px]:hidden"
      trigger={<>{here?.icon}<span className="truncate">{here?.name ?? 'Pages'}</span><ChevronIcon className="size-3.5 shrink-0 text-ink-3" /></>}
      triggerClassName="flex h-8 max-w-full min-w-0 items-center gap-1.5 rounded-lg px-2 text-[13px] font-medium hover:bg-hover"
    >
      {(close) => pages.map(({ path, name, icon }) => <MenuItem key={path} icon={icon} isChecked={here?.path === path} onSelect={() => { close(); void navigate(path) }}>{name}</MenuItem>)}
    </Menu>
  )
}

/** Where there is no room for words, the icon stands for them: first for the office's pages, then for all. */
function Tab({ to, icon, group, children }: { to: string; icon: React.ReactNode; group: PageEntry['group']; children: string }) {
  const isField = group === 'field'
  return (
    <NavLink
      to={to} title={children}
      className={({ isActive }) => cx(
        'flex h-8 shrink-0 items-center gap-1.5 rounded-lg px-2 text-[13px] font-medium whitespace-nowrap transition-colors focus-visible:-outline-offset-2 min-[1430px]:px-2.5',
        isActive ? 'bg-sunken text-ink' : 'text-ink-2 hover:bg-hover hover:text-ink',
      )}
    >
      <span className={isField ? 'max-[1290px]:[&_svg]:size-4.5' : 'max-[1430px]:[&_svg]:size-4.5'}>{icon}</span>
      <span className={isField ? 'max-[1290px]:sr-only' : 'max-[1430px]:sr-only'}>{children}</span>
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
            <p className="mt-2"><Badge>{titleOfRole(me.role)}</Badge></p>
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
