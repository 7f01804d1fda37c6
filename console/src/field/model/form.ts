/** Answers to a form: which fields are asked, and what is wrong with what was given. Pure. */
import type { FormField } from './day'

export type Answers = Record<string, unknown>

/** A photo or a signature on its way into the queue: what was answered is its id. */
export const isFileKind = ({ kind }: FormField): boolean => kind === 'photo' || kind === 'signature'

export function asked(fields: readonly FormField[], answers: Answers): FormField[] {
  const shown = new Map<string, boolean>()
  return fields.filter((field) => {
    const { condition } = field
    // What hangs on a question that is not asked is not asked either.
    const isShown = condition === null || (shown.get(condition.field) !== false && matches(answers[condition.field], condition.is))
    shown.set(field.key, isShown)
    return isShown
  })
}

const matches = (answer: unknown, wanted: readonly unknown[]): boolean => (Array.isArray(answer) ? answer.some((one) => wanted.includes(one)) : wanted.includes(answer))

export const isEmpty = (answer: unknown): boolean => answer === undefined || answer === null || answer === '' || (Array.isArray(answer) && answer.length === 0)

export function complaint(field: FormField, answer: unknown): string | null {
  if (isEmpty(answer)) return field.isRequired ? (isFileKind(field) ? `${field.kind === 'photo' ? 'A photo' : 'A signature'} is needed` : 'Needs an answer') : null
  switch (field.kind) {
    case 'number':
    case 'integer': {
      const value = Number(answer)
      if (!Number.isFinite(value)) return 'Must be a number'
      if (field.kind === 'integer' && !Number.isInteger(value)) return 'Must be a whole number'
      return outside(value, field, '')
    }
    case 'text':
    case 'long_text':
    case 'scan': {
      const text = String(answer)
      if (field.lengthMax !== null && [...text].length > field.lengthMax) return `At most ${field.lengthMax} characters`
      return field.pattern !== null && !fits(text, field.pattern) ? 'Does not have the expected form' : null
    }
    case 'choice':
      return field.choices.some(({ value }) => value === answer) ? null : 'Choose one of the answers'
    case 'choices': {
      const given = Array.isArray(answer) ? answer : []
      return given.every((one) => field.choices.some(({ value }) => value === one)) ? outside(given.length, field, 'Choose ') : 'Choose among the answers'
    }
    case 'photo':
      return outside(Array.isArray(answer) ? answer.length : 1, field, 'Photos: ')
    case 'yes_no':
    case 'date':
    case 'time':
    case 'date_time':
    case 'signature':
      return null
  }
}

function outside(value: number, { min, max }: FormField, before: string): string | null {
  const words = (text: string) => (before === '' ? text : before + text[0]!.toLowerCase() + text.slice(1))
  if (min !== null && value < min) return words(`At least ${min}`)
  return max !== null && value > max ? words(`At most ${max}`) : null
}

/** A pattern that this browser does not understand is the server's to judge. */
function fits(text: string, pattern: string): boolean {
  try {
    return new RegExp(`^(?:${pattern})$`, 'u').test(text)
  } catch {
    return true
  }
}

export function complaints(fields: readonly FormField[], answers: Answers): Map<string, string> {
  const found = new Map<string, string>()
  for (const field of asked(fields, answers)) {
    const wrong = complaint(field, answers[field.key])
    if (wrong !== null) found.set(field.key, wrong)
  }
  return found
}

/** What is sent: answers to what is asked, numbers as numbers, nothing for nothing. */
export function tidy(fields: readonly FormField[], answers: Answers): Answers {
  return Object.fromEntries(asked(fields, answers).flatMap((field) => {
    const answer = answers[field.key]
    if (isEmpty(answer)) return []
    return [[field.key, field.kind === 'number' || field.kind === 'integer' ? Number(answer) : answer]]
  }))
}

/** The ids of the files among the answers. */
export function filesIn(fields: readonly FormField[], answers: Answers): string[] {
  return fields.filter(isFileKind).flatMap(({ key }) => {
    const answer = answers[key]
    return (Array.isArray(answer) ? answer : [answer]).filter((id): id is string => typeof id === 'string' && id !== '')
  })
}
