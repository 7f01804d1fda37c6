export function LogoMark({ className = 'size-7' }: { className?: string }) {
  return (
    <svg viewBox="0 0 32 32" className={className} aria-hidden="true">
      <rect width="32" height="32" rx="9" fill="#2f54eb" />
      <path d="M16 6.4 23.4 24.2 16 20.6 8.6 24.2Z" fill="#fff" />
    </svg>
  )
}

export function Logo() {
  return (
    <span className="inline-flex items-center gap-2.5">
      <LogoMark />
      <span className="text-[15px] font-semibold tracking-[-0.015em]">SalesSync</span>
    </span>
  )
}
