/** Answers to a form: what is wrong with what was given, and what is sent of it. Pure; the server judges by the same rules. */
import type { FormField, Outcome } from './day'

export type Answers = Record<string, unknown>

/** A photo or a signature on its way into the queue: what was answered is its id. */
export const isFileKind = ({ kind }: FormField): boolean => kind === 'photo' || kind === 'signature'

export const isEmpty = (answer: unknown): boolean =>
  answer === undefined || answer === null || (typeof answer === 'string' && answer.trim() === '') || (Array.isArray(answer) && answer.length === 0)

/** `outcome`: how the visit came out, where that is known. */
export function isRequired({ required }: FormField, answers: Answers, outcome: Outcome | null = null): boolean {
  switch (required.kind) {
    case 'never':
      return false
    case 'always':
      return true
    case 'outcome':
      return outcome === required.of
    case 'when':
      return is(answers[required.key], required.is)
  }
}

function is(answer: unknown, text: string): boolean {
  if (Array.isArray(answer)) return answer.includes(text)
  return !isEmpty(answer) && (String(answer) === text || (typeof answer === 'number' && Number(text) === answer))
}

export function complaint(field: FormField, answers: Answers, outcome: Outcome | null = null): string | null {
  const answer = answers[field.key]
  if (isEmpty(answer)) {
    if (!isRequired(field, answers, outcome)) return null
    return field.kind === 'photo' ? 'A photo is needed' : field.kind === 'signature' ? 'A signature is needed' : 'Needs an answer'
  }
  switch (field.kind) {
    case 'number': {
      const value = Number(answer)
      if (!Number.isFinite(value)) return 'Must be a number'
      if (field.decimals !== null && Number(value.toFixed(field.decimals)) !== value) return field.decimals === 0 ? 'Must be a whole number' : `At most ${field.decimals} digits after the point`
      return outside(value, field, (limit) => limit)
    }
    case 'text':
    case 'note':
    case 'scan':
      return field.lengthMax !== null && [...String(answer)].length > field.lengthMax ? `At most ${field.lengthMax} characters` : null
    case 'choice':
      return field.choices.some(({ value }) => value === answer) ? null : 'Choose one of the answers'
    case 'multi_choice': {
      const given = Array.isArray(answer) ? answer : []
      return given.every((one) => field.choices.some(({ value }) => value === one)) ? outside(given.length, field, (limit) => `Choose ${limit.toLowerCase()}`) : 'Choose among the answers'
    }
    case 'date': {
      const date = String(answer)
      if (field.dateMin !== null && date < field.dateMin) return `Not before ${field.dateMin}`
      return field.dateMax !== null && date > field.dateMax ? `Not after ${field.dateMax}` : null
    }
    case 'photo':
      return outside(Array.isArray(answer) ? answer.length : 1, field, (limit) => `${limit} photos`)
    case 'boolean':
    case 'signature':
      return null
  }
}

function outside(value: number, { min, max }: FormField, words: (limit: string) => string): string | null {
  if (min !== null && value < min) return words(`At least ${min}`)
  return max !== null && value > max ? words(`At most ${max}`) : null
}

export function complaints(fields: readonly FormField[], answers: Answers): Map<string, string> {
  const found = new Map<string, string>()
  for (const field of fields) {
    const wrong = complaint(field, answers)
    if (wrong !== null) found.set(field.key, wrong)
  }
  return found
}

/** What a visit of this outcome should have been asked, and was not. */
export const unanswered = (fields: readonly FormField[], answers: Answers, outcome: Outcome): FormField[] =>
  fields.filter((field) => isEmpty(answers[field.key]) && isRequired(field, answers, outcome))

/** What is sent: numbers as numbers, nothing for nothing. */
export function tidy(fields: readonly FormField[], answers: Answers): Answers {
  return Object.fromEntries(fields.flatMap((field) => {
    const answer = answers[field.key]
    if (isEmpty(answer)) return []
    return [[field.key, field.kind === 'number' ? Number(answer) : typeof answer === 'string' ? answer.trim() : answer]]
  }))
}

/** The ids of the files among the answers. */
export function filesIn(fields: readonly FormField[], answers: Answers): string[] {
  return fields.filter(isFileKind).flatMap(({ key }) => {
    const answer = answers[key]
    return (Array.isArray(answer) ? answer : [answer]).filter((id): id is string => typeof id === 'string' && id !== '')
  })
}
