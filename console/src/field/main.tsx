import '../app.css'
import './field.css'
import '../theme'
import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { QueryClient, QueryClientProvider } from '@tanstack/react-query'
import { FieldApp } from './FieldApp'
import { awaitInstall } from './parts/install'
import { registerWorker } from './worker/register'

document.documentElement.dataset.app = 'field'
// The file itself may be asked for; its addresses begin at `/field`.
if (location.pathname === '/field.html') history.replaceState(null, '', `/field${location.search}${location.hash}`)
awaitInstall()
if (import.meta.env.PROD) registerWorker().catch((error: unknown) => console.warn('offline use is not set up:', error))

// The service worker answers without a network what it has: a query that waits for one would wait for nothing.
const queryClient = new QueryClient({ defaultOptions: { queries: { networkMode: 'always', retry: 1, staleTime: Infinity } } })

createRoot(document.getElementById('root')!).render(
  <StrictMode>
    <QueryClientProvider client={queryClient}>
      <FieldApp />
    </QueryClientProvider>
  </StrictMode>,
)
