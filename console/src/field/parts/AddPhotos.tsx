/** A photo of the visit, at any time while it is open. */
import { useId, useRef, useState } from 'react'
import { explain } from '../../api/problem'
import { useRuntime } from '../app'
import type { VisitView } from '../model/project'
import { useField } from '../state'
import { CameraIcon, ForwardIcon } from '../ui/icons'
import { reduced } from '../ui/photo'
import { Pill, ROW } from '../ui/phone'
import { Note } from '../../ui/fields'

export function AddPhotos({ visit, isRequired }: { visit: VisitView; isRequired: boolean }) {
  const id = useId()
  const runtime = useRuntime()
  const input = useRef<HTMLInputElement>(null)
  const [isBusy, setBusy] = useState(false)
  const [error, setError] = useState<string | null>(null)
  const taken = useField((state) => state.queue.actions.filter(({ body, state: stands }) => stands !== 'refused' && body.kind === 'photos' && body.visit === visit.id).reduce((n, { files }) => n + files.length, 0))
  const take = async (files: FileList | null) => {
    if (!files?.[0]) return
    setBusy(true)
    setError(null)
    try {
      const made = await Promise.all([...files].map(async (file) => ({ id: runtime.newId(), name: file.name || 'photo.jpg', purpose: 'other' as const, ...(await reduced(file)) })))
      await runtime.act({ kind: 'photos', visit: visit.id, title: visit.customer, photos: made.map((photo) => photo.id) }, made)
    } catch (problem) {
      setError(explain(problem))
    } finally {
      setBusy(false)
      if (input.current) input.current.value = ''
    }
  }
  return (
    <>
      <label htmlFor={id} className={`${ROW} cursor-pointer focus-within:outline-2 focus-within:-outline-offset-2 focus-within:outline-accent`}>
        <span className="grid size-9 shrink-0 place-items-center rounded-xl bg-sunken text-ink-2"><CameraIcon /></span>
        <span className="min-w-0 flex-1"><span className="block text-[16px] font-medium">Photo</span><span className="block text-[13.5px] text-ink-2">{isBusy ? 'Keeping…' : taken > 0 ? `${taken} taken` : 'If you like'}</span></span>
        {isRequired && taken === 0 && <Pill tone="warn">Needed</Pill>}
        <ForwardIcon className="size-5 text-ink-3" />
        <input ref={input} id={id} type="file" accept="image/*" capture="environment" className="sr-only" aria-label="Add a photo" disabled={isBusy} onChange={(event) => void take(event.target.files)} />
      </label>
      {error !== null && <div className="px-4 pb-3"><Note complaint={error} /></div>}
    </>
  )
}
