/** What every screen of the phone is made of. Knows nothing of visits. */
import type { AnchorHTMLAttributes, ButtonHTMLAttributes, ReactNode } from 'react'
import { Link, useNavigate } from 'react-router'
import { cx } from '../../ui/cx'
import { BackIcon, CheckIcon, WarningIcon } from '../../ui/icons'

/** A screen reached from another: back at the top, what is to be done at the bottom, under the thumb. */
export function Screen({ title, subtitle, back, end, footer, children }: { title: string; subtitle?: ReactNode; back?: string; end?: ReactNode; footer?: ReactNode; children: ReactNode }) {
  const navigate = useNavigate()
  // Back is where one came from; a link from outside comes from nowhere.
  const leave = () => void (window.history.state?.idx > 0 ? navigate(-1) : navigate(back ?? '/', { replace: true }))
  return (
    <div className="flex h-full min-h-0 flex-col">
      <title>{`${title} · SalesSync Field`}</title>
      <header className="safe-top z-10 shrink-0 border-b border-line bg-surface">
        <div className="flex min-h-14 items-center gap-1 py-1.5 pr-2 pl-1">
          {back !== undefined && (
            <button type="button" aria-label="Back" onClick={leave} className="grid size-12 shrink-0 place-items-center rounded-xl text-ink-2 active:bg-hover"><BackIcon className="size-6" /></button>
          )}
          <div className={cx('min-w-0 flex-1', back === undefined && 'pl-3')}>
            <h1 className="line-clamp-3 text-[17px] leading-snug font-semibold tracking-[-0.01em]">{title}</h1>
            {subtitle !== undefined && <div className="truncate text-[13.5px] leading-snug text-ink-2">{subtitle}</div>}
          </div>
          {end}
        </div>
      </header>
      <main className="min-h-0 flex-1 overflow-y-auto overscroll-contain">{children}</main>
      {footer !== undefined && <footer className="safe-bottom shrink-0 border-t border-line bg-surface"><div className="flex gap-2.5 p-3">{footer}</div></footer>}
    </div>
  )
}

type Look = 'primary' | 'plain' | 'good' | 'danger' | 'quiet'
const LOOKS: Record<Look, string> = {
  primary: 'bg-accent text-on-accent active:bg-accent-strong',
  good: 'bg-good text-surface active:opacity-90',
  plain: 'border border-line-strong bg-surface text-ink active:bg-hover',
  danger: 'border border-danger/40 bg-danger-soft text-danger active:opacity-90',
  quiet: 'text-accent active:bg-hover',
}
const TALL = 'inline-flex min-h-13 items-center justify-center gap-2 rounded-2xl px-4 text-[16px] font-semibold transition-colors disabled:opacity-50 [&_svg]:size-5'

export function Tap({ look = 'plain', isBusy = false, className, disabled, children, ...rest }: ButtonHTMLAttributes<HTMLButtonElement> & { look?: Look; isBusy?: boolean }) {
  return <button type="button" {...rest} disabled={disabled === true || isBusy} aria-busy={isBusy || undefined} className={cx(TALL, LOOKS[look], className)}>{children}</button>
}

export function TapLink({ look = 'plain', to, className, children }: { look?: Look; to: string; className?: string; children: ReactNode }) {
  return <Link to={to} className={cx(TALL, LOOKS[look], className)}>{children}</Link>
}

/** Leads out of the page: to the telephone, to a map of its own. */
export function TapOut({ look = 'plain', className, children, ...rest }: AnchorHTMLAttributes<HTMLAnchorElement> & { look?: Look }) {
  return <a {...rest} className={cx(TALL, LOOKS[look], className)}>{children}</a>
}

export function Panel({ title, end, children, className }: { title?: string; end?: ReactNode; children: ReactNode; className?: string }) {
  return (
    <section className={cx('mx-3 mt-3 overflow-hidden rounded-2xl border border-line bg-surface', className)}>
      {title !== undefined && <header className="flex items-center gap-2 px-4 pt-3.5 pb-1"><h2 className="flex-1 text-[13px] font-semibold tracking-wide text-ink-3 uppercase">{title}</h2>{end}</header>}
      {children}
    </section>
  )
}

export type Tone = 'plain' | 'accent' | 'good' | 'warn' | 'danger'
const TONES: Record<Tone, string> = {
  plain: 'bg-sunken text-ink-2', accent: 'bg-accent-soft text-accent', good: 'bg-good-soft text-good', warn: 'bg-warn-soft text-warn', danger: 'bg-danger-soft text-danger',
}

export function Pill({ tone = 'plain', children, className }: { tone?: Tone; children: ReactNode; className?: string }) {
  return <span className={cx('inline-flex min-h-6 items-center gap-1 rounded-full px-2.5 text-[12.5px] font-semibold whitespace-nowrap', TONES[tone], className)}>{children}</span>
}

/** Something to know, where it is. A `danger` is announced. */
export function Word({ tone = 'plain', title, children, action, className }: { tone?: Tone; title: string; children?: ReactNode; action?: ReactNode; className?: string }) {
  return (
    <div role={tone === 'danger' ? 'alert' : undefined} className={cx('flex gap-3 rounded-2xl px-4 py-3 text-[14.5px] leading-snug', TONES[tone], className)}>
      {tone === 'good' ? <CheckIcon className="mt-px size-5 shrink-0" /> : tone === 'plain' || tone === 'accent' ? null : <WarningIcon className="mt-px size-5 shrink-0" />}
      <div className="min-w-0 flex-1">
        <p className="font-semibold">{title}</p>
        {children !== undefined && <div className="mt-0.5 text-ink-2">{children}</div>}
        {action !== undefined && <div className="mt-2.5">{action}</div>}
      </div>
    </div>
  )
}

export function Empty({ icon, title, children, action }: { icon: ReactNode; title: string; children: ReactNode; action?: ReactNode }) {
  return (
    <div className="flex flex-col items-center px-8 py-16 text-center">
      <span className="grid size-14 place-items-center rounded-3xl border border-line bg-surface text-ink-3 [&_svg]:size-7">{icon}</span>
      <h2 className="mt-5 text-lg font-semibold tracking-[-0.01em]">{title}</h2>
      <p className="mt-1.5 max-w-xs leading-relaxed text-ink-2">{children}</p>
      {action !== undefined && <div className="mt-6">{action}</div>}
    </div>
  )
}

/** One line of a panel that leads on. */
export const ROW = 'flex min-h-14 w-full items-center gap-3 px-4 py-2.5 text-left active:bg-hover'
