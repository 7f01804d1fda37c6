/** The form beside the map: name, size, time inside, hours. Deleting asks once more. */
import { useState, type FormEvent } from 'react'
import { explain } from '../../api/problem'
import { GroundField } from '../../map/GroundField'
import { Button, IconButton } from '../../ui/Button'
import { TextField } from '../../ui/fields'
import { HoursField } from '../../ui/HoursField'
import { CloseIcon } from '../../ui/icons'
import { Notice } from '../../ui/Notice'
import { Switch } from '../../ui/Switch'
import { usualHours } from '../../util/hours'
import { bodyOf, isFlaw, type Draft } from './draft'

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
        <TextField label="Name" autoFocus value={draft.name} maxLength={120} complaint={complaint('name')} onChange={(name) => onChange({ ...draft, name })} />
        <GroundField ground={draft.ground} onChange={(ground) => onChange({ ...draft, ground })} complaint={complaint('shape') ?? complaint('radius')} />
        <TextField
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
