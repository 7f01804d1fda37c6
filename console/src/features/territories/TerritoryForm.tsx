/** The form beside the map: name, colour, parent, and the corners, which can be typed as well as drawn. */
import { useId, useState, type FormEvent } from 'react'
import type { Position } from 'geojson'
import { complaintOf, unsaid } from '../../api/problem'
import type { Territory } from '../../api/types'
import { Button, IconButton } from '../../ui/Button'
import { cx } from '../../ui/cx'
import { Note, SelectField, TextField } from '../../ui/fields'
import { ChevronIcon, CloseIcon, TargetIcon, TrashIcon } from '../../ui/icons'
import { Notice } from '../../ui/Notice'
import { listed, treeOf, under } from '../../util/tree'
import { bodyOf, COLOURS, CORNERS_MIN, drawnAgain, finished, isFlaw, moved, NAME_MAX, removed, takenBack, type Draft } from './draft'

type TerritoryFormProps = {
  draft: Draft
  territories: readonly Territory[]
  corner: number | null
  onCorner: (corner: number | null) => void
  onChange: (draft: Draft) => void
  onCentre: () => void
  onSave: () => void
  onCancel: () => void
  isSaving: boolean
  failure: Error | null
}

const FIELDS = ['name', 'colour', 'area', 'parent_id']

export function TerritoryForm({ draft, territories, corner, onCorner, onChange, onCentre, onSave, onCancel, isSaving, failure }: TerritoryFormProps) {
  const [wasAsked, setAsked] = useState(false)
  const made = bodyOf(draft)
  const flaw = wasAsked && isFlaw(made) ? made : null
  const title = draft.id === null ? 'New territory' : 'Change territory'
  const complaint = (field: string) => (flaw?.field === field ? flaw.message : complaintOf(failure, field))
  const tree = treeOf(territories)
  const below = draft.id === null ? new Set<string>() : under(tree, draft.id)
  const submit = (event: FormEvent) => {
    event.preventDefault()
    setAsked(true)
    if (!isFlaw(made)) onSave()
  }
  const rest = unsaid(failure, FIELDS)
  return (
    <form noValidate aria-label={title} onSubmit={submit} className="flex min-h-0 flex-1 flex-col">
      <header className="flex items-center gap-2 border-b border-line py-2 pr-2 pl-4">
        <h2 className="flex-1 text-[15px] font-semibold">{title}</h2>
        <IconButton label="Leave without saving" onClick={onCancel}><CloseIcon /></IconButton>
      </header>
      <div className="min-h-0 flex-1 space-y-5 overflow-y-auto p-4">
        <TextField label="Name" autoFocus value={draft.name} maxLength={NAME_MAX} complaint={complaint('name')} onChange={(name) => onChange({ ...draft, name })} />
        <Colours value={draft.colour} complaint={complaint('colour')} onChange={(colour) => onChange({ ...draft, colour })} />
        <SelectField
          label="Part of" value={draft.parent ?? ''} complaint={complaint('parent_id')} onChange={(parent) => onChange({ ...draft, parent: parent === '' ? null : parent })}
          hint="Whoever answers for the territory above answers for this one too."
        >
          <option value="">Nothing: stands by itself</option>
          {listed(tree).map(({ item, depth }) => <option key={item.id} value={item.id} disabled={below.has(item.id)}>{`${'\u2003'.repeat(depth)}${item.name}`}</option>)}
        </SelectField>
        <Ground draft={draft} corner={corner} onCorner={onCorner} onChange={onChange} onCentre={onCentre} complaint={complaint('area')} />
        {rest !== null && <Notice tone="danger" title="Not saved">{rest}</Notice>}
      </div>
      <footer className="flex justify-end gap-2 border-t border-line p-3">
        <Button onClick={onCancel}>Cancel</Button>
        <Button type="submit" look="primary" isBusy={isSaving}>{isSaving ? 'Saving…' : draft.id === null ? 'Create territory' : 'Save changes'}</Button>
      </footer>
    </form>
  )
}

function Colours({ value, complaint, onChange }: { value: string; complaint: string | null; onChange: (colour: string) => void }) {
  const id = useId()
  const isOwn = !COLOURS.some((colour) => colour === value.toLowerCase())
  return (
    <fieldset aria-describedby={`${id}-note`}>
      <legend className="text-[13px] font-medium">Colour</legend>
      <div className="mt-2 flex flex-wrap items-center gap-[5px]">
        {COLOURS.map((colour) => (
          <label key={colour} className={cx('size-6 rounded-full ring-offset-2 ring-offset-surface has-focus-visible:outline-2 has-focus-visible:outline-offset-4 has-focus-visible:outline-accent', colour === value.toLowerCase() && 'ring-2 ring-ink')} style={{ background: colour }}>
            <input type="radio" name={`${id}-colour`} value={colour} checked={colour === value.toLowerCase()} onChange={() => onChange(colour)} className="sr-only" />
            <span className="sr-only">{colour}</span>
          </label>
        ))}
        <label
          title="Another colour" className={cx('relative size-6 rounded-full ring-offset-2 ring-offset-surface has-focus-visible:outline-2 has-focus-visible:outline-offset-4 has-focus-visible:outline-accent', isOwn && 'ring-2 ring-ink')}
          style={{ background: isOwn ? value : 'conic-gradient(#dc2626, #d97706, #65a30d, #0891b2, #7c3aed, #dc2626)' }}
        >
          <input type="color" aria-label="Another colour" value={value} onChange={(event) => onChange(event.target.value)} className="absolute inset-0 cursor-pointer opacity-0" />
        </label>
      </div>
      <Note id={`${id}-note`} complaint={complaint} />
    </fieldset>
  )
}

type GroundProps = Pick<TerritoryFormProps, 'draft' | 'corner' | 'onCorner' | 'onChange' | 'onCentre'> & { complaint: string | null }

function Ground({ draft, corner, onCorner, onChange, onCentre, complaint }: GroundProps) {
  const { ground } = draft
  if (ground.kind === 'kept') {
    return (
      <fieldset className="space-y-2.5">
        <legend className="text-[13px] font-medium">Area</legend>
        <div className="space-y-2.5 rounded-lg bg-sunken px-3 py-2.5 text-[13px]">
          <p className="text-ink-2">It has several parts or holes, and stays as it is.</p>
          <Button onClick={() => onChange(drawnAgain(draft))}>Draw a polygon instead</Button>
        </div>
        <Note complaint={complaint} />
      </fieldset>
    )
  }
  const n = ground.corners.length
  return (
    <fieldset>
      <legend className="text-[13px] font-medium">Area</legend>
      <div className="mt-1.5 space-y-3 rounded-lg bg-sunken px-3 py-3 text-[13px]">
        <p aria-live="polite" className="leading-snug text-ink-2">
          {ground.isDone ? `A polygon of ${n} corners. Drag a corner to move it, or the middle of an edge to add one.`
            : n === 0 ? 'Click its corners on the map, one after the other.'
            : n < CORNERS_MIN ? `${n} so far. At least ${CORNERS_MIN} are needed; Backspace takes one back.`
            : `${n} so far. Enter closes the polygon, Backspace takes one back.`}
        </p>
        <div className="flex flex-wrap gap-2">
          {!ground.isDone && <Button onClick={() => onChange(finished(draft))} disabled={n < CORNERS_MIN}>Close polygon</Button>}
          {(n > 0 || ground.isDone) && <Button onClick={() => onChange(takenBack(draft))}>{ground.isDone ? 'Go on drawing' : 'Take back'}</Button>}
          {ground.isDone ? <Button look="quiet" onClick={() => onChange(drawnAgain(draft))}>Draw again</Button>
            : <Button look="quiet" title="For the keyboard: move the map with the arrow keys, then press this" onClick={onCentre}><TargetIcon />Corner at the centre</Button>}
        </div>
      </div>
      <Note complaint={complaint} />
      {n > 0 && <CornerTable draft={draft} corners={ground.corners} corner={corner} onCorner={onCorner} onChange={onChange} />}
    </fieldset>
  )
}

/** As many as are written out; the others are on the map. */
const TYPED_MAX = 200

function CornerTable({ draft, corners, corner, onCorner, onChange }: { draft: Draft; corners: readonly Position[]; corner: number | null; onCorner: (corner: number | null) => void; onChange: (draft: Draft) => void }) {
  const [isOpen, setOpen] = useState(false)
  const id = useId()
  return (
    <div className="mt-2">
      <button type="button" aria-expanded={isOpen} aria-controls={id} onClick={() => setOpen(!isOpen)} className="inline-flex items-center gap-1 rounded px-1 py-1 text-xs font-medium text-ink-2 hover:text-ink">
        <ChevronIcon className={cx('size-3.5 transition-transform', !isOpen && '-rotate-90')} />Corners as numbers
      </button>
      {isOpen && (
        <div id={id} className="mt-1 max-h-64 overflow-y-auto rounded-lg border border-line">
          <table className="tabular w-full text-xs">
            <caption className="sr-only">Corners of the polygon</caption>
            <thead className="sticky top-0 bg-sunken text-left text-ink-3"><tr><th scope="col" className="w-8 py-1.5 pl-3 font-medium">No.</th><th scope="col" className="px-1.5 font-medium">Latitude</th><th scope="col" className="px-1.5 font-medium">Longitude</th><th scope="col"><span className="sr-only">Remove</span></th></tr></thead>
            <tbody>
              {corners.slice(0, TYPED_MAX).map(([lon, lat], at) => (
                <tr key={at} className={cx('border-t border-line', at === corner && 'bg-accent-soft')} onFocus={() => onCorner(at)} onBlur={(event) => { if (!event.currentTarget.parentElement?.contains(event.relatedTarget)) onCorner(null) }}>
                  <th scope="row" className="pl-3 text-left font-normal text-ink-3">{at + 1}</th>
                  <td className="p-1"><Degrees label={`Latitude of corner ${at + 1}`} limit={90} value={lat!} onChange={(degrees) => onChange(moved(draft, at, [lon!, degrees]))} /></td>
                  <td className="p-1"><Degrees label={`Longitude of corner ${at + 1}`} limit={180} value={lon!} onChange={(degrees) => onChange(moved(draft, at, [degrees, lat!]))} /></td>
                  <td className="pr-1"><IconButton label={`Remove corner ${at + 1}`} className="size-7!" onClick={() => { onCorner(null); onChange(removed(draft, at)) }}><TrashIcon className="size-3.5" /></IconButton></td>
                </tr>
              ))}
            </tbody>
          </table>
          {corners.length > TYPED_MAX && <p className="border-t border-line px-3 py-2 text-xs text-ink-3">{corners.length - TYPED_MAX} more are on the map only.</p>}
        </div>
      )}
    </div>
  )
}

/** What is typed counts as soon as it is a place on earth, and is put right when it is left. */
function Degrees({ label, limit, value, onChange }: { label: string; limit: number; value: number; onChange: (degrees: number) => void }) {
  const [typed, setTyped] = useState<string | null>(null)
  const change = (text: string) => {
    setTyped(text)
    const degrees = Number(text)
    if (text.trim() !== '' && Math.abs(degrees) <= limit) onChange(degrees)
  }
  return (
    <input
      aria-label={label} inputMode="decimal" value={typed ?? String(Math.round(value * 1e6) / 1e6)} onChange={(event) => change(event.target.value)} onBlur={() => setTyped(null)}
      className="h-7 w-full min-w-0 rounded-md border border-transparent bg-transparent px-1.5 hover:border-line-strong focus:border-accent focus:bg-surface focus:outline-2 focus:outline-offset-0 focus:outline-accent/30"
    />
  )
}
