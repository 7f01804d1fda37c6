import { useState, type FormEvent } from 'react'
import { useMutation, useQuery } from '@tanstack/react-query'
import { useNavigate } from 'react-router'
import { accounts } from '../../api/accounts'
import { ApiError, Unreachable, complaintOf, explain } from '../../api/problem'
import { titleOfRole } from '../../api/roles'
import { paths } from '../../paths'
import { Button } from '../../ui/Button'
import { PASSWORD_LENGTH_MIN, PasswordField, TextField } from '../../ui/fields'
import { Notice } from '../../ui/Notice'
import { Back } from './ForgotPage'
import { Frame } from './Frame'
import { isSpent } from './ResetPage'
import { takenToken } from './takenToken'

/** Accepts an invitation: the name, and a password of one's own. */
export function InvitePage() {
  const [token] = useState(takenToken)
  const { data: invitation, error, refetch } = useQuery({
    queryKey: ['invitation', token], queryFn: () => accounts.invitation(token ?? ''), enabled: token !== null, retry: 1, staleTime: Infinity,
  })
  if (token === null || (error instanceof ApiError && error.status < 500 && error.status !== 429)) return <Spent />
  if (error) {
    return (
      <Frame title="Invitation" heading="Not just now" lead={error instanceof Unreachable ? error.message : explain(error)}>
        <Button look="primary" className="mt-6 h-10 w-full text-sm" onClick={() => void refetch()}>Try again</Button>
      </Frame>
    )
  }
  if (!invitation) {
    return <Frame title="Invitation" heading="Welcome" lead="Looking at your invitation…"><div role="status" aria-label="Loading the invitation" className="skeleton mt-7 h-32" /></Frame>
  }
  return <Accept token={token} {...invitation} />
}

function Accept({ token, email, name: given, role }: { token: string; email: string; name: string; role: string }) {
  const navigate = useNavigate()
  const [name, setName] = useState(given)
  const [password, setPassword] = useState('')
  const [wasAsked, setAsked] = useState(false)
  const accept = useMutation({
    mutationFn: () => accounts.accept({ token, password, name: name.trim() }),
    onSuccess: () => {
      // Agents open their invitation on the phone they are to work with.
      if (role === 'agent') location.assign(paths.field)
      else void navigate(paths.signIn, { replace: true, state: { said: 'Your account is ready' } })
    },
  })
  const isShort = [...password].length < PASSWORD_LENGTH_MIN
  const isNameless = name.trim() === ''
  const submit = (event: FormEvent) => {
    event.preventDefault()
    setAsked(true)
    if (!isShort && !isNameless) accept.mutate()
  }
  if (isSpent(accept.error)) return <Spent />
  const wrongName = wasAsked && isNameless ? 'Tell the others who you are.' : complaintOf(accept.error, 'name')
  const wrongPassword = wasAsked && isShort ? `It needs at least ${PASSWORD_LENGTH_MIN} characters.` : complaintOf(accept.error, 'password')
  return (
    <Frame title="Accept the invitation" heading={`Welcome${given ? `, ${given.split(/\s+/)[0]}` : ''}`} lead={<>You are invited to SalesSync as <span className="font-medium text-ink">{titleOfRole(role)}</span>. Choose a password, and you are in.</>}>
      <form noValidate className="mt-7 space-y-4" onSubmit={submit}>
        <TextField label="E-mail" type="email" size="large" autoComplete="username" value={email} onChange={() => {}} readOnly hint="This is what you sign in with." className="[&_input]:bg-sunken!" />
        <TextField label="Name" size="large" autoComplete="name" value={name} onChange={setName} maxLength={120} complaint={wrongName} />
        <PasswordField isNew label="Password" size="large" autoFocus value={password} onChange={setPassword} complaint={wrongPassword} />
        {accept.isError && wrongName === null && wrongPassword === null && <Notice tone="danger" title={explain(accept.error)} />}
        <Button type="submit" look="primary" isBusy={accept.isPending} className="h-10 w-full text-sm">{accept.isPending ? 'One moment…' : 'Accept and go on'}</Button>
      </form>
    </Frame>
  )
}

function Spent() {
  return (
    <Frame title="Invitation does not work" heading="This invitation does not work" lead="It was accepted already, it is older than seven days, or it was taken back. Whoever invited you can send another.">
      <div className="mt-6"><Back /></div>
    </Frame>
  )
}
