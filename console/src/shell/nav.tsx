/** The pages, and what one must be allowed to see each. A page that is not allowed is not offered, and explains itself when asked for. */
import type { ReactNode } from 'react'
import type { May } from '../api/access'
import type { Module } from '../api/identity'
import { paths } from '../paths'
import { AreaIcon, AsideIcon, CheckInIcon, FenceIcon, LedgerIcon, MapIcon, PeopleIcon, PlaybackIcon, PulseIcon, RouteIcon, ShopIcon } from '../ui/icons'

export type PageEntry = { path: string; name: string; icon: ReactNode; needs: readonly Module[]; group: 'field' | 'office' }

/** `needs`: any one of these, to read. */
export const PAGES: readonly PageEntry[] = [
  { path: paths.map, name: 'Live map', icon: <MapIcon />, needs: ['positions'], group: 'field' },
  { path: paths.dispatch, name: 'Dispatch', icon: <RouteIcon />, needs: ['plans'], group: 'field' },
  { path: paths.visits, name: 'Visits', icon: <CheckInIcon />, needs: ['visits'], group: 'field' },
  { path: paths.customers, name: 'Customers', icon: <ShopIcon />, needs: ['customers'], group: 'field' },
  { path: paths.playback, name: 'Playback', icon: <PlaybackIcon />, needs: ['tracks'], group: 'field' },
  { path: paths.fences, name: 'Fences', icon: <FenceIcon />, needs: ['fences'], group: 'field' },
  { path: paths.territories, name: 'Territories', icon: <AreaIcon />, needs: ['territories'], group: 'field' },
  { path: paths.quarantine, name: 'Quarantine', icon: <AsideIcon />, needs: ['quarantine'], group: 'field' },
  { path: paths.users, name: 'Users', icon: <PeopleIcon />, needs: ['users', 'roles', 'teams', 'api_keys'], group: 'office' },
  { path: paths.audit, name: 'Audit log', icon: <LedgerIcon />, needs: ['audit'], group: 'office' },
  { path: paths.system, name: 'System', icon: <PulseIcon />, needs: ['system'], group: 'office' },
]

export const pagesFor = (may: May): PageEntry[] => PAGES.filter(({ needs }) => needs.some((module) => may(module)))

/** Where somebody begins: the first page that is theirs, or else themselves. */
export const homeFor = (may: May): string => pagesFor(may)[0]?.path ?? paths.profile
