/** What surrounds every page of a signed-in person, and the place where the live connection begins and ends. */
import { useEffect, useMemo } from 'react'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { Navigate, Outlet, useLocation } from 'react-router'
import { useMay } from '../api/access'
import { accounts } from '../api/accounts'
import { ApiError, explain, isForbidden } from '../api/problem'
import { territoriesQuery } from '../api/queries'
import { dueIn_ms, renew } from '../api/renewal'
import { followOtherTabs, useSession } from '../api/session'
import { reloadMe } from '../api/who'
import { live, useLive } from '../live/live'
import { topicOf } from '../live/wire'
import { paths } from '../paths'
import { Button } from '../ui/Button'
import { Logo } from '../ui/Logo'
import { Banners } from './Banners'
import { PageSkeleton } from './PageSkeleton'
import { Toasts } from './toasts'
import { TopBar } from './TopBar'

export function Shell() {
  const { phase, me, ended } = useSession()
  const location = useLocation()
  useEffect(followOtherTabs, [])
  if (phase === 'out') {
    // Whoever signed out on purpose starts from the beginning; whoever was signed out comes back to where they were.
    const here = ended === 'asked' ? '/' : location.pathname + location.search + location.hash
    return <Navigate to={paths.signInThen(here)} replace />
  }
  if (me === null) return <WhoIsIt />
  return (
    <div className="grid h-dvh grid-rows-[auto_auto_minmax(0,1fr)]">
      <KeepFresh />
      <HeedRefusals />
      <LiveConnection />
      <TopBar me={me} />
      <Banners me={me} />
      <main className="relative min-h-0 overflow-hidden bg-canvas"><Outlet /></main>
      <Toasts />
    </div>
  )
}

/** After a load, the server says whose the cookie is. */
function WhoIsIt() {
  const { data: me, error, refetch, isFetching } = useQuery({ queryKey: ['me'], queryFn: ({ signal }) => accounts.me(signal), retry: 1, gcTime: 0 })
  useEffect(() => {
    if (me) useSession.getState().begin(me)
  }, [me])
  useEffect(() => {
    if (error instanceof ApiError && error.status === 401) useSession.getState().end('expired')
  }, [error])
  if (!error) return <div className="h-dvh"><PageSkeleton /></div>
  return (
    <main className="grid h-dvh place-items-center bg-canvas p-6">
      <div role="alert" className="max-w-md text-center">
        <Logo />
        <h1 className="mt-6 text-lg font-semibold">The console cannot start yet</h1>
        <p className="mt-1 text-ink-2">{explain(error)} You are still signed in.</p>
        <Button look="primary" className="mt-5" isBusy={isFetching} onClick={() => void refetch()}>{isFetching ? 'Trying…' : 'Try again'}</Button>
      </div>
    </main>
  )
}

const TRY_AGAIN_MS = 15_000

/** Renews the access before it ends, so that nothing that goes by the cookie alone (map tiles, say) meets its end. */
function KeepFresh() {
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout>
    const wait = (delay_ms: number | null) => {
      if (delay_ms !== null) timer = setTimeout(() => void keep(), Math.max(1_000, delay_ms))
    }
    const keep = async () => {
      try {
        if ((await renew(0)) === 'refused') return useSession.getState().end('expired')
        wait(dueIn_ms())
      } catch {
        wait(TRY_AGAIN_MS)
      }
    }
    wait(dueIn_ms())
    return () => clearTimeout(timer)
  }, [])
  return null
}

const HEED_AGAIN_MS = 10_000

/** A refusal where none was expected means that somebody changed this person's rights meanwhile: what is offered follows. */
function HeedRefusals() {
  const client = useQueryClient()
  useEffect(() => {
    let heeded_ms = 0
    return client.getQueryCache().subscribe((event) => {
      if (event.type !== 'updated' || event.action.type !== 'error' || !isForbidden(event.action.error) || Date.now() - heeded_ms < HEED_AGAIN_MS) return
      heeded_ms = Date.now()
      void reloadMe()
    })
  }, [client])
  return null
}

/**
 * Subscribes to every territory, without a viewport: counters and the list speak of the whole fleet, not of what the map
 * happens to show, and 10,000 rows are within a console's means.
 */
function LiveConnection() {
  const may = useMay()
  return may('positions') ? <Subscribed seesTerritories={may('territories')} /> : null
}

function Subscribed({ seesTerritories }: { seesTerritories: boolean }) {
  const client = useQueryClient()
  const connection = useLive((state) => state.connection)
  const mine = useSession((state) => state.me?.territories)
  const { data, isLoading } = useQuery({ ...territoriesQuery, enabled: seesTerritories })
  const topics = useMemo(() => [topicOf(null), ...(data ?? mine ?? []).map(({ id }) => topicOf(id))], [data, mine])

  // Live without a topic would be a lie, so the connection waits for the territories, or for their failure.
  useEffect(() => {
    if (!isLoading) live.want(topics)
  }, [topics, isLoading])
  useEffect(() => {
    if (isLoading) return
    live.start()
    return () => live.stop()
  }, [isLoading])
  // A server that is back is asked again for what it could not give.
  useEffect(() => {
    if (connection === 'live') void client.refetchQueries({ predicate: ({ state }) => state.status === 'error' && !(state.error instanceof ApiError && state.error.status < 500) })
  }, [client, connection])
  return null
}
