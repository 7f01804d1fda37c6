import './app.css'
import './theme'
import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { QueryClientProvider } from '@tanstack/react-query'
import { RouterProvider } from 'react-router/dom'
import { queryClient } from './api/queries'
import { useSession } from './api/session'
import { router } from './routes'

// What one person was shown is not for the next one to sign in.
useSession.subscribe(({ phase }) => {
  if (phase === 'out') queryClient.clear()
})

createRoot(document.getElementById('root')!).render(
  <StrictMode>
    <QueryClientProvider client={queryClient}>
      <RouterProvider router={router} />
    </QueryClientProvider>
  </StrictMode>,
)
