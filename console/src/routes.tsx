import { Navigate, createBrowserRouter } from 'react-router'
import { SignInPage } from './features/signin/SignInPage'
import { paths } from './paths'
import { PageError } from './shell/PageError'
import { PageSkeleton } from './shell/PageSkeleton'
import { Shell } from './shell/Shell'

export const router = createBrowserRouter([
  { path: paths.signIn, element: <SignInPage />, errorElement: <PageError /> },
  {
    element: <Shell />,
    errorElement: <PageError />,
    hydrateFallbackElement: <PageSkeleton />,
    children: [
      { index: true, element: <Navigate to={paths.map} replace /> },
      {
        path: paths.map,
        // The map library is most of the code: it comes when the map does.
        lazy: async () => ({ Component: (await import('./features/live-map/LiveMapPage')).LiveMapPage }),
        hydrateFallbackElement: <PageSkeleton />,
      },
      {
        path: paths.fences,
        lazy: async () => ({ Component: (await import('./features/fences/FencesPage')).FencesPage }),
        hydrateFallbackElement: <PageSkeleton />,
      },
      {
        path: paths.playback,
        lazy: async () => ({ Component: (await import('./features/playback/PlaybackPage')).PlaybackPage }),
        hydrateFallbackElement: <PageSkeleton />,
      },
      {
        path: paths.quarantine,
        lazy: async () => ({ Component: (await import('./features/quarantine/QuarantinePage')).QuarantinePage }),
        hydrateFallbackElement: <PageSkeleton />,
      },
      {
        path: paths.system,
        lazy: async () => ({ Component: (await import('./features/system/SystemPage')).SystemPage }),
        hydrateFallbackElement: <PageSkeleton />,
      },
      {
        path: paths.devices,
        lazy: async () => ({ Component: (await import('./features/devices/DevicesPage')).DevicesPage }),
        hydrateFallbackElement: <PageSkeleton />,
      },
      { path: '*', element: <Navigate to={paths.map} replace /> },
    ],
  },
])
