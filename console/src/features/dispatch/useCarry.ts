/**
 * A visit in hand: picked up with the pointer (with a finger after a moment, so that a swipe still scrolls) or with M, carried over the
 * timeline, dropped or let go. The plan may change meanwhile; what is in hand is then judged against the new one.
 */
import { useCallback, useEffect, useRef, useState, type KeyboardEvent, type PointerEvent, type RefObject } from 'react'
import { heldOver, nudged, operationOf, pickedUp, type Carry, type Nudge } from './carry'
import type { TimelineHandle } from './DayTimeline'
import type { PlanDay } from './plan'

/** Less is a click by an unsteady hand. */
const DRAG_MIN_PX = 4
const LONG_PRESS_MS = 320
const CARD_OFFSET_PX = 16
const CARD_PX = { width: 288, height: 130 }

const NUDGES: Partial<Record<string, Nudge>> = { ArrowLeft: 'earlier', ArrowRight: 'later', ArrowUp: 'up', ArrowDown: 'down' }

type Options = {
  plan: PlanDay | null
  timeline: RefObject<TimelineHandle | null>
  canMove: boolean
  onDrop: (carry: Carry) => void
  /** Pressed without being moved. */
  onClick: (visit: string, isMore: boolean) => void
}

export type Carrying = {
  carry: Carry | null
  card: RefObject<HTMLDivElement | null>
  press: (visit: string, event: PointerEvent<HTMLElement>) => void
  /** `true` where the key was for what is in hand. */
  key: (event: KeyboardEvent, active: string | null) => boolean
  pickUp: (visit: string) => void
}

export function useCarry({ plan, timeline, canMove, onDrop, onClick }: Options): Carrying {
  const [carry, setCarry] = useState<Carry | null>(null)
  const card = useRef<HTMLDivElement>(null)
  const held = useRef<Carry | null>(null)
  const latest = useRef({ plan, onDrop, onClick, canMove })
  useEffect(() => {
    latest.current = { plan, onDrop, onClick, canMove }
  })
  const hold = useCallback((next: Carry | null) => {
    const before = held.current
    held.current = next
    // A pointer that moves within a slot draws nothing anew.
    if (before && next && sameTarget(before, next)) return
    setCarry(next)
  }, [])

  const drop = useCallback(() => {
    const dropped = held.current
    hold(null)
    if (dropped && operationOf(dropped) !== null) latest.current.onDrop(dropped)
  }, [hold])

  const press = useCallback((visit: string, event: PointerEvent<HTMLElement>) => {
    if (event.button !== 0) return
    const { pointerType, clientX, clientY, pointerId } = event
    const isMore = event.ctrlKey || event.metaKey || event.shiftKey
    const bar = event.currentTarget.getBoundingClientRect()
    const grab_px = event.currentTarget.hasAttribute('data-visit') ? clientX - bar.left : 0
    const isTouch = pointerType !== 'mouse'
    let isCarrying = false
    let frame = 0
    let where = { x: clientX, y: clientY, isPinned: false }

    const begin = () => {
      const { plan: now, canMove: may } = latest.current
      const taken = now && may ? pickedUp(now, visit, 'pointer') : null
      if (!taken) return end()
      isCarrying = true
      hold(taken)
      frame = requestAnimationFrame(follow)
    }
    const follow = () => {
      const { plan: now } = latest.current
      if (held.current === null || now === null) return
      timeline.current?.pull(where.x, where.y)
      const under = timeline.current?.at(where.x, where.y) ?? null
      const start = under && timeline.current?.at(where.x - grab_px, where.y)
      hold(under ? heldOver(held.current, now, under.agent, (start ?? under).at, where.isPinned) : { ...held.current, target: null })
      if (card.current) {
        const x = Math.min(where.x + CARD_OFFSET_PX, innerWidth - CARD_PX.width - 8)
        const y = where.y + CARD_OFFSET_PX + CARD_PX.height > innerHeight ? where.y - CARD_OFFSET_PX - card.current.offsetHeight : where.y + CARD_OFFSET_PX
        card.current.style.transform = `translate(${Math.max(8, x)}px, ${Math.max(8, y)}px)`
      }
      frame = requestAnimationFrame(follow)
    }
    const timer = isTouch ? setTimeout(begin, LONG_PRESS_MS) : undefined
    const move = (to: globalThis.PointerEvent) => {
      if (to.pointerId !== pointerId) return
      where = { x: to.clientX, y: to.clientY, isPinned: to.altKey || to.shiftKey }
      if (isCarrying || Math.hypot(to.clientX - clientX, to.clientY - clientY) < DRAG_MIN_PX) return
      // A finger that moves at once means to scroll.
      if (isTouch) end()
      else begin()
    }
    const up = (at: globalThis.PointerEvent) => {
      if (at.pointerId !== pointerId) return
      const wasCarrying = isCarrying
      end()
      if (wasCarrying) drop()
      else latest.current.onClick(visit, isMore)
    }
    const cancel = () => {
      end()
      hold(null)
    }
    const escape = (typed: globalThis.KeyboardEvent) => {
      if (typed.key !== 'Escape' || !isCarrying) return
      typed.preventDefault()
      typed.stopPropagation()
      cancel()
    }
    const still = (touch: TouchEvent) => {
      if (isCarrying) touch.preventDefault()
    }
    const end = () => {
      clearTimeout(timer)
      cancelAnimationFrame(frame)
      removeEventListener('pointermove', move)
      removeEventListener('pointerup', up)
      removeEventListener('pointercancel', cancel)
      removeEventListener('keydown', escape, true)
      removeEventListener('touchmove', still)
    }
    addEventListener('pointermove', move)
    addEventListener('pointerup', up)
    addEventListener('pointercancel', cancel)
    addEventListener('keydown', escape, true)
    addEventListener('touchmove', still, { passive: false })
  }, [drop, hold, timeline])

  const pickUp = useCallback((visit: string) => {
    const { plan: now, canMove: may } = latest.current
    if (now && may) hold(pickedUp(now, visit, 'keyboard'))
  }, [hold])

  const key = useCallback((event: KeyboardEvent, active: string | null): boolean => {
    const now = latest.current.plan
    const inHand = held.current
    if (now === null) return false
    if (inHand === null) {
      if (event.key.toLowerCase() !== 'm' || event.ctrlKey || event.metaKey || event.altKey || active === null) return false
      pickUp(active)
      return true
    }
    if (inHand.by !== 'keyboard') return false
    const nudge = NUDGES[event.key]
    if (nudge) hold(nudged(inHand, now, nudge))
    else if (event.key === 'Enter') drop()
    else if (event.key === 'Escape') hold(null)
    else return event.key !== 'Tab'
    event.stopPropagation()
    return true
  }, [drop, hold, pickUp])

  // What has happened, or gone, meanwhile cannot stay in hand.
  useEffect(() => {
    if (held.current && plan && !pickedUp(plan, held.current.visit, held.current.by)) hold(null)
  }, [plan, hold])

  return { carry, card, press, key, pickUp }
}

function sameTarget(a: Carry, b: Carry): boolean {
  return a.visit === b.visit && a.target?.agent === b.target?.agent && a.target?.position === b.target?.position && a.target?.pinned_at === b.target?.pinned_at
}
