import type { ReactNode } from 'react'

/** Where a list has nothing: what would be here, and how to begin. */
export function EmptyState({ icon, title, children, action }: { icon: ReactNode; title: string; children: ReactNode; action?: ReactNode }) {
  return (
    <div className="flex flex-col items-center px-6 py-14 text-center">
      <span className="grid size-11 place-items-center rounded-2xl bg-sunken text-ink-3 [&_svg]:size-5.5">{icon}</span>
      <h2 className="mt-4 text-[15px] font-semibold">{title}</h2>
      <p className="mt-1.5 max-w-sm text-[13px] leading-relaxed text-ink-2">{children}</p>
      {action !== undefined && <div className="mt-5">{action}</div>}
    </div>
  )
}
