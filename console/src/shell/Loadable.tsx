import type { ReactNode } from 'react'
import { explain, isForbidden } from '../api/problem'
import { Button } from '../ui/Button'
import { Notice } from '../ui/Notice'

type LoadableProps = { what: string; query: { data: unknown; error: Error | null; refetch: () => unknown }; skeleton: ReactNode; children: ReactNode }

/** A list on its way: the skeleton, then the list, or why there is none. An old list stays in sight with a word about it. */
export function Loadable({ what, query: { data, error, refetch }, skeleton, children }: LoadableProps) {
  return (
    <>
      {error && (
        <Notice
          tone="danger" title={data === undefined ? `${what} could not be loaded` : 'This list is old'}
          action={isForbidden(error) ? undefined : <Button onClick={() => void refetch()}>Try again</Button>}
        >
          {isForbidden(error) ? 'Your role does not include this.' : explain(error)}
        </Notice>
      )}
      {data === undefined ? !error && skeleton : children}
    </>
  )
}
