import { useRouteError } from 'react-router'
import { explain } from '../api/problem'
import { Button } from '../ui/Button'
import { Logo } from '../ui/Logo'

/** A bug, or a chunk of an older build that is gone from the server; loading afresh helps with the second. */
export function PageError() {
  const error = useRouteError()
  return (
    <main className="grid h-dvh place-items-center bg-canvas p-6">
      <div className="max-w-md text-center">
        <Logo />
        <h1 className="mt-6 text-lg font-semibold">This page broke</h1>
        <p className="mt-1 text-ink-2">{explain(error)}</p>
        <Button look="primary" className="mt-5" onClick={() => location.reload()}>Load again</Button>
      </div>
    </main>
  )
}
