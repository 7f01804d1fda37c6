import { useEffect, useRef } from 'react'
import { NavLink } from 'react-router'
import { cx } from '../ui/cx'

/** Parts of a page with addresses of their own. On a phone they do not all fit: the one that is open is brought into sight. */
export function LinkTabs({ label, tabs }: { label: string; tabs: readonly { path: string; name: string }[] }) {
  const root = useRef<HTMLElement>(null)
  useEffect(() => {
    void root.current?.querySelector('[aria-current]')?.scrollIntoView?.({ block: 'nearest', inline: 'nearest' })
  })
  return (
    <nav ref={root} aria-label={label} className="mt-5 flex gap-1 overflow-x-auto border-b border-line [scrollbar-width:none]">
      {tabs.map(({ path, name }) => (
        <NavLink
          key={path} to={path} end
          className={({ isActive }) => cx(
            '-mb-px border-b-2 px-3 py-2 max-sm:px-2.5 text-[13px] font-medium whitespace-nowrap focus-visible:-outline-offset-2',
            isActive ? 'border-accent text-ink' : 'border-transparent text-ink-2 hover:border-line-strong hover:text-ink',
          )}
        >
          {name}
        </NavLink>
      ))}
    </nav>
  )
}
