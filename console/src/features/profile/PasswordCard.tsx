import { useState, type FormEvent } from 'react'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { accounts } from '../../api/accounts'
import { sessionsQuery } from '../../api/accountQueries'
import { ApiError, complaintOf, unsaid } from '../../api/problem'
import { reloadMe } from '../../api/who'
import { tell } from '../../shell/toasts'
import { Button } from '../../ui/Button'
import { Card } from '../../ui/Card'
import { PASSWORD_LENGTH_MIN, PasswordField } from '../../ui/fields'
import { Notice } from '../../ui/Notice'
import { dayOf } from '../../util/time'

export function PasswordCard({ changedAt }: { changedAt: string | null }) {
  const client = useQueryClient()
  const [isOpen, setOpen] = useState(false)
  const [current, setCurrent] = useState('')
  const [fresh, setFresh] = useState('')
  const [wasAsked, setAsked] = useState(false)
  const close = () => {
    setOpen(false)
    setCurrent('')
    setFresh('')
    setAsked(false)
  }
  const change = useMutation({
    mutationFn: () => accounts.changePassword(current, fresh),
    onSuccess: () => {
      close()
      tell('Password changed. You are signed out everywhere else.')
      void reloadMe()
      return client.invalidateQueries({ queryKey: sessionsQuery.queryKey })
    },
  })
  const isShort = [...fresh].length < PASSWORD_LENGTH_MIN
  const submit = (event: FormEvent) => {
    event.preventDefault()
    setAsked(true)
    if (current !== '' && !isShort) change.mutate()
  }
  const isWrong = change.error instanceof ApiError && change.error.code === 'invalid_credentials'
  const wrongCurrent = wasAsked && current === '' ? 'Enter the password you have now.' : isWrong ? 'This is not your password.' : complaintOf(change.error, 'current')
  const wrongFresh = wasAsked && isShort ? `It needs at least ${PASSWORD_LENGTH_MIN} characters.` : complaintOf(change.error, 'new')
  const rest = isWrong ? null : unsaid(change.error, ['current', 'new'])
  return (
    <Card
      title="Password" hint={changedAt === null ? 'Changing it signs you out everywhere else.' : `Last changed on ${dayOf(new Date(changedAt))}.`}
      aside={!isOpen && <Button onClick={() => { change.reset(); setOpen(true) }}>Change password</Button>}
    >
      {isOpen && (
        <form noValidate onSubmit={submit} className="max-w-sm space-y-4">
          <PasswordField label="Current password" autoFocus value={current} onChange={setCurrent} complaint={wrongCurrent} />
          <PasswordField isNew label="New password" value={fresh} onChange={setFresh} complaint={wrongFresh} />
          {rest !== null && <Notice tone="danger" title={rest} />}
          <div className="flex gap-2">
            <Button type="submit" look="primary" isBusy={change.isPending}>{change.isPending ? 'Changing…' : 'Change password'}</Button>
            <Button look="quiet" onClick={close}>Cancel</Button>
          </div>
        </form>
      )}
    </Card>
  )
}
