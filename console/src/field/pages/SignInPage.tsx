/** E-mail and password, then the second factor where there is one. Needs a network, once; from then on the phone goes on without. */
import { useRef, useState, type FormEvent } from 'react'
import { ApiError, explain } from '../../api/problem'
import { useOwedSignOut } from '../../api/useOwedSignOut'
import { LogoMark } from '../../ui/Logo'
import { PasswordField, TextField } from '../../ui/fields'
import { BackIcon } from '../../ui/icons'
import { useNow } from '../../util/useNow'
import { duration } from '../../util/time'
import { signIn } from '../session'
import type { Person } from '../state'
import { Tap, Word } from '../ui/phone'

/** For a server that does not say how long. */
const WAIT_MS = 30_000
const CODE_LENGTH = 6
const FIELD = '[&_input]:h-13! [&_input]:rounded-2xl! [&_input]:px-4 [&_label]:text-[15px]'

type SignInProps = {
  /** Whose phone this is, where somebody has worked on it. */
  known: Person | null
  problem: Error | null
  onSignedIn: (person: Person) => void
  onBack: (() => void) | null
}

export function SignInPage({ known, problem, onSignedIn, onBack }: SignInProps) {
  useOwedSignOut()
  const [email, setEmail] = useState(known?.email ?? '')
  const [password, setPassword] = useState('')
  const [needsCode, setNeedsCode] = useState(false)
  const [code, setCode] = useState('')
  const [isBusy, setBusy] = useState(false)
  const [error, setError] = useState<Error | null>(problem)
  const [until_ms, setUntil] = useState(0)
  const now = useNow()
  const wait_s = Math.max(0, Math.ceil((until_ms - now) / 1_000))
  const box = useRef<HTMLInputElement>(null)

  const enter = async (given: string | null) => {
    setBusy(true)
    setError(null)
    try {
      onSignedIn(await signIn({ email: email.trim(), password, ...(given !== null && { code: given }) }))
    } catch (failure) {
      if (failure instanceof ApiError && failure.code === 'second_factor_required') setNeedsCode(true)
      else {
        if (failure instanceof ApiError && failure.status === 429) setUntil(Date.now() + (failure.retry_after_s === null ? WAIT_MS : failure.retry_after_s * 1_000))
        setError(failure instanceof Error ? failure : new Error(explain(failure)))
      }
    } finally {
      setBusy(false)
    }
  }
  const submit = (event: FormEvent) => {
    event.preventDefault()
    void enter(needsCode ? code.trim() : null)
  }
  const type = (typed: string) => {
    setCode(typed)
    const digits = typed.replace(/\D/g, '')
    if (digits.length === CODE_LENGTH && digits === typed.trim() && !isBusy && wait_s === 0) void enter(digits)
  }
  return (
    <div className="safe-top safe-bottom flex min-h-full flex-col bg-surface">
      <title>Sign in · SalesSync Field</title>
      <div className="flex min-h-14 items-center px-2">{onBack !== null && <button type="button" aria-label="Back to my day" onClick={onBack} className="grid size-12 place-items-center rounded-xl text-ink-2"><BackIcon className="size-6" /></button>}</div>
      <main className="mx-auto w-full max-w-md flex-1 px-6 pt-4 pb-10">
        <LogoMark className="size-14" />
        <h1 className="mt-6 text-[28px] leading-tight font-bold tracking-[-0.025em]">{needsCode ? 'One more step' : known ? `Hello again, ${known.name.split(' ')[0]}` : 'Your day in the field'}</h1>
        <p className="mt-2 text-[16px] leading-relaxed text-ink-2">{needsCode ? 'Enter the code your authenticator app shows, or a recovery code.' : known ? 'Sign in to fetch your day and to send what waits. Nothing you did is lost.' : 'Sign in once. From then on your visits are here, with or without a network.'}</p>
        <form className="mt-8 space-y-5" onSubmit={submit}>
          {needsCode
            ? <TextField key="code" label="Code" size="large" required autoFocus inputRef={box} value={code} onChange={type} inputMode="text" autoComplete="one-time-code" autoCapitalize="none" spellCheck={false} className={`${FIELD} [&_input]:tabular [&_input]:text-center [&_input]:text-xl! [&_input]:tracking-[0.3em]`} />
            : (
              <>
                <TextField label="E-mail" type="email" size="large" autoComplete="username" autoCapitalize="none" spellCheck={false} required value={email} onChange={setEmail} className={FIELD} />
                <PasswordField label="Password" size="large" required value={password} onChange={setPassword} className={FIELD} />
              </>
            )}
          {error !== null && <Failure error={error} wait_s={wait_s} />}
          <Tap type="submit" look="primary" className="w-full" isBusy={isBusy} disabled={wait_s > 0}>{isBusy ? 'Signing in…' : needsCode ? 'Go on' : 'Sign in'}</Tap>
        </form>
        <div className="mt-5 flex justify-between text-[15px] font-medium text-accent">
          {needsCode ? <button type="button" className="min-h-11" onClick={() => { setNeedsCode(false); setCode(''); setPassword('') }}>Back</button> : <a href="/forgot" className="flex min-h-11 items-center">Forgot your password?</a>}
        </div>
        {!needsCode && known === null && <p className="mt-6 text-[14px] leading-relaxed text-ink-3">New here? Open the link of your invitation on this phone, choose a password, and come back.</p>}
      </main>
    </div>
  )
}

function Failure({ error, wait_s }: { error: Error; wait_s: number }) {
  if (error instanceof ApiError && error.status === 429) {
    return <Word tone="danger" title="Too many attempts">{wait_s > 0 ? <>You can try again <span aria-hidden="true" className="tabular">in {duration(wait_s)}</span><span className="sr-only">in a while</span>.</> : 'You can try again now.'}</Word>
  }
  if (error instanceof ApiError && error.code === 'invalid_credentials') return <Word tone="danger" title="E-mail and password do not match." />
  if (error instanceof ApiError && error.code === 'second_factor_invalid') return <Word tone="danger" title="That code does not fit, or was used already." />
  if (error.name === 'NotAnAgent') return <Word tone="danger" title="This account is not an agent’s">{error.message} The console is at <a href="/" className="font-medium text-accent underline">the main page</a>.</Word>
  return <Word tone="danger" title={explain(error)} />
}
