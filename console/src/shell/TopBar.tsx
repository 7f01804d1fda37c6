import { NavLink } from 'react-router'
import { useSession } from '../api/session'
import type { User } from '../api/types'
import { paths } from '../paths'
import { useTheme, type ThemeChoice } from '../theme'
import { cx } from '../ui/cx'
import { AsideIcon, FenceIcon, MapIcon, MoonIcon, PlaybackIcon, PulseIcon, ScreenIcon, SignOutIcon, SunIcon } from '../ui/icons'
import { LogoMark } from '../ui/Logo'
import { Menu, MenuItem } from '../ui/Menu'
import { ConnectionBadge } from './ConnectionBadge'

export function TopBar({ user }: { user: User }) {
  return (
    <header className="z-30 flex h-13 min-w-0 items-center gap-2 border-b border-line bg-surface px-3 sm:gap-5 sm:px-4">
      <NavLink to={paths.map} aria-label="SalesSync, live map" className="flex items-center gap-2.5 rounded-lg">
        <LogoMark className="size-7" />
        <span className="hidden text-[15px] font-semibold tracking-[-0.015em] sm:inline">SalesSync</span>
      </NavLink>
      <nav aria-label="Main" className="flex min-w-0 items-center gap-0.5 overflow-x-auto">
        <Tab to={paths.map} icon={<MapIcon />}>Live map</Tab>
        <Tab to={paths.playback} icon={<PlaybackIcon />}>Playback</Tab>
        <Tab to={paths.fences} icon={<FenceIcon />}>Fences</Tab>
        <Tab to={paths.quarantine} icon={<AsideIcon />}>Quarantine</Tab>
        <Tab to={paths.system} icon={<PulseIcon />}>System</Tab>
      </nav>
      <div className="ml-auto flex items-center gap-1 sm:gap-2">
        <ConnectionBadge />
        <ThemeMenu />
        <UserMenu user={user} />
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
        'flex h-8 shrink-0 items-center gap-1.5 rounded-lg px-2 text-[13px] font-medium whitespace-nowrap transition-colors min-[900px]:px-2.5',
        isActive ? 'bg-sunken text-ink' : 'text-ink-2 hover:bg-hover hover:text-ink',
      )}
    >
      <span className="max-[900px]:[&_svg]:size-4.5">{icon}</span>
      <span className="max-[900px]:sr-only">{children}</span>
    </NavLink>
  )
}

const THEMES: readonly { choice: ThemeChoice; name: string; Icon: typeof SunIcon }[] = [
  { choice: 'light', name: 'Light', Icon: SunIcon },
  { choice: 'dark', name: 'Dark', Icon: MoonIcon },
  { choice: 'system', name: 'As the system', Icon: ScreenIcon },
]

function ThemeMenu() {
  const { choice, theme, choose } = useTheme()
  return (
    <Menu
      label={`Theme: ${choice}`}
      trigger={theme === 'dark' ? <MoonIcon /> : <SunIcon />}
      triggerClassName="grid size-8 place-items-center rounded-lg text-ink-2 hover:bg-hover hover:text-ink"
    >
      {(close) => THEMES.map(({ choice: offered, name, Icon }) => (
        <MenuItem key={offered} icon={<Icon />} isChecked={offered === choice} onSelect={() => { choose(offered); close() }}>{name}</MenuItem>
      ))}
    </Menu>
  )
}

function UserMenu({ user }: { user: User }) {
  const initials = user.name.split(/\s+/).map((word) => word[0] ?? '').join('').slice(0, 2).toUpperCase()
  return (
    <Menu
      label={`Signed in as ${user.name}`}
      trigger={initials || '·'}
      triggerClassName="grid size-8 place-items-center rounded-full bg-accent-soft text-xs font-semibold text-accent"
    >
      {() => (
        <>
          <div className="border-b border-line px-2.5 pt-1.5 pb-2.5 mb-1.5">
            <p className="text-[13px] font-medium">{user.name}</p>
            <p className="text-xs text-ink-3">{user.email}</p>
            <p className="mt-1.5 inline-block rounded-md bg-sunken px-1.5 py-0.5 text-[11px] font-medium text-ink-2 capitalize">{user.role}</p>
          </div>
          <MenuItem icon={<SignOutIcon />} onSelect={() => useSession.getState().end('asked')}>Sign out</MenuItem>
        </>
      )}
    </Menu>
  )
}
