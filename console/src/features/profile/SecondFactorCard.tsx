import { useState, type FormEvent } from 'react'
import { useMutation } from '@tanstack/react-query'
import { accounts } from '../../api/accounts'
import type { Totp } from '../../api/identity'
import { ApiError, complaintOf, explain, unsaid } from '../../api/problem'
import { reloadMe } from '../../api/who'
import { tell } from '../../shell/toasts'
import { Badge } from '../../ui/Badge'
import { Button } from '../../ui/Button'
import { Card } from '../../ui/Card'
import { CopyField } from '../../ui/CopyField'
import { Dialog } from '../../ui/Dialog'
import { PasswordField, TextField } from '../../ui/fields'
import { Notice } from '../../ui/Notice'
import { QrCode } from '../../ui/QrCode'
import { RecoveryCodes } from './RecoveryCodes'

type Open = 'enrol' | 'disable' | 'codes' | null

export function SecondFactorCard({ isOn, email }: { isOn: boolean; email: string }) {
  const [open, setOpen] = useState<Open>(null)
  const close = () => {
    setOpen(null)
    void reloadMe()
  }
  return (
    <Card
      title="Second factor" hint="A code from an authenticator app, asked for after the password. A stolen password alone then opens nothing."
      aside={<Badge tone={isOn ? 'good' : 'warn'}>{isOn ? 'On' : 'Off'}</Badge>}
    >
      <div className="flex flex-wrap gap-2">
        {isOn ? (
          <>
            <Button onClick={() => setOpen('codes')}>New recovery codes</Button>
            <Button look="quiet" className="text-danger!" onClick={() => setOpen('disable')}>Turn off…</Button>
          </>
        ) : <Button look="primary" onClick={() => setOpen('enrol')}>Set up</Button>}
      </div>
      {open === 'enrol' && <EnrolDialog email={email} onClose={close} />}
      {open === 'codes' && <CodesDialog email={email} onClose={close} />}
      {open === 'disable' && <DisableDialog onClose={close} />}
    </Card>
  )
}

const wrongPassword = (error: unknown) => (error instanceof ApiError && error.code === 'invalid_credentials' ? 'This is not your password.' : complaintOf(error, 'password'))
const isWrongCode = (error: unknown) => error instanceof ApiError && error.code === 'second_factor_invalid'
const isCredentials = (error: unknown) => error instanceof ApiError && error.code === 'invalid_credentials'

function EnrolDialog({ email, onClose }: { email: string; onClose: () => void }) {
  const [totp, setTotp] = useState<Totp | null>(null)
  const [codes, setCodes] = useState<readonly string[] | null>(null)
  const step = codes !== null ? 3 : totp !== null ? 2 : 1
  return (
    <Dialog title={codes === null ? 'Set up the second factor' : 'Your recovery codes'} subtitle={`Step ${step} of 3`} onClose={onClose} isHeld={codes !== null}>
      {codes !== null ? <RecoveryCodes codes={codes} email={email} onDone={() => { tell('The second factor is on.'); onClose() }} />
        : totp !== null ? <ConfirmStep totp={totp} onConfirmed={setCodes} />
        : <PasswordStep action="Go on" why="First, show that it is you." ask={accounts.beginTotp} onAnswer={setTotp} onClose={onClose} />}
    </Dialog>
  )
}

function CodesDialog({ email, onClose }: { email: string; onClose: () => void }) {
  const [codes, setCodes] = useState<readonly string[] | null>(null)
  return (
    <Dialog title={codes === null ? 'New recovery codes' : 'Your recovery codes'} onClose={onClose} isHeld={codes !== null}>
      {codes === null
        ? <PasswordStep action="Make new codes" why="The codes you have now stop working." ask={accounts.newRecoveryCodes} onAnswer={({ recovery_codes }) => setCodes(recovery_codes)} onClose={onClose} />
        : <RecoveryCodes codes={codes} email={email} onDone={() => { tell('The old codes have stopped working.'); onClose() }} />}
    </Dialog>
  )
}

type PasswordStepProps<Answer> = { action: string; why: string; ask: (password: string) => Promise<Answer>; onAnswer: (answer: Answer) => void; onClose: () => void }

function PasswordStep<Answer>({ action, why, ask, onAnswer, onClose }: PasswordStepProps<Answer>) {
  const [password, setPassword] = useState('')
  const step = useMutation({ mutationFn: () => ask(password), onSuccess: onAnswer })
  const submit = (event: FormEvent) => {
    event.preventDefault()
    step.mutate()
  }
  const rest = isCredentials(step.error) ? null : unsaid(step.error, ['password'])
  return (
    <form onSubmit={submit} className="space-y-4">
      <p className="text-[13px] text-ink-2">{why}</p>
      <PasswordField label="Password" required autoFocus value={password} onChange={setPassword} complaint={wrongPassword(step.error)} />
      {rest !== null && <Notice tone="danger" title={rest} />}
      <div className="flex justify-end gap-2">
        <Button onClick={onClose}>Cancel</Button>
        <Button type="submit" look="primary" isBusy={step.isPending}>{step.isPending ? 'One moment…' : action}</Button>
      </div>
    </form>
  )
}

function ConfirmStep({ totp: { secret, uri }, onConfirmed }: { totp: Totp; onConfirmed: (codes: readonly string[]) => void }) {
  const [code, setCode] = useState('')
  const confirm = useMutation({ mutationFn: () => accounts.confirmTotp(code), onSuccess: ({ recovery_codes }) => onConfirmed(recovery_codes) })
  const submit = (event: FormEvent) => {
    event.preventDefault()
    if (code.length === 6) confirm.mutate()
  }
  const complaint = complaintOf(confirm.error, 'code') ?? (isWrongCode(confirm.error) ? 'That code does not fit. Is the clock of your phone right?' : confirm.error ? explain(confirm.error) : null)
  return (
    <form onSubmit={submit} className="space-y-4">
      <div className="flex flex-col items-center gap-5 sm:flex-row sm:items-start">
        <QrCode text={uri} label="QR code for the authenticator app" className="size-40 shrink-0 rounded-xl border border-line" />
        <ol className="list-decimal space-y-2 pl-4 text-[13px] leading-relaxed text-ink-2 marker:text-ink-3">
          <li>Open an authenticator app on your phone.</li>
          <li>Add an account, and scan this code with it.</li>
          <li>Enter the six digits it shows for SalesSync.</li>
        </ol>
      </div>
      <CopyField label="Or type this secret" text={secret.replace(/\s+/g, '').replace(/(.{4})(?=.)/g, '$1 ')} />
      <TextField
        label="Code of 6 digits" required autoFocus inputMode="numeric" autoComplete="one-time-code" pattern="[0-9]{6}" value={code} complaint={complaint}
        onChange={(typed) => setCode(typed.replace(/\D/g, '').slice(0, 6))} className="[&_input]:tabular [&_input]:tracking-[0.3em]"
      />
      <div className="flex justify-end"><Button type="submit" look="primary" isBusy={confirm.isPending} disabled={code.length !== 6}>{confirm.isPending ? 'Checking…' : 'Turn on'}</Button></div>
    </form>
  )
}

function DisableDialog({ onClose }: { onClose: () => void }) {
  const [password, setPassword] = useState('')
  const [code, setCode] = useState('')
  const disable = useMutation({
    mutationFn: () => accounts.endTotp(password, code.trim()),
    onSuccess: () => {
      tell('The second factor is off.')
      onClose()
    },
  })
  const submit = (event: FormEvent) => {
    event.preventDefault()
    disable.mutate()
  }
  const rest = isCredentials(disable.error) || isWrongCode(disable.error) ? null : unsaid(disable.error, ['password', 'code'])
  return (
    <Dialog title="Turn the second factor off" width="narrow" onClose={onClose} isHeld={disable.isPending}>
      <form onSubmit={submit} className="space-y-4">
        <p className="text-[13px] leading-relaxed text-ink-2">From then on the password alone signs you in. The recovery codes stop working.</p>
        <PasswordField label="Password" required autoFocus value={password} onChange={setPassword} complaint={wrongPassword(disable.error)} />
        <TextField label="Code" hint="From the authenticator app, or a recovery code." required autoComplete="one-time-code" value={code} onChange={setCode} complaint={isWrongCode(disable.error) ? 'That code does not fit, or was used already.' : complaintOf(disable.error, 'code')} />
        {rest !== null && <Notice tone="danger" title={rest} />}
        <div className="flex justify-end gap-2">
          <Button onClick={onClose}>Cancel</Button>
          <Button type="submit" look="danger" isBusy={disable.isPending}>{disable.isPending ? 'Turning off…' : 'Turn off'}</Button>
        </div>
      </form>
    </Dialog>
  )
}
