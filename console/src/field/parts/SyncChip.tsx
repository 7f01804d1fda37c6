/** How things stand with the server, in one glance; leads to what waits. */
import { Link } from 'react-router'
import { cx } from '../../ui/cx'
import { WarningIcon } from '../../ui/icons'
import { tally } from '../sync/queue'
import { useField, type FieldState } from '../state'
import { CloudOffIcon, SyncIcon } from '../ui/icons'

export type Look = { text: string; short: string; tone: 'good' | 'plain' | 'warn' | 'danger' }

export function lookOf({ queue, isOnline, mustSignIn, progress, isFull }: Pick<FieldState, 'queue' | 'isOnline' | 'mustSignIn' | 'progress' | 'isFull'>): Look {
  const { waiting, refused, held } = tally(queue)
  const all = waiting + held
  if (isFull) return { text: 'This phone is full', short: 'Full', tone: 'danger' }
  if (refused > 0) return { text: refused === 1 ? 'One thing was refused' : `${refused} things were refused`, short: `${refused} refused`, tone: 'danger' }
  if (mustSignIn) return { text: all > 0 ? `Sign in to send ${all}` : 'Sign in again', short: 'Sign in', tone: 'danger' }
  if (!isOnline || progress === 'offline') return { text: all > 0 ? `No network, ${wait(all)}` : 'No network', short: all > 0 ? wait(all) : 'Offline', tone: 'warn' }
  if (all > 0) return { text: `Sending ${all}`, short: `Sending ${all}`, tone: 'plain' }
  return { text: 'Everything is sent', short: '', tone: 'good' }
}

const wait = (all: number): string => `${all} ${all === 1 ? 'waits' : 'wait'}`

const TONES = { good: 'text-good', plain: 'bg-accent-soft text-accent', warn: 'bg-warn-soft text-warn', danger: 'bg-danger-soft text-danger' }

export function SyncChip() {
  const state = useField()
  const look = lookOf(state)
  return (
    <Link to="/sync" aria-label={`${look.text}. What waits to be sent`} className={cx('flex min-h-10 items-center gap-1.5 rounded-full px-3 text-[13px] font-semibold', TONES[look.tone])}>
      {look.tone === 'danger' ? <WarningIcon className="size-4.5" /> : look.tone === 'warn' ? <CloudOffIcon className="size-4.5" /> : <SyncIcon className={cx('size-4.5', look.tone === 'plain' && 'breathe')} />}
      {look.short !== '' && <span className="tabular whitespace-nowrap">{look.short}</span>}
    </Link>
  )
}

/** Says aloud what changed, for who does not see the chip. */
export function SyncVoice() {
  const text = useField((state) => lookOf(state).text)
  return <p role="status" aria-live="polite" className="sr-only">{text}</p>
}
