import { useState, type FormEvent } from 'react'
import { useMutation } from '@tanstack/react-query'
import { Navigate, useSearchParams } from 'react-router'
import { api } from '../../api/client'
import { ApiError, explain } from '../../api/problem'
import { useSession } from '../../api/session'
import { safeNext } from '../../paths'
import { Button } from '../../ui/Button'
import { Logo } from '../../ui/Logo'
import { Notice } from '../../ui/Notice'
import { StreetScene } from './StreetScene'

export function SignInPage() {
  const { session, ended, begin } = useSession()
  const [search] = useSearchParams()
  const [email, setEmail] = useState('')
  const [password, setPassword] = useState('')
  const signIn = useMutation({ mutationFn: () => api.logIn(email.trim(), password), onSuccess: begin })

  if (session) return <Navigate to={safeNext(search.get('next'))} replace />
  const submit = (event: FormEvent) => {
    event.preventDefault()
    signIn.mutate()
  }
  return (
    <div className="grid min-h-dvh bg-surface lg:grid-cols-[minmax(420px,5fr)_7fr]">
      <title>Sign in · SalesSync</title>
      <main className="flex flex-col px-6 py-7 sm:px-12">
        <Logo />
        <div className="my-auto w-full max-w-[340px] self-center py-10">
          <h1 className="text-[26px] leading-tight font-semibold tracking-[-0.022em]">Sign in</h1>
          <p className="mt-1.5 text-ink-2">See where your field team is, right now.</p>
          {ended === 'expired' && !signIn.isError && (
            <div className="mt-5"><Notice tone="warn" title="Your session has expired">Sign in again to go on where you were.</Notice></div>
          )}
          <form className="mt-7 space-y-4" onSubmit={submit}>
            <Field label="E-mail" type="email" autoComplete="username" value={email} onChange={setEmail} autoFocus />
            <Field label="Password" type="password" autoComplete="current-password" value={password} onChange={setPassword} />
            {signIn.isError && <Notice tone="danger" title={describe(signIn.error)} />}
            <Button type="submit" look="primary" isBusy={signIn.isPending} className="h-10 w-full text-sm">
              {signIn.isPending ? 'Signing in…' : 'Sign in'}
            </Button>
          </form>
        </div>
        <p className="text-xs text-ink-3">Signed in until you close this tab.</p>
      </main>
      <StreetScene />
    </div>
  )
}

type FieldProps = { label: string; type: string; autoComplete: string; value: string; onChange: (value: string) => void; autoFocus?: boolean }

function Field({ label, onChange, ...input }: FieldProps) {
  return (
    <label className="block text-[13px] font-medium">
      {label}
      <input
        {...input} required onChange={(event) => onChange(event.target.value)}
        className="mt-1.5 block h-10 w-full rounded-lg border border-line-strong bg-surface px-3 text-sm font-normal shadow-raised transition-colors hover:border-ink-3 focus:border-accent focus:outline-2 focus:outline-offset-0 focus:outline-accent/30"
      />
    </label>
  )
}

function describe(error: unknown): string {
  if (error instanceof ApiError && error.code === 'invalid_credentials') return 'E-mail and password do not match.'
  return explain(error)
}
