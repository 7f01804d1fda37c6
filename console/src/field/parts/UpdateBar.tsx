/** A newer version is here; it takes over when the agent says so. What was done is on the phone, not in the page. */
import { takeOver } from '../worker/register'
import { useField } from '../state'

export function UpdateBar() {
  const hasUpdate = useField((state) => state.hasUpdate)
  if (!hasUpdate) return null
  return (
    <div role="status" className="safe-top shrink-0 bg-accent text-on-accent">
      <div className="flex min-h-12 items-center gap-3 px-4 py-1.5 text-[14.5px] font-medium">
        <span className="min-w-0 flex-1">A new version is ready</span>
        <button type="button" onClick={takeOver} className="min-h-10 rounded-full bg-on-accent px-4 font-semibold text-accent">Update</button>
      </div>
    </div>
  )
}
