import { useState, type FormEvent } from 'react'
import { useMutation } from '@tanstack/react-query'
import { Link, useNavigate } from 'react-router'
import { accounts } from '../../api/accounts'
import { ApiError, complaintOf, explain } from '../../api/problem'
import { paths } from '../../paths'
import { Button } from '../../ui/Button'
import { PASSWORD_LENGTH_MIN, PasswordField } from '../../ui/fields'
import { Notice } from '../../ui/Notice'
import { Back } from './ForgotPage'
import { Frame } from './Frame'
import { takenToken } from './takenToken'

/** A new password, by a mailed link. */
export function ResetPage() {
  const navigate = useNavigate()
  const [token] = useState(takenToken)
  const [password, setPassword] = useState('')
  const [wasAsked, setAsked] = useState(false)
  const reset = useMutation({
    mutationFn: () => accounts.reset(token ?? '', password),
    onSuccess: () => navigate(paths.signIn, { replace: true, state: { said: 'Your new password is set' } }),
  })
  const isShort = [...password].length < PASSWORD_LENGTH_MIN
  const submit = (event: FormEvent) => {
    event.preventDefault()
    setAsked(true)
    if (!isShort) reset.mutate()
  }
  const complaint = wasAsked && isShort ? `It needs at least ${PASSWORD_LENGTH_MIN} characters.` : complaintOf(reset.error, 'password')
  if (token === null || isSpent(reset.error)) {
    return (
      <Frame title="Link does not work" heading="This link does not work" lead="It was used already, it is too old, or a part of it got lost on the way.">
        <Link to={paths.forgot} className="mt-6 inline-flex h-10 w-full items-center justify-center rounded-lg bg-accent px-3 text-sm font-medium text-on-accent shadow-raised hover:bg-accent-strong">Ask for a new link</Link>
        <div className="mt-5"><Back /></div>
      </Frame>
    )
  }
  return (
    <Frame title="New password" heading="Choose a new password" lead="You are signed out everywhere else once it is set.">
      <form noValidate className="mt-7 space-y-4" onSubmit={submit}>
        <PasswordField isNew label="New password" size="large" autoFocus value={password} onChange={setPassword} complaint={complaint} />
        {reset.isError && complaint === null && <Notice tone="danger" title={explain(reset.error)} />}
        <Button type="submit" look="primary" isBusy={reset.isPending} className="h-10 w-full text-sm">{reset.isPending ? 'Setting…' : 'Set the password'}</Button>
      </form>
      <div className="mt-5"><Back /></div>
    </Frame>
  )
}

/** The token is no good any more, as opposed to the password. */
export const isSpent = (error: unknown): boolean =>
  error instanceof ApiError && error.status >= 400 && error.status < 500 && error.status !== 429 && (error.fields.length === 0 || error.fields.some(({ field }) => field === 'token'))
