/** A new design: which territories, what counts, how work is measured. Nothing changes until what is proposed is applied. */
import { useMemo, useState, type ReactNode } from 'react'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { Link, useLocation, useNavigate, useSearchParams } from 'react-router'
import { useMay } from '../../api/access'
import { designQuery } from '../../api/designQueries'
import { designs, type NewDesign } from '../../api/designs'
import { complaintOf, explain, unsaid } from '../../api/problem'
import { territoriesQuery } from '../../api/queries'
import type { Territory } from '../../api/types'
import { useAgents } from '../../api/useAgents'
import { paths } from '../../paths'
import { ForbiddenPage } from '../../shell/Gate'
import { SplitFrame } from '../../shell/SplitFrame'
import { Button } from '../../ui/Button'
import { Choices } from '../../ui/Choices'
import { EmptyState } from '../../ui/EmptyState'
import { Checkbox, Note, SelectField, TextField } from '../../ui/fields'
import { AreaIcon, BackIcon } from '../../ui/icons'
import { Notice } from '../../ui/Notice'
import { dayOf } from '../../util/time'
import { listed, treeOf, type Node } from '../../util/tree'
import { count } from '../../util/units'
import { AimField } from './AimField'
import { ChooseMap } from './ChooseMap'
import { AIMS, bodyOf, draftOf, EFFORTS, flawOf, levelOf, NAME_MAX, newDraft, weightAt, withShare, withSharesByAgents, withTerritories, type Draft, type DraftFlaw } from './draft'
import { Steps } from './Steps'
import { AIM_WORDS } from './words'

export function NewDesignPage() {
  const canMake = useMay()('territories', 'update')
  const [search] = useSearchParams()
  const from = search.get('from')
  const before = useQuery({ ...designQuery(from ?? ''), enabled: canMake && from !== null })
  const territories = useQuery(territoriesQuery)
  if (!canMake) return <ForbiddenPage />
  const error = territories.data === undefined ? territories.error : null
  if (error) return <div className="p-8"><Notice tone="danger" title="The territories could not be loaded" action={<Button onClick={() => void territories.refetch()}>Try again</Button>}>{explain(error)}</Notice></div>
  // A design that is gone is no reason not to make another one.
  if (territories.data === undefined || (from !== null && before.isPending)) return <div role="status" aria-label="Loading the territories" className="space-y-4 p-8"><div className="skeleton h-7 w-64" /><div className="skeleton h-56" /><div className="skeleton h-40" /></div>
  return <DesignForm key={from} territories={territories.data} before={before.data ? { name: before.data.name, request: before.data.request } : null} />
}

const KNOWN_FIELDS = ['name', 'territories', 'weights', 'days', 'speed_kmh', 'visits_default']

function DesignForm({ territories, before }: { territories: readonly Territory[]; before: { name: string; request: NewDesign } | null }) {
  const client = useQueryClient()
  const navigate = useNavigate()
  const keep = keptIn(useLocation().state)
  const agents = useAgents()
  const counts = useMemo(() => {
    const byTerritory = new Map<string, number>()
    for (const { territory_id } of agents.all) if (territory_id !== null) byTerritory.set(territory_id, (byTerritory.get(territory_id) ?? 0) + 1)
    return byTerritory
  }, [agents.all])
  const nodes = useMemo(() => listed(treeOf(territories)), [territories])
  // Minted here, so that sending it twice makes one.
  const [id] = useState(() => crypto.randomUUID())
  const [draft, setDraft] = useState<Draft>(() => {
    const known = new Set(territories.map((territory) => territory.id))
    const made = before ? draftOf(before.request, `${before.name.replace(/ \(again\)$/, '')} (again)`.slice(0, NAME_MAX), keep) : newDraft(`Design of ${dayOf(new Date())}`)
    return { ...made, seats: made.seats.filter((seat) => known.has(seat.id)) }
  })
  const [wasAsked, setAsked] = useState(false)
  const chosen = useMemo(() => new Set(draft.seats.map((seat) => seat.id)), [draft.seats])
  const flaw = flawOf(draft)
  const create = useMutation({
    mutationFn: () => designs.create(bodyOf(draft, id)),
    onSuccess: (made) => {
      client.setQueryData(designQuery(made.id).queryKey, made)
      void client.invalidateQueries({ queryKey: ['designs', 'list'] })
      void navigate(paths.designAt(made.id), { replace: true })
    },
  })
  const change = (changes: Partial<Draft>) => setDraft((now) => ({ ...now, ...changes }))
  const toggle = (territory: string) => setDraft((now) => {
    const next = new Set(now.seats.map((seat) => seat.id))
    if (!next.delete(territory)) next.add(territory)
    return withTerritories(now, next)
  })
  const said = (field: DraftFlaw['field']) => (wasAsked && flaw?.field === field ? flaw.message : complaintOf(create.error, field))
  const rest = unsaid(create.error, KNOWN_FIELDS)
  const overlap = overlapOf(nodes.filter((node) => chosen.has(node.id)))
  if (territories.length < 2) {
    return (
      <div className="grid h-full place-items-center">
        <EmptyState icon={<AreaIcon />} title="There is nothing to share out yet" action={<Button look="primary" onClick={() => void navigate(paths.territories)}>To the territories</Button>}>A design shares customers out among at least two territories. Draw them first: where exactly they begin and end does not matter, for that is what the design finds.</EmptyState>
      </div>
    )
  }
  return (
    <SplitFrame title="New territory design" map={<ChooseMap territories={territories} chosen={chosen} onToggle={toggle} />}>
      <form noValidate aria-label="New territory design" onSubmit={(event) => { event.preventDefault(); setAsked(true); if (flaw === null) create.mutate() }} className="flex min-h-full flex-col">
        <header className="px-5 pt-6">
          <Link to={paths.designs} className="inline-flex items-center gap-1 rounded text-xs font-medium text-ink-3 hover:text-ink"><BackIcon className="size-3.5" />Territory designs</Link>
          <h1 className="mt-1.5 text-xl font-semibold tracking-[-0.018em]">New territory design</h1>
          <p className="mt-0.5 text-[13px] text-ink-2">Customers of some territories are shared out anew, so that everybody’s work is even. Nothing changes until you apply it.</p>
          <div className="mt-3"><Steps at="choose" /></div>
        </header>
        <div className="flex-1 space-y-7 px-5 py-6">
          <TextField label="Name" value={draft.name} onChange={(name) => change({ name })} maxLength={NAME_MAX} complaint={said('name')} />
          <Part title="Which territories" hint="Click them on the map, or choose them here. A territory more? Draw it first: its ground is cut anew like the others’.">
            <Choices
              label="Territories" items={nodes.map(({ item, depth }) => ({ id: item.id, name: `${'\u2003'.repeat(depth)}${item.name}`, note: agentsInWords(counts.get(item.id) ?? 0) }))} chosen={chosen}
              onChange={(next) => setDraft((now) => withTerritories(now, next))} className="max-h-60"
            />
            <Note complaint={said('territories')} />
            {overlap !== null && <Notice tone="warn" title={`${overlap} lies within another one you chose`}>Both would be cut out of the same ground. Choose the outer one or those within it, not both.</Notice>}
            <Checkbox label="Share out customers without a territory, too, as far as they are on this ground" isChecked={draft.includeUnassigned} onChange={(includeUnassigned) => change({ includeUnassigned })} />
            {draft.seats.length > 1 && <Shares draft={draft} names={new Map(territories.map((one) => [one.id, one]))} counts={counts} flaw={wasAsked && flaw?.field === 'share' ? flaw : null} onChange={setDraft} />}
            {draft.locked.length > 0 && (
              <Notice title={`${count(draft.locked.length)} ${draft.locked.length === 1 ? 'customer stays' : 'customers stay'} where they are`} action={<Button onClick={() => change({ locked: [] })}>Let them move</Button>}>Whatever becomes of the ground around them.</Notice>
            )}
          </Part>
          <Part title="What counts" hint="Aims pull against one another. Start with the usual, look at what is proposed, then try again.">
            <div className="space-y-3">{AIMS.map((aim) => <AimField key={aim} {...AIM_WORDS[aim]} level={levelOf(aim, draft.weights[aim])} onChange={(level) => change({ weights: { ...draft.weights, [aim]: weightAt(aim, level) } })} />)}</div>
            <Note complaint={said('weights')} />
          </Part>
          <Part title="How work is measured" hint="Visits, as often and as long as a customer’s class says, and the ways between them.">
            <div className="grid gap-3 sm:grid-cols-2">
              <TextField label="Working days" type="number" inputMode="numeric" min={1} max={366} value={draft.days} onChange={(days) => change({ days })} complaint={said('days')} hint="20 are four weeks." />
              <TextField label="Speed by road (km/h)" type="number" inputMode="decimal" min={1} max={200} step="any" value={draft.speed} onChange={(speed) => change({ speed })} complaint={said('speed_kmh')} hint="As agents get on, stops included." />
              <TextField label="Visits where a class says nothing" type="number" inputMode="decimal" min={0} max={100} step="any" value={draft.visits} onChange={(visits) => change({ visits })} complaint={said('visits_default')} hint="To each customer, in those days." />
              <SelectField label="Search" value={String(draft.rounds)} onChange={(rounds) => change({ rounds: Number(rounds) })} hint="Longer finds more.">
                {EFFORTS.map(({ rounds, name }) => <option key={rounds} value={rounds}>{name}</option>)}
                {EFFORTS.every(({ rounds }) => rounds !== draft.rounds) && <option value={draft.rounds}>{count(draft.rounds)} tries</option>}
              </SelectField>
            </div>
          </Part>
          {rest !== null && <Notice tone="danger" title="The design was not begun">{rest}</Notice>}
        </div>
        <footer className="sticky bottom-0 z-10 flex items-center justify-end gap-2 border-t border-line bg-surface px-5 py-3">
          <span className="tabular mr-auto text-xs text-ink-2">{draft.seats.length === 0 ? 'No territory chosen' : draft.seats.length === 1 ? 'One territory chosen' : `${count(draft.seats.length)} territories`}</span>
          <Button onClick={() => void navigate(paths.designs)}>Cancel</Button>
          <Button type="submit" look="primary" isBusy={create.isPending}>{create.isPending ? 'Beginning…' : 'Propose'}</Button>
        </footer>
      </form>
    </SplitFrame>
  )
}

function Part({ title, hint, children }: { title: string; hint: string; children: ReactNode }) {
  return (
    <section aria-label={title} className="space-y-3.5 border-t border-line pt-6">
      <div><h2 className="text-sm font-semibold">{title}</h2><p className="mt-0.5 text-[13px] leading-snug text-ink-2">{hint}</p></div>
      {children}
    </section>
  )
}

type SharesProps = { draft: Draft; names: ReadonlyMap<string, Territory>; counts: ReadonlyMap<string, number>; flaw: Extract<DraftFlaw, { field: 'share' }> | null; onChange: (change: (now: Draft) => Draft) => void }

/** How much of the work each should have; the same for all unless somebody says otherwise. */
function Shares({ draft, names, counts, flaw, onChange }: SharesProps) {
  const isEven = draft.seats.every(({ share }) => Number(share) === 1)
  const hasAgents = draft.seats.some(({ id }) => (counts.get(id) ?? 0) > 0)
  return (
    <details open={!isEven || flaw !== null || undefined} className="group rounded-lg border border-line-strong bg-surface shadow-raised">
      <summary className="flex cursor-pointer items-baseline justify-between gap-3 rounded-lg px-3 py-2 text-[13px] font-medium">Shares of the work<span className="text-xs font-normal text-ink-3">{isEven ? 'the same for all' : 'not the same for all'}</span></summary>
      <div className="border-t border-line p-3">
        <div className="flex flex-wrap items-center justify-between gap-2">
          <p className="text-xs text-ink-3">1 is a full share, 0.5 is half of one.</p>
          <span className="flex gap-1.5">
            {!isEven && <Button look="quiet" onClick={() => onChange((now) => ({ ...now, seats: now.seats.map((seat) => ({ ...seat, share: '1' })) }))}>The same for all</Button>}
            {hasAgents && <Button onClick={() => onChange((now) => withSharesByAgents(now, counts))}>By number of agents</Button>}
          </span>
        </div>
        <ul className="mt-2 max-h-80 divide-y divide-line overflow-y-auto">
          {draft.seats.map(({ id, share }) => {
            const name = names.get(id)?.name ?? id
            const isWrong = flaw?.territory === id
            return (
              <li key={id} className="flex items-center gap-2.5 py-1.5 text-[13px]">
                <span aria-hidden="true" className="size-3 shrink-0 rounded-[4px]" style={{ background: names.get(id)?.colour }} /><span className="min-w-0 flex-1 truncate">{name}</span>
                <span className="text-xs text-ink-3">{agentsInWords(counts.get(id) ?? 0)}</span>
                <input
                  type="number" min={0.01} max={100} step="any" aria-label={`Share of ${name}`} aria-invalid={isWrong || undefined} value={share} onChange={({ target }) => onChange((now) => withShare(now, id, target.value))}
                  className="tabular h-8 w-20 rounded-lg border border-line-strong bg-surface px-2 text-right text-[13px] shadow-raised aria-invalid:border-danger"
                />
              </li>
            )
          })}
        </ul>
        {flaw && <p role="alert" className="mt-1.5 text-xs font-medium text-danger">{names.get(flaw.territory)?.name}: {flaw.message}</p>}
      </div>
    </details>
  )
}

const agentsInWords = (n: number): string => (n === 0 ? 'no agents' : n === 1 ? '1 agent' : `${count(n)} agents`)

/** The name of one that lies below another of them. */
function overlapOf(chosen: readonly Node<Territory>[]): string | null {
  const ids = new Set(chosen.map(({ id }) => id))
  return chosen.flatMap(({ children }) => listed(children)).find(({ id }) => ids.has(id))?.item.name ?? null
}

/** What another page hands over: customers that stay where they are. */
function keptIn(state: unknown): string[] {
  const keep = typeof state === 'object' && state !== null && 'keep' in state ? state.keep : null
  return Array.isArray(keep) ? keep.filter((one): one is string => typeof one === 'string') : []
}
