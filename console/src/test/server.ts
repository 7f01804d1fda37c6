/** A server of a few answers, for tests: by method and path, remembering what it was asked. */
import { vi } from 'vitest'

export type Asked = { method: string; path: string; body: unknown; headers: Headers }
type Answer = unknown | ((asked: Asked) => unknown)

/** Keys are `GET /users`; the longest that fits the beginning of what is asked answers. A `Response` goes out as it is; nothing is 204. */
export function serve(answers: Record<string, Answer>): { asked: Asked[]; sent: (method: string, path?: string) => Asked | undefined; answers: Record<string, Answer> } {
  const asked: Asked[] = []
  vi.stubGlobal('fetch', async (input: RequestInfo | URL, init: RequestInit = {}) => {
    const request: Asked = {
      method: init.method ?? 'GET', path: String(input).replace('/api/v1', ''), body: typeof init.body === 'string' ? JSON.parse(init.body) : (init.body ?? null), headers: new Headers(init.headers),
    }
    asked.push(request)
    const line = `${request.method} ${request.path}`
    const key = Object.keys(answers).filter((known) => line.startsWith(known)).sort((a, b) => b.length - a.length)[0]
    if (key === undefined) return problem(404, 'not_found')
    const given = answers[key]
    const answer = typeof given === 'function' ? (given as (asked: Asked) => unknown)(request) : given
    if (answer instanceof Response) return answer.clone()
    return answer === undefined || answer === null ? new Response(null, { status: 204 }) : Response.json(answer)
  })
  return { asked, answers, sent: (method, path = '') => asked.find((request) => request.method === method && request.path.startsWith(path)) }
}

export function problem(status: number, code: string, more: { message?: string; fields?: { field: string; message: string }[]; headers?: Record<string, string> } = {}): Response {
  const { message = code, fields = [], headers = {} } = more
  return new Response(JSON.stringify({ code, message, request_id: 'r', fields }), { status, headers: { 'content-type': 'application/json', ...headers } })
}

export const page = (items: readonly unknown[], next: string | null = null) => ({ items, next })
