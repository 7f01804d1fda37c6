/** What is different between two JSON values, leaf by leaf. Pure. */

export type Difference = { path: string; change: 'same' | 'changed' | 'added' | 'removed'; before: string | null; after: string | null }

/** In the order of the fields; lists of plain values are one leaf. */
export function differences(before: unknown, after: unknown): Difference[] {
  const [was, is] = [leaves(before), leaves(after)]
  return [...new Set([...was.keys(), ...is.keys()])].map((path) => {
    const [old, now] = [was.get(path) ?? null, is.get(path) ?? null]
    return { path, before: old, after: now, change: old === null ? 'added' : now === null ? 'removed' : old === now ? 'same' : 'changed' }
  })
}

function leaves(value: unknown, path = '', found = new Map<string, string>()): Map<string, string> {
  if (value === undefined || value === null) {
    if (path !== '') found.set(path, '–')
    return found
  }
  if (typeof value !== 'object') return found.set(path || 'value', String(value))
  if (Array.isArray(value) && value.every((item) => typeof item !== 'object' || item === null)) return found.set(path || 'value', value.length === 0 ? 'none' : value.map(String).join(', '))
  for (const [key, part] of Object.entries(value)) leaves(part, path === '' ? key : `${path}.${key}`, found)
  return found
}
