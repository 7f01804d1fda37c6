/** Who is signed in on this phone, how it looks, and the way out. */
import { useEffect, useState } from 'react'
import { useTheme, type ThemeChoice } from '../../theme'
import { Avatar } from '../../ui/Avatar'
import { cx } from '../../ui/cx'
import { Dialog } from '../../ui/Dialog'
import { MoonIcon, ScreenIcon, SignOutIcon, SunIcon } from '../../ui/icons'
import { signOut } from '../session'
import { things } from '../model/words'
import { tally } from '../sync/queue'
import { useField } from '../state'
import { useInstall } from '../parts/install'
import { Panel, Screen, Tap, Word } from '../ui/phone'
import { useDay, useRuntime } from '../app'
import { isOpen } from '../model/day'

const LOOKS: [ThemeChoice, string, typeof SunIcon][] = [['light', 'Light', SunIcon], ['dark', 'Dark', MoonIcon], ['system', 'As the phone', ScreenIcon]]

export function MePage() {
  const { person, queue, fixesWaiting } = useField()
  const { choice, choose } = useTheme()
  const runtime = useRuntime()
  const install = useInstall()
  const [isLeaving, setLeaving] = useState(false)
  const [isBusy, setBusy] = useState(false)
  const { waiting, held, refused } = tally(queue)
  const unsent = waiting + held + refused
  const day = useDay()
  const open = day?.visits.find(({ status }) => isOpen(status))
  const [begun, setBegun] = useState(0)
  useEffect(() => {
    if (isLeaving) void runtime.begun().then(setBegun, () => undefined)
  }, [isLeaving, runtime])
  const leave = async () => {
    setBusy(true)
    await signOut(runtime)
  }
  return (
    <Screen title="Me">
      <div className="pb-8">
        <Panel><div className="flex items-center gap-3.5 p-4"><span className="scale-125"><Avatar name={person?.name ?? '?'} /></span><div className="min-w-0 pl-1"><p className="truncate text-[18px] font-semibold">{person?.name}</p><p className="truncate text-[14.5px] text-ink-2">{person?.email}</p></div></div></Panel>
        <Panel title="Look">
          <div role="radiogroup" aria-label="Look" className="grid grid-cols-3 gap-2 p-3">{LOOKS.map(([name, label, Icon]) => (
            <button key={name} type="button" role="radio" aria-checked={choice === name} onClick={() => choose(name)} className={cx('flex min-h-18 flex-col items-center justify-center gap-1.5 rounded-2xl border-2 text-[14px] font-medium', choice === name ? 'border-accent bg-accent-soft text-accent' : 'border-line text-ink-2')}><Icon className="size-6" />{label}</button>
          ))}</div>
        </Panel>
        {install.offer !== null && <Panel title="On the home screen"><div className="p-4 pt-2"><p className="text-[15px] leading-relaxed text-ink-2">Put it beside your other apps: it opens at once, and without a network.</p><Tap look="primary" className="mt-3 w-full" onClick={install.offer}>Install</Tap></div></Panel>}
        {install.isByHand && <Panel title="On the home screen"><p className="px-4 pt-1 pb-4 text-[15px] leading-relaxed text-ink-2">Tap Share, then “Add to Home Screen”: it opens at once, and without a network.</p></Panel>}
        <div className="px-3 pt-4"><Tap className="w-full" onClick={() => setLeaving(true)}><SignOutIcon />Sign out</Tap></div>
        <p className="px-6 pt-4 text-center text-[13px] leading-relaxed text-ink-3">While you are on duty and this page is open, your position is recorded for your organisation. Off duty it is not.</p>
      </div>
      {isLeaving && (
        <Dialog
          title="Sign out?" onClose={() => setLeaving(false)}
          footer={<div className="flex w-full gap-2.5"><Tap className="flex-1" onClick={() => setLeaving(false)}>Stay</Tap><Tap look="primary" className="flex-1" isBusy={isBusy} onClick={() => void leave()}>Sign out</Tap></div>}
        >
          {unsent > 0
            ? <Word tone="warn" title={`${things(unsent, 'thing')} ${unsent === 1 ? 'has' : 'have'} not been sent`}>They stay on this phone and go out when you sign in here again. Nobody else can send them.</Word>
            : <p className="text-[15px] leading-relaxed text-ink-2">Your day and your customers’ details are removed from this phone.{fixesWaiting > 0 && ' Positions that wait to be sent stay.'}</p>}
          {open && <Word tone="warn" className="mt-3" title={`The visit at ${open.customer} is still open`}>Check out of it first, so that its time is right.</Word>}
          {day?.duty?.isOn === true && <Word tone="warn" className="mt-3" title="You are still on duty">Nobody sees where you are after this. If your day is over, go off duty first.</Word>}
          {begun > 0 && unsent === 0 && <Word tone="warn" className="mt-3" title={begun === 1 ? 'Something is begun and not saved' : `${begun} things are begun and not saved`}>A form, a check-in or a check-out that is half filled goes with the rest, and so do its photos.</Word>}
          <div className="h-3" />
        </Dialog>
      )}
    </Screen>
  )
}
