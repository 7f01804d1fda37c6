import type { ReactNode } from 'react'
import { Link, Navigate } from 'react-router'
import { useMay } from '../api/access'
import type { Module } from '../api/identity'
import { titleOfRole } from '../api/roles'
import { useSession } from '../api/session'
import { LockIcon, SearchIcon } from '../ui/icons'
import { homeFor, pagesFor } from './nav'

/** A page for those who may read any one of these; the others are told why they cannot see it. */
export function Gate({ needs, children }: { needs: readonly Module[]; children: ReactNode }) {
  const may = useMay()
  return needs.some((module) => may(module)) ? children : <ForbiddenPage />
}

export function HomePage() {
  return <Navigate to={homeFor(useMay())} replace />
}

export function ForbiddenPage() {
  const me = useSession((state) => state.me)
  return (
    <Signpost icon={<LockIcon />} code="403" title="This page is not part of your role">
      You are signed in as <strong className="font-medium text-ink">{me?.name}</strong> with the role <strong className="font-medium text-ink">{me && titleOfRole(me.role)}</strong>, which does not include it.
      Somebody who manages users can give you another role.
    </Signpost>
  )
}

export function NotFoundPage() {
  return (
    <Signpost icon={<SearchIcon />} code="404" title="There is nothing at this address">
      The link may be old or mistyped, or what it led to is outside of your territories: what you may not see looks like what does not exist.
    </Signpost>
  )
}

function Signpost({ icon, code, title, children }: { icon: ReactNode; code: string; title: string; children: ReactNode }) {
  const may = useMay()
  const pages = pagesFor(may)
  return (
    <div className="grid h-full place-items-center overflow-y-auto p-6">
      <title>{`${title} · SalesSync`}</title>
      <div className="max-w-md text-center">
        <span className="mx-auto grid size-12 place-items-center rounded-2xl border border-line bg-surface text-ink-3 shadow-raised [&_svg]:size-6">{icon}</span>
        <p className="mt-5 text-xs font-medium tracking-wide text-ink-3">{code}</p>
        <h1 className="mt-1 text-lg font-semibold tracking-[-0.015em]">{title}</h1>
        <p className="mt-2 text-[13.5px] leading-relaxed text-ink-2">{children}</p>
        {pages.length > 0 && (
          <nav aria-label="Pages you can see" className="mt-6 flex flex-wrap justify-center gap-2">
            {pages.map(({ path, name, icon: sign }) => (
              <Link key={path} to={path} className="inline-flex h-8 items-center gap-1.5 rounded-lg border border-line-strong bg-surface px-3 text-[13px] font-medium shadow-raised hover:bg-hover">
                <span className="text-ink-3">{sign}</span>{name}
              </Link>
            ))}
          </nav>
        )}
      </div>
    </div>
  )
}
