import { useCallback } from 'react'
import { cx } from '../../ui/cx'
import { HaltIcon, PlayIcon, SkipIcon, TargetIcon, WarningIcon } from '../../ui/icons'
import { clockOf } from '../../util/zone'
import type { Player } from './player'
import { SPEEDS } from './playhead'
import { Ticking, usePlayer } from './Ticking'

type TransportProps = { player: Player; zone: string; isReady: boolean; suspects: number; showsSuspects: boolean; onShowSuspects: (shows: boolean) => void }

/** Play, speed, and what is shown on the way. */
export function Transport({ player, zone, isReady, suspects, showsSuspects, onShowSuspects }: TransportProps) {
  const { isPlaying, speed, skipsQuiet, isFollowing } = usePlayer(player)
  const clock = useCallback((at: number) => clockOf(at, zone), [zone])
  return (
    <div role="group" aria-label="Playback" className="flex flex-wrap items-center gap-x-3 gap-y-2 px-3 py-2 min-[820px]:gap-x-4 min-[820px]:px-4">
      <button
        type="button" disabled={!isReady} onClick={() => player.toggle()} aria-label={isPlaying ? 'Pause' : 'Play'} title={isPlaying ? 'Pause (Space)' : 'Play (Space)'}
        className="grid size-9 shrink-0 place-items-center rounded-full bg-accent text-on-accent shadow-raised transition-colors hover:bg-accent-strong disabled:opacity-45"
      >
        {isPlaying ? <HaltIcon /> : <PlayIcon className="size-4" />}
      </button>
      <div className="leading-none">
        <Ticking player={player} text={clock} className="tabular block text-[19px] min-[820px]:text-[21px] font-semibold tracking-[-0.02em]" />
        <span className="mt-1 block text-[11px] text-ink-3">{zone.replaceAll('_', ' ')}</span>
      </div>
      <div role="radiogroup" aria-label="Speed" className="ml-auto flex rounded-lg border border-line bg-sunken p-0.5 min-[820px]:ml-0">
        {SPEEDS.map((one) => (
          <button
            key={one} type="button" role="radio" aria-checked={one === speed} tabIndex={one === speed ? 0 : -1} onClick={() => player.choose({ speed: one })}
            onKeyDown={(event) => {
              const step = event.key === 'ArrowRight' ? 1 : event.key === 'ArrowLeft' ? -1 : 0
              if (step === 0) return
              event.preventDefault()
              event.stopPropagation()
              player.faster(step)
              const buttons = [...event.currentTarget.parentElement!.querySelectorAll('button')]
              buttons[SPEEDS.indexOf(player.state().speed)]?.focus()
            }}
            className={cx('tabular h-7 rounded-md px-1.5 text-[11px] font-medium transition-colors max-[480px]:px-1 min-[820px]:px-2.5 min-[820px]:text-xs', one === speed ? 'bg-surface text-ink shadow-raised' : 'text-ink-3 hover:text-ink')}
          >
            {one}×
          </button>
        ))}
      </div>
      <div className="flex items-center gap-1.5 min-[820px]:ml-auto">
        <Toggle isOn={skipsQuiet} onChange={(isOn) => player.choose({ skipsQuiet: isOn })} icon={<SkipIcon />} hint="Skip stops and silences while nobody moves">Skip quiet</Toggle>
        <Toggle isOn={isFollowing} onChange={(isOn) => player.choose({ isFollowing: isOn })} icon={<TargetIcon />} hint="Keep the followed agent in the middle of the map">Follow</Toggle>
        <Toggle isOn={showsSuspects} onChange={onShowSuspects} icon={<WarningIcon />} hint="Show fixes that are not believed">{`Suspects${suspects > 0 ? ` ${suspects}` : ''}`}</Toggle>
      </div>
      <p aria-hidden="true" className="hidden items-center gap-1.5 text-[11px] text-ink-3 min-[1240px]:flex"><Key>Space</Key><Key>←</Key><Key>→</Key><Key>⇧</Key></p>
    </div>
  )
}

function Toggle({ isOn, onChange, icon, hint, children }: { isOn: boolean; onChange: (isOn: boolean) => void; icon: React.ReactNode; hint: string; children: string }) {
  return (
    <button
      type="button" aria-pressed={isOn} title={hint} onClick={() => onChange(!isOn)}
      className={cx('flex h-8 items-center gap-1.5 rounded-lg border px-2.5 text-[13px] font-medium whitespace-nowrap transition-colors', isOn ? 'border-accent bg-accent-soft text-accent' : 'border-line bg-surface text-ink-2 hover:bg-hover')}
    >
      {icon}{children}
    </button>
  )
}

const Key = ({ children }: { children: string }) => <kbd className="rounded border border-line-strong bg-surface px-1.5 font-sans leading-4.5">{children}</kbd>
