import type { FieldProblem, Problem } from './types'

/** The server understood the request and said no, or failed at it. `code` is stable; `message` is for people. */
export class ApiError extends Error {
  override readonly name = 'ApiError'
  readonly status: number
  readonly code: string
  readonly request_id: string | undefined
  readonly fields: FieldProblem[]
  /** What else is known of a refusal, by its code. */
  readonly details: unknown
  /** How long the server wants to be left alone, where it says so. */
  readonly retry_after_s: number | null

  constructor(status: number, problem: Problem, retry_after_s: number | null = null) {
    super(problem.message)
    this.status = status
    this.code = problem.code
    this.request_id = problem.request_id
    this.fields = problem.fields ?? []
    this.details = problem.details ?? null
    this.retry_after_s = retry_after_s
  }
}

/** No answer at all: the server is down, or the network between is. */
export class Unreachable extends Error {
  override readonly name = 'Unreachable'
  constructor(cause: unknown) {
    super('The server cannot be reached.', { cause })
  }
}

/** Reads an error body of any shape: a proxy in between answers HTML, and that must not hide the status. */
export function toProblem(status: number, body: unknown): Problem {
  if (typeof body === 'object' && body !== null && 'code' in body && typeof body.code === 'string') {
    const { code, message, request_id, fields, details } = body as Partial<Problem> & { code: string }
    return {
      code,
      message: typeof message === 'string' && message !== '' ? message : code,
      request_id: typeof request_id === 'string' ? request_id : undefined,
      fields: Array.isArray(fields) ? fields : [],
      ...(details !== undefined && { details }),
    }
  }
  return { code: `http_${status}`, message: `The server answered ${status}.` }
}

export function explain(error: unknown): string {
  if (error instanceof Error) return error.message
  return 'Something went wrong.'
}

const isPartOf = (field: string, whole: string): boolean => field === whole || field.startsWith(`${whole}.`) || field.startsWith(`${whole}[`)

/** What the server says is wrong with one field, or with a part of it: `area.coordinates.0` is a part of `area`, `skills[1]` of `skills`. */
export function complaintOf(error: unknown, field: string): string | null {
  if (!(error instanceof ApiError)) return null
  return error.fields.find((problem) => isPartOf(problem.field, field))?.message ?? null
}

/** The error as a whole, unless every part of it has been said beside one of these fields. */
export function unsaid(error: unknown, fields: readonly string[]): string | null {
  if (error === null || error === undefined) return null
  if (error instanceof ApiError && error.fields.length > 0 && error.fields.every(({ field }) => fields.some((known) => isPartOf(field, known)))) return null
  return explain(error)
}

export const isForbidden = (error: unknown): boolean => error instanceof ApiError && error.status === 403
