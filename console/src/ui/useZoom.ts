/** Zoom of a timeline in a box that scrolls: by wheel, pinch, keys and buttons, around what is under the pointer. */
import { useCallback, useEffect, useLayoutEffect, useRef, useState, type RefObject } from 'react'
import { zoomAround, zoomTo } from '../util/timescale'

export const BUTTON_ZOOM = 1.6
const WHEEL_ZOOM = 1.0016
/** What a wheel turns by in one notch is more; a pinch comes in small steps. */
const PINCH_PX = 50

type ZoomOptions = {
  /** What stands still at the left of the box while the rest scrolls under it. */
  inset_px?: number
  /** A box that scrolls downwards keeps the plain wheel for that. */
  wheel?: 'plain' | 'with_ctrl'
}

export type Zoom = {
  zoom: number
  /** Of the part that scrolls, in sight. */
  width_px: number
  zoomBy: (factor: number, anchor_px?: number) => void
  /** Shares of the day. */
  show: (from: number, to: number) => void
}

export function useZoom(scroller: RefObject<HTMLDivElement | null>, { inset_px = 0, wheel: zoomsOn = 'plain' }: ZoomOptions = {}): Zoom {
  const [zoom, setZoom] = useState(1)
  const [width_px, setWidth] = useState(0)
  const wanted = useRef<{ zoom: number; scroll_px: number | null }>({ zoom: 1, scroll_px: null })

  const zoomBy = useCallback((factor: number, anchor_px?: number) => {
    const box = scroller.current
    if (!box) return
    const from = { zoom: wanted.current.zoom, scroll_px: wanted.current.scroll_px ?? box.scrollLeft }
    const room_px = box.clientWidth - inset_px
    const next = zoomAround(from, factor, anchor_px ?? room_px / 2, room_px)
    wanted.current = next
    setZoom(next.zoom)
  }, [scroller, inset_px])
  const show = useCallback((from: number, to: number) => {
    const box = scroller.current
    if (!box) return
    const next = zoomTo(from, to, box.clientWidth - inset_px)
    wanted.current = next
    setZoom(next.zoom)
    // The same zoom draws nothing anew, and the place may yet be another.
    box.scrollLeft = next.scroll_px
  }, [scroller, inset_px])

  useLayoutEffect(() => {
    const { scroll_px } = wanted.current
    if (scroller.current && scroll_px !== null) scroller.current.scrollLeft = scroll_px
    wanted.current.scroll_px = null
  }, [scroller, zoom])

  useEffect(() => {
    const box = scroller.current
    if (!box) return
    const observer = new ResizeObserver(() => setWidth(box.clientWidth - inset_px))
    observer.observe(box)
    const anchorOf = (x: number) => x - box.getBoundingClientRect().left - inset_px
    const wheel = (event: WheelEvent) => {
      // Sideways is the browser's own scrolling; a pinch on a touchpad comes as a wheel with ctrl.
      if (Math.abs(event.deltaX) > Math.abs(event.deltaY) || event.shiftKey) return
      if (zoomsOn === 'with_ctrl' && !event.ctrlKey && !event.metaKey) return
      event.preventDefault()
      const lines = event.deltaMode === WheelEvent.DOM_DELTA_LINE ? 16 : 1
      zoomBy(WHEEL_ZOOM ** (-event.deltaY * lines * (event.ctrlKey && Math.abs(event.deltaY) < PINCH_PX ? 5 : 1)), anchorOf(event.clientX))
    }
    let apart_px: number | null = null
    const pinch = (event: TouchEvent) => {
      const [a, b] = [event.touches[0], event.touches[1]]
      if (!a || !b) {
        apart_px = null
        return
      }
      event.preventDefault()
      const now_px = Math.max(20, Math.hypot(a.clientX - b.clientX, a.clientY - b.clientY))
      if (apart_px !== null) zoomBy(now_px / apart_px, anchorOf((a.clientX + b.clientX) / 2))
      apart_px = now_px
    }
    const letGo = () => {
      apart_px = null
    }
    box.addEventListener('wheel', wheel, { passive: false })
    box.addEventListener('touchmove', pinch, { passive: false })
    box.addEventListener('touchend', letGo)
    const keys = (event: KeyboardEvent) => {
      const isTyping = event.target instanceof HTMLElement && event.target.closest('input, textarea, select, .maplibregl-map') !== null
      if (isTyping || event.ctrlKey || event.metaKey || event.altKey) return
      if (event.key === '+' || event.key === '=') zoomBy(BUTTON_ZOOM)
      else if (event.key === '-') zoomBy(1 / BUTTON_ZOOM)
    }
    addEventListener('keydown', keys)
    return () => {
      observer.disconnect()
      box.removeEventListener('wheel', wheel)
      box.removeEventListener('touchmove', pinch)
      box.removeEventListener('touchend', letGo)
      removeEventListener('keydown', keys)
    }
  }, [scroller, zoomBy, inset_px, zoomsOn])

  return { zoom, width_px, zoomBy, show }
}

