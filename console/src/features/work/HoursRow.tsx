import { Button, IconButton } from '../../ui/Button'
import { CloseIcon, PlusIcon } from '../../ui/icons'
import type { HoursDraft } from './workDraft'

const INPUT = 'tabular h-8 rounded-lg border border-line-strong bg-surface px-2 text-[13px] disabled:opacity-60'
const BREAKS_MAX = 5

/** From, to, and the breaks within: each taken for some minutes, some time between two clocks. */
export function HoursRow<Held extends HoursDraft>({ held, onChange, noun }: { held: Held; onChange: (held: Held) => void; noun: string }) {
  const { from, to, breaks } = held
  return (
    <div className="space-y-1.5 text-[13px]">
      <div className="flex flex-wrap items-center gap-1.5">
        <input type="time" aria-label={`${noun} from`} value={from} onChange={({ target }) => onChange({ ...held, from: target.value })} className={INPUT} />
        <span aria-hidden="true">–</span>
        <input type="time" aria-label={`${noun} to`} value={to} onChange={({ target }) => onChange({ ...held, to: target.value })} className={INPUT} />
        {to !== '' && to <= from && <span className="text-xs text-ink-3">next day</span>}
      </div>
      {breaks.map((pause, at) => (
        <div key={at} className="flex flex-wrap items-center gap-1.5 text-xs text-ink-2">
          <span className="w-10">Break</span>
          <input type="number" min={1} aria-label={`Minutes of break ${at + 1}`} value={pause.minutes} onChange={({ target }) => onChange({ ...held, breaks: breaks.with(at, { ...pause, minutes: target.value }) })} className={`${INPUT} w-16`} />
          <span>min between</span>
          <input type="time" aria-label={`Break ${at + 1} not before`} value={pause.from} onChange={({ target }) => onChange({ ...held, breaks: breaks.with(at, { ...pause, from: target.value }) })} className={INPUT} />
          <span>and</span>
          <input type="time" aria-label={`Break ${at + 1} over by`} value={pause.to} onChange={({ target }) => onChange({ ...held, breaks: breaks.with(at, { ...pause, to: target.value }) })} className={INPUT} />
          <IconButton label={`Remove break ${at + 1}`} className="size-7!" onClick={() => onChange({ ...held, breaks: breaks.filter((_, other) => other !== at) })}><CloseIcon className="size-3.5" /></IconButton>
        </div>
      ))}
      {breaks.length < BREAKS_MAX && <Button look="quiet" className="h-7! px-2!" onClick={() => onChange({ ...held, breaks: [...breaks, { from: '12:00', to: '13:00', minutes: '30' }] })}><PlusIcon className="size-3.5" />Break</Button>}
    </div>
  )
}
