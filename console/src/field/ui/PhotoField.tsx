/** Photos from the phone's own camera. They are kept with the answer they belong to until both have been sent. */
import { useEffect, useId, useRef, useState } from 'react'
import { CloseIcon } from '../../ui/icons'
import { Note } from '../../ui/fields'
import type { NewFile } from '../store/store'
import type { Purpose } from '../sync/queue'
import { Label } from './answers'
import { CameraIcon } from './icons'
import { reduced } from './photo'

export type TakenPhoto = NewFile

type PhotoFieldProps = { label: string; photos: readonly TakenPhoto[]; onChange: (photos: readonly TakenPhoto[]) => void; newId: () => string; purpose: Purpose; max: number; complaint?: string | null; hint?: string; isRequired?: boolean }

export function PhotoField({ label, photos, onChange, newId, purpose, max, complaint = null, hint, isRequired = false }: PhotoFieldProps) {
  const id = useId()
  const input = useRef<HTMLInputElement>(null)
  const [isBusy, setBusy] = useState(false)
  const [error, setError] = useState<string | null>(null)
  const take = async (files: FileList | null) => {
    if (!files || files.length === 0) return
    setBusy(true)
    setError(null)
    try {
      const taken: TakenPhoto[] = []
      for (const file of [...files].slice(0, max - photos.length)) {
        const photo = newId()
        const { bytes, type } = await reduced(file)
        taken.push({ id: photo, name: file.name || 'photo.jpg', type, purpose, bytes })
      }
      onChange([...photos, ...taken])
    } catch {
      setError('This picture could not be read. Take it once more.')
    } finally {
      setBusy(false)
      if (input.current) input.current.value = ''
    }
  }
  return (
    <div>
      <p aria-hidden="true"><Label isRequired={isRequired}>{label}</Label></p>
      <div className="mt-2 flex flex-wrap gap-2.5">
        {photos.map((photo, i) => (
          <span key={photo.id} className="relative">
            <Thumb photo={photo} alt={`${label} ${i + 1}`} />
            <button type="button" aria-label={`Remove photo ${i + 1}`} onClick={() => onChange(photos.filter((held) => held !== photo))} className="absolute -top-2 -right-2 grid size-9 place-items-center rounded-full border border-line bg-surface text-ink shadow-raised"><CloseIcon className="size-4.5" /></button>
          </span>
        ))}
        {photos.length < max && (
          <label htmlFor={id} className="grid h-24 min-w-24 cursor-pointer place-items-center rounded-2xl border-2 border-dashed border-line-strong px-4 text-ink-2 focus-within:outline-2 focus-within:outline-offset-2 focus-within:outline-accent active:bg-hover">
            <span className="flex flex-col items-center gap-1 text-[13.5px] font-medium"><CameraIcon className="size-7" />{isBusy ? 'Keeping…' : photos.length === 0 ? 'Take a photo' : 'One more'}</span>
            <input ref={input} id={id} type="file" accept="image/*" capture="environment" className="sr-only" aria-label={isRequired ? `${label}, required` : label} aria-describedby={`${id}-note`} disabled={isBusy} onChange={(event) => void take(event.target.files)} />
          </label>
        )}
      </div>
      <Note id={`${id}-note`} hint={hint} complaint={error ?? complaint} />
    </div>
  )
}

export function Thumb({ photo, alt }: { photo: { bytes: ArrayBuffer; type: string }; alt: string }) {
  const [url, setUrl] = useState<string>()
  useEffect(() => {
    const made = URL.createObjectURL(new Blob([photo.bytes], { type: photo.type }))
    setUrl(made)
    return () => URL.revokeObjectURL(made)
  }, [photo.bytes, photo.type])
  return url === undefined ? <span className="block size-24 rounded-2xl bg-sunken" /> : <img src={url} alt={alt} className="size-24 rounded-2xl border border-line object-cover" />
}
