import '../app.css'
import './field.css'
import '../theme'
import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { QueryClientProvider } from '@tanstack/react-query'
import { queryClient } from '../api/queries'
import { FieldApp } from './FieldApp'
import { awaitInstall } from './parts/install'
import { registerWorker } from './worker/register'

document.documentElement.dataset.app = 'field'
// The file itself may be asked for; its addresses begin at `/field`.
if (location.pathname === '/field.html') history.replaceState(null, '', `/field${location.search}${location.hash}`)
awaitInstall()
if (import.meta.env.PROD) registerWorker().catch((error: unknown) => console.warn('offline use is not set up:', error))

createRoot(document.getElementById('root')!).render(
  <StrictMode>
    <QueryClientProvider client={queryClient}>
      <FieldApp />
    </QueryClientProvider>
  </StrictMode>,
)
