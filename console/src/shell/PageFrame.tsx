import type { ReactNode } from 'react'
import { Link } from 'react-router'
import { cx } from '../ui/cx'
import { BackIcon } from '../ui/icons'

type PageFrameProps = { title: string; hint?: ReactNode; actions?: ReactNode; width?: 'reading' | 'wide'; tabs?: ReactNode; /** The page this one belongs to. */ back?: { path: string; name: string }; children: ReactNode }

/** A page of text and tables: one measure, one heading, scrolling as a whole. */
export function PageFrame({ title, hint, actions, width = 'wide', tabs, back, children }: PageFrameProps) {
  return (
    <div className="h-full overflow-y-auto [scrollbar-gutter:stable]">
      <title>{`${title} · SalesSync`}</title>
      <div className={cx('mx-auto px-4 py-6 sm:px-8 sm:py-8', width === 'reading' ? 'max-w-3xl' : 'max-w-6xl')}>
        {back && <Link to={back.path} className="mb-1.5 inline-flex items-center gap-1 rounded text-xs font-medium text-ink-3 hover:text-ink"><BackIcon className="size-3.5" />{back.name}</Link>}
        <header className="flex flex-wrap items-end justify-between gap-x-6 gap-y-3">
          <div className="min-w-0">
            <h1 className="text-xl font-semibold tracking-[-0.018em]">{title}</h1>
            {hint !== undefined && <p className="mt-0.5 text-[13px] text-ink-2">{hint}</p>}
          </div>
          {actions !== undefined && <div className="flex flex-wrap items-center gap-2">{actions}</div>}
        </header>
        {tabs}
        <div className="mt-6 space-y-5">{children}</div>
      </div>
    </div>
  )
}
