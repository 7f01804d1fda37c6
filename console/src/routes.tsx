import type { ComponentType } from 'react'
import { createBrowserRouter, type RouteObject } from 'react-router'
import type { Module } from './api/identity'
import { ForgotPage } from './features/signin/ForgotPage'
import { InvitePage } from './features/signin/InvitePage'
import { ResetPage } from './features/signin/ResetPage'
import { SignInPage } from './features/signin/SignInPage'
import { paths } from './paths'
import { Gate, HomePage, NotFoundPage } from './shell/Gate'
import { PageError } from './shell/PageError'
import { PageSkeleton } from './shell/PageSkeleton'
import { Shell } from './shell/Shell'

/** A page that comes when it is asked for: the map library is most of the code. `needs`: any one of these, to read. */
function page(path: string, needs: readonly Module[], load: () => Promise<ComponentType>): RouteObject {
  return {
    path,
    lazy: async () => {
      const Page = await load()
      return { Component: () => (needs.length === 0 ? <Page /> : <Gate needs={needs}><Page /></Gate>) }
    },
    hydrateFallbackElement: <PageSkeleton />,
  }
}

export const router = createBrowserRouter([
  { path: paths.signIn, element: <SignInPage />, errorElement: <PageError /> },
  { path: paths.forgot, element: <ForgotPage />, errorElement: <PageError /> },
  { path: paths.reset, element: <ResetPage />, errorElement: <PageError /> },
  { path: paths.invite, element: <InvitePage />, errorElement: <PageError /> },
  {
    element: <Shell />,
    errorElement: <PageError />,
    hydrateFallbackElement: <PageSkeleton />,
    children: [
      { index: true, element: <HomePage /> },
      page(paths.map, ['positions'], async () => (await import('./features/live-map/LiveMapPage')).LiveMapPage),
      page(paths.dispatch, ['plans'], async () => (await import('./features/dispatch/DispatchPage')).DispatchPage),
      page(paths.visits, ['visits'], async () => (await import('./features/visits/VisitsPage')).VisitsPage),
      page(paths.overdue, ['visits'], async () => (await import('./features/visits/OverduePage')).OverduePage),
      page(paths.beats, ['visits'], async () => (await import('./features/visits/BeatsPage')).BeatsPage),
      page(paths.forms, ['settings'], async () => (await import('./features/visits/FormsPage')).FormsPage),
      page(paths.holidays, ['settings'], async () => (await import('./features/visits/HolidaysPage')).HolidaysPage),
      page(paths.visitSettings, ['settings'], async () => (await import('./features/visits/SettingsPage')).SettingsPage),
      page(paths.visit, ['visits'], async () => (await import('./features/visits/VisitPage')).VisitPage),
      page(paths.customers, ['customers'], async () => (await import('./features/customers/CustomersPage')).CustomersPage),
      page(paths.newCustomer, ['customers'], async () => (await import('./features/customers/NewCustomerPage')).NewCustomerPage),
      page(paths.classes, ['customers'], async () => (await import('./features/customers/ClassesPage')).ClassesPage),
      page(paths.customer, ['customers'], async () => (await import('./features/customers/CustomerPage')).CustomerPage),
      page(paths.playback, ['tracks'], async () => (await import('./features/playback/PlaybackPage')).PlaybackPage),
      page(paths.fences, ['fences'], async () => (await import('./features/fences/FencesPage')).FencesPage),
      page(paths.territories, ['territories'], async () => (await import('./features/territories/TerritoriesPage')).TerritoriesPage),
      page(paths.designs, ['territories'], async () => (await import('./features/territory-design/DesignsPage')).DesignsPage),
      page(paths.newDesign, ['territories'], async () => (await import('./features/territory-design/NewDesignPage')).NewDesignPage),
      page(paths.design, ['territories'], async () => (await import('./features/territory-design/DesignPage')).DesignPage),
      page(paths.quarantine, ['quarantine'], async () => (await import('./features/quarantine/QuarantinePage')).QuarantinePage),
      page(paths.devices, ['devices'], async () => (await import('./features/devices/DevicesPage')).DevicesPage),
      page(paths.work, ['agents'], async () => (await import('./features/work/WorkPage')).WorkPage),
      page(paths.users, ['users', 'roles', 'teams', 'api_keys'], async () => (await import('./features/users/PeopleTab')).PeopleTab),
      page(paths.invitations, ['users'], async () => (await import('./features/users/InvitationsTab')).InvitationsTab),
      page(paths.roles, ['roles'], async () => (await import('./features/users/RolesTab')).RolesTab),
      page(paths.teams, ['teams'], async () => (await import('./features/users/TeamsTab')).TeamsTab),
      page(paths.keys, ['api_keys'], async () => (await import('./features/users/KeysTab')).KeysTab),
      page(paths.audit, ['audit'], async () => (await import('./features/audit/AuditPage')).AuditPage),
      page(paths.system, ['system'], async () => (await import('./features/system/SystemPage')).SystemPage),
      page(paths.profile, [], async () => (await import('./features/profile/ProfilePage')).ProfilePage),
      { path: '*', element: <NotFoundPage /> },
    ],
  },
])
