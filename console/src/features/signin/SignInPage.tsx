/** E-mail and password, then the second factor where there is one. Too many attempts are counted down. */
import { useEffect, useRef, useState, type FormEvent } from 'react'
import { useMutation } from '@tanstack/react-query'
import { Link, Navigate, useLocation, useSearchParams } from 'react-router'
import { accounts } from '../../api/accounts'
import type { Credentials } from '../../api/identity'
import { ApiError, explain } from '../../api/problem'
import { useOwedSignOut } from '../../api/useOwedSignOut'
import { useSession } from '../../api/session'
import { paths, safeNext } from '../../paths'
import { Button } from '../../ui/Button'
import { PasswordField, TextField } from '../../ui/fields'
import { BackIcon } from '../../ui/icons'
import { Notice } from '../../ui/Notice'
import { duration } from '../../util/time'
import { Frame } from './Frame'
import { useCountdown } from './useCountdown'

/** For a server that does not say how long. */
const WAIT_S = 30

export function SignInPage() {
  const { phase, ended, begin } = useSession()
  useOwedSignOut()
  const [search] = useSearchParams()
  const location = useLocation()
  const [email, setEmail] = useState('')
  const [password, setPassword] = useState('')
  const [needsCode, setNeedsCode] = useState(false)
  const [until_ms, setUntil] = useState<number | null>(null)
  const wait_s = useCountdown(until_ms)
  const signIn = useMutation({
    mutationFn: (code: string | null) => accounts.signIn({ email: email.trim(), password, ...(code !== null && { code }) } satisfies Credentials),
    onSuccess: begin,
    onError: (error) => {
      if (!(error instanceof ApiError)) return
      if (error.code === 'second_factor_required') setNeedsCode(true)
      if (error.code === 'too_many_attempts' || error.status === 429) setUntil(Date.now() + (error.retry_after_s ?? WAIT_S) * 1_000)
    },
  })
  if (phase !== 'out') return <Navigate to={safeNext(search.get('next'))} replace />

  const isRefusal = signIn.isError && !(signIn.error instanceof ApiError && signIn.error.code === 'second_factor_required')
  const failure = isRefusal ? <Failure error={signIn.error} wait_s={wait_s} /> : null
  if (needsCode) {
    return (
      <SecondFactor
        email={email} isBusy={signIn.isPending} isWaiting={wait_s > 0} failure={failure} failures={signIn.failureCount} onCode={(code) => signIn.mutate(code)}
        onBack={() => { setNeedsCode(false); setPassword(''); signIn.reset() }}
      />
    )
  }
  const submit = (event: FormEvent) => {
    event.preventDefault()
    signIn.mutate(null)
  }
  const said = (location.state as { said?: string } | null)?.said
  return (
    <Frame title="Sign in" heading="Sign in" lead="See where your field team is, right now." foot="You stay signed in on this browser until you sign out.">
      {ended === 'expired' && !signIn.isError && (
        <div className="mt-5"><Notice tone="warn" title="Your session has expired">Sign in again to go on where you were.</Notice></div>
      )}
      {said !== undefined && !signIn.isError && <div role="status" className="mt-5"><Notice title={said}>Sign in with it now.</Notice></div>}
      <form className="mt-7 space-y-4" onSubmit={submit}>
        <TextField label="E-mail" type="email" size="large" autoComplete="username" required value={email} onChange={setEmail} autoFocus />
        <div className="relative">
          <PasswordField label="Password" size="large" required value={password} onChange={setPassword} />
          <Link to={paths.forgot} state={{ email }} className="absolute top-0 right-0 rounded text-[13px] font-medium text-accent hover:underline">Forgot password?</Link>
        </div>
        {failure}
        <Button type="submit" look="primary" isBusy={signIn.isPending} disabled={wait_s > 0} className="h-10 w-full text-sm">
          {signIn.isPending ? 'Signing in…' : 'Sign in'}
        </Button>
      </form>
    </Frame>
  )
}

type SecondFactorProps = {
  email: string
  isBusy: boolean
  isWaiting: boolean
  failure: React.ReactNode
  failures: number
  onCode: (code: string) => void
  onBack: () => void
}

const CODE_LENGTH = 6

function SecondFactor({ email, isBusy, isWaiting, failure, failures, onCode, onBack }: SecondFactorProps) {
  const [code, setCode] = useState('')
  const [isRecovery, setRecovery] = useState(false)
  const box = useRef<HTMLInputElement>(null)
  useEffect(() => {
    if (failures > 0) box.current?.select()
  }, [failures])
  const change = (typed: string) => {
    if (isRecovery) return setCode(typed)
    const digits = typed.replace(/\D/g, '').slice(0, CODE_LENGTH)
    setCode(digits)
    // Once: a code that was refused is sent again only when somebody says so.
    if (digits.length === CODE_LENGTH && digits !== code && !isBusy && !isWaiting) onCode(digits)
  }
  const submit = (event: FormEvent) => {
    event.preventDefault()
    onCode(code.trim())
  }
  return (
    <Frame
      title="Second factor" heading={isRecovery ? 'Recovery code' : 'One more step'}
      lead={isRecovery ? 'Enter one of the recovery codes you kept. It works once.' : <>Enter the code your authenticator app shows for <span className="font-medium text-ink">{email}</span>.</>}
    >
      <form className="mt-7 space-y-4" onSubmit={submit}>
        <TextField
          key={isRecovery ? 'recovery' : 'totp'} label={isRecovery ? 'Recovery code' : 'Code of 6 digits'} size="large" required autoFocus inputRef={box} value={code} onChange={change}
          inputMode={isRecovery ? 'text' : 'numeric'} autoComplete="one-time-code" autoCapitalize="none" spellCheck={false} pattern={isRecovery ? undefined : '[0-9]{6}'}
          className={isRecovery ? '[&_input]:font-mono' : '[&_input]:tabular [&_input]:text-center [&_input]:text-lg! [&_input]:tracking-[0.4em]'}
        />
        {failure}
        <Button type="submit" look="primary" isBusy={isBusy} disabled={isWaiting} className="h-10 w-full text-sm">{isBusy ? 'Checking…' : 'Go on'}</Button>
      </form>
      <div className="mt-5 flex flex-wrap items-center justify-between gap-2">
        <button type="button" className="inline-flex items-center gap-1 rounded text-[13px] text-ink-2 hover:text-ink" onClick={onBack}><BackIcon />Back</button>
        <button type="button" className="rounded text-[13px] font-medium text-accent hover:underline" onClick={() => { setRecovery(!isRecovery); setCode('') }}>
          {isRecovery ? 'Use the authenticator app' : 'Use a recovery code'}
        </button>
      </div>
    </Frame>
  )
}

/** The countdown is in sight but not read aloud every second. */
function Failure({ error, wait_s }: { error: Error; wait_s: number }) {
  const isTooMany = error instanceof ApiError && (error.code === 'too_many_attempts' || error.status === 429)
  if (isTooMany) {
    return wait_s > 0
      ? <Notice tone="danger" title="Too many attempts">You can try again <span aria-hidden="true" className="tabular font-medium">in {duration(wait_s)}</span><span className="sr-only">in a while</span>.</Notice>
      : <Notice title="You can try again now" />
  }
  return <Notice tone="danger" title={describe(error)} />
}

function describe(error: Error): string {
  if (!(error instanceof ApiError)) return explain(error)
  switch (error.code) {
    case 'invalid_credentials':
      return 'E-mail and password do not match.'
    case 'second_factor_invalid':
      return 'That code does not fit, or was used already.'
    default:
      return explain(error)
  }
}
