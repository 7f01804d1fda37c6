import { useEffect, useState } from 'react'
import type { DispatchJob } from '../../api/plans'
import { lanes } from '../../live/live'
import { dispatchTopic } from '../../live/wire'
import { jobTold } from './follow'

/** Jobs that are open and those closed lately, as the desk's lane tells them. */
export function useJobs(territory: string | null): readonly DispatchJob[] {
  const [held, setHeld] = useState<{ territory: string | null; jobs: readonly DispatchJob[] }>({ territory, jobs: [] })
  useEffect(() => {
    if (territory === null) return
    return lanes.follow(dispatchTopic(territory === 'none' ? null : territory), null, (frame) => {
      if (frame.kind === 'dispatch_snapshot') setHeld({ territory, jobs: frame.body.jobs as DispatchJob[] })
      if (frame.kind === 'dispatch') setHeld((before) => ({ territory, jobs: jobTold(before.territory === territory ? before.jobs : [], frame.body.job as DispatchJob) }))
    })
  }, [territory])
  return held.territory === territory ? held.jobs : []
}
