import { useState } from 'react'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { accounts } from '../../api/accounts'
import { sessionsQuery } from '../../api/accountQueries'
import type { DeviceSession } from '../../api/identity'
import { explain } from '../../api/problem'
import { Loadable } from '../../shell/Loadable'
import { tell } from '../../shell/toasts'
import { Badge } from '../../ui/Badge'
import { Button } from '../../ui/Button'
import { Card } from '../../ui/Card'
import { ConfirmDialog } from '../../ui/ConfirmDialog'
import { PhoneIcon, ScreenIcon } from '../../ui/icons'
import { ago } from '../../util/time'
import { nameOfUserAgent } from '../../util/userAgent'

export function SessionsCard() {
  const client = useQueryClient()
  const query = useQuery(sessionsQuery)
  const [isAsking, setAsking] = useState(false)
  const onSettled = () => client.invalidateQueries({ queryKey: sessionsQuery.queryKey })
  const others = useMutation({
    mutationFn: accounts.revokeOthers,
    onSuccess: ({ revoked }) => {
      setAsking(false)
      tell(revoked === 1 ? 'One other session ended.' : `${revoked} other sessions ended.`)
    },
    onSettled,
  })
  const sessions = [...(query.data ?? [])].sort((a, b) => Number(b.current) - Number(a.current) || b.last_used_at.localeCompare(a.last_used_at))
  return (
    <Card
      title="Where you are signed in" hint="One you do not know? End it, then change your password."
      aside={sessions.length > 1 && <Button onClick={() => { others.reset(); setAsking(true) }}>End all others…</Button>}
    >
      <Loadable what="Your sessions" query={query} skeleton={<div role="status" aria-label="Loading the sessions" className="skeleton h-24" />}>
        <ul aria-label="Sessions" className="-mx-5 -mb-5 divide-y divide-line border-t border-line">
          {sessions.map((session) => <SessionRow key={session.id} session={session} onEnded={onSettled} />)}
        </ul>
      </Loadable>
      {isAsking && (
        <ConfirmDialog title="End all other sessions?" action="End them" busy="Ending…" isBusy={others.isPending} failure={others.error && explain(others.error)} onConfirm={() => others.mutate()} onClose={() => setAsking(false)}>
          <p>Every other browser and app has to sign in again. This one stays.</p>
        </ConfirmDialog>
      )}
    </Card>
  )
}

function SessionRow({ session: { id, device, user_agent, address, created_at, last_used_at, current }, onEnded }: { session: DeviceSession; onEnded: () => unknown }) {
  const end = useMutation({ mutationFn: () => accounts.revokeSession(id), onSuccess: () => tell('Session ended.'), onSettled: onEnded })
  const browser = nameOfUserAgent(user_agent)
  const name = device || browser || 'Unknown device'
  const isPhone = /iOS|Android|App/.test(`${browser} ${device}`)
  return (
    <li className="flex items-center gap-4 px-5 py-3">
      <span className="grid size-9 shrink-0 place-items-center rounded-xl bg-sunken text-ink-3">{isPhone ? <PhoneIcon className="size-4.5" /> : <ScreenIcon className="size-4.5" />}</span>
      <div className="min-w-0 flex-1">
        <p className="flex flex-wrap items-center gap-2 text-[13.5px] font-medium"><span className="truncate" title={user_agent ?? undefined}>{name}</span>{current && <Badge tone="good">This one</Badge>}</p>
        <p className="tabular text-xs text-ink-3">
          {[device && browser && device !== browser ? browser : null, address || null, current ? 'in use now' : `last used ${ago(Date.now() - Date.parse(last_used_at))}`, `since ${ago(Date.now() - Date.parse(created_at))}`].filter(Boolean).join(' · ')}
        </p>
        {end.isError && <p role="alert" className="mt-1 text-xs font-medium text-danger">{explain(end.error)}</p>}
      </div>
      {!current && <Button aria-label={`End the session on ${name}`} isBusy={end.isPending} onClick={() => end.mutate()}>{end.isPending ? 'Ending…' : 'End'}</Button>}
    </li>
  )
}
