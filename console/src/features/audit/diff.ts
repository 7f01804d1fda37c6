/** What is different between two JSON values, leaf by leaf. Pure. */

export type Difference = { path: string; change: 'same' | 'changed' | 'added' | 'removed'; before: string | null; after: string | null }

/** `whole`: by which it is compared, where what is shown is less. */
type Leaf = { shown: string; whole: string }

/** In the order of the fields; lists of plain values are one leaf, shapes another, and lists of rights one for each module and action. */
export function differences(before: unknown, after: unknown): Difference[] {
  const [was, is] = [leaves(before), leaves(after)]
  return [...new Set([...was.keys(), ...is.keys()])].map((path) => {
    const [old, now] = [was.get(path) ?? null, is.get(path) ?? null]
    const change = old === null ? 'added' : now === null ? 'removed' : old.whole === now.whole ? 'same' : 'changed'
    return { path, before: old?.shown ?? null, after: now?.shown ?? null, change }
  })
}

function leaves(value: unknown, path = '', found = new Map<string, Leaf>()): Map<string, Leaf> {
  const put = (at: string, shown: string, whole = shown) => found.set(at || 'value', { shown, whole })
  if (value === undefined || value === null) return path === '' ? found : put(path, '–')
  if (typeof value !== 'object') return put(path, String(value))
  if (isShape(value)) return put(path, shapeInWords(value), JSON.stringify(value))
  if (isRights(value)) {
    for (const { module, action, scope } of value) {
      const cell = `${path}.${module}.${action}`
      put(cell, found.has(cell) ? `${found.get(cell)!.shown}, ${scope}` : scope)
    }
    return found
  }
  if (Array.isArray(value) && value.every((item) => typeof item !== 'object' || item === null)) return put(path, value.length === 0 ? 'none' : value.map(String).join(', '))
  for (const [key, part] of Object.entries(value)) leaves(part, path === '' ? key : `${path}.${key}`, found)
  return found
}

type Right = Record<'module' | 'action' | 'scope', string>
const isRights = (value: object): value is Right[] =>
  Array.isArray(value) && value.length > 0 && value.every((item) => typeof item === 'object' && item !== null && 'module' in item && 'action' in item && 'scope' in item)

type Shape = { type: string; coordinates: unknown[] }
const isShape = (value: object): value is Shape => 'type' in value && typeof value.type === 'string' && 'coordinates' in value && Array.isArray(value.coordinates)

/** Coordinates tell nobody anything; how many there are tells a drawn area from a box. */
function shapeInWords({ type, coordinates }: Shape): string {
  const points = pointsIn(coordinates)
  return points > 1 ? `${type}, ${points} points` : type
}

const pointsIn = (part: unknown): number => (!Array.isArray(part) ? 0 : typeof part[0] === 'number' ? 1 : part.reduce<number>((sum, inner) => sum + pointsIn(inner), 0))
