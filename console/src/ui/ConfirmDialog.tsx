import { useState, type FormEvent, type ReactNode } from 'react'
import { Button } from './Button'
import { Dialog } from './Dialog'
import { TextField } from './fields'
import { Notice } from './Notice'

type ConfirmDialogProps = {
  title: string
  children: ReactNode
  action: string
  busy: string
  isBusy: boolean
  failure: string | null
  /** To be typed before it can be done. */
  typed?: string
  look?: 'danger' | 'primary'
  /** What leaving is called, where what is asked about is a cancellation itself. */
  dismiss?: string
  onConfirm: () => void
  onClose: () => void
}

/** Asks once more, in the words of what will happen. */
export function ConfirmDialog({ title, children, action, busy, isBusy, failure, typed, look = 'danger', dismiss = 'Cancel', onConfirm, onClose }: ConfirmDialogProps) {
  const [text, setText] = useState('')
  const isOpen = typed === undefined || text.trim() === typed
  const submit = (event: FormEvent) => {
    event.preventDefault()
    if (isOpen && !isBusy) onConfirm()
  }
  return (
    <Dialog title={title} width="narrow" onClose={onClose} isHeld={isBusy}>
      <form onSubmit={submit} className="space-y-4">
        <div className="space-y-2 text-[13px] leading-relaxed text-ink-2">{children}</div>
        {typed !== undefined && <TextField label={`Type “${typed}” to go on`} value={text} onChange={setText} autoComplete="off" spellCheck={false} autoFocus />}
        {failure !== null && <Notice tone="danger" title="That did not work">{failure}</Notice>}
        <div className="flex justify-end gap-2">
          <Button onClick={onClose} disabled={isBusy}>{dismiss}</Button>
          <Button type="submit" look={look} isBusy={isBusy} disabled={!isOpen} autoFocus={typed === undefined}>{isBusy ? busy : action}</Button>
        </div>
      </form>
    </Dialog>
  )
}
