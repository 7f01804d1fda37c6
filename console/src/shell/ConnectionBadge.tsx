import { live, useLive } from '../live/live'
import type { Connection } from '../live/socket'
import { cx } from '../ui/cx'
import { age } from '../util/time'
import { useNow } from '../util/useNow'

const LOOKS: Record<Connection, { dot: string; text: string }> = {
  live: { dot: 'bg-moving', text: 'text-ink-2' },
  resuming: { dot: 'bg-idle breathe', text: 'text-warn' },
  offline: { dot: 'bg-danger', text: 'text-danger' },
  elsewhere: { dot: 'bg-stale', text: 'text-ink-2' },
}

/** How fresh the map is. Changes of state are announced; the running seconds are not. */
export function ConnectionBadge() {
  const { connection, everLive } = useLive()
  const now = useNow()
  const heard = live.heardAt_ms()
  const name = connection === 'live' ? 'Live' : connection === 'offline' ? 'Offline' : connection === 'elsewhere' ? 'Open elsewhere' : everLive ? 'Resuming' : 'Connecting'
  const since = heard === null ? null : age(Math.max(0, now - heard))
  const { dot, text } = LOOKS[connection]
  return (
    <div
      data-connection={connection}
      title={since === null ? 'Nothing received yet' : `Last message ${since === 'now' ? 'just now' : `${since} ago`}`}
      className={cx('flex h-8 items-center gap-2 rounded-full border border-line bg-surface px-3 text-[13px] font-medium', text)}
    >
      <span aria-hidden="true" className={cx('size-2 rounded-full', dot)} />
      <span role="status" aria-live="polite"><span className="sr-only">Connection: </span>{name}</span>
      {since !== null && everLive && connection !== 'elsewhere' && <span className="tabular hidden text-xs font-normal text-ink-3 sm:inline">{since}</span>}
      {(connection === 'offline' || connection === 'elsewhere') && (
        <button type="button" className="rounded text-xs font-semibold underline underline-offset-2" onClick={live.retryNow}>{connection === 'offline' ? 'Retry' : 'Use here'}</button>
      )}
    </div>
  )
}
