import type { ReactNode } from 'react'
import { Logo } from '../../ui/Logo'
import { StreetScene } from './StreetScene'

/** What the pages for people who are not signed in have in common. */
export function Frame({ title, heading, lead, foot, children }: { title: string; heading: string; lead: ReactNode; foot?: ReactNode; children: ReactNode }) {
  return (
    <div className="grid min-h-dvh bg-surface lg:grid-cols-[minmax(420px,5fr)_7fr]">
      <title>{`${title} · SalesSync`}</title>
      <main className="flex flex-col px-6 py-7 sm:px-12">
        <Logo />
        <div className="my-auto w-full max-w-[340px] self-center py-10">
          <h1 className="text-[26px] leading-tight font-semibold tracking-[-0.022em]">{heading}</h1>
          <p className="mt-1.5 leading-relaxed text-ink-2">{lead}</p>
          {children}
        </div>
        <p className="min-h-4 text-xs text-ink-3">{foot}</p>
      </main>
      <StreetScene />
    </div>
  )
}
