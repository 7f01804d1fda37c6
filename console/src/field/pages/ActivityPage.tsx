/** A form, filled in at the place. Half-filled it is a draft, which survives whatever happens to the page. */
import { useEffect, useRef, useState } from 'react'
import { useNavigate, useParams } from 'react-router'
import { explain } from '../../api/problem'
import { useDay, useRuntime, useVisit } from '../app'
import type { ActivityType, FormField } from '../model/day'
import { complaints, filesIn, isRequired, tidy, type Answers } from '../model/form'
import type { VisitView } from '../model/project'
import { things } from '../model/words'
import type { NewFile } from '../store/store'
import { Choice, Choices, Line, TextArea, YesNo } from '../ui/answers'
import { PhotoField } from '../ui/PhotoField'
import { ScanField } from '../ui/ScanField'
import { SignaturePad } from '../ui/SignaturePad'
import { Screen, Tap, Word } from '../ui/phone'
import { NoVisit } from './VisitPage'

type Draft = { answers: Answers; files: readonly NewFile[] }
const EMPTY: Draft = { answers: {}, files: [] }
const draftName = (visit: string, type: string): string => `draft:${visit}:${type}`

export function ActivityPage() {
  const { id, type } = useParams()
  const visit = useVisit(id)
  const activity = useDay()?.activities.find((held) => held.id === type)
  const runtime = useRuntime()
  const [draft, setDraft] = useState<Draft | null>(null)
  useEffect(() => {
    let isCurrent = true
    void runtime.store.kept<Draft>(draftName(id ?? '', type ?? '')).then((held) => isCurrent && setDraft(held ?? EMPTY), () => isCurrent && setDraft(EMPTY))
    return () => {
      isCurrent = false
    }
  }, [runtime, id, type])
  if (!visit || !activity) return <NoVisit />
  return draft && <ActivityForm visit={visit} activity={activity} begun={draft} />
}

function ActivityForm({ visit, activity, begun }: { visit: VisitView; activity: ActivityType; begun: Draft }) {
  const runtime = useRuntime()
  const navigate = useNavigate()
  const [draft, setDraft] = useState(begun)
  const [wasAsked, setAsked] = useState(false)
  const [isBusy, setBusy] = useState(false)
  const [error, setError] = useState<string | null>(null)
  const isSent = useRef(false)
  const name = draftName(visit.id, activity.id)
  const found = complaints(activity.fields, draft.answers)

  useEffect(() => {
    if (draft === begun) return
    const timer = setTimeout(() => {
      if (!isSent.current) void runtime.store.keep(name, draft).catch((problem: unknown) => setError(explain(problem)))
    }, 250)
    return () => clearTimeout(timer)
  }, [draft, begun, name, runtime])

  const answer = (field: FormField, value: unknown) => setDraft((held) => ({ ...held, answers: { ...held.answers, [field.key]: value } }))
  const attach = (field: FormField, files: readonly NewFile[]) => setDraft((held) => {
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
    setError(null)
    const answers = tidy(activity.fields, draft.answers)
    const wanted = new Set(filesIn(activity.fields, answers))
    isSent.current = true
    try {
      await runtime.act({ kind: 'activity', visit: visit.id, title: visit.customer, type_id: activity.id, form: activity.form, name: activity.name, answers }, draft.files.filter((file) => wanted.has(file.id)), name)
      void navigate(`/visits/${visit.id}`, { replace: true })
    } catch (problem) {
      isSent.current = false
      setError(explain(problem))
      setBusy(false)
    }
  }
  return (
    <Screen title={activity.name} subtitle={visit.customer} back={`/visits/${visit.id}`} footer={<Tap look="primary" className="flex-1" isBusy={isBusy} onClick={() => void save()}>Save</Tap>}>
      <div className="space-y-6 p-4 pb-10">
        {begun !== EMPTY && <Word title="You had begun this">What you had answered is here.</Word>}
        {activity.fields.map((field) => (
          <div key={field.key} id={`field-${field.key}`}>
            <FieldControl
              field={field} isRequired={isRequired(field, draft.answers)} value={draft.answers[field.key]} files={draft.files.filter((file) => filesIn([field], draft.answers).includes(file.id))} complaint={wasAsked ? (found.get(field.key) ?? null) : null}
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
