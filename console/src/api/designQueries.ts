/** Cache keys of territory designs. */
import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query'
import { designs } from './designs'

const WHILE_MADE_MS = 1_000

export const designsQuery = infiniteQueryOptions({
  queryKey: ['designs', 'list'],
  queryFn: ({ pageParam, signal }) => designs.list(pageParam, signal),
  initialPageParam: undefined as string | undefined,
  getNextPageParam: (page) => page.next ?? undefined,
  staleTime: 0,
  refetchInterval: ({ state }) => (state.data?.pages.some(({ items }) => items.some((head) => head.state === 'computing')) ? 2 * WHILE_MADE_MS : false),
})

/** Asked again and again while it is made; after that only somebody's decision changes it. */
export const designQuery = (design: string) =>
  queryOptions({
    queryKey: ['designs', 'one', design],
    queryFn: ({ signal }) => designs.one(design, signal),
    refetchInterval: ({ state }) => (state.data?.state === 'computing' ? WHILE_MADE_MS : false),
  })

/** An edit makes another version, with other moves; a change of state leaves them as they are. */
export const designMovesQuery = (design: string, version: number) =>
  queryOptions({ queryKey: ['designs', 'moves', design, version], queryFn: ({ signal }) => designs.moves(design, signal), staleTime: Infinity })
