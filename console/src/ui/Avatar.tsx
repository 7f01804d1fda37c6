import { cx } from './cx'

/** Initials; decorative, the name stands beside it. */
export function Avatar({ name, className = 'size-8 text-xs', isDimmed = false }: { name: string; className?: string; isDimmed?: boolean }) {
  return (
    <span aria-hidden="true" className={cx('grid shrink-0 place-items-center rounded-full font-semibold', isDimmed ? 'bg-sunken text-ink-3' : 'bg-accent-soft text-accent', className)}>
      {initials(name)}
    </span>
  )
}

export function initials(name: string): string {
  const words = name.trim().split(/\s+/)
  return [words[0], words.length > 1 ? words.at(-1) : ''].map((word) => [...(word ?? '')][0] ?? '').join('').toUpperCase() || '·'
}
