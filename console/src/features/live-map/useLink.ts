/** What of the page is in its address: the selected agent and the territories shown, `?agent=…&territory=…&territory=…`. */
import { useCallback, useMemo } from 'react'
import { useNavigate, useSearchParams } from 'react-router'
import { useView } from './view'

export const NO_TERRITORY = 'none'

export type Link = {
  agent: string | null
  /** Empty means all. */
  territories: ReadonlySet<string>
  select: (agent: string | null) => void
  showTerritories: (territories: Iterable<string>) => void
}

export function useLink(): Link {
  const [search] = useSearchParams()
  const navigate = useNavigate()
  const agent = search.get('agent')
  const shown = search.getAll('territory').join(' ')
  const territories = useMemo(() => new Set(shown === '' ? [] : shown.split(' ')), [shown])

  const go = useCallback((change: (search: URLSearchParams) => void) => {
    const next = new URLSearchParams(location.search)
    change(next)
    // The camera is written into the hash past the router, which would otherwise drop it.
    void navigate({ search: next.toString(), hash: location.hash }, { replace: true })
  }, [navigate])

  const select = useCallback((chosen: string | null) => {
    useView.getState().setFollowing(false)
    go((next) => (chosen === null ? next.delete('agent') : next.set('agent', chosen)))
  }, [go])

  const showTerritories = useCallback((chosen: Iterable<string>) => {
    go((next) => {
      next.delete('territory')
      for (const territory of chosen) next.append('territory', territory)
    })
  }, [go])

  return { agent, territories, select, showTerritories }
}
