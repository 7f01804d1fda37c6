import { describe, expect, it } from 'vitest'
import { Player, type Frames } from './player'

const DAY = { from: 1_000_000, to: 2_000_000 }

function setUp(at = DAY.from) {
  let due: ((now_ms: number) => void) | null = null
  let now = 0
  const frames: Frames = { ask: (frame) => { due = frame; return 1 }, cancel: () => { due = null } }
  const player = new Player(10, frames)
  player.open(DAY, at)
  const places: number[] = []
  player.onTick((place) => places.push(place))
  /** Frames of the browser, 60 a second. */
  const pass = (ms: number, frame_ms = 1_000 / 60) => {
    for (const end = now + ms; now < end && due !== null;) {
      now += frame_ms
      due(now)
    }
  }
  return { player, places, pass, isWaiting: () => due !== null }
}

describe('the player', () => {
  it('plays as fast as asked, at most 30 times a second', () => {
    const { player, places, pass } = setUp()
    player.play()
    pass(1_000)
    expect((player.at - DAY.from) / 10_000).toBeCloseTo(1, 1)
    expect(places.length).toBeGreaterThan(25)
    expect(places.length).toBeLessThanOrEqual(32)
  })

  it('takes another speed while playing', () => {
    const { player, pass } = setUp()
    player.play()
    pass(500)
    const before = player.at
    player.faster(1)
    pass(1_000)
    expect((player.at - before) / 30_000).toBeCloseTo(1, 1)
    player.faster(99)
    expect(player.state().speed).toBe(300)
  })

  it('jumps over what is quiet only if asked to', () => {
    const { player, pass } = setUp()
    player.know([{ from: DAY.from, to: 1_900_000 }], DAY.to)
    player.play()
    pass(100)
    expect(player.at).toBeGreaterThanOrEqual(1_900_000)
    player.seek(DAY.from)
    player.choose({ skipsQuiet: false })
    pass(100)
    expect(player.at).toBeLessThan(1_100_000)
  })

  it('stops at the end, asks for no more frames, and begins anew', () => {
    const { player, pass, isWaiting } = setUp(DAY.to - 500)
    player.play()
    pass(1_000)
    expect([player.at, player.state().isPlaying, isWaiting()]).toEqual([DAY.to, false, false])
    player.play()
    expect([player.at, player.state().isPlaying]).toEqual([DAY.from, true])
  })

  it('ends where a day that goes on is known', () => {
    const { player, pass } = setUp()
    player.know([], DAY.from + 2_000)
    player.play()
    pass(1_000)
    expect(player.at).toBe(DAY.from + 2_000)
  })

  it('does not leap after the tab was hidden', () => {
    const { player, pass } = setUp()
    player.play()
    pass(100)
    const before = player.at
    pass(60_000, 60_000)
    expect(player.at - before).toBeLessThanOrEqual(2_500)
  })

  it('never leaves its day', () => {
    const { player } = setUp()
    player.seek(0)
    expect(player.at).toBe(DAY.from)
    player.seek(9e9)
    expect(player.at).toBe(DAY.to)
  })

  it('pauses when another day is opened', () => {
    const { player, isWaiting } = setUp()
    player.play()
    player.open({ from: 5, to: 10 }, 7)
    expect([player.at, player.state().isPlaying, isWaiting()]).toEqual([7, false, false])
  })
})
