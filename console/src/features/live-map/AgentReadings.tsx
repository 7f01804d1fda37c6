import { useState, type ReactNode } from 'react'
import { explain } from '../../api/problem'
import type { Day } from '../../api/types'
import type { Row } from '../../live/wire'
import { IconButton } from '../../ui/Button'
import { BatteryIcon, CheckIcon, CopyIcon } from '../../ui/icons'
import { accuracy, compass, coordinates, count, distance, percent, speed } from '../../util/units'

/** What the last fix said. Unknown is a dash, never a zero. */
export function Readings({ position: { speed_mps, bearing_deg, accuracy_m, battery } }: { position: Row }) {
  const heading = compass(bearing_deg)
  return (
    <dl className="grid grid-cols-2 gap-px border-y border-line bg-line">
      <Reading name="Speed" value={speed(speed_mps)} />
      <Reading name="Heading" value={heading === null ? '–' : <>{heading} <span className="text-[13px] font-normal text-ink-3">{Math.round(bearing_deg!)}°</span></>} />
      <Reading
        name="Battery"
        value={<span className="inline-flex items-center gap-2">{percent(battery)}{battery !== undefined && <BatteryIcon fraction={battery} />}</span>}
      />
      <Reading name="Accuracy" value={accuracy(accuracy_m)} />
    </dl>
  )
}

export function Today({ day, isPending, error }: { day: Day | null; isPending: boolean; error: Error | null }) {
  if (error) return <p className="px-4 py-3 text-[13px] text-danger">Today's figures: {explain(error)}</p>
  const waiting = isPending ? <span className="skeleton block h-5 w-14" /> : null
  return (
    <section aria-label="Today">
      <h3 className="px-4 pt-3 text-xs font-medium text-ink-3">Today</h3>
      <dl className="grid grid-cols-3 px-4 pt-1 pb-3">
        <Figure name="Distance" value={waiting ?? distance(day?.distance_m)} />
        <Figure name="Fixes" value={waiting ?? (day ? count(day.fixes) : '–')} />
        <Figure name="First fix" value={waiting ?? (day?.first_at ? hourOf(day.first_at) : '–')} />
      </dl>
    </section>
  )
}

type CoordinatesProps = { lat: number; lon: number; device: string | null; source: string | null }

export function Coordinates({ lat, lon, device, source }: CoordinatesProps) {
  const [isCopied, setCopied] = useState(false)
  const text = coordinates(lat, lon)
  const copy = async () => {
    await navigator.clipboard.writeText(text)
    setCopied(true)
    setTimeout(() => setCopied(false), 1_600)
  }
  return (
    <footer className="flex items-center gap-2 border-t border-line bg-sunken py-2 pr-2 pl-4 text-xs text-ink-3">
      <div className="min-w-0 flex-1">
        <p className="tabular text-[13px] text-ink-2">{text}</p>
        {device !== null && <p className="truncate">{device}{source !== null && source !== 'unknown' ? ` · ${source}` : ''}</p>}
      </div>
      <IconButton label={isCopied ? 'Copied' : 'Copy coordinates'} onClick={() => void copy().catch(() => setCopied(false))}>
        {isCopied ? <CheckIcon className="size-4 text-moving" /> : <CopyIcon />}
      </IconButton>
      <span role="status" className="sr-only">{isCopied ? 'Coordinates copied' : ''}</span>
    </footer>
  )
}

function Reading({ name, value }: { name: string; value: ReactNode }) {
  return (
    <div className="bg-surface px-4 py-2.5">
      <dt className="text-xs text-ink-3">{name}</dt>
      <dd className="tabular mt-0.5 text-[17px] leading-6 font-semibold tracking-[-0.012em]">{value}</dd>
    </div>
  )
}

function Figure({ name, value }: { name: string; value: ReactNode }) {
  return (
    <div className="flex flex-col-reverse">
      <dt className="text-xs text-ink-3">{name}</dt>
      <dd className="tabular text-[15px] font-semibold">{value}</dd>
    </div>
  )
}

const hourOf = (at: string): string => new Date(at).toLocaleTimeString('en-GB', { hour: '2-digit', minute: '2-digit' })
