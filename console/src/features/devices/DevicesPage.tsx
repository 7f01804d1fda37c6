/** An agent's phones with stock apps: adding one, what it last said of itself, taking it out of use. */
import { useState } from 'react'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { Link, useParams } from 'react-router'
import { useMay } from '../../api/access'
import { explain } from '../../api/problem'
import { agentsQuery, devicesQuery } from '../../api/queries'
import type { Device, Enrolment } from '../../api/types'
import { paths } from '../../paths'
import { Button } from '../../ui/Button'
import { CopyField } from '../../ui/CopyField'
import { BackIcon } from '../../ui/icons'
import { Notice } from '../../ui/Notice'
import { QrCode } from '../../ui/QrCode'
import { useNow } from '../../util/useNow'
import { DeviceRow } from './DeviceRow'
import { EnrolForm } from './EnrolForm'
import { SetupCard } from './SetupCard'

export function DevicesPage() {
  const { id = '' } = useParams()
  const client = useQueryClient()
  const canChange = useMay()('devices', 'create')
  const { data: agents } = useQuery(agentsQuery)
  const { data: devices, error, isPending, refetch } = useQuery(devicesQuery(id))
  const [fresh, setFresh] = useState<Enrolment | null>(null)
  const name = agents?.find((agent) => agent.id === id)?.name
  const show = (enrolment: Enrolment) => {
    setFresh(enrolment)
    void client.invalidateQueries({ queryKey: devicesQuery(id).queryKey })
  }
  return (
    <div className="h-full overflow-y-auto">
      <title>{`Phones${name ? ` of ${name}` : ''} · SalesSync`}</title>
      <div className="mx-auto max-w-4xl space-y-5 px-4 py-6 sm:px-8 sm:py-8">
        <header>
          <Link to={paths.agentOnMap(id)} className="inline-flex items-center gap-1 rounded-md text-[13px] text-ink-2 hover:text-ink"><BackIcon />{name ?? 'Agent'} on the map</Link>
          <h1 className="mt-1 text-xl font-semibold tracking-[-0.018em]">Phones{name ? ` of ${name}` : ''}</h1>
          <p className="mt-0.5 text-[13px] text-ink-2">Stock apps that send this agent's positions.</p>
        </header>
        {error && (
          <Notice tone="danger" title={devices ? 'This list is old' : 'The phones could not be loaded'} action={<Button onClick={() => void refetch()}>Try again</Button>}>
            {explain(error)}
          </Notice>
        )}
        {fresh && <SetupCard key={fresh.token} enrolment={fresh} onDone={() => setFresh(null)} />}
        {isPending && <div role="status" aria-label="Loading the phones" className="skeleton h-28" />}
        {devices && <Devices devices={devices} canChange={canChange} onNewToken={show} />}
        {devices && canChange && <EnrolForm agent={id} onEnrolled={show} />}
        <PhonePageCard />
      </div>
    </div>
  )
}

/** For who has no app: the page is one. */
function PhonePageCard() {
  const address = new URL(paths.field, location.href).href
  return (
    <section aria-labelledby="phone-page-title" className="flex flex-wrap items-center gap-5 rounded-2xl border border-line bg-surface p-4 shadow-raised sm:p-5">
      <QrCode text={address} label="Code that opens the phone page" className="size-32 shrink-0 rounded-lg border border-line" />
      <div className="min-w-60 flex-1 space-y-2.5">
        <h2 id="phone-page-title" className="text-sm font-semibold">Without an app: the phone page</h2>
        <p className="text-[13px] leading-relaxed text-ink-2">Visits, check-ins, forms and offers in the phone's browser, with or without a network. Agents scan this, sign in with the account they were invited to, and put it on their home screen. It sends positions while it is open.</p>
        <CopyField label="Address" text={address} />
      </div>
    </section>
  )
}

function Devices({ devices, canChange, onNewToken }: { devices: readonly Device[]; canChange: boolean; onNewToken: (enrolment: Enrolment) => void }) {
  useNow()
  const now = Date.now()
  if (devices.length === 0) {
    return (
      <Notice title="No phones yet">
        {canChange ? 'Add one below: choose the app, scan the code with the phone, done.' : 'A manager can add one.'}
      </Notice>
    )
  }
  return (
    <ul aria-label="Phones" className="divide-y divide-line rounded-2xl border border-line bg-surface shadow-raised">
      {devices.map((device) => <DeviceRow key={device.id} device={device} now={now} canChange={canChange} onNewToken={onNewToken} />)}
    </ul>
  )
}
