/** Beats: visits that come back. Each is put together in a dialog; the visits of the weeks ahead follow it. */
import { useMemo, useState } from 'react'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useMay } from '../../api/access'
import { complaintOf, explain, unsaid } from '../../api/problem'
import { territoriesQuery } from '../../api/queries'
import { useAgents } from '../../api/useAgents'
import { useCustomersById } from '../../api/useCustomersById'
import { noteOf, useCustomerSearch } from '../../api/useCustomerSearch'
import { useTrackRules } from '../../api/useTrackRules'
import { beatsQuery } from '../../api/visitQueries'
import { beats, type Beat } from '../../api/visits'
import { serverNow } from '../../live/live'
import { Loadable } from '../../shell/Loadable'
import { tell } from '../../shell/toasts'
import { Button, IconButton } from '../../ui/Button'
import { ConfirmDialog } from '../../ui/ConfirmDialog'
import { Dialog } from '../../ui/Dialog'
import { EmptyState } from '../../ui/EmptyState'
import { EditIcon, PlusIcon, RouteIcon, TrashIcon } from '../../ui/icons'
import { Notice } from '../../ui/Notice'
import { SearchBox } from '../../ui/SearchBox'
import { Below, TableCard, TableSkeleton, TD, Th, TR, WIDE } from '../../ui/table'
import { browserZone, dateOf, longDate } from '../../util/zone'
import { contentOf, draftOf, flawOf, newBeat, type BeatDraft } from './beatDraft'
import { BeatEditor } from './BeatEditor'
import { VisitsFrame } from './VisitsFrame'

export function BeatsPage() {
  const may = useMay()
  const query = useQuery(beatsQuery)
  const agents = useAgents()
  const { data: territories = [] } = useQuery({ ...territoriesQuery, enabled: may('territories') })
  const [edited, setEdited] = useState<Beat | 'new' | null>(null)
  const [ended, setEnded] = useState<Beat | null>(null)
  const canMake = may('visits', 'create')
  const make = <Button look="primary" onClick={() => setEdited('new')}><PlusIcon />New beat</Button>
  return (
    <VisitsFrame title="Beats" actions={canMake && make}>
      <Loadable what="The beats" query={query} skeleton={<TableSkeleton label="Loading the beats" />}>
        {query.data?.length === 0 ? (
          <div className="rounded-2xl border border-line bg-surface shadow-raised"><EmptyState icon={<RouteIcon />} title="No beats yet" action={canMake ? make : undefined}>A beat visits the same customers on the same weekdays, week after week.</EmptyState></div>
        ) : (
          <TableCard label="Beats">
            <table className="w-full text-[13px] sm:min-w-[720px]">
              <caption className="sr-only">Beats with their agent, territory, cycle and stops</caption>
              <thead><tr><Th>Beat</Th><Th className={WIDE}>Agent</Th><Th className={WIDE}>Territory</Th><Th className={WIDE}>Comes back</Th><Th className={WIDE}>Runs</Th><Th><span className="sr-only">Actions</span></Th></tr></thead>
              <tbody>
                {query.data?.map((beat) => {
                  const agent = beat.agent_id ? (agents.names.get(beat.agent_id) ?? 'Unknown') : 'Whoever suits'
                  return (
                    <tr key={beat.id} className={TR}>
                      <td className={TD}><span className="block max-w-72 truncate font-medium">{beat.name}</span><span className="block text-xs text-ink-3">{beat.stops.length} {beat.stops.length === 1 ? 'stop' : 'stops'}</span><Below>{agent}</Below></td>
                      <td className={`${TD} ${WIDE} whitespace-nowrap`}>{agent}</td>
                      <td className={`${TD} ${WIDE} whitespace-nowrap text-ink-2`}>{territories.find(({ id }) => id === beat.territory_id)?.name ?? '–'}</td>
                      <td className={`${TD} ${WIDE} whitespace-nowrap text-ink-2`}>{beat.cycle_weeks === 1 ? 'every week' : `every ${beat.cycle_weeks} weeks`}</td>
                      <td className={`${TD} ${WIDE} tabular whitespace-nowrap text-ink-2`}>from {longDate(beat.starts_on)}{beat.ends_on && ` to ${longDate(beat.ends_on)}`}</td>
                      <td className={`${TD} text-right whitespace-nowrap`}>
                        {may('visits', 'update') && <IconButton label={`Change ${beat.name}`} onClick={() => setEdited(beat)}><EditIcon /></IconButton>}
                        {may('visits', 'delete') && <IconButton label={`End ${beat.name}`} onClick={() => setEnded(beat)}><TrashIcon /></IconButton>}
                      </td>
                    </tr>
                  )
                })}
              </tbody>
            </table>
          </TableCard>
        )}
      </Loadable>
      {edited !== null && <BeatDialog held={edited === 'new' ? null : edited} territories={territories} onClose={() => setEdited(null)} />}
      {ended && <EndDialog beat={ended} onClose={() => setEnded(null)} />}
    </VisitsFrame>
  )
}

const FIELDS = ['name', 'territory_id', 'agent_id', 'cycle_weeks', 'starts_on', 'ends_on', 'stops']

function BeatDialog({ held, territories, onClose }: { held: Beat | null; territories: readonly { id: string; name: string }[]; onClose: () => void }) {
  const client = useQueryClient()
  const agents = useAgents()
  const zone = useTrackRules()?.zone ?? browserZone()
  const [draft, setDraft] = useState<BeatDraft>(() => (held === null ? newBeat(dateOf(serverNow(), zone)) : draftOf(held)))
  const [isTried, setTried] = useState(false)
  const ids = useMemo(() => Object.values(draft.cells).flatMap((stops) => stops?.map(({ customer }) => customer) ?? []), [draft.cells])
  const customers = useCustomersById(ids)
  const save = useMutation({
    mutationFn: () => (held === null ? beats.create(contentOf(draft)) : beats.update(held.id, held.version, contentOf(draft))),
    onSuccess: async () => {
      await Promise.all([client.invalidateQueries({ queryKey: beatsQuery.queryKey }), client.invalidateQueries({ queryKey: ['visits'] })])
      tell('Saved. The visits of the weeks ahead follow it.')
      onClose()
    },
  })
  const flaw = flawOf(draft)
  const submit = () => {
    setTried(true)
    if (flaw === null) save.mutate()
  }
  const rest = unsaid(save.error, FIELDS)
  return (
    <Dialog
      title={held === null ? 'New beat' : `Change ${held.name}`} width="wide" isHeld onClose={onClose}
      footer={<><Button onClick={onClose}>Cancel</Button><Button look="primary" isBusy={save.isPending} onClick={submit}>{save.isPending ? 'Saving…' : 'Save beat'}</Button></>}
    >
      {rest !== null && <div className="mb-4"><Notice tone="danger" title="Not saved">{rest}</Notice></div>}
      <BeatEditor
        draft={draft} onChange={setDraft} flaw={isTried ? flaw : null} said={(field) => complaintOf(save.error, field)} territories={territories} agents={agents.all}
        nameOf={(customer) => customers.get(customer)?.name ?? '…'} finder={(onTake) => <CustomerFinder onTake={onTake} />}
      />
    </Dialog>
  )
}

function CustomerFinder({ onTake }: { onTake: (customer: string) => void }) {
  const [query, setQuery] = useState('')
  const { found, isBusy } = useCustomerSearch(query)
  const take = (customer: string) => {
    onTake(customer)
    setQuery('')
  }
  return <SearchBox label="Add a customer to the chosen day" placeholder="Name, number or address" query={query} onQuery={setQuery} isBusy={isBusy} found={found?.map((customer) => ({ id: customer.id, name: customer.name, note: noteOf(customer) })) ?? null} onTake={({ id }) => take(id)} />
}

function EndDialog({ beat, onClose }: { beat: Beat; onClose: () => void }) {
  const client = useQueryClient()
  const end = useMutation({
    mutationFn: () => beats.end(beat.id),
    onSuccess: async () => {
      await Promise.all([client.invalidateQueries({ queryKey: beatsQuery.queryKey }), client.invalidateQueries({ queryKey: ['visits'] })])
      tell(`${beat.name} has ended.`)
      onClose()
    },
  })
  return (
    <ConfirmDialog title={`End ${beat.name}?`} action="End the beat" busy="Ending…" isBusy={end.isPending} failure={end.error && explain(end.error)} onConfirm={() => end.mutate()} onClose={onClose}>
      <p>Its visits to come are withdrawn, except those that somebody has changed by hand.</p>
    </ConfirmDialog>
  )
}
