/** An urgent visit: who, when, how long, what it needs; then who could make it, and who is asked. */
import { useState, type FormEvent } from 'react'
import { useMutation, useQuery } from '@tanstack/react-query'
import { useMay } from '../../api/access'
import { customerQuery, skillsQuery } from '../../api/customerQueries'
import { customers, type Customer } from '../../api/customers'
import { dispatch, type DispatchJob } from '../../api/plans'
import { complaintOf, unsaid } from '../../api/problem'
import { noteOf, useCustomerSearch } from '../../api/useCustomerSearch'
import { serverNow } from '../../live/live'
import { Button, IconButton } from '../../ui/Button'
import { Dialog } from '../../ui/Dialog'
import { CloseIcon, ShopIcon } from '../../ui/icons'
import { Notice } from '../../ui/Notice'
import { SearchBox } from '../../ui/SearchBox'
import { UrgentForm } from './UrgentForm'
import { SomewhereFields } from './SomewhereFields'
import { customerAt, flawOf, newUrgent, nowhere, windowsOf } from './urgentDraft'

type UrgentDialogProps = { territory: string; date: string; zone: string; onOpened: (job: DispatchJob) => void; onClose: () => void }

const FIELDS = ['customer', 'name', 'address', 'places[0].address', 'duration', 'visit.duration_s', 'demand', 'visit.demand', 'skills', 'visit.skills', 'note', 'visit.note', 'timeout', 'timeout_s', 'from', 'to']

export function UrgentDialog({ territory, date, zone, onOpened, onClose }: UrgentDialogProps) {
  // Minted here, so that sending it twice seeks once.
  const [ids] = useState(() => ({ job: crypto.randomUUID(), visit: crypto.randomUUID(), customer: crypto.randomUUID() }))
  const [draft, setDraft] = useState(newUrgent)
  const [wasAsked, setAsked] = useState(false)
  const { data: skills = [] } = useQuery(skillsQuery)
  const { data: customer } = useQuery({ ...customerQuery(draft.customer ?? ''), enabled: draft.customer !== null })
  const canAdd = useMay()('customers', 'create')
  const flaw = flawOf(draft)
  const open = useMutation({
    mutationFn: async () => {
      if (draft.somewhere !== null) await customers.create(customerAt(draft.somewhere, ids.customer, territory))
      const visit = {
        id: ids.visit, customer_id: draft.somewhere === null ? draft.customer! : ids.customer, ...(draft.somewhere === null && draft.place !== null && { place_id: draft.place }), ...(territory !== 'none' && { territory_id: territory }), kind: 'urgent' as const, day: date,
        windows: windowsOf(draft, date, zone, serverNow()), duration_s: Math.round(Number(draft.duration) * 60), demand: Number(draft.demand), skills: [...draft.skills], note: draft.note,
      }
      return dispatch.open({ id: ids.job, visit, mode: draft.mode, timeout_s: Number(draft.timeout) })
    },
    onSuccess: onOpened,
  })
  const submit = (event: FormEvent) => {
    event.preventDefault()
    setAsked(true)
    if (flaw === null && !open.isPending) open.mutate()
  }
  const complaint = (field: string) => (wasAsked && flaw?.field === field ? flaw.message : (complaintOf(open.error, field) ?? complaintOf(open.error, `visit.${field}`)))
  const rest = unsaid(open.error, FIELDS)
  return (
    <Dialog
      title="Urgent visit" subtitle="Who could make it is worked out at once." onClose={onClose} isHeld={open.isPending}
      footer={<><Button onClick={onClose}>Cancel</Button><Button type="submit" form="urgent" look="primary" isBusy={open.isPending}>{open.isPending ? 'Seeking…' : draft.mode === 'auto' ? 'Offer it to the best' : 'Show candidates'}</Button></>}
    >
      <form id="urgent" noValidate onSubmit={submit} className="space-y-4">
        <UrgentForm
          draft={draft} onChange={setDraft} complaint={complaint} skills={skills.map(({ code, name }) => ({ id: code, name }))}
          places={(draft.somewhere === null ? (customer?.places ?? []) : []).map(({ id, label, address }) => ({ id, name: label || address || 'Without an address' }))}
          who={
            draft.somewhere === null
              ? <Who customer={draft.customer === null ? null : (customer ?? null)} isChosen={draft.customer !== null} complaint={complaint('customer')} onTake={(taken) => setDraft({ ...draft, customer: taken?.id ?? null, place: null, skills: taken?.skills ?? [] })} onElsewhere={canAdd ? () => setDraft({ ...draft, customer: null, place: null, somewhere: nowhere }) : null} />
              : <SomewhereFields held={draft.somewhere} onChange={(somewhere) => setDraft({ ...draft, somewhere })} complaint={complaint} onBack={() => setDraft({ ...draft, somewhere: null })} />
          }
        />
        {rest !== null && <Notice tone="danger" title="Nobody was asked">{rest}</Notice>}
      </form>
    </Dialog>
  )
}

type WhoProps = { customer: Customer | null; isChosen: boolean; complaint: string | null; onTake: (customer: Customer | null) => void; onElsewhere: (() => void) | null }

function Who({ customer, isChosen, complaint, onTake, onElsewhere }: WhoProps) {
  const [query, setQuery] = useState('')
  const { found, isBusy } = useCustomerSearch(query)
  if (isChosen) {
    return (
      <div>
        <p className="text-[13px] font-medium">Customer</p>
        <div className="mt-1.5 flex items-center gap-3 rounded-lg border border-line-strong px-3 py-2 shadow-raised">
          <ShopIcon className="size-4.5 shrink-0 text-ink-3" />
          <span className="min-w-0 flex-1"><span className="block truncate text-[13px] font-medium">{customer?.name ?? 'Loading…'}</span>{customer && <span className="block truncate text-xs text-ink-3">{noteOf(customer)}</span>}</span>
          <IconButton label="Choose another customer" onClick={() => { setQuery(''); onTake(null) }}><CloseIcon /></IconButton>
        </div>
        {customer?.places.every(({ point }) => point == null) && <p className="mt-1.5 text-xs text-warn">Nobody knows where this customer is: put the pin on the map first.</p>}
      </div>
    )
  }
  return (
    <div>
      <SearchBox
        label="Customer" placeholder="Name, code or address" query={query} onQuery={setQuery} found={found?.map((one) => ({ id: one.id, name: one.name, note: noteOf(one) })) ?? null} isBusy={isBusy} complaint={complaint} autoFocus
        empty="No customer of that name." onTake={({ id }) => onTake(found?.find((one) => one.id === id) ?? null)}
      />
      {onElsewhere && <Button look="quiet" className="mt-1 -ml-3" onClick={onElsewhere}>Somewhere else…</Button>}
    </div>
  )
}
