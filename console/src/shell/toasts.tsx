/** Short words of success. Errors stay where they happened. */
import { create } from 'zustand'
import { CheckIcon } from '../ui/icons'

const SHOWN_MS = 4_000

type Toast = { id: number; text: string }
const useToasts = create<{ toasts: readonly Toast[] }>()(() => ({ toasts: [] }))
let last = 0

export function tell(text: string): void {
  const id = (last += 1)
  useToasts.setState(({ toasts }) => ({ toasts: [...toasts.slice(-2), { id, text }] }))
  setTimeout(() => useToasts.setState(({ toasts }) => ({ toasts: toasts.filter((toast) => toast.id !== id) })), SHOWN_MS)
}

export function Toasts() {
  const toasts = useToasts((state) => state.toasts)
  return (
    <div role="status" aria-live="polite" className="pointer-events-none fixed inset-x-0 bottom-5 z-[60] flex flex-col items-center gap-2 px-4">
      {toasts.map(({ id, text }) => (
        <p key={id} className="appear flex items-center gap-2 rounded-xl bg-ink px-3.5 py-2.5 text-[13px] font-medium text-surface shadow-panel">
          <CheckIcon className="size-4 text-moving" />{text}
        </p>
      ))}
    </div>
  )
}
