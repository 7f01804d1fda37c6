/** One customer: what is said of them, their places on the map, whom to ask for. A place is edited beside the map that shows it. */
import { useCallback, useEffect, useRef, useState, type ReactNode } from 'react'
import { useMutation, useQuery } from '@tanstack/react-query'
import { Link, useParams } from 'react-router'
import { useMay } from '../../api/access'
import { classesQuery, customerQuery, skillsQuery } from '../../api/customerQueries'
import { customers, type Customer, type CustomerPlace } from '../../api/customers'
import { ApiError, complaintOf, explain, unsaid } from '../../api/problem'
import { territoriesQuery } from '../../api/queries'
import { useAgents } from '../../api/useAgents'
import { finished, cornerTakenBack } from '../../map/ground'
import { useDrawingKeys } from '../../map/useDrawingKeys'
import { paths } from '../../paths'
import { NotFoundPage } from '../../shell/Gate'
import { Loadable } from '../../shell/Loadable'
import { SplitFrame } from '../../shell/SplitFrame'
import { tell } from '../../shell/toasts'
import { Unsaved } from '../../shell/Unsaved'
import { Badge } from '../../ui/Badge'
import { Button } from '../../ui/Button'
import { Card } from '../../ui/Card'
import { ConfirmDialog } from '../../ui/ConfirmDialog'
import { cx } from '../../ui/cx'
import { Dialog } from '../../ui/Dialog'
import { BackIcon, EditIcon, PlusIcon } from '../../ui/icons'
import { Notice } from '../../ui/Notice'
import { useFirstFlaw } from '../../ui/useFirstFlaw'
import { tellHours } from '../../util/hours'
import { dayOf, duration } from '../../util/time'
import { distance } from '../../util/units'
import { ContactsCard, useSettled } from './ContactsCard'
import { CustomerMap } from './CustomerMap'
import { CustomerVisits } from './CustomerVisits'
import { bodyOf, draftOf, flawOf, newPlace, patchOf, type PlaceDraft } from './placeDraft'
import { PlaceForm } from './PlaceForm'
import { flawOfProfile, patchOfProfile, profileOf } from './profileDraft'
import { ProfileFields } from './ProfileFields'
import { useFinder } from './useFinder'
import { frequency, locatedBy, STATUSES } from './words'

export function CustomerPage() {
  const { id = '' } = useParams()
  const query = useQuery(customerQuery(id))
  if (query.error instanceof ApiError && query.error.status === 404) return <NotFoundPage />
  return (
    <Loadable what="The customer" query={query} skeleton={<div role="status" aria-label="Loading the customer" className="space-y-4 p-8"><div className="skeleton h-7 w-64" /><div className="skeleton h-40" /><div className="skeleton h-40" /></div>}>
      {query.data && <Shown key={id} customer={query.data} />}
    </Loadable>
  )
}

function Shown({ customer }: { customer: Customer }) {
  const canEdit = useMay()('customers', 'update')
  const [chosen, setChosen] = useState<string | null>(customer.places[0]?.id ?? null)
  const [draft, setDraft] = useState<PlaceDraft | null>(null)
  const [isEditing, setEditing] = useState(false)
  const [look, setLook] = useState<{ lat: number; lon: number } | null>(null)
  // The form stands in for what it was opened from: focus goes with it, and back to the button, which is another by then.
  const overview = useRef<HTMLDivElement>(null)
  const edited = useRef<string | null>(null)
  useEffect(() => {
    if (draft === null && edited.current !== null) overview.current?.querySelector<HTMLElement>(`[data-opens="${edited.current}"]`)?.focus()
    edited.current = draft && (draft.id ?? 'new')
  }, [draft])
  const show = (place: CustomerPlace) => {
    setChosen(place.id)
    if (place.point) setLook({ ...place.point })
  }
  return (
    <SplitFrame
      title={customer.name}
      map={(
        <CustomerMap
          name={customer.name} places={customer.places} chosen={chosen} draft={draft} onDraft={setDraft} look={look}
          onChoose={(id) => { const place = customer.places.find((one) => one.id === id); if (place) show(place) }}
        />
      )}
    >
      {draft
        ? <PlaceEditor customer={customer} draft={draft} onDraft={setDraft} onLook={setLook} onClose={() => setDraft(null)} />
        : (
          <div ref={overview} className="space-y-4 px-5 py-6">
            <Heading customer={customer} canEdit={canEdit} onEdit={() => setEditing(true)} />
            {customer.halted && <Halted customer={customer} canEdit={canEdit} />}
            <Profile customer={customer} />
            <Card title={customer.places.length > 1 ? `${customer.places.length} places` : 'Place'} aside={canEdit && <Button look="quiet" data-opens="new" onClick={() => setDraft(newPlace(false))}><PlusIcon />Add a place</Button>}>
              <ul className="-mx-2 space-y-1">
                {customer.places.map((place) => <PlaceRow key={place.id} place={place} isChosen={place.id === chosen} isOnly={customer.places.length === 1} onShow={() => show(place)} onEdit={canEdit ? () => { show(place); setDraft(draftOf(place)) } : null} />)}
              </ul>
            </Card>
            <ContactsCard customer={customer} canEdit={canEdit} />
            <CustomerVisits customer={customer.id} />
          </div>
        )}
      {isEditing && <ProfileDrawer customer={customer} onClose={() => setEditing(false)} />}
    </SplitFrame>
  )
}

function Heading({ customer, canEdit, onEdit }: { customer: Customer; canEdit: boolean; onEdit: () => void }) {
  const { name, tone } = STATUSES[customer.status]
  return (
    <header>
      <Link to={paths.customers} className="inline-flex items-center gap-1 rounded text-xs font-medium text-ink-3 hover:text-ink"><BackIcon className="size-3.5" />Customers</Link>
      <div className="mt-1.5 flex items-start justify-between gap-3">
        <div className="min-w-0">
          <h1 className="text-xl font-semibold tracking-[-0.018em] text-balance">{customer.name}</h1>
          <p className="mt-1 flex flex-wrap items-center gap-2 text-[13px] text-ink-2">
            <Badge tone={tone}>{name}</Badge>{customer.ref != null && <span className="tabular">{customer.ref}</span>}
            <span className="text-ink-3">since {dayOf(new Date(customer.created_at))}</span>
          </p>
        </div>
        {canEdit && <Button onClick={onEdit}><EditIcon />Edit</Button>}
      </div>
    </header>
  )
}

function Halted({ customer, canEdit }: { customer: Customer; canEdit: boolean }) {
  const settle = useSettled(customer.id)
  const resume = useMutation({ mutationFn: () => customers.resume(customer.id), onSuccess: settle })
  return (
    <Notice tone="danger" title="Changes are refused for now" action={canEdit && <Button isBusy={resume.isPending} onClick={() => resume.mutate()}>Let it go on</Button>}>
      Handling this customer failed several times in a row. {resume.error && explain(resume.error)}
    </Notice>
  )
}

function Profile({ customer }: { customer: Customer }) {
  const may = useMay()
  const { data: classes = [] } = useQuery(classesQuery)
  const { data: skills = [] } = useQuery(skillsQuery)
  const { data: territories = [] } = useQuery({ ...territoriesQuery, enabled: may('territories') })
  const agents = useAgents()
  const named = (ids: readonly string[]) => ids.map((id) => agents.names.get(id) ?? 'Unknown').join(', ')
  const held = classes.find(({ code }) => code === customer.class)
  const territory = territories.find(({ id }) => id === customer.territory_id)
  return (
    <Card title="Profile">
      <dl className="grid grid-cols-[auto_1fr] gap-x-6 gap-y-2 text-[13px]">
        <Said name="Class">{held ? `${held.name}, ${frequency(held)}` : (customer.class ?? null)}</Said>
        <Said name="Territory">{territory && <span className="inline-flex items-center gap-1.5"><span aria-hidden="true" className="size-2.5 rounded-[3px]" style={{ background: territory.colour }} />{territory.name}</span>}</Said>
        <Said name="Visited by">{customer.preferred_agents.length > 0 ? named(customer.preferred_agents) : null}</Said>
        {customer.forbidden_agents.length > 0 && <Said name="Not by">{named(customer.forbidden_agents)}</Said>}
        <Said name="Needs">{customer.skills.length > 0 ? customer.skills.map((code) => skills.find((skill) => skill.code === code)?.name ?? code).join(', ') : null}</Said>
        {customer.tags.length > 0 && <Said name="Tags"><span className="flex flex-wrap gap-1">{customer.tags.map((tag) => <Badge key={tag}>{tag}</Badge>)}</span></Said>}
      </dl>
      {customer.notes !== '' && <p className="mt-3.5 border-t border-line pt-3.5 text-[13px] leading-relaxed whitespace-pre-wrap text-ink-2">{customer.notes}</p>}
    </Card>
  )
}

function Said({ name, children }: { name: string; children: ReactNode }) {
  return <><dt className="text-ink-3">{name}</dt><dd>{children ?? <span className="text-ink-3">–</span>}</dd></>
}

function PlaceRow({ place, isChosen, isOnly, onShow, onEdit }: { place: CustomerPlace; isChosen: boolean; isOnly: boolean; onShow: () => void; onEdit: (() => void) | null }) {
  return (
    <li className={cx('flex items-start gap-2 rounded-lg px-2 py-2', isChosen && !isOnly ? 'bg-accent-soft' : 'hover:bg-hover')}>
      <button type="button" onClick={onShow} className="min-w-0 flex-1 rounded text-left text-[13px]">
        <span className="flex items-center gap-2 font-medium"><span className="truncate">{place.label || place.address || 'Without an address'}</span>{place.is_primary && !isOnly && <Badge tone="accent">Primary</Badge>}{place.point == null && <Badge tone="warn">Not located</Badge>}</span>
        {place.label !== '' && <span className="block truncate text-ink-2">{place.address}</span>}
        <span className="mt-0.5 block text-xs text-ink-3">
          {locatedBy(place)} · fence {place.fence.shape == null ? distance(place.fence.radius_m) : 'drawn'}{place.visit_duration_s != null && ` · ${duration(place.visit_duration_s)} a visit`}
        </span>
        <span className="block text-xs text-ink-3">{place.hours ? tellHours(place.hours) : 'Always open'}</span>
        {place.access_notes !== '' && <span className="mt-1 block text-xs text-ink-2">{place.access_notes}</span>}
      </button>
      {onEdit && <Button look="quiet" data-opens={place.id} aria-label={`Change ${place.label || place.address || 'the place'}`} onClick={onEdit}><EditIcon /></Button>}
    </li>
  )
}

const PROFILE_FIELDS = ['name', 'ref', 'class', 'territory_id', 'skills', 'tags', 'notes', 'preferred_agents', 'forbidden_agents']

function ProfileDrawer({ customer, onClose }: { customer: Customer; onClose: () => void }) {
  const [draft, setDraft] = useState(() => profileOf(customer))
  const settle = useSettled(customer.id)
  const patch = patchOfProfile(customer, draft)
  const flaw = flawOfProfile(draft)
  const isChanged = Object.keys(patch).length > 0
  const save = useMutation({
    mutationFn: () => customers.update(customer.id, { ...patch, version: customer.version }),
    onSuccess: (after) => {
      settle(after)
      tell('Saved.')
      onClose()
    },
  })
  const rest = unsaid(save.error, PROFILE_FIELDS)
  return (
    <Dialog
      title={customer.name} subtitle="What is said of the customer as a whole" place="drawer" onClose={onClose} isHeld={save.isPending}
      footer={<><Button onClick={onClose}>{isChanged ? 'Cancel' : 'Close'}</Button><Button type="submit" form="profile" look="primary" isBusy={save.isPending} disabled={!isChanged || flaw !== null}>{save.isPending ? 'Saving…' : 'Save changes'}</Button></>}
    >
      <form id="profile" aria-label={`Profile of ${customer.name}`} onSubmit={(event) => { event.preventDefault(); if (isChanged && flaw === null) save.mutate() }} className="space-y-4">
        <ProfileFields draft={draft} onChange={setDraft} isNew={false} complaint={(field) => (flaw?.field === field ? flaw.message : complaintOf(save.error, field))} />
        {rest !== null && <Notice tone="danger" title="Not saved">{rest}</Notice>}
      </form>
    </Dialog>
  )
}

type PlaceEditorProps = { customer: Customer; draft: PlaceDraft; onDraft: (draft: PlaceDraft) => void; onLook: (point: { lat: number; lon: number }) => void; onClose: () => void }

function PlaceEditor({ customer, draft, onDraft, onLook, onClose }: PlaceEditorProps) {
  const [tries, setTries] = useState(0)
  const [isRemoving, setRemoving] = useState(false)
  const settle = useSettled(customer.id)
  const before = customer.places.find(({ id }) => id === draft.id) ?? null
  const flaw = flawOf(draft)
  const finder = useFinder(draft, onDraft, onLook)
  const onSuccess = (after: Customer) => {
    settle(after)
    tell('Saved.')
    onClose()
  }
  const save = useMutation({
    mutationFn: () => (before === null ? customers.addPlace(customer.id, customer.version, bodyOf(draft)) : customers.updatePlace(customer.id, customer.version, before.id, patchOf(before, draft))),
    onSuccess,
  })
  const remove = useMutation({ mutationFn: () => customers.removePlace(customer.id, customer.version, before!.id), onSuccess })
  const heading = useRef<HTMLHeadingElement>(null)
  useEffect(() => heading.current?.focus(), [])
  const { drawn } = draft
  useDrawingKeys(drawn && { onEnd: () => onDraft({ ...draft, drawn: finished(drawn) }), onTakeBack: () => onDraft({ ...draft, drawn: cornerTakenBack(drawn) }), onLeave: () => {} })
  const form = useFirstFlaw(tries, save.error)
  const isChanged = JSON.stringify(draft) !== JSON.stringify(before === null ? newPlace(draft.isPrimary) : draftOf(before))
  const isLost = useCallback(() => isChanged, [isChanged])
  const complaint = (field: string) => (tries > 0 && flaw?.field === field ? flaw.message : complaintOf(save.error, field))
  const rest = unsaid(save.error, ['address', 'label', 'radius', 'fence', 'dwell', 'duration', 'visit_duration_s', 'hours', 'access_notes'])
  const title = before === null ? 'New place' : customer.places.length === 1 ? 'Change the place' : `Change ${before.label || before.address}`
  return (
    <>
      <Unsaved isLost={isLost} what="What you changed of the place has not been saved." />
      <form ref={form} noValidate aria-label={title} onSubmit={(event) => { event.preventDefault(); setTries(tries + 1); if (flaw === null) save.mutate() }} className="flex min-h-full flex-col">
        <header className="border-b border-line px-5 pt-6 pb-4"><p className="text-xs text-ink-3">{customer.name}</p><h1 ref={heading} tabIndex={-1} className="text-lg font-semibold tracking-[-0.015em] outline-none">{title}</h1></header>
        <div className="flex-1 space-y-4 px-5 py-5">
          <PlaceForm draft={draft} onChange={onDraft} complaint={complaint} isOnly={before !== null && customer.places.length === 1} finder={finder(complaint('address'))} />
          {rest !== null && <Notice tone="danger" title="Not saved">{rest}</Notice>}
          {before !== null && !before.is_primary && <Button look="quiet" className="text-danger!" onClick={() => setRemoving(true)}>Remove this place…</Button>}
        </div>
        <footer className="sticky bottom-0 flex justify-end gap-2 border-t border-line bg-surface px-5 py-3">
          <Button onClick={onClose}>Cancel</Button>
          <Button type="submit" look="primary" isBusy={save.isPending}>{save.isPending ? 'Saving…' : 'Save place'}</Button>
        </footer>
        {isRemoving && (
          <ConfirmDialog title="Remove this place?" action="Remove" busy="Removing…" isBusy={remove.isPending} failure={remove.error && explain(remove.error)} onConfirm={() => remove.mutate()} onClose={() => setRemoving(false)}>
            <p>Its fence goes with it. Past visits there stay.</p>
          </ConfirmDialog>
        )}
      </form>
    </>
  )
}
