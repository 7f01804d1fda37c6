import { useState } from 'react'
import { IconButton } from './Button'
import { CheckIcon, CopyIcon } from './icons'

const SHOWN_MS = 1_600

/** A text to take along: shown whole, copied by its button. */
export function CopyField({ label, text }: { label: string; text: string }) {
  const [outcome, setOutcome] = useState<'copied' | 'failed' | null>(null)
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(text)
      setOutcome('copied')
    } catch {
      setOutcome('failed')
    }
    setTimeout(() => setOutcome(null), SHOWN_MS)
  }
  return (
    <div>
      <p className="text-xs text-ink-3">{label}</p>
      <div className="mt-1 flex items-start gap-1 rounded-lg bg-sunken py-1 pr-1 pl-3">
        <code className="min-w-0 flex-1 py-1.5 font-mono text-xs break-all select-all">{text}</code>
        <IconButton label={outcome === 'copied' ? 'Copied' : `Copy ${label.toLowerCase()}`} onClick={() => void copy()}>
          {outcome === 'copied' ? <CheckIcon className="size-4 text-moving" /> : <CopyIcon />}
        </IconButton>
      </div>
      <span role="status" className="sr-only">{outcome === 'copied' ? `${label} copied` : ''}</span>
      {outcome === 'failed' && <p role="alert" className="mt-1 text-xs text-danger">The browser did not allow copying. Select the text instead.</p>}
    </div>
  )
}
