/** A day played again: the map with everybody's ways, lanes under it, the day's items beside it; on a phone, the items in a sheet. */
import { useCallback, useEffect, useMemo, useRef, useState, type MouseEvent } from 'react'
import { useAgents, type Agents } from '../../api/useAgents'
import { useTrackRules, type TrackRules } from '../../api/useTrackRules'
import { LINE_COLOURS } from '../../map/palette'
import { PageSkeleton } from '../../shell/PageSkeleton'
import { useTheme } from '../../theme'
import { Button, IconButton } from '../../ui/Button'
import { CloseIcon, ListIcon } from '../../ui/icons'
import { useIsWide } from '../../util/useMedia'
import { dateOf, longDate } from '../../util/zone'
import { AgentPicker } from './AgentPicker'
import { AgentTotals } from './AgentTotals'
import { DateField } from './DateField'
import { ItemList } from './ItemList'
import { toLanes, type Bar } from './lanes'
import { isWithin } from './link'
import type { Mark } from './MarksLayer'
import { PlaybackMap } from './PlaybackMap'
import { Player } from './player'
import { keyed, quietSpans } from './playhead'
import { Timeline, type LaneView } from './Timeline'
import { usePlayer } from './Ticking'
import { Transport } from './Transport'
import { useAddress, useKeptInAddress } from './useAddress'
import { useAgentDays, useCivilDay, useKnownUntil, usePassedFences, type AgentDay, type Day } from './useDay'
import type { Way } from './WaysLayer'
import { asSentence, tell } from './words'

export function PlaybackPage() {
  const rules = useTrackRules()
  return rules === null ? <PageSkeleton /> : <Playback rules={rules} />
}

function Playback({ rules: { zone, gap_ms } }: { rules: TrackRules }) {
  const { address, go } = useAddress(zone)
  const { agents: chosenAgents, date } = address
  const agents = useAgents()
  const theme = useTheme((state) => state.theme)
  const isWide = useIsWide()
  const day = useCivilDay(date, zone)
  const days = useAgentDays(chosenAgents, day)
  const { names: fences, versions: fencesPassed } = usePassedFences(days)
  const knownUntil = useKnownUntil(day)
  const [player] = useState(() => new Player(address.speed))
  const isReady = usePlayedDay(player, day, days, knownUntil, address.at)
  useKeptInAddress(player, date, isReady)
  usePlayerKeys(player)

  const [isPicking, setPicking] = useState(chosenAgents.length === 0)
  const [isSheetOpen, setSheetOpen] = useState(false)
  const [showsSuspects, setShowsSuspects] = useState(false)
  const [followed, setFollowed] = useState<string | null>(null)
  const [chosen, setChosen] = useState<Bar | null>(null)

  const colourOf = useCallback((agent: string) => LINE_COLOURS[theme][Math.max(0, chosenAgents.indexOf(agent)) % LINE_COLOURS[theme].length]!, [theme, chosenAgents])
  const nameOf = useCallback((agent: string) => agents.names.get(agent) ?? (agents.isPending ? 'Loading…' : 'Unknown agent'), [agents])

  const lanes = useMemo(() => days.flatMap((one): LaneView[] => {
    const own = toLanes(one, day, knownUntil)
    return own.map((lane) => ({
      ...lane, key: `${lane.agent} ${lane.device}`, name: nameOf(lane.agent), phone: own.length > 1 ? lane.device : null, colour: colourOf(lane.agent),
      track: one.tracks.find(({ device }) => device === lane.device) ?? null,
    }))
  }), [days, day, knownUntil, nameOf, colourOf])
  const tracks = useMemo(() => days.flatMap((one) => one.tracks), [days])
  const ways = useMemo(() => days.flatMap((one) => one.tracks.map((track): Way => ({
    track, colour: colourOf(track.agent), name: one.tracks.length > 1 ? `${nameOf(track.agent)} · ${track.device}` : nameOf(track.agent),
  }))), [days, colourOf, nameOf])
  const bars = useMemo(() => lanes.flatMap((lane) => lane.bars).sort((a, b) => a.from - b.from), [lanes])
  const marks = useMemo(
    () => bars.filter(({ item }) => item.kind === 'stop' || item.kind === 'suspect')
      .map((bar): Mark => ({ bar, colour: colourOf(bar.item.agent_id), tip: asSentence(tell(bar, zone, fences)) })),
    [bars, colourOf, zone, fences],
  )

  // What was chosen of one day is nothing in another.
  const scene = `${chosenAgents.join(' ')} ${date}`
  const [sceneOfChosen, setSceneOfChosen] = useState(scene)
  if (sceneOfChosen !== scene) {
    setSceneOfChosen(scene)
    setChosen(null)
  }

  const choose = useCallback((bar: Bar) => {
    setChosen(bar)
    setSheetOpen(false)
    // The camera goes to the item, and not on with whom it followed.
    player.choose({ isFollowing: false })
    player.seek(bar.from)
  }, [player])
  const follow = useCallback((agent: string) => {
    setFollowed(agent)
    player.choose({ isFollowing: true })
  }, [player])

  const isPending = days.some((one) => one.isPending)
  const isSilent = days.length > 0 && !isPending && tracks.length === 0 && days.every(({ error }) => error === null)
  const { isFollowing } = usePlayer(player)
  const isFollowedShown = followed !== null && chosenAgents.includes(followed) ? followed : (chosenAgents[0] ?? null)

  const aside = (
    <>
      <div className="max-h-[46%] shrink-0 divide-y divide-line overflow-y-auto overscroll-contain py-1">
        {days.map((one) => (
          <AgentTotals
            key={one.agent} of={one} name={nameOf(one.agent)} colour={colourOf(one.agent)} date={date} gap_ms={gap_ms} player={player}
            isFollowed={isFollowing && one.agent === isFollowedShown} onFollow={() => follow(one.agent)} onRemove={() => go({ agents: chosenAgents.filter((agent) => agent !== one.agent) })}
          />
        ))}
      </div>
      {days.length > 0 && (
        <ItemList bars={bars} zone={zone} fences={fences} colourOf={colourOf} nameOf={nameOf} isOne={days.length === 1} isPending={isPending} chosen={chosen} onChoose={choose} />
      )}
    </>
  )
  return (
    <div className="absolute inset-0 flex flex-col" onMouseDown={leaveKeysAlone}>
      <title>{chosenAgents.length === 1 ? `${nameOf(chosenAgents[0]!)}, ${longDate(date)} · SalesSync` : 'Playback · SalesSync'}</title>
      <h1 className="sr-only">Playback</h1>
      <div className="flex min-h-0 flex-1">
        <section aria-label="Map" className="relative min-w-0 flex-1">
          <PlaybackMap
            ways={ways} marks={marks} fences={fencesPassed} tracks={tracks} player={player} gap_ms={gap_ms} followed={isFollowedShown} showsSuspects={showsSuspects}
            chosen={chosen} onChoose={choose} scene={scene}
          />
          <div className="absolute top-3 left-3 z-20 flex max-w-[calc(100%-1.5rem)] items-center gap-0.5 rounded-xl border border-line bg-surface p-1 shadow-panel">
            <AgentPicker agents={agents} chosen={chosenAgents} colourOf={colourOf} onChange={(next) => go({ agents: next })} isOpen={isPicking} onOpenChange={setPicking} />
            <span aria-hidden="true" className="h-5 w-px shrink-0 bg-line" />
            <DateField date={date} today={dateOf(Date.now(), zone)} onChange={(next) => go({ date: next })} />
          </div>
          {days.length === 0 && !isPicking && <Nobody agents={agents} onChoose={() => setPicking(true)} />}
          {isSilent && <Silent names={chosenAgents.map(nameOf)} date={date} />}
          {!isWide && days.length > 0 && (
            <Button className="absolute bottom-8 left-3 z-10 shadow-panel" aria-expanded={isSheetOpen} onClick={() => setSheetOpen(true)}><ListIcon />The day's items</Button>
          )}
        </section>
        {isWide && days.length > 0 && <aside aria-label="The day" className="flex w-[348px] shrink-0 flex-col border-l border-line bg-surface">{aside}</aside>}
      </div>
      {days.length > 0 && (
        <section aria-label="Timeline" className="z-10 flex max-h-[56%] shrink-0 flex-col border-t border-line bg-surface">
          <Transport
            player={player} zone={zone} isReady={isReady && tracks.length > 0} suspects={bars.filter(({ item }) => item.kind === 'suspect').length}
            showsSuspects={showsSuspects} onShowSuspects={setShowsSuspects}
          />
          <Timeline
            key={day.from} lanes={lanes} day={day} zone={zone} gap_ms={gap_ms} player={player} fences={fences} showsSuspects={showsSuspects} isPending={isPending}
            knownUntil={knownUntil} followed={isFollowing ? isFollowedShown : null} onFollow={follow} chosen={chosen} onChoose={choose}
          />
        </section>
      )}
      {!isWide && isSheetOpen && (
        <aside aria-label="The day" className="appear absolute inset-x-0 bottom-0 z-30 flex h-[82%] flex-col overflow-hidden rounded-t-2xl border-t border-line bg-surface shadow-panel">
          <header className="flex items-center justify-between py-1.5 pr-2 pl-4">
            <h2 className="text-[15px] font-semibold">{longDate(date)}</h2>
            <IconButton label="Close" onClick={() => setSheetOpen(false)}><CloseIcon /></IconButton>
          </header>
          {aside}
        </aside>
      )}
    </div>
  )
}

/** Opens the day in the player, and tells it what is known; true once the playhead stands where it belongs. */
function usePlayedDay(player: Player, day: Day, days: readonly AgentDay[], knownUntil: number, linkedAt: number | null): boolean {
  const linked = useRef(linkedAt)
  const [placed, setPlaced] = useState<number | null>(null)
  useEffect(() => {
    player.open(day, isWithin(linked.current, day) ? linked.current : day.from)
    return () => player.pause()
  }, [player, day])

  const isKnown = days.length > 0 && days.every((one) => !one.isPending)
  useEffect(() => {
    if (!isKnown) return
    player.know(quietSpans(days.flatMap(({ items }) => items), day, knownUntil), knownUntil)
    if (placed === day.from) return
    // A day begins with its first fix, unless the link says otherwise; a link is for once.
    const firstAt = Math.min(...days.flatMap(({ tracks }) => tracks.map(({ at }) => at[0]!)))
    if (!isWithin(linked.current, day) && Number.isFinite(firstAt)) player.seek(firstAt)
    linked.current = null
    setPlaced(day.from)
  }, [player, day, days, isKnown, knownUntil, placed])
  return isKnown && placed === day.from
}

/** Space plays; arrows, Home and End move the playhead, wherever on the page, except where keys have a meaning of their own. */
function usePlayerKeys(player: Player): void {
  useEffect(() => {
    const press = (event: KeyboardEvent) => {
      const { target } = event
      const isTaken = target instanceof HTMLElement && target.closest('input, textarea, select, [contenteditable], [role=listbox], [role=menu], [role=dialog], .maplibregl-map') !== null
      if (isTaken || event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return
      if (event.key === ' ') {
        if (target instanceof HTMLElement && target.closest('button, a') !== null) return
        event.preventDefault()
        player.toggle()
        return
      }
      const next = keyed(event, player.at, player.day)
      if (next === null) return
      event.preventDefault()
      player.seek(next)
    }
    addEventListener('keydown', press)
    return () => removeEventListener('keydown', press)
  }, [player])
}

/** A button pressed with the mouse does not take the keyboard: Space goes on to play. */
function leaveKeysAlone(event: MouseEvent<HTMLElement>): void {
  if (event.target instanceof Element && event.target.closest('button') !== null) event.preventDefault()
}

function Nobody({ agents, onChoose }: { agents: Agents; onChoose: () => void }) {
  return (
    <div className="pointer-events-none absolute inset-0 grid place-items-center p-6">
      <div className="appear pointer-events-auto max-w-xs rounded-2xl border border-line bg-surface px-6 py-5 text-center shadow-panel">
        <h2 className="font-semibold">Whose day?</h2>
        <p className="mt-1 text-[13px] text-ink-2">{agents.all.length === 0 && !agents.isPending ? 'There are no agents yet.' : 'Choose up to six agents, and watch where they went.'}</p>
        <Button look="primary" className="mt-4" onClick={onChoose}>Choose agents</Button>
      </div>
    </div>
  )
}

function Silent({ names, date }: { names: readonly string[]; date: string }) {
  return (
    <div role="status" className="appear absolute top-18 left-3 z-10 max-w-xs rounded-xl border border-line bg-surface px-4 py-3 shadow-panel">
      <p className="text-[13px] font-semibold">Nothing was heard</p>
      <p className="mt-0.5 text-[13px] text-ink-2">{names.length === 1 ? `${names[0]}'s phone` : 'None of their phones'} sent {names.length === 1 ? 'no fix' : 'a fix'} on {longDate(date)}. Try another day.</p>
    </div>
  )
}
