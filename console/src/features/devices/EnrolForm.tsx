import { useState, type FormEvent } from 'react'
import { useMutation } from '@tanstack/react-query'
import { api } from '../../api/client'
import { ApiError, explain } from '../../api/problem'
import type { Enrolment, NewDevice, PhoneApp } from '../../api/types'
import { Button } from '../../ui/Button'
import { cx } from '../../ui/cx'
import { Notice } from '../../ui/Notice'
import { APPS } from './apps'

/** Chooses the app and enrols a phone with it. */
export function EnrolForm({ agent, onEnrolled }: { agent: string; onEnrolled: (enrolment: Enrolment) => void }) {
  const [app, setApp] = useState<PhoneApp>('traccar_client')
  const [name, setName] = useState('')
  const [externalId, setExternalId] = useState('')
  const enrol = useMutation({
    mutationFn: (device: NewDevice) => api.enrolDevice(agent, device),
    onSuccess: (enrolment) => {
      setName('')
      setExternalId('')
      onEnrolled(enrolment)
    },
  })
  const submit = (event: FormEvent) => {
    event.preventDefault()
    enrol.mutate({ app, name: name.trim() || null, external_id: externalId.trim() || null })
  }
  return (
    <form onSubmit={submit} aria-label="Add a phone" className="rounded-2xl border border-line bg-surface p-4 shadow-raised sm:p-5">
      <h2 className="text-sm font-semibold">Add a phone</h2>
      <fieldset className="mt-3">
        <legend className="text-xs text-ink-3">App on the phone</legend>
        <div className="mt-1.5 grid gap-2 sm:grid-cols-2 lg:grid-cols-3">
          {APPS.map((offered) => (
            <label
              key={offered.app}
              className={cx(
                'flex gap-2.5 rounded-lg border px-3 py-2.5 has-focus-visible:outline-2 has-focus-visible:outline-offset-2 has-focus-visible:outline-accent',
                offered.app === app ? 'border-accent bg-accent-soft' : 'border-line hover:bg-hover',
              )}
            >
              <input type="radio" name="app" value={offered.app} checked={offered.app === app} onChange={() => setApp(offered.app)} className="mt-0.5 accent-accent outline-none" />
              <span className="min-w-0">
                <span className="block text-[13px] font-medium">{offered.name}</span>
                <span className="block text-xs leading-snug text-ink-3">{offered.hint}</span>
              </span>
            </label>
          ))}
        </div>
      </fieldset>
      <div className="mt-4 grid gap-3 sm:grid-cols-2">
        <Field label="Name" hint="Made up when left empty. The same name again goes on with the same track." value={name} onChange={setName} />
        <Field label="External id" hint="Only for apps and scripts that cannot be given a token. A weak secret." value={externalId} onChange={setExternalId} />
      </div>
      {enrol.isError && <div className="mt-3"><Notice tone="danger" title="The phone was not added">{describe(enrol.error)}</Notice></div>}
      <Button type="submit" look="primary" isBusy={enrol.isPending} className="mt-4">{enrol.isPending ? 'Adding…' : 'Add phone'}</Button>
    </form>
  )
}

function Field({ label, hint, value, onChange }: { label: string; hint: string; value: string; onChange: (value: string) => void }) {
  const id = `device-${label.toLowerCase().replaceAll(' ', '-')}`
  return (
    <div>
      <label htmlFor={id} className="block text-[13px] font-medium">{label}</label>
      <input
        id={id} value={value} maxLength={64} autoComplete="off" spellCheck={false} aria-describedby={`${id}-hint`} onChange={(event) => onChange(event.target.value)}
        className="mt-1.5 block h-9 w-full rounded-lg border border-line-strong bg-surface px-3 text-sm shadow-raised transition-colors hover:border-ink-3 focus:border-accent focus:outline-2 focus:outline-offset-0 focus:outline-accent/30"
      />
      <p id={`${id}-hint`} className="mt-1 text-xs text-ink-3">{hint}</p>
    </div>
  )
}

/** A refused field is named with what it may be; anything else speaks for itself. */
function describe(error: unknown): string {
  const field = error instanceof ApiError ? error.fields[0] : undefined
  return field ? `${field.field.replaceAll('_', ' ')}: ${field.message}` : explain(error)
}
