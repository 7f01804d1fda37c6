import { useState, type FormEvent } from 'react'
import { useMutation } from '@tanstack/react-query'
import { Link, useLocation } from 'react-router'
import { accounts } from '../../api/accounts'
import { explain } from '../../api/problem'
import { paths } from '../../paths'
import { Button } from '../../ui/Button'
import { TextField } from '../../ui/fields'
import { BackIcon, MailIcon } from '../../ui/icons'
import { Notice } from '../../ui/Notice'
import { Frame } from './Frame'

/** Asks for a link to a new password. The answer never tells whether there is such an account. */
export function ForgotPage() {
  const location = useLocation()
  const [email, setEmail] = useState((location.state as { email?: string } | null)?.email ?? '')
  const ask = useMutation({ mutationFn: () => accounts.forgot(email.trim()) })
  const submit = (event: FormEvent) => {
    event.preventDefault()
    ask.mutate()
  }
  if (ask.isSuccess) {
    return (
      <Frame title="Look at your mail" heading="Look at your mail" lead={<>If there is an account for <span className="font-medium text-ink">{email.trim()}</span>, a link to a new password is on its way. It works once, and not for long.</>}>
        <div role="status" className="mt-6 flex items-start gap-3 rounded-lg bg-sunken px-3 py-3 text-[13px] text-ink-2">
          <MailIcon className="mt-0.5 size-4 shrink-0" />
          <p>Nothing there? Look into the folder for unwanted mail, or ask an administrator: where no mail is set up, they can give you a new way in.</p>
        </div>
        <div className="mt-6 flex items-center justify-between"><Back /><Button look="quiet" onClick={() => ask.reset()}>Another address</Button></div>
      </Frame>
    )
  }
  return (
    <Frame title="Forgot password" heading="Forgot your password?" lead="Tell us your e-mail, and we send you a link to choose a new one.">
      <form className="mt-7 space-y-4" onSubmit={submit}>
        <TextField label="E-mail" type="email" size="large" autoComplete="username" required autoFocus value={email} onChange={setEmail} />
        {ask.isError && <Notice tone="danger" title={explain(ask.error)} />}
        <Button type="submit" look="primary" isBusy={ask.isPending} className="h-10 w-full text-sm">{ask.isPending ? 'Sending…' : 'Send the link'}</Button>
      </form>
      <div className="mt-5"><Back /></div>
    </Frame>
  )
}

export function Back() {
  return <Link to={paths.signIn} className="inline-flex items-center gap-1 rounded text-[13px] text-ink-2 hover:text-ink"><BackIcon />Back to sign-in</Link>
}
