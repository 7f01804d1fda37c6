import { useId, type ReactNode } from 'react'

/** One concern of a page: what it is, what it is for, and what can be done about it. */
export function Card({ title, hint, aside, children }: { title: string; hint?: ReactNode; aside?: ReactNode; children: ReactNode }) {
  const id = useId()
  return (
    <section aria-labelledby={id} className="rounded-2xl border border-line bg-surface shadow-raised">
      <header className="flex items-start justify-between gap-x-4 gap-y-2 px-5 pt-4 pb-4 max-sm:flex-wrap">
        <div className="min-w-0">
          <h2 id={id} className="text-sm font-semibold">{title}</h2>
          {hint !== undefined && <p className="mt-0.5 text-[13px] leading-snug text-ink-2">{hint}</p>}
        </div>
        {aside !== undefined && <div className="shrink-0 sm:-my-1.5">{aside}</div>}
      </header>
      {children !== false && children !== null && <div className="px-5 pb-5">{children}</div>}
    </section>
  )
}
