/** The page as a whole: who works on this phone, its screens, and what lies over them. */
import { lazy, Suspense, useEffect, useRef, useState } from 'react'
import { BrowserRouter, Navigate, NavLink, Outlet, Route, Routes, useLocation } from 'react-router'
import { useSession } from '../api/session'
import { cx } from '../ui/cx'
import { MapIcon, PersonIcon } from '../ui/icons'
import { RuntimeContext, useServerNow } from './app'
import { OfferSheet } from './parts/OfferSheet'
import { SyncVoice } from './parts/SyncChip'
import { UpdateBar } from './parts/UpdateBar'
import { ActivityPage } from './pages/ActivityPage'
import { AddPage } from './pages/AddPage'
import { CheckInPage } from './pages/CheckInPage'
import { CheckOutPage } from './pages/CheckOutPage'
import { HistoryPage } from './pages/HistoryPage'
import { MePage } from './pages/MePage'
import { OffersPage } from './pages/OffersPage'
import { SignInPage } from './pages/SignInPage'
import { SyncPage } from './pages/SyncPage'
import { TodayPage } from './pages/TodayPage'
import { VisitPage } from './pages/VisitPage'
import { Runtime } from './runtime'
import { onSessionElsewhere, remembered, verify } from './session'
import { show, useField, type Person } from './state'
import { tally } from './sync/queue'
import { BellIcon, SyncIcon, TodayIcon } from './ui/icons'
import { Word } from './ui/phone'

const MapPage = lazy(() => import('./pages/MapPage'))

type Phase = { kind: 'opening' } | { kind: 'out'; known: Person | null; problem: Error | null } | { kind: 'in'; runtime: Runtime } | { kind: 'broken'; problem: Error }

export function FieldApp() {
  const [phase, setPhase] = useState<Phase>({ kind: 'opening' })
  const opened = useRef<Runtime | null>(null)

  const enter = async (person: Person) => {
    try {
      await opened.current?.close()
      const runtime = await Runtime.open(person, (verdict) => {
        if (verdict.kind === 'other') void enter(verdict.person)
        if (verdict.kind === 'not_an_agent') void runtime.close().then(() => setPhase({ kind: 'out', known: person, problem: verdict.problem }))
      })
      opened.current = runtime
      setPhase({ kind: 'in', runtime })
    } catch (problem) {
      setPhase({ kind: 'broken', problem: problem instanceof Error ? problem : new Error(String(problem)) })
    }
  }
  const begun = useRef(false)
  useEffect(() => {
    if (begun.current) return
    begun.current = true
    // Who worked here last sees their day at once; a session of somebody new is asked for its name.
    const person = remembered()
    if (person !== null) return void enter(person)
    void verify(null).then((verdict) => {
      if (verdict.kind === 'other') return void enter(verdict.person)
      setPhase({ kind: 'out', known: null, problem: verdict.kind === 'not_an_agent' ? verdict.problem : null })
    })
  }, [])

  // Whoever signs in in another window has signed in here. Where the server could not be asked just then, it is once the network is back
  // or the window is looked at again.
  const isOut = phase.kind === 'out'
  useEffect(() => {
    if (!isOut) return
    const over = new AbortController()
    const ask = () => void verify(null).then((verdict) => {
      if (verdict.kind !== 'other' || over.signal.aborted) return
      over.abort()
      void enter(verdict.person)
    })
    onSessionElsewhere(ask, over.signal)
    window.addEventListener('online', ask, { signal: over.signal })
    document.addEventListener('visibilitychange', () => document.visibilityState === 'visible' && ask(), { signal: over.signal })
    return () => over.abort()
  }, [isOut])

  switch (phase.kind) {
    case 'opening':
      return <div role="status" aria-label="Opening" className="grid h-full place-items-center bg-canvas" />
    case 'out':
      return <SignInPage known={phase.known} problem={phase.problem} onBack={null} onSignedIn={(person) => void enter(person)} />
    case 'broken':
      return (
        <div className="grid h-full place-items-center p-6">
          <Word tone="danger" title="This phone’s store cannot be opened">{phase.problem.message} A private window keeps nothing: open the page in an ordinary one.</Word>
        </div>
      )
    case 'in':
      return (
        <RuntimeContext value={phase.runtime}>
          <Watch runtime={phase.runtime} />
          <BrowserRouter basename="/field">
            <Routes>
              <Route element={<Frame />}>
                <Route index element={<TodayPage />} />
                <Route path="map" element={<Suspense fallback={<div className="skeleton flex-1 rounded-none!" />}><MapPage /></Suspense>} />
                <Route path="offers" element={<OffersPage />} />
                <Route path="sync" element={<SyncPage />} />
                <Route path="me" element={<MePage />} />
                <Route path="history" element={<HistoryPage />} />
              </Route>
              <Route element={<Bare />}>
                <Route path="add" element={<AddPage />} />
                <Route path="visits/:id" element={<VisitPage />} />
                <Route path="visits/:id/check-in" element={<CheckInPage />} />
                <Route path="visits/:id/check-out" element={<CheckOutPage />} />
                <Route path="visits/:id/do/:type" element={<ActivityPage />} />
              </Route>
              <Route path="sign-in" element={<SignInAgain onOther={(person) => void enter(person)} />} />
              <Route path="*" element={<Navigate to="/" replace />} />
            </Routes>
            <OfferSheet />
          </BrowserRouter>
          <SyncVoice />
        </RuntimeContext>
      )
  }
}

/** The session's end is said on the page, and nothing of the day goes away with it. */
function Watch({ runtime }: { runtime: Runtime }) {
  const phase = useSession((state) => state.phase)
  const before = useRef(phase)
  useEffect(() => {
    if (phase === 'out' && before.current !== 'out') show({ mustSignIn: true })
    if (phase === 'in' && before.current !== 'in') runtime.sendNow()
    before.current = phase
  }, [phase, runtime])
  return null
}

function SignInAgain({ onOther }: { onOther: (person: Person) => void }) {
  const { person, mustSignIn } = useField()
  const [isDone, setDone] = useState(false)
  if (isDone || !mustSignIn) return <Navigate to="/" replace />
  const signedIn = (next: Person) => {
    // Another agent has a store of their own; what this one left is sent when they come back.
    if (next.agent !== person?.agent) onOther(next)
    setDone(true)
  }
  return <SignInPage known={person} problem={null} onBack={() => setDone(true)} onSignedIn={signedIn} />
}

function Bare() {
  return <div className="mx-auto flex h-full max-w-2xl flex-col overflow-hidden"><UpdateBar /><div className="min-h-0 flex-1"><Outlet /></div></div>
}

function Frame() {
  const { mustSignIn } = useField()
  return (
    <div className="mx-auto flex h-full max-w-2xl flex-col overflow-hidden">
      <UpdateBar />
      {mustSignIn && <NavLink to="/sign-in" className="safe-top flex min-h-12 items-center justify-center bg-danger-soft px-4 text-center text-[14.5px] font-semibold text-danger">Signed out. Tap to sign in; nothing is lost.</NavLink>}
      <div className="flex min-h-0 flex-1 flex-col"><Outlet /></div>
      <Tabs />
    </div>
  )
}

function Tabs() {
  const { queue, offers } = useField()
  const now = useServerNow()
  const { refused } = tally(queue)
  const answered = new Set(queue.actions.flatMap(({ body }) => (body.kind === 'offer' ? [body.offer] : [])))
  const open = offers.filter(({ id, state, expires_ms }) => state === 'offered' && expires_ms > now && !answered.has(id)).length
  return (
    <nav aria-label="Pages" className="safe-bottom shrink-0 border-t border-line bg-surface">
      <ul className="flex">
        <Tab to="/" name="Today" icon={<TodayIcon className="size-6" />} />
        <Tab to="/map" name="Map" icon={<MapIcon className="size-6" />} />
        <Tab to="/offers" name="Offers" icon={<BellIcon className="size-6" />} count={open} />
        <Tab to="/sync" name="Sent" icon={<SyncIcon className="size-6" />} count={refused} isAlarm />
        <Tab to="/me" name="Me" icon={<PersonIcon className="size-6" />} />
      </ul>
    </nav>
  )
}

function Tab({ to, name, icon, count = 0, isAlarm = false }: { to: string; name: string; icon: React.ReactNode; count?: number; isAlarm?: boolean }) {
  const { pathname } = useLocation()
  const isHere = pathname === to
  return (
    <li className="flex-1">
      <NavLink to={to} end replace={pathname !== '/'} className={cx('relative flex h-15 flex-col items-center justify-center gap-0.5 text-[12px] font-semibold', isHere ? 'text-accent' : 'text-ink-3')}>
        <span className="relative">{icon}{count > 0 && <span className={cx('absolute -top-1.5 -right-2.5 grid h-4.5 min-w-4.5 place-items-center rounded-full px-1 text-[11px] font-bold', isAlarm ? 'bg-danger text-surface' : 'bg-accent text-on-accent')}>{count}</span>}</span>
        {name}{count > 0 && <span className="sr-only">, {count}</span>}
      </NavLink>
    </li>
  )
}
