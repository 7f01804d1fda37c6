/** What surrounds every page of a signed-in person, and the place where the live connection begins and ends. */
import { useEffect, useMemo } from 'react'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { Navigate, Outlet, useLocation } from 'react-router'
import { territoriesQuery } from '../api/queries'
import { useSession } from '../api/session'
import { live, useLive } from '../live/live'
import { topicOf } from '../live/wire'
import { paths } from '../paths'
import { TopBar } from './TopBar'

export function Shell() {
  const session = useSession((state) => state.session)
  const ended = useSession((state) => state.ended)
  const location = useLocation()
  if (!session) {
    // Whoever signed out on purpose starts from the beginning; whoever was signed out comes back to where they were.
    const here = ended === 'asked' ? paths.map : location.pathname + location.search + location.hash
    return <Navigate to={paths.signInThen(here)} replace />
  }
  return (
    <div className="grid h-dvh grid-rows-[auto_minmax(0,1fr)]">
      <LiveConnection />
      <TopBar user={session.user} />
      <main className="relative min-h-0 overflow-hidden bg-canvas"><Outlet /></main>
    </div>
  )
}

/**
 * Subscribes to every territory, without a viewport: counters and the list speak of the whole fleet, not of what the map
 * happens to show, and 10,000 rows are within a console's means.
 */
function LiveConnection() {
  const client = useQueryClient()
  const connection = useLive((state) => state.connection)
  const { data: territories, isPending } = useQuery(territoriesQuery)
  const topics = useMemo(() => [topicOf(null), ...(territories ?? []).map(({ id }) => topicOf(id))], [territories])

  // Live without a topic would be a lie, so the connection waits for the territories, or for their failure.
  useEffect(() => {
    if (!isPending) live.want(topics)
  }, [topics, isPending])
  useEffect(() => {
    if (isPending) return
    live.start()
    return () => live.stop()
  }, [isPending])
  // A server that is back is asked again for what it could not give.
  useEffect(() => {
    if (connection === 'live') void client.refetchQueries({ predicate: ({ state }) => state.status === 'error' })
  }, [client, connection])
  return null
}
