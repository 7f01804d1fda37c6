import type { FieldProblem, Problem } from './types'

/** The server understood the request and said no, or failed at it. `code` is stable; `message` is for people. */
export class ApiError extends Error {
  override readonly name = 'ApiError'
  readonly status: number
  readonly code: string
  readonly request_id: string | undefined
  readonly fields: FieldProblem[]

  constructor(status: number, problem: Problem) {
    super(problem.message)
    this.status = status
    this.code = problem.code
    this.request_id = problem.request_id
    this.fields = problem.fields ?? []
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
    const { code, message, request_id, fields } = body as Partial<Problem> & { code: string }
    return {
      code,
      message: typeof message === 'string' && message !== '' ? message : code,
      request_id: typeof request_id === 'string' ? request_id : undefined,
      fields: Array.isArray(fields) ? fields : [],
    }
  }
  return { code: `http_${status}`, message: `The server answered ${status}.` }
}

export function explain(error: unknown): string {
  if (error instanceof Error) return error.message
  return 'Something went wrong.'
}
