import { LockIcon } from './icons'

/** The server hides parts of contacts from whoever may not see them. */
export const isMasked = (text: string): boolean => /[*•…]/.test(text)

/** A contact as given; where parts of it are hidden, that is said. */
export function Contact({ text, masked = isMasked(text), className }: { text: string; masked?: boolean; className?: string }) {
  if (!masked) return <span className={className}>{text}</span>
  return (
    <span className={className} title="Masked: your role does not include contacts">
      <span aria-hidden="true">{text}</span>
      <LockIcon className="ml-1 inline size-3 align-[-1px] text-ink-3" />
      <span className="sr-only">{text.replace(/[*•…]+/g, ' hidden ')} (masked: your role does not include contacts)</span>
    </span>
  )
}
