/** A form, filled in at the place. Half-filled it is a draft, which survives whatever happens to the page. */
import { useState } from 'react'
import { useNavigate, useParams } from 'react-router'
import { explain } from '../../api/problem'
import { useDay, useRuntime, useVisit } from '../app'
import type { ActivityType, FormField } from '../model/day'
import { complaints, filesIn, isRequired, tidy, type Answers } from '../model/form'
import type { VisitView } from '../model/project'
import { things } from '../model/words'
import { draftName, useDraft } from '../parts/useDraft'
import type { NewFile } from '../store/store'
import { Choice, Choices, Line, TextArea, YesNo } from '../ui/answers'
import { PhotoField } from '../ui/PhotoField'
import { ScanField } from '../ui/ScanField'
import { SignaturePad } from '../ui/SignaturePad'
import { Screen, Tap, Word } from '../ui/phone'
import { NoVisit } from './VisitPage'

type Filled = { answers: Answers; files: readonly NewFile[] }
const EMPTY: Filled = { answers: {}, files: [] }

export function ActivityPage() {
  const { id, type } = useParams()
  const visit = useVisit(id)
  const activity = useDay()?.activities.find((held) => held.id === type)
  return visit && activity ? <ActivityForm key={`${id} ${type}`} visit={visit} activity={activity} /> : <NoVisit />
}

function ActivityForm({ visit, activity }: { visit: VisitView; activity: ActivityType }) {
  const runtime = useRuntime()
  const navigate = useNavigate()
  const name = draftName(visit.id, activity.id)
  const { value: filled, wasBegun, change, problem, end } = useDraft(name, EMPTY)
  const [wasAsked, setAsked] = useState(false)
  const [isBusy, setBusy] = useState(false)
  const [failure, setFailure] = useState<string | null>(null)
  if (filled === null) return null
  const found = complaints(activity.fields, filled.answers)
  const error = failure ?? problem

  const answer = (field: FormField, value: unknown) => change((held) => ({ ...held, answers: { ...held.answers, [field.key]: value } }))
  const attach = (field: FormField, files: readonly NewFile[]) => change((held) => {
    const before = filesIn([field], held.answers)
    const ids = files.map((file) => file.id)
    return { answers: { ...held.answers, [field.key]: field.kind === 'photo' ? ids : (ids[0] ?? null) }, files: [...held.files.filter((file) => !before.includes(file.id)), ...files] }
  })

  const save = async () => {
    setAsked(true)
    if (found.size > 0) {
      const first = activity.fields.find(({ key }) => found.has(key))
      document.getElementById(`field-${first?.key}`)?.scrollIntoView?.({ block: 'center' })
      return
    }
    setBusy(true)
    setFailure(null)
    const answers = tidy(activity.fields, filled.answers)
    const wanted = new Set(filesIn(activity.fields, answers))
    try {
      await end(() => runtime.act({ kind: 'activity', visit: visit.id, title: visit.customer, type_id: activity.id, form: activity.form, name: activity.name, answers }, filled.files.filter((file) => wanted.has(file.id)), name))
      void navigate(`/visits/${visit.id}`, { replace: true })
    } catch (unkept) {
      setFailure(explain(unkept))
      setBusy(false)
    }
  }
  return (
    <Screen title={activity.name} subtitle={visit.customer} back={`/visits/${visit.id}`} footer={<Tap look="primary" className="flex-1" isBusy={isBusy} onClick={() => void save()}>Save</Tap>}>
      <div className="space-y-6 p-4 pb-10">
        {wasBegun && <Word title="You had begun this">What you had answered is here.</Word>}
        {activity.fields.map((field) => (
          <div key={field.key} id={`field-${field.key}`}>
            <FieldControl
              field={field} isRequired={isRequired(field, filled.answers)} value={filled.answers[field.key]} files={filled.files.filter((file) => filesIn([field], filled.answers).includes(file.id))} complaint={wasAsked ? (found.get(field.key) ?? null) : null}
              onAnswer={(value) => answer(field, value)} onFiles={(files) => attach(field, files)} newId={() => runtime.newId()}
            />
          </div>
        ))}
        {wasAsked && found.size > 0 && <Word tone="danger" title={`${things(found.size, 'answer')} still ${found.size === 1 ? 'needs' : 'need'} you`} />}
        {error !== null && <Word tone="danger" title="That was not kept">{error}</Word>}
      </div>
    </Screen>
  )
}

/** The server takes no more to one question. */
const PHOTOS_MAX = 20

type ControlProps = { field: FormField; isRequired: boolean; value: unknown; files: readonly NewFile[]; complaint: string | null; onAnswer: (value: unknown) => void; onFiles: (files: readonly NewFile[]) => void; newId: () => string }

function FieldControl({ field, isRequired, value, files, complaint, onAnswer, onFiles, newId }: ControlProps) {
  const text = typeof value === 'string' || typeof value === 'number' ? String(value) : ''
  const shared = { label: field.label, isRequired, complaint }
  switch (field.kind) {
    case 'text':
      return <Line {...shared} value={text} onChange={onAnswer} maxLength={field.lengthMax ?? undefined} />
    case 'note':
      return <TextArea {...shared} value={text} onChange={onAnswer} max={field.lengthMax} />
    case 'number':
      return <Line {...shared} hint={limits(field)} value={text} onChange={(typed) => onAnswer(typed.replace(',', '.'))} inputMode={field.decimals === 0 && (field.min ?? 0) >= 0 ? 'numeric' : 'decimal'} />
    case 'boolean':
      return <YesNo {...shared} value={typeof value === 'boolean' ? value : null} onChange={onAnswer} />
    case 'choice':
      return <Choice {...shared} choices={field.choices} value={text} onChange={onAnswer} />
    case 'multi_choice':
      return <Choices {...shared} choices={field.choices} value={Array.isArray(value) ? value.map(String) : []} onChange={onAnswer} />
    case 'date':
      return <Line {...shared} type="date" min={field.dateMin ?? undefined} max={field.dateMax ?? undefined} value={text} onChange={onAnswer} />
    case 'photo':
      return <PhotoField {...shared} photos={files} onChange={onFiles} newId={newId} purpose="answer" max={field.max ?? PHOTOS_MAX} />
    case 'signature':
      return <SignaturePad {...shared} signature={files[0] ?? null} onChange={(signature) => onFiles(signature ? [signature] : [])} newId={newId} />
    case 'scan':
      return <ScanField {...shared} value={text} onChange={onAnswer} />
  }
}

function limits({ min, max }: FormField): string | undefined {
  if (min !== null && max !== null) return `${min} to ${max}`
  return min !== null ? `At least ${min}` : max !== null ? `At most ${max}` : undefined
}
