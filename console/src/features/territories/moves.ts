/** Moving many agents: one request each, a few at a time. */
import { api } from '../../api/client'
import { explain } from '../../api/problem'

const AT_ONCE = 6

export type Moves = { done: number; failed: { id: string; message: string }[] }

/** Tells how many are done after each; one that fails does not hold up the others. */
export async function moveAgents(agents: readonly string[], territory: string | null, onProgress: (moves: Moves) => void): Promise<Moves> {
  const moves: Moves = { done: 0, failed: [] }
  const rest = [...agents]
  const work = async () => {
    for (let id = rest.shift(); id !== undefined; id = rest.shift()) {
      try {
        await api.updateAgent(id, { territory_id: territory })
        moves.done += 1
      } catch (error) {
        moves.failed.push({ id, message: explain(error) })
      }
      onProgress({ ...moves })
    }
  }
  await Promise.all(Array.from({ length: Math.min(AT_ONCE, agents.length) }, work))
  return moves
}
