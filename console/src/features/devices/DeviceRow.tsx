import { useState } from 'react'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { api } from '../../api/client'
import { explain } from '../../api/problem'
import { devicesQuery } from '../../api/queries'
import type { Device, Enrolment } from '../../api/types'
import { Button } from '../../ui/Button'
import { cx } from '../../ui/cx'
import { ago } from '../../util/time'
import { nameOf } from './apps'
import { remarks } from './words'

type DeviceRowProps = { device: Device; now: number; canChange: boolean; onNewToken: (enrolment: Enrolment) => void }

export function DeviceRow({ device, now, canChange, onNewToken }: DeviceRowProps) {
  const { id, agent_id, name, app, external_id, revoked_at, last_seen_at, last_words } = device
  const client = useQueryClient()
  const [isAsking, setAsking] = useState(false)
  const onSuccess = () => client.invalidateQueries({ queryKey: devicesQuery(agent_id).queryKey })
  const revoke = useMutation({ mutationFn: () => api.revokeDevice(id), onSuccess, onSettled: () => setAsking(false) })
  const renew = useMutation({ mutationFn: () => api.newDeviceToken(id), onSuccess: onNewToken })
  const said = last_words ? remarks(last_words) : []
  const failure = revoke.error ?? renew.error
  return (
    <li className="flex flex-wrap items-start gap-x-4 gap-y-2 px-4 py-3">
      <div className={cx('min-w-0 flex-1 basis-60', revoked_at != null && 'opacity-60')}>
        <p className="truncate text-[13.5px] font-medium">{name}</p>
        <p className="tabular text-xs text-ink-3">
          {nameOf(app)}
          {external_id ? ` · calls itself ${external_id}` : ''}
          {revoked_at ? ` · revoked ${ago(now - Date.parse(revoked_at))}` : last_seen_at ? ` · seen ${ago(now - Date.parse(last_seen_at))}` : ' · never seen'}
        </p>
        {said.length > 0 && (
          <ul aria-label={`Last words of ${name}`} className="mt-1.5 flex flex-wrap gap-1.5">
            {said.map(({ text, isWorrying }) => (
              <li key={text} className={cx('rounded-md px-1.5 py-0.5 text-xs', isWorrying ? 'bg-warn-soft text-warn' : 'bg-sunken text-ink-2')}>{text}</li>
            ))}
          </ul>
        )}
        {failure && <p role="alert" className="mt-1 text-xs font-medium text-danger">{explain(failure)}</p>}
      </div>
      {canChange && revoked_at == null && (
        isAsking ? (
          <div role="group" aria-label={`Revoke ${name}?`} className="flex items-center gap-2">
            <span className="text-[13px]">Its token stops working.</span>
            <Button look="danger" autoFocus isBusy={revoke.isPending} onClick={() => revoke.mutate()}>Revoke</Button>
            <Button look="quiet" onClick={() => setAsking(false)}>Keep</Button>
          </div>
        ) : (
          <div className="flex items-center gap-2">
            <Button look="quiet" aria-label={`New token for ${name}`} isBusy={renew.isPending} onClick={() => renew.mutate()}>New token</Button>
            <Button aria-label={`Revoke ${name}`} onClick={() => setAsking(true)}>Revoke…</Button>
          </div>
        )
      )}
    </li>
  )
}
