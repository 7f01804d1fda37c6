/** The form beside the map: name, size, time inside, hours. Deleting asks once more. */
import { useId, useState, type FormEvent, type InputHTMLAttributes } from 'react'
import { explain } from '../../api/problem'
import { Button, IconButton } from '../../ui/Button'
import { CloseIcon } from '../../ui/icons'
import { HoursField } from '../../ui/HoursField'
import { Notice } from '../../ui/Notice'
import { Switch } from '../../ui/Switch'
import { usualHours } from '../../util/hours'
import { bodyOf, cornerTakenBack, drawnAgain, finished, HALF_WIDTH_M, isEnough, isFlaw, placed, RADIUS_M, sized, type Draft } from './draft'

type FenceFormProps = {
  draft: Draft
  onChange: (draft: Draft) => void
  onSave: () => void
  onCancel: () => void
  isSaving: boolean
  failure: Error | null
  /** Not for a new fence. */
  onDelete: (() => void) | null
  isDeleting: boolean
}

export function FenceForm({ draft, onChange, onSave, onCancel, isSaving, failure, onDelete, isDeleting }: FenceFormProps) {
  const [wasAsked, setAsked] = useState(false)
  const title = draft.id !== null ? 'Change fence' : `New ${draft.ground.kind}`
  const made = bodyOf(draft)
  const flaw = wasAsked && isFlaw(made) ? made : null
  const submit = (event: FormEvent) => {
    event.preventDefault()
    setAsked(true)
    if (!isFlaw(made)) onSave()
  }
  const complaint = (field: string) => (flaw?.field === field ? flaw.message : null)
  return (
    <form noValidate aria-label={title} onSubmit={submit} className="flex min-h-0 flex-1 flex-col">
      <header className="flex items-center gap-2 border-b border-line py-2 pr-2 pl-4">
        <h2 className="flex-1 text-[15px] font-semibold">{title}</h2>
        <IconButton label="Back to the list" onClick={onCancel}><CloseIcon /></IconButton>
      </header>
      <div className="min-h-0 flex-1 space-y-4 overflow-y-auto p-4">
        <Field label="Name" autoFocus value={draft.name} maxLength={120} complaint={complaint('name')} onChange={(name) => onChange({ ...draft, name })} />
        <Ground draft={draft} onChange={onChange} complaint={complaint} />
        <Field
          label="Tell a dwell after (minutes)" type="number" min={0} step="any" value={draft.dwell} complaint={complaint('dwell')}
          hint="Empty: entering and leaving are told, staying is not." onChange={(dwell) => onChange({ ...draft, dwell })}
        />
        <div>
          <Switch
            label="Only at certain hours" hint="Outside of them nothing is told" isOn={draft.hours !== null}
            onChange={(isOn) => onChange({ ...draft, hours: isOn ? usualHours() : null })}
          />
          {draft.hours && <HoursField hours={draft.hours} onChange={(hours) => onChange({ ...draft, hours })} complaint={complaint('hours')} />}
        </div>
        {failure && <Notice tone="danger" title="That did not work">{explain(failure)}</Notice>}
        {onDelete && <Deletion name={draft.name} onDelete={onDelete} isDeleting={isDeleting} />}
      </div>
      <footer className="flex justify-end gap-2 border-t border-line p-3">
        <Button look="quiet" onClick={onCancel}>Cancel</Button>
        <Button type="submit" look="primary" isBusy={isSaving}>{draft.id === null ? 'Create fence' : 'Save changes'}</Button>
      </footer>
    </form>
  )
}

function Ground({ draft, onChange, complaint }: { draft: Draft; onChange: (draft: Draft) => void; complaint: (field: string) => string | null }) {
  const { ground } = draft
  switch (ground.kind) {
    case 'circle': {
      const [lon, lat] = ground.centre ?? [Number.NaN, Number.NaN]
      const move = (lon: number, lat: number) => onChange(placed(draft, [lon, lat]))
      return (
        <fieldset className="space-y-3">
          <legend className="text-[13px] text-ink-2">Click the centre on the map and drag the knob on its edge, or type.</legend>
          <div className="grid grid-cols-2 gap-2">
            <Coordinate label="Latitude" limit={90} value={lat!} onChange={(lat) => move(lon!, lat)} />
            <Coordinate label="Longitude" limit={180} value={lon!} onChange={(lon) => move(lon, lat!)} />
          </div>
          <Field
            label="Radius (metres)" type="number" min={RADIUS_M.min} max={RADIUS_M.max} value={Number.isNaN(ground.radius_m) ? '' : String(ground.radius_m)}
            complaint={complaint('shape') ?? complaint('radius')} onChange={(text) => onChange(sized(draft, metres(text)))}
          />
        </fieldset>
      )
    }
    case 'polygon':
    case 'corridor': {
      const isPolygon = ground.kind === 'polygon'
      const n = ground.corners.length
      const way = isPolygon ? 'Click its corners on the map; Enter closes it,' : 'Click its way on the map, point by point; Enter ends it,'
      return (
        <div className="space-y-3">
          <div className="space-y-2.5 rounded-lg bg-sunken px-3 py-2.5 text-[13px]">
            <p aria-live="polite" className="text-ink-2">
              {ground.isDone ? `A ${ground.kind} of ${n} ${isPolygon ? 'corners' : 'points'}.` : `${way} Backspace takes one back. ${n} so far.`}
            </p>
            <div className="flex gap-2">
              {!ground.isDone && <Button onClick={() => onChange(finished(draft))} disabled={!isEnough(ground)}>{isPolygon ? 'Close polygon' : 'End corridor'}</Button>}
              <Button look="quiet" onClick={() => onChange(cornerTakenBack(draft))} disabled={n === 0}>{ground.isDone ? 'Go on drawing' : 'Take back'}</Button>
              {ground.isDone && <Button look="quiet" onClick={() => onChange(drawnAgain(draft))}>Draw again</Button>}
            </div>
            <Complaint text={complaint('shape')} />
          </div>
          {ground.kind === 'corridor' && (
            <Field
              label="To either side (metres)" type="number" min={HALF_WIDTH_M.min} max={HALF_WIDTH_M.max} value={Number.isNaN(ground.half_width_m) ? '' : String(ground.half_width_m)}
              complaint={complaint('radius')} onChange={(text) => onChange(sized(draft, metres(text)))}
            />
          )}
        </div>
      )
    }
    case 'kept':
      return (
        <div className="space-y-2.5 rounded-lg bg-sunken px-3 py-2.5 text-[13px]">
          <p className="text-ink-2">The shape has several parts or holes, and stays as it is.</p>
          <Button look="quiet" onClick={() => onChange(drawnAgain(draft))}>Draw a polygon instead</Button>
        </div>
      )
  }
}

const metres = (text: string): number => (text === '' ? Number.NaN : Number(text))

function Coordinate({ label, limit, value, onChange }: { label: string; limit: number; value: number; onChange: (degrees: number) => void }) {
  const change = (text: string) => {
    const degrees = text === '' ? Number.NaN : Number(text)
    if (!(Math.abs(degrees) > limit)) onChange(degrees)
  }
  return <Field label={label} type="number" step="any" min={-limit} max={limit} value={Number.isNaN(value) ? '' : String(Math.round(value * 1e6) / 1e6)} onChange={change} complaint={null} />
}

function Deletion({ name, onDelete, isDeleting }: { name: string; onDelete: () => void; isDeleting: boolean }) {
  const [isAsked, setAsked] = useState(false)
  if (!isAsked) return <Button look="quiet" className="text-danger" onClick={() => setAsked(true)}>Delete fence…</Button>
  return (
    <div role="alertdialog" aria-label={`Delete ${name}?`} className="rounded-lg bg-danger-soft p-3 text-[13px]">
      <p className="font-medium text-danger">Delete “{name}”?</p>
      <p className="mt-1 text-ink-2">Whoever is inside leaves it now. Its past visits stay.</p>
      <div className="mt-3 flex gap-2">
        <Button look="danger" autoFocus isBusy={isDeleting} onClick={onDelete}>Delete fence</Button>
        <Button look="quiet" onClick={() => setAsked(false)}>Keep it</Button>
      </div>
    </div>
  )
}

type FieldProps = Omit<InputHTMLAttributes<HTMLInputElement>, 'onChange'> & { label: string; hint?: string; complaint: string | null; onChange: (value: string) => void }

function Field({ label, hint, complaint, onChange, ...input }: FieldProps) {
  const id = useId()
  return (
    <div>
      <label className="block text-[13px] font-medium">
        {label}
        <input
          {...input} aria-invalid={complaint !== null || undefined} aria-describedby={id} onChange={(event) => onChange(event.target.value)}
          className="tabular mt-1 block h-9 w-full rounded-lg border border-line-strong bg-surface px-3 text-[13px] font-normal shadow-raised hover:border-ink-3 focus:border-accent focus:outline-2 focus:outline-offset-0 focus:outline-accent/30 aria-invalid:border-danger"
        />
      </label>
      <div id={id}>
        {complaint === null && hint !== undefined && <p className="mt-1 text-xs text-ink-3">{hint}</p>}
        <Complaint text={complaint} />
      </div>
    </div>
  )
}

/** The form is longer than a phone's sheet: what is wrong must not be out of sight. */
const intoSight = (node: Element | null) => void node?.scrollIntoView?.({ block: 'nearest' })

function Complaint({ text }: { text: string | null }) {
  return text === null ? null : <p ref={intoSight} role="alert" className="mt-1 text-xs font-medium text-danger">{text}</p>
}
