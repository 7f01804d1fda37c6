/** Asks before what was typed is left behind: by a link, by the way back, or with the tab. */
import { useEffect } from 'react'
import { useBlocker } from 'react-router'
import { ConfirmDialog } from '../ui/ConfirmDialog'

type UnsavedProps = {
  /** What was typed is not saved; asked when somebody leaves. */
  isLost: () => boolean
  what: string
}

export function Unsaved({ isLost, what }: UnsavedProps) {
  const blocker = useBlocker(({ currentLocation, nextLocation }) => currentLocation.pathname !== nextLocation.pathname && isLost())
  useEffect(() => {
    const ask = (event: BeforeUnloadEvent) => {
      if (isLost()) event.preventDefault()
    }
    addEventListener('beforeunload', ask)
    return () => removeEventListener('beforeunload', ask)
  }, [isLost])
  if (blocker.state !== 'blocked') return null
  return (
    <ConfirmDialog title="Leave without saving?" action="Leave" busy="Leaving…" dismiss="Stay" isBusy={false} failure={null} onConfirm={() => blocker.proceed()} onClose={() => blocker.reset()}>
      <p>{what}</p>
    </ConfirmDialog>
  )
}
