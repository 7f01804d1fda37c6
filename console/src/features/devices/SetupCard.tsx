import { useEffect, useRef } from 'react'
import type { Enrolment } from '../../api/types'
import { Button } from '../../ui/Button'
import { CopyField } from '../../ui/CopyField'
import { QrCode } from '../../ui/QrCode'
import { STEPS, nameOf } from './apps'

/** Sets a phone up. Whoever closes it does not see the token again. */
export function SetupCard({ enrolment: { name, app, setup }, onDone }: { enrolment: Enrolment; onDone: () => void }) {
  const heading = useRef<HTMLHeadingElement>(null)
  useEffect(() => heading.current?.focus(), [])
  return (
    <section aria-labelledby="setup-title" className="appear rounded-2xl border border-accent bg-surface p-4 shadow-raised sm:p-5">
      <header className="flex flex-wrap items-start gap-3">
        <div className="min-w-0 flex-1">
          <h2 id="setup-title" ref={heading} tabIndex={-1} className="text-sm font-semibold">Set up {name} with {nameOf(app)}</h2>
          <p className="text-xs text-ink-3">Shown this once. Whoever has it can send positions for this agent.</p>
        </div>
        <Button look="primary" onClick={onDone}>Done</Button>
      </header>
      <div className="mt-4 grid gap-5 sm:grid-cols-[auto_minmax(0,1fr)]">
        <QrCode text={setup.link ?? setup.url} label={`QR code that sets up ${name}`} className="size-56 justify-self-center rounded-lg border border-line sm:justify-self-start" />
        <div className="space-y-3">
          <ol className="list-decimal space-y-1 pl-4 text-[13px] text-ink-2">{STEPS[app].map((step) => <li key={step}>{step}</li>)}</ol>
          {setup.link && <CopyField label="Link" text={setup.link} />}
          <CopyField label="URL" text={setup.url} />
          {setup.username && <CopyField label={app === 'traccar_client' ? 'Device identifier' : 'User name'} text={setup.username} />}
          {setup.password && <CopyField label={app === 'overland' ? 'Token' : 'Password'} text={setup.password} />}
        </div>
      </div>
    </section>
  )
}
