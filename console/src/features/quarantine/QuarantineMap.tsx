import { useEffect, useMemo, useState } from 'react'
import { useQuery } from '@tanstack/react-query'
import type { Map as MapLibreMap } from 'maplibre-gl'
import { explain } from '../../api/problem'
import { neighboursQuery } from '../../api/queries'
import type { Fix, QuarantinedFix } from '../../api/types'
import { boundsOf, toLngLatBounds } from '../../map/camera'
import { MapView } from '../../map/MapView'
import { useBasemap } from '../../map/useBasemap'
import { useTheme } from '../../theme'
import { distance } from '../../util/units'
import { QuarantineLayer } from './QuarantineLayer'
import { AROUND_MS, among, metresBetween, takenAt } from './neighbours'

const INSETS = { top: 0, right: 0, bottom: 0, left: 0 }
const NOBODY: readonly Fix[] = []

type QuarantineMapProps = { agent: string; fix: QuarantinedFix | null; zone: string; gap_ms: number }

/** The fix among its neighbours. One that claims to be on the other side of the world is only looked at when asked for. */
export function QuarantineMap({ agent, fix, zone, gap_ms }: QuarantineMapProps) {
  const theme = useTheme((state) => state.theme)
  const basemap = useBasemap()
  const [map, setMap] = useState<MapLibreMap | null>(null)
  const at = fix ? takenAt(fix) : 0
  const { data: track, error, isPending } = useQuery({ ...neighboursQuery(agent, at - AROUND_MS, at + AROUND_MS + 1), enabled: fix !== null })
  const around = useMemo(() => (fix ? among(fix, track ?? NOBODY, gap_ms) : null), [fix, track, gap_ms])
  const [farKey, setFarKey] = useState<string | null>(null)
  const looksFar = fix !== null && farKey === fix.key

  useEffect(() => {
    if (!map || !fix || !around || isPending) return
    const places = looksFar ? [fix] : around.isFar ? around.believed : [...around.believed, fix]
    const bounds = boundsOf(places)
    if (bounds) map.fitBounds(toLngLatBounds(bounds), { padding: 56, maxZoom: looksFar ? 5 : 16, duration: 400 })
    // The decision changes the fix, not where it is.
  }, [map, fix?.key, around?.believed.length, around?.isFar, isPending, looksFar])

  if (!basemap) return <div role="status" aria-label="Loading the map" className="skeleton absolute inset-0 rounded-none!" />
  const away_m = fix && around?.before ? metresBetween(fix, around.before) : fix && around?.after ? metresBetween(fix, around.after) : null
  return (
    <>
      <MapView basemap={basemap} theme={theme} insets={INSETS} label="Map of the fix and its neighbours" onMap={setMap}>
        {fix && around && <QuarantineLayer fix={fix} around={around} zone={zone} />}
      </MapView>
      {fix && around?.isFar && (
        <div className="absolute top-3 left-3 z-10 flex max-w-[calc(100%-1.5rem)] items-center gap-3 rounded-xl border border-line bg-surface py-1.5 pr-1.5 pl-3.5 text-[13px] shadow-panel">
          <span>{looksFar ? 'Where the fix says it was' : `The fix is ${distance(away_m)} away from this`}</span>
          <button type="button" className="rounded-lg px-2.5 py-1 font-medium text-accent hover:bg-hover" onClick={() => setFarKey(looksFar ? null : fix.key)}>{looksFar ? 'Back to the neighbours' : 'Show it'}</button>
        </div>
      )}
      {fix && !isPending && around && around.believed.length === 0 && (
        <p className="absolute top-3 left-3 z-10 rounded-xl border border-line bg-surface px-3.5 py-2 text-[13px] text-ink-2 shadow-panel">
          {error ? `The track around it could not be loaded. ${explain(error)}` : 'This phone sent no other believed fix within ten minutes.'}
        </p>
      )}
    </>
  )
}
