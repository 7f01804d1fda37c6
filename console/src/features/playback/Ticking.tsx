import { useEffect, useRef, useSyncExternalStore } from 'react'
import type { Player, PlayerState } from './player'

/** Text that follows the playhead, written past React. */
export function Ticking({ player, text, className }: { player: Player; text: (at: number) => string; className?: string }) {
  const box = useRef<HTMLSpanElement>(null)
  useEffect(() => player.onTick((at) => {
    const next = text(at)
    if (box.current && box.current.textContent !== next) box.current.textContent = next
  }), [player, text])
  return <span ref={box} className={className} />
}

export const usePlayer = (player: Player): PlayerState => useSyncExternalStore(player.subscribe, player.state)
