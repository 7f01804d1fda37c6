/** A line drawn by finger, pen or mouse. Drawn dark on white whatever the theme: it is a document. */
import { useEffect, useRef, useState, type PointerEvent } from 'react'
import { Note } from '../../ui/fields'
import type { NewFile } from '../store/store'
import { Thumb } from './PhotoField'
import { Label } from './answers'
import { PenIcon } from './icons'
import { Tap } from './phone'

type SignaturePadProps = { label: string; signature: NewFile | null; onChange: (signature: NewFile | null) => void; newId: () => string; complaint?: string | null; hint?: string; isRequired?: boolean }

const HEIGHT = 180
const LINE = 2.6

export function SignaturePad({ label, signature, onChange, newId, complaint = null, hint, isRequired = false }: SignaturePadProps) {
  const canvas = useRef<HTMLCanvasElement>(null)
  const last = useRef<{ x: number; y: number } | null>(null)
  const [isDrawn, setDrawn] = useState(false)
  const [isOpen, setOpen] = useState(false)
  const isSigning = isOpen || signature === null

  useEffect(() => {
    if (!isSigning) return
    const sheet = canvas.current!
    const ratio = devicePixelRatio || 1
    sheet.width = sheet.clientWidth * ratio
    sheet.height = HEIGHT * ratio
    const pen = sheet.getContext('2d')!
    pen.scale(ratio, ratio)
    pen.fillStyle = '#ffffff'
    pen.fillRect(0, 0, sheet.clientWidth, HEIGHT)
    pen.strokeStyle = pen.fillStyle = '#10151d'
    pen.lineWidth = LINE
    pen.lineCap = pen.lineJoin = 'round'
    setDrawn(false)
  }, [isSigning])

  const at = (event: PointerEvent<HTMLCanvasElement>) => {
    const box = event.currentTarget.getBoundingClientRect()
    return { x: event.clientX - box.left, y: event.clientY - box.top }
  }
  const down = (event: PointerEvent<HTMLCanvasElement>) => {
    event.currentTarget.setPointerCapture(event.pointerId)
    const point = at(event)
    last.current = point
    const pen = canvas.current!.getContext('2d')!
    pen.beginPath()
    pen.arc(point.x, point.y, LINE / 2, 0, 2 * Math.PI)
    pen.fill()
    setDrawn(true)
  }
  const move = (event: PointerEvent<HTMLCanvasElement>) => {
    if (last.current === null) return
    const pen = canvas.current!.getContext('2d')!
    const point = at(event)
    pen.beginPath()
    pen.moveTo(last.current.x, last.current.y)
    pen.lineTo(point.x, point.y)
    pen.stroke()
    last.current = point
  }
  /** Each line is kept as it ends, and at once: whoever saves then has signed. */
  const up = () => {
    if (last.current === null) return
    last.current = null
    const base64 = canvas.current!.toDataURL('image/png').split(',')[1] ?? ''
    const { buffer } = Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0))
    setOpen(true)
    onChange({ id: newId(), name: 'signature.png', type: 'image/png', purpose: 'signature', bytes: buffer })
  }
  const wipe = () => {
    const pen = canvas.current!.getContext('2d')!
    pen.save()
    pen.fillStyle = '#ffffff'
    pen.fillRect(0, 0, canvas.current!.clientWidth, HEIGHT)
    pen.restore()
    setDrawn(false)
    onChange(null)
  }
  return (
    <div role="group" aria-label={label}>
      <Label isRequired={isRequired}>{label}</Label>
      {!isSigning
        ? <div className="mt-2 flex items-center gap-3 [&_img]:w-44 [&_img]:bg-white [&_img]:object-contain"><Thumb photo={signature} alt={`${label}, signed`} /><Tap onClick={() => onChange(null)}>Sign anew</Tap></div>
        : (
          <>
            <div className="relative mt-2 overflow-hidden rounded-2xl border border-line-strong bg-white">
              <canvas
                ref={canvas} role="img" aria-label={`${label}: draw here`} style={{ height: HEIGHT }} className="block w-full touch-none"
                onPointerDown={down} onPointerMove={move} onPointerUp={up} onPointerCancel={up}
              />
              {!isDrawn && <span aria-hidden="true" className="pointer-events-none absolute inset-0 grid place-items-center text-[#6f798b]"><span className="flex items-center gap-2 text-[15px]"><PenIcon />Sign here</span></span>}
              <span aria-hidden="true" className="pointer-events-none absolute inset-x-6 bottom-9 border-t border-dashed border-[#c5ccd8]" />
            </div>
            <div className="mt-2 flex gap-2.5"><Tap className="flex-1" disabled={!isDrawn} onClick={wipe}>Clear</Tap><Tap className="flex-1" disabled={!isDrawn} onClick={() => setOpen(false)}>Done</Tap></div>
          </>
        )}
      <Note hint={hint} complaint={complaint} />
    </div>
  )
}
