/** What is chosen, in one line at the edge of a narrow screen: the card with all about it is a tab away. */
import { Button, IconButton } from '../../ui/Button'
import { CloseIcon } from '../../ui/icons'

type PeekProps = {
  title: string
  text: string
  /** Of who makes it; `null`: nobody. */
  colour: string | null
  onOpen: () => void
  onClose: () => void
}

export function Peek({ title, text, colour, onOpen, onClose }: PeekProps) {
  return (
    <section aria-label={`Chosen: ${title}`} className="appear flex items-center gap-2.5 rounded-2xl border border-line bg-surface py-2 pr-1.5 pl-3 shadow-panel">
      <span aria-hidden="true" className="h-9 w-1 shrink-0 rounded-full bg-line" style={colour === null ? undefined : { background: colour }} />
      <div className="min-w-0 flex-1">
        <p className="truncate text-[13px] font-semibold">{title}</p>
        <p className="tabular truncate text-xs text-ink-2">{text}</p>
      </div>
      <Button onClick={onOpen}>Details</Button>
      <IconButton label="Choose none" onClick={onClose}><CloseIcon /></IconButton>
    </section>
  )
}
