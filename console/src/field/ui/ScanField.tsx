/** A code read by the camera where the browser can, typed in where it cannot, or where the label is torn. */
import { useEffect, useRef, useState } from 'react'
import { Dialog } from '../../ui/Dialog'
import { Line } from './answers'
import { ScanIcon } from './icons'
import { Tap, Word } from './phone'

type Detector = { detect: (from: CanvasImageSource) => Promise<{ rawValue: string; format: string }[]> }
type DetectorClass = { new (options?: { formats: string[] }): Detector; getSupportedFormats?: () => Promise<string[]> }
const detectorClass = (): DetectorClass | undefined => (globalThis as { BarcodeDetector?: DetectorClass }).BarcodeDetector

const LOOK_EVERY_MS = 180

export function ScanField({ label, value, onChange, complaint = null, isRequired }: { label: string; value: string; onChange: (value: string) => void; complaint?: string | null; isRequired?: boolean }) {
  const [isScanning, setScanning] = useState(false)
  const canScan = detectorClass() !== undefined && navigator.mediaDevices?.getUserMedia !== undefined
  return (
    <div>
      <Line label={label} value={value} onChange={onChange} complaint={complaint} isRequired={isRequired} maxLength={500} hint={canScan ? undefined : 'This browser cannot read codes: type what stands under it.'} autoCapitalize="none" spellCheck={false} />
      {canScan && <Tap className="mt-2 w-full" onClick={() => setScanning(true)}><ScanIcon />Scan with the camera</Tap>}
      {isScanning && <Scanner onClose={() => setScanning(false)} onCode={(code) => { onChange(code); setScanning(false) }} />}
    </div>
  )
}

function Scanner({ onClose, onCode }: { onClose: () => void; onCode: (code: string) => void }) {
  const video = useRef<HTMLVideoElement>(null)
  const latest = useRef(onCode)
  const [error, setError] = useState<string | null>(null)
  useEffect(() => {
    latest.current = onCode
  })
  useEffect(() => {
    let stream: MediaStream | null = null
    let timer: ReturnType<typeof setTimeout> | undefined
    let isOver = false
    const look = async (detector: Detector) => {
      if (isOver) return
      const found = video.current && video.current.readyState >= 2 ? await detector.detect(video.current).catch(() => []) : []
      const code = found.find(({ rawValue }) => rawValue !== '')
      if (isOver) return
      if (code) {
        navigator.vibrate?.(60)
        return latest.current(code.rawValue)
      }
      timer = setTimeout(() => void look(detector), LOOK_EVERY_MS)
    }
    const begin = async () => {
      const Detect = detectorClass()!
      stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: 'environment' }, audio: false })
      if (isOver) return stop()
      video.current!.srcObject = stream
      await video.current!.play()
      await look(new Detect())
    }
    const stop = () => stream?.getTracks().forEach((track) => track.stop())
    begin().catch((problem: unknown) => {
      setError(problem instanceof DOMException && problem.name === 'NotAllowedError' ? 'This page may not use the camera. Allow it in the browser’s settings, or type the code.' : 'The camera could not be opened. Type the code instead.')
    })
    return () => {
      isOver = true
      clearTimeout(timer)
      stop()
    }
  }, [])
  return (
    <Dialog title="Scan a code" onClose={onClose}>
      {error === null
        ? <div className="relative mb-3 overflow-hidden rounded-2xl bg-black"><video ref={video} muted playsInline className="block aspect-[3/4] max-h-[60vh] w-full object-cover" /><span aria-hidden="true" className="absolute inset-x-8 top-1/2 h-28 -translate-y-1/2 rounded-2xl border-3 border-white/85" /></div>
        : <Word tone="danger" className="mb-3" title={error} />}
      <Tap className="mb-1 w-full" onClick={onClose}>Type it instead</Tap>
    </Dialog>
  )
}
