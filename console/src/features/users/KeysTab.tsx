import { useState, type FormEvent } from 'react'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { accounts } from '../../api/accounts'
import { apiKeysQuery } from '../../api/accountQueries'
import { useMay } from '../../api/access'
import type { ApiKey } from '../../api/identity'
import { complaintOf, explain, unsaid } from '../../api/problem'
import { territoriesQuery } from '../../api/queries'
import { Loadable } from '../../shell/Loadable'
import { tell } from '../../shell/toasts'
import { Badge } from '../../ui/Badge'
import { Button } from '../../ui/Button'
import { ConfirmDialog } from '../../ui/ConfirmDialog'
import { CopyField } from '../../ui/CopyField'
import { Dialog } from '../../ui/Dialog'
import { EmptyState } from '../../ui/EmptyState'
import { Checkbox, SelectField, TextField } from '../../ui/fields'
import { KeyIcon, PlusIcon } from '../../ui/icons'
import { Notice } from '../../ui/Notice'
import { Below, TableCard, TableSkeleton, TD, Th, TR, WIDE } from '../../ui/table'
import { TreePicker } from '../../ui/TreePicker'
import { ahead, dayOf } from '../../util/time'
import { RoleSelect } from './RoleSelect'
import { UsersFrame } from './UsersFrame'
import { useRoles } from './useRoles'

const DAY_MS = 86_400_000
/** So near its end a key wants a successor. */
const SOON_MS = 14 * DAY_MS

export function KeysTab() {
  const may = useMay()
  const client = useQueryClient()
  const { titleOf } = useRoles()
  const query = useQuery(apiKeysQuery)
  const { data: territories = [] } = useQuery({ ...territoriesQuery, enabled: may('territories') })
  const names = new Map(territories.map(({ id, name }) => [id, name]))
  const [isMaking, setMaking] = useState(false)
  const [asked, setAsked] = useState<ApiKey | null>(null)
  const revoke = useMutation({
    mutationFn: (key: ApiKey) => accounts.revokeApiKey(key.id),
    onSuccess: () => { setAsked(null); tell('Key revoked.') },
    onSettled: () => client.invalidateQueries({ queryKey: apiKeysQuery.queryKey }),
  })
  const make = may('api_keys', 'create') && <Button look="primary" onClick={() => setMaking(true)}><PlusIcon />New key</Button>
  return (
    <UsersFrame title="API keys" actions={make}>
      <Loadable what="The keys" query={query} skeleton={<TableSkeleton label="Loading the keys" rows={3} />}>
        {query.data?.length === 0 ? (
          <div className="rounded-2xl border border-line bg-surface shadow-raised"><EmptyState icon={<KeyIcon />} title="No keys yet" action={make || undefined}>A key lets another system read or write, with a role and territories of its own, until a day you name.</EmptyState></div>
        ) : (
          <TableCard label="API keys">
            <table className="w-full sm:min-w-[680px] text-[13px]">
              <caption className="sr-only">API keys</caption>
              <thead><tr><Th>Name</Th><Th className={WIDE}>Role</Th><Th className={WIDE}>Territories</Th><Th className={WIDE}>Made</Th><Th>Ends</Th><Th><span className="sr-only">What can be done</span></Th></tr></thead>
              <tbody>
                {query.data?.map((key) => {
                  const left_ms = Date.parse(key.expires_at) - Date.now()
                  return (
                    <tr key={key.id} className={TR}>
                      <td className={TD}><span className="font-medium">{key.name}</span><Below>{titleOf(key.role)}</Below></td>
                      <td className={`${TD} ${WIDE}`}>{titleOf(key.role)}</td>
                      <td className={`${TD} ${WIDE} text-ink-2`}>{key.territories.length > 0 ? key.territories.map((id) => names.get(id) ?? 'Unknown').join(', ') : <span className="text-ink-3">–</span>}</td>
                      <td className={`${TD} ${WIDE} tabular whitespace-nowrap text-ink-2`}>{dayOf(new Date(key.created_at))}</td>
                      <td className={`${TD} tabular whitespace-nowrap`} title={dayOf(new Date(key.expires_at))}>
                        {key.revoked_at ? <Badge tone="danger">Revoked</Badge> : left_ms <= 0 ? <Badge tone="danger">Expired</Badge> : left_ms < SOON_MS ? <Badge tone="warn">{ahead(left_ms)}</Badge> : <span className="text-ink-2">{ahead(left_ms)}</span>}
                      </td>
                      <td className={`${TD} text-right`}>
                        {!key.revoked_at && may('api_keys', 'delete') && <Button look="quiet" className="text-danger!" aria-label={`Revoke ${key.name}`} onClick={() => { revoke.reset(); setAsked(key) }}>Revoke</Button>}
                      </td>
                    </tr>
                  )
                })}
              </tbody>
            </table>
          </TableCard>
        )}
      </Loadable>
      {isMaking && <KeyDialog onClose={() => setMaking(false)} />}
      {asked && (
        <ConfirmDialog title={`Revoke ${asked.name}?`} action="Revoke key" busy="Revoking…" isBusy={revoke.isPending} failure={revoke.error && explain(revoke.error)} onConfirm={() => revoke.mutate(asked)} onClose={() => setAsked(null)}>
          <p>Whatever uses it is locked out within a second. It cannot be taken back: make a new key instead.</p>
        </ConfirmDialog>
      )}
    </UsersFrame>
  )
}

const LIVES = [{ days: 30, name: '30 days' }, { days: 90, name: '90 days' }, { days: 365, name: 'A year' }] as const

function KeyDialog({ onClose }: { onClose: () => void }) {
  const client = useQueryClient()
  const may = useMay()
  const roles = useRoles()
  const { data: territories = [] } = useQuery({ ...territoriesQuery, enabled: may('territories') })
  const [name, setName] = useState('')
  const [role, setRole] = useState('auditor')
  const [days, setDays] = useState('90')
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set())
  const [isKept, setKept] = useState(false)
  const make = useMutation({
    mutationFn: () => accounts.createApiKey({
      name: name.trim(), role, ...(chosen.size > 0 && { territories: [...chosen] }), expires_at: new Date(Date.now() + Number(days) * DAY_MS).toISOString(),
    }),
    onSuccess: () => client.invalidateQueries({ queryKey: apiKeysQuery.queryKey }),
  })
  const submit = (event: FormEvent) => {
    event.preventDefault()
    make.mutate()
  }
  if (make.isSuccess) {
    return (
      <Dialog title={`Key “${make.data.name}”`} onClose={onClose} isHeld>
        <div className="space-y-4">
          <Notice tone="warn" title="The key is shown only now">Put it where the other system reads its secrets. If it gets lost, revoke it and make another.</Notice>
          <CopyField label="API key" text={make.data.key} />
          <p className="text-[13px] text-ink-2">Sent as <code className="font-mono text-xs">Authorization: Bearer …</code>, until {dayOf(new Date(make.data.expires_at))}.</p>
          <Checkbox label="I have kept the key" isChecked={isKept} onChange={setKept} />
          <div className="flex justify-end"><Button look="primary" disabled={!isKept} onClick={onClose}>Done</Button></div>
        </div>
      </Dialog>
    )
  }
  const rest = unsaid(make.error, ['name', 'role', 'territories', 'expires_at'])
  return (
    <Dialog title="New API key" subtitle="For another system, with no more rights than it needs." onClose={onClose} isHeld={make.isPending}>
      <form onSubmit={submit} aria-label="API key" className="space-y-4">
        <TextField label="Name" hint="What uses it, for whoever reads this list later." required autoFocus maxLength={120} value={name} onChange={setName} complaint={complaintOf(make.error, 'name')} autoComplete="off" />
        <div className="grid gap-4 sm:grid-cols-2">
          <RoleSelect roles={roles.offered} value={role} onChange={setRole} complaint={complaintOf(make.error, 'role')} />
          <SelectField label="Works for" value={days} onChange={setDays} complaint={complaintOf(make.error, 'expires_at')}>
            {LIVES.map(({ days: life, name: word }) => <option key={life} value={life}>{word}</option>)}
          </SelectField>
        </div>
        {territories.length > 0 && <TreePicker label="Territories" hint="For roles that reach no further than a territory." items={territories} chosen={chosen} onChange={setChosen} complaint={complaintOf(make.error, 'territories')} />}
        {rest !== null && <Notice tone="danger" title="The key was not made">{rest}</Notice>}
        <div className="flex justify-end gap-2">
          <Button onClick={onClose}>Cancel</Button>
          <Button type="submit" look="primary" isBusy={make.isPending}>{make.isPending ? 'Making…' : 'Make key'}</Button>
        </div>
      </form>
    </Dialog>
  )
}
