/**
 * The plan of a day, asked for once and then followed on its lane: snapshots replace it, changes are taken on the version they were made
 * from, and after a gap it is asked for again. The cache holds it, so whoever comes back sees it at once.
 */
import { useCallback, useEffect } from 'react'
import { queryOptions, useQuery, useQueryClient } from '@tanstack/react-query'
import { plans, type EtaBody, type PlanAlert, type PlanDiffBody, type PlanUpdateBody, type WirePlanDay } from '../../api/plans'
import { lanes } from '../../live/live'
import { planTopic, type LaneFrame } from '../../live/wire'
import { expected, followed, planDayOf, updated } from './follow'
import type { PlanDay } from './plan'

export const dayPlanQuery = (territory: string, date: string) =>
  queryOptions({ queryKey: ['plans', 'day', territory, date], queryFn: async ({ signal }) => planDayOf(await plans.day(territory, date, signal)), staleTime: 5 * 60_000 })

export type DayPlan = {
  plan: PlanDay | null
  error: Error | null
  isPending: boolean
  refetch: () => Promise<PlanDay | null>
  /** A version has been made from here: it comes on the lane, or is asked for where that is silent. */
  awaitVersion: (version: number) => void
}

/** So long the lane has to tell of a change that was made from here. */
const LANE_WITHIN_MS = 600

type Watching = { /** With the plan as it was held before. */ onChange?: (diff: PlanDiffBody, held: PlanDay | null) => void; onAlert?: (alert: PlanAlert) => void }

export function useDayPlan(territory: string | null, date: string, { onChange, onAlert }: Watching = {}): DayPlan {
  const client = useQueryClient()
  const query = useQuery({ ...dayPlanQuery(territory ?? 'none', date), enabled: territory !== null })
  const { refetch: ask } = query
  const refetch = useCallback(async () => (await ask()).data ?? null, [ask])

  useEffect(() => {
    if (territory === null) return
    const key = dayPlanQuery(territory, date).queryKey
    const take = (frame: LaneFrame) => {
      switch (frame.kind) {
        case 'plan_snapshot': {
          const day = frame.body.day as WirePlanDay
          // The connection shows one day; another page may have asked for another.
          if (day.date === date) client.setQueryData(key, planDayOf(day))
          return
        }
        case 'plan_diff': {
          const diff = frame.body as unknown as PlanDiffBody
          const held = client.getQueryData(key)
          const next = held && followed(held, diff)
          if (next?.kind === 'taken') client.setQueryData(key, next.plan)
          else if (next?.kind === 'gap') void client.invalidateQueries({ queryKey: key })
          if (next?.kind !== 'old') onChange?.(diff, held ?? null)
          return
        }
        case 'plan_update':
          client.setQueryData(key, (held) => held && updated(held, frame.body as unknown as PlanUpdateBody))
          return
        case 'eta':
          client.setQueryData(key, (held) => held && expected(held, frame.body as unknown as EtaBody))
          return
        case 'plan_alert':
          onAlert?.(frame.body.alert as PlanAlert)
          return
        case 'dispatch_snapshot':
        case 'dispatch':
          return
      }
    }
    return lanes.follow(planTopic(territory === 'none' ? null : territory), date, take)
  }, [client, territory, date, onChange, onAlert])

  const awaitVersion = useCallback((version: number) => {
    setTimeout(() => {
      const key = dayPlanQuery(territory ?? 'none', date).queryKey
      if ((client.getQueryData(key)?.version ?? 0) < version) void client.invalidateQueries({ queryKey: key })
    }, LANE_WITHIN_MS)
  }, [client, territory, date])

  return { awaitVersion, plan: query.data ?? null, error: query.data ? null : query.error, isPending: query.isPending && territory !== null, refetch }
}
