/** What was done today, in the order it was done. */
import { Link } from 'react-router'
import { PlaybackIcon } from '../../ui/icons'
import { useDay } from '../app'
import { progressOf, type DayView } from '../model/project'
import { minutes, plain, time } from '../model/words'
import { Empty, Panel, Pill, Screen, type Tone } from '../ui/phone'

type Line = { key: string; at_ms: number; visit: string; what: string; where: string; tone: Tone }

export function linesOf(day: DayView): Line[] {
  return day.visits.flatMap((visit): Line[] => {
    const lines: Line[] = []
    const line = (at_ms: number | null, what: string, tone: Tone) => {
      if (at_ms !== null) lines.push({ key: `${visit.id}${what}${at_ms}`, at_ms, visit: visit.id, what, where: visit.customer, tone })
    }
    line(visit.checked_in_ms, 'Checked in', 'accent')
    for (const done of visit.done) line(done.at_ms, day.activities.find(({ id }) => id === done.type_id)?.name ?? 'Activity', 'plain')
    const ending = { completed: visit.outcome === 'unproductive' ? 'Unproductive' : 'Productive', abandoned: 'Given up', cancelled: 'Cancelled', missed: 'Missed' }[visit.status as string]
    if (ending !== undefined) line(visit.ended_ms, visit.reason === null ? ending : `${ending}: ${plain(visit.reason).toLowerCase()}`, ending === 'Productive' ? 'good' : 'warn')
    return lines
  }).sort((a, b) => a.at_ms - b.at_ms)
}

export function HistoryPage() {
  const day = useDay()
  const lines = day ? linesOf(day) : []
  const progress = day ? progressOf(day.visits) : { done: 0, all: 0, productive: 0 }
  const spent_s = day?.visits.reduce((sum, { checked_in_ms, ended_ms }) => sum + (checked_in_ms !== null && ended_ms !== null ? (ended_ms - checked_in_ms) / 1_000 : 0), 0) ?? 0
  return (
    <Screen title="The day so far" back="/">
      <div className="mx-3 mt-3 grid grid-cols-3 gap-2.5">
        <Tile name="Done" value={`${progress.done}/${progress.all}`} /><Tile name="Productive" value={String(progress.productive)} /><Tile name="With customers" value={minutes(spent_s)} />
      </div>
      {lines.length === 0 || !day
        ? <Empty icon={<PlaybackIcon />} title="Nothing yet">Check-ins, forms and results of today are listed here.</Empty>
        : (
          <Panel className="mb-6"><ol className="divide-y divide-line">{lines.map((line) => (
            <li key={line.key}><Link to={`/visits/${line.visit}`} className="flex min-h-14 items-center gap-3 px-4 py-2.5 active:bg-hover">
              <span className="tabular w-12 shrink-0 text-[15px] font-semibold">{time(line.at_ms, day.zone)}</span>
              <span className="flex min-w-0 flex-1 flex-wrap items-center gap-x-3 gap-y-1"><span className="min-w-0 flex-1 basis-32 wrap-break-word text-[16px]">{line.where}</span><Pill tone={line.tone} className="max-w-full whitespace-normal!">{line.what}</Pill></span>
            </Link></li>
          ))}</ol></Panel>
        )}
    </Screen>
  )
}

function Tile({ name, value }: { name: string; value: string }) {
  return <div className="rounded-2xl border border-line bg-surface px-3 py-3 text-center"><p className="tabular text-[19px] font-bold">{value}</p><p className="text-[12.5px] text-ink-3">{name}</p></div>
}
