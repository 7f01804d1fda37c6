import type { ReactNode } from 'react'
import type { FormAnswer, FormContent, FormField } from '../../api/visits'

type AnswersViewProps = { form: FormContent | null; answers: Readonly<Record<string, FormAnswer>>; fileLink: (file: string) => ReactNode }

/** Answers with the questions they were given to; without the form, with their keys. */
export function AnswersView({ form, answers, fileLink }: AnswersViewProps) {
  const fields = form?.fields ?? Object.keys(answers).map((key): FormField => ({ key, label: key, kind: 'text' }))
  return (
    <dl className="space-y-2 text-[13px]">
      {fields.filter(({ key }) => answers[key] !== undefined).map((field) => (
        <div key={field.key} className="grid gap-x-4 sm:grid-cols-[12rem_1fr]"><dt className="text-ink-3">{field.label}</dt><dd className="whitespace-pre-wrap">{shown(field, answers[field.key]!, fileLink)}</dd></div>
      ))}
    </dl>
  )
}

function shown(field: FormField, answer: FormAnswer, fileLink: AnswersViewProps['fileLink']): ReactNode {
  switch (field.kind) {
    case 'boolean': return answer === true ? 'Yes' : 'No'
    case 'choice': return field.choices.find(({ code }) => code === answer)?.label ?? String(answer)
    case 'multi_choice': return (Array.isArray(answer) ? answer : [String(answer)]).map((code) => field.choices.find((choice) => choice.code === code)?.label ?? code).join(', ')
    case 'photo': return <span className="flex flex-wrap gap-2">{(Array.isArray(answer) ? answer : [String(answer)]).map((file) => <span key={file}>{fileLink(file)}</span>)}</span>
    case 'signature': return fileLink(String(answer))
    case 'text':
    case 'note':
    case 'number':
    case 'date':
    case 'scan': return String(answer)
  }
}
