import { Button } from '../../ui/Button'
import { count } from '../../util/units'
import { longDate, minuteOf } from '../../util/zone'
import type { Relaxation } from './desk'
import { relaxationInWords } from './why'

type RungProps = {
  relaxation: Relaxation
  /** Of the agent who would make it. */
  name: string
  /** Said where the agent is not told above. */
  isNamed?: boolean
  visitName: (visit: string) => string
  date: string
  zone: string
  isOff: boolean
  isBusy: boolean
  onAccept: () => void
}

/** What would have to give, when the visit would be made then, and what that costs. */
export function Rung({ relaxation, name, isNamed = false, visitName, date, zone, isOff, isBusy, onAccept }: RungProps) {
  const words = relaxationInWords(relaxation, visitName)
  return (
    <li className="flex items-center gap-3 py-1.5 text-xs last:pb-0.5">
      <span className="min-w-0 flex-1">
        <span className="block leading-snug font-medium text-warn wrap-break-word first-letter:uppercase">{isNamed ? `${name} ${words}` : words}</span>
        <span className="tabular block text-ink-2">
          there at {minuteOf(Date.parse(relaxation.start), zone)}{relaxation.date !== date && ` on ${longDate(relaxation.date)}`}
          {/* A visit that has to be made and is not is worse than any cost, so it is in none. */}
          {relaxation.give !== 'displace' && ` · cost ${count(Math.round(relaxation.cost))}`}
        </span>
      </span>
      <Button className="h-8! px-2.5!" disabled={isOff} isBusy={isBusy} onClick={onAccept} aria-label={`Accept that ${name} ${words}`}>Accept</Button>
    </li>
  )
}
