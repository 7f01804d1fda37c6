/** Looks of a data table; the tables themselves are written out, so that they are tables to everybody. */
import type { ReactNode, ThHTMLAttributes } from 'react'
import { cx } from './cx'

/** Scrolls sideways by itself, so that the page does not. */
export function TableCard({ label, children }: { label: string; children: ReactNode }) {
  return (
    <div role="region" aria-label={label} tabIndex={0} className="overflow-x-auto rounded-2xl border border-line bg-surface shadow-raised focus-visible:-outline-offset-2">
      {children}
    </div>
  )
}

export function Th({ className, children, ...rest }: ThHTMLAttributes<HTMLTableCellElement>) {
  return <th scope="col" {...rest} className={cx('border-b border-line px-4 py-2.5 text-left text-xs font-medium whitespace-nowrap text-ink-3', className)}>{children}</th>
}

/** For cells that a phone leaves out, in the head and in the rows alike; what matters of them stands below the first, in a `Below`. */
export const WIDE = 'max-sm:hidden'

/** A line of the first cell that takes the place of columns a phone has no room for. */
export function Below({ children }: { children: ReactNode }) {
  return <span className="mt-0.5 block text-xs font-normal text-ink-3 sm:hidden">{children}</span>
}

export const TD = 'px-4 py-2.5 align-middle'
export const TR = 'border-b border-line last:border-b-0 hover:bg-hover/60'

export function TableSkeleton({ label, rows = 6 }: { label: string; rows?: number }) {
  return (
    <div role="status" aria-label={label} className="divide-y divide-line rounded-2xl border border-line bg-surface shadow-raised">
      {Array.from({ length: rows }, (_, i) => (
        <div key={i} className="flex items-center gap-4 px-4 py-3.5">
          <div className="skeleton size-8 rounded-full" />
          <div className="skeleton h-3.5" style={{ width: `${16 + ((i * 7) % 14)}%` }} />
          <div className="skeleton ml-auto h-3 w-24" />
          <div className="skeleton h-3 w-16" />
        </div>
      ))}
    </div>
  )
}
