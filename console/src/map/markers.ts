/** The agents' markers, drawn on a canvas once per theme: a teardrop that points north, and a disc for no bearing. */
import type { Map as MapLibreMap } from 'maplibre-gl'
import type { AgentStatus } from '../api/types'
import type { Theme } from '../theme'
import { OVERLAY, STATUS_COLOURS } from './palette'

const SIZE = 40
const RATIO = 3
const RADIUS = 8.5
const NOSE = 16.5
const STATUSES: readonly AgentStatus[] = ['moving', 'idle', 'stale', 'offline']

export type Shape = 'drop' | 'disc'
export const markerImage = (status: AgentStatus, shape: Shape): string => `agent-${status}-${shape}`
export const TRAIL_ARROW = 'trail-arrow'

export function addMarkerImages(map: MapLibreMap, theme: Theme): void {
  for (const status of STATUSES) {
    for (const shape of ['drop', 'disc'] as const) {
      const name = markerImage(status, shape)
      if (!map.hasImage(name)) map.addImage(name, draw(status, shape, theme), { pixelRatio: RATIO })
    }
  }
  if (!map.hasImage(TRAIL_ARROW)) map.addImage(TRAIL_ARROW, drawTrailArrow(), { pixelRatio: RATIO })
}

function canvas(size: number): CanvasRenderingContext2D {
  const element = document.createElement('canvas')
  element.width = element.height = size * RATIO
  const pen = element.getContext('2d')!
  pen.scale(RATIO, RATIO)
  pen.translate(size / 2, size / 2)
  pen.lineJoin = pen.lineCap = 'round'
  return pen
}

const pixels = (pen: CanvasRenderingContext2D): ImageData => pen.getImageData(0, 0, pen.canvas.width, pen.canvas.height)

function draw(status: AgentStatus, shape: Shape, theme: Theme): ImageData {
  const pen = canvas(SIZE)
  const { ring } = OVERLAY[theme]
  const outline = shape === 'drop' ? teardrop() : disc(RADIUS - 0.5)

  pen.shadowColor = theme === 'dark' ? 'rgba(0,0,0,.65)' : 'rgba(20,28,45,.38)'
  pen.shadowBlur = 3.5 * RATIO
  pen.shadowOffsetY = 1 * RATIO
  pen.strokeStyle = ring
  pen.lineWidth = 4.6
  pen.stroke(outline)
  pen.shadowColor = 'transparent'
  pen.fillStyle = STATUS_COLOURS[theme][status]
  pen.fill(outline)

  // The dot in the middle is what tells the fleet's live half from its silent one without colour.
  pen.fillStyle = ring
  if (status === 'moving') pen.fill(disc(2.9))
  if (status === 'stale' || status === 'offline') pen.fill(disc(4.6))
  return pixels(pen)
}

function disc(radius: number): Path2D {
  const path = new Path2D()
  path.arc(0, 0, radius, 0, 2 * Math.PI)
  return path
}

/** A disc and the two tangents from a point north of it. */
function teardrop(): Path2D {
  const angle = Math.acos(RADIUS / NOSE)
  const right = -Math.PI / 2 + angle
  const left = -Math.PI / 2 - angle
  const path = new Path2D()
  path.moveTo(0, -NOSE)
  path.lineTo(RADIUS * Math.cos(right), RADIUS * Math.sin(right))
  path.arc(0, 0, RADIUS, right, left + 2 * Math.PI)
  path.closePath()
  return path
}

function drawTrailArrow(): ImageData {
  const pen = canvas(12)
  pen.strokeStyle = '#ffffff'
  pen.lineWidth = 1.6
  pen.beginPath()
  pen.moveTo(-1.6, -2.8)
  pen.lineTo(1.4, 0)
  pen.lineTo(-1.6, 2.8)
  pen.stroke()
  return pixels(pen)
}
