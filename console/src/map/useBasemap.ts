/** The basemap the server names, for whichever page shows a map. */
import { useEffect, useState } from 'react'
import { useQuery } from '@tanstack/react-query'
import { mapQuery } from '../api/queries'
import { loadBasemap, outlineBasemap, type Basemap } from './basemap'
import { loadOutline } from './outline'

/** `null` while it is being found out. A server that does not answer costs the streets, not the map. */
export function useBasemap(): Basemap | null {
  const { data: config, error } = useQuery(mapQuery)
  const wanted = config ?? (error ? 'outline' : null)
  const [loaded, setLoaded] = useState<Basemap | null>(null)
  useEffect(() => {
    if (wanted === null) return
    let isCurrent = true
    const loading = wanted === 'outline' ? Promise.resolve(outlineBasemap(null, 'The map could not be asked for.')) : loadBasemap(wanted)
    void Promise.all([loading, loadOutline()]).then(([basemap]) => {
      if (isCurrent) setLoaded(basemap)
    })
    return () => {
      isCurrent = false
    }
  }, [wanted])
  return loaded
}
