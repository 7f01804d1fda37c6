/** A new customer: who they are, and where, with the pin on the map. */
import { useCallback, useEffect, useRef, useState } from 'react'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { Link, useNavigate } from 'react-router'
import { customerQuery } from '../../api/customerQueries'
import { customers } from '../../api/customers'
import { complaintOf, unsaid } from '../../api/problem'
import { cornerTakenBack, finished } from '../../map/ground'
import { useDrawingKeys } from '../../map/useDrawingKeys'
import { paths } from '../../paths'
import { SplitFrame } from '../../shell/SplitFrame'
import { tell } from '../../shell/toasts'
import { Unsaved } from '../../shell/Unsaved'
import { Button } from '../../ui/Button'
import { BackIcon } from '../../ui/icons'
import { Notice } from '../../ui/Notice'
import { useFirstFlaw } from '../../ui/useFirstFlaw'
import { CustomerMap } from './CustomerMap'
import { bodyOf, flawOf, newPlace } from './placeDraft'
import { PlaceForm } from './PlaceForm'
import { bodyOfProfile, flawOfProfile, newProfile } from './profileDraft'
import { ProfileFields } from './ProfileFields'
import { useFinder } from './useFinder'

export function NewCustomerPage() {
  const client = useQueryClient()
  const navigate = useNavigate()
  // Minted here, so that sending it twice makes one.
  const [id] = useState(() => crypto.randomUUID())
  const [profile, setProfile] = useState(newProfile)
  const [place, setPlace] = useState(() => newPlace(true))
  const [look, setLook] = useState<{ lat: number; lon: number } | null>(null)
  const [tries, setTries] = useState(0)
  const wasAsked = tries > 0
  const [flaw, placeFlaw] = [flawOfProfile(profile), flawOf(place)]
  const finder = useFinder(place, setPlace, setLook)
  const typed = useRef(false)
  useEffect(() => {
    typed.current = JSON.stringify([profile, place]) !== JSON.stringify([newProfile(), newPlace(true)])
  }, [profile, place])
  const isLost = useCallback(() => typed.current, [])
  const create = useMutation({
    mutationFn: () => customers.create({ id, ...bodyOfProfile(profile), places: [bodyOf(place)] }),
    onSuccess: (made) => {
      typed.current = false
      client.setQueryData(customerQuery(made.id).queryKey, made)
      void client.invalidateQueries({ queryKey: ['customers', 'list'] })
      tell(`${made.name} is a customer now.`)
      void navigate(paths.customerAt(made.id), { replace: true })
    },
  })
  const form = useFirstFlaw(tries, create.error)
  const { drawn } = place
  useDrawingKeys(drawn && { onEnd: () => setPlace({ ...place, drawn: finished(drawn) }), onTakeBack: () => setPlace({ ...place, drawn: cornerTakenBack(drawn) }), onLeave: () => {} })
  const said = (field: string) => (wasAsked && flaw?.field === field ? flaw.message : complaintOf(create.error, field))
  const saidOfPlace = (field: string) => (wasAsked && placeFlaw?.field === field ? placeFlaw.message : complaintOf(create.error, `places[0].${field}`))
  const rest = unsaid(create.error, ['name', 'ref', 'class', 'territory_id', 'skills', 'tags', 'notes', 'preferred_agents', 'forbidden_agents', 'places[0].address', 'places[0].fence', 'places[0].visit_duration_s', 'places[0].hours'])
  return (
    <SplitFrame title="New customer" map={<CustomerMap name={profile.name || 'New customer'} places={[]} chosen={null} onChoose={() => {}} draft={place} onDraft={setPlace} look={look} />}>
      <Unsaved isLost={isLost} what="The customer has not been created." />
      <form ref={form} noValidate aria-label="New customer" onSubmit={(event) => { event.preventDefault(); setTries(tries + 1); if (flaw === null && placeFlaw === null) create.mutate() }} className="flex min-h-full flex-col">
        <header className="px-5 pt-6">
          <Link to={paths.customers} className="inline-flex items-center gap-1 rounded text-xs font-medium text-ink-3 hover:text-ink"><BackIcon className="size-3.5" />Customers</Link>
          <h1 className="mt-1.5 text-xl font-semibold tracking-[-0.018em]">New customer</h1>
        </header>
        <div className="flex-1 space-y-7 px-5 py-5">
          <ProfileFields draft={profile} onChange={setProfile} complaint={said} isNew />
          <section aria-label="Place" className="space-y-4 border-t border-line pt-6">
            <h2 className="text-sm font-semibold">Where they are</h2>
            <PlaceForm draft={place} onChange={setPlace} complaint={saidOfPlace} isOnly finder={finder(saidOfPlace('address'))} />
          </section>
          {rest !== null && <Notice tone="danger" title="Not saved">{rest}</Notice>}
        </div>
        <footer className="sticky bottom-0 flex justify-end gap-2 border-t border-line bg-surface px-5 py-3">
          <Button onClick={() => { typed.current = false; void navigate(paths.customers) }}>Cancel</Button>
          <Button type="submit" look="primary" isBusy={create.isPending}>{create.isPending ? 'Saving…' : 'Create customer'}</Button>
        </footer>
      </form>
    </SplitFrame>
  )
}
