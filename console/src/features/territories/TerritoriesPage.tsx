/** Territories: a tree on the left, the map behind, and at the right the one that is looked at or changed. On a phone, a sheet. */
import { useCallback, useMemo, useRef, useState } from 'react'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import type { Map as MapLibreMap } from 'maplibre-gl'
import { useSearchParams } from 'react-router'
import { api } from '../../api/client'
import { useMay } from '../../api/access'
import { territoriesQuery } from '../../api/queries'
import type { Territory } from '../../api/types'
import { useAgents } from '../../api/useAgents'
import { useDrawingKeys } from '../../map/useDrawingKeys'
import { tell } from '../../shell/toasts'
import { cx } from '../../ui/cx'
import { treeOf } from '../../util/tree'
import { useIsWide } from '../../util/useMedia'
import { bodyOf, changesOf, draftOf, finished, freshColour, isFlaw, newDraft, placed, takenBack, type Draft } from './draft'
import { TerritoryForm } from './TerritoryForm'
import { TerritoryList } from './TerritoryList'
import { TerritoryMap } from './TerritoryMap'
import { TerritoryPanel } from './TerritoryPanel'

const NONE: readonly Territory[] = []

export function TerritoriesPage() {
  const may = useMay()
  const client = useQueryClient()
  const isWide = useIsWide()
  const [search, setSearch] = useSearchParams()
  const query = useQuery(territoriesQuery)
  const territories = query.data ?? NONE
  const tree = useMemo(() => treeOf(territories), [territories])
  const agents = useAgents()
  const counts = useMemo(() => {
    const byTerritory = new Map<string, number>()
    for (const { territory_id } of agents.all) if (territory_id !== null) byTerritory.set(territory_id, (byTerritory.get(territory_id) ?? 0) + 1)
    return byTerritory
  }, [agents.all])
  const selected = territories.find(({ id }) => id === search.get('territory')) ?? null
  const [draft, setDraft] = useState<Draft | null>(null)
  const [corner, setCorner] = useState<number | null>(null)
  const map = useRef<MapLibreMap | null>(null)

  const select = useCallback((id: string | null) => setSearch(id === null ? {} : { territory: id }, { replace: true }), [setSearch])
  const save = useMutation({
    mutationFn: async (made: Draft) => {
      const body = bodyOf(made)
      if (isFlaw(body)) throw new Error(body.message)
      const before = territories.find(({ id }) => id === made.id)
      return before ? api.updateTerritory(before.id, changesOf(before, body)) : api.createTerritory(body)
    },
    onSuccess: async (saved, made) => {
      await client.invalidateQueries({ queryKey: territoriesQuery.queryKey })
      setDraft(null)
      select(saved.id)
      tell(made.id === null ? `${saved.name} is made.` : `${saved.name} is saved.`)
    },
  })
  const begin = (made: Draft) => {
    save.reset()
    setCorner(null)
    setDraft(made)
  }
  const leave = () => {
    setDraft(null)
    setCorner(null)
  }
  useDrawingKeys(draft && { onEnd: () => setDraft(finished(draft)), onTakeBack: () => setDraft(takenBack(draft)), onLeave: leave })
  const centre = () => {
    const at = map.current?.getCenter()
    if (draft && at) setDraft(placed(draft, [at.lng, at.lat]))
  }
  const isSideOpen = draft !== null || selected !== null
  return (
    <div className="absolute inset-0">
      <title>Territories · SalesSync</title>
      <h1 className="sr-only">Territories</h1>
      <TerritoryMap
        territories={territories} isRead={query.isSuccess} selected={selected} draft={draft} corner={corner} onDraft={setDraft} onSelect={draft ? null : select} isWide={isWide}
        isSideOpen={isSideOpen} onMap={(made) => { map.current = made }}
      />
      {(isWide || !isSideOpen) && (
        <section aria-label="Territories" className={cx('absolute z-10 flex flex-col overflow-hidden border-line bg-surface shadow-panel', isWide ? 'top-3 bottom-3 left-3 w-[300px] rounded-2xl border' : SHEET)}>
          <TerritoryList
            query={query} tree={tree} counts={counts} selected={selected?.id ?? null} onSelect={(id) => { leave(); select(id) }}
            unassigned={agents.all.filter(({ territory_id }) => territory_id === null).length}
            onNew={may('territories', 'create') ? () => begin(newDraft(null, freshColour(territories))) : null}
          />
        </section>
      )}
      {isSideOpen && (
        <section
          aria-label={draft ? 'Change the territory' : 'The territory'}
          className={cx('appear absolute z-20 flex flex-col overflow-hidden border-line bg-surface shadow-panel', isWide ? 'top-3 right-3 bottom-3 w-[360px] rounded-2xl border' : SHEET)}
        >
          {draft ? (
            <TerritoryForm
              key={draft.id ?? 'new'} draft={draft} territories={territories} corner={corner} onCorner={setCorner} onChange={setDraft} onCancel={leave} onCentre={centre}
              onSave={() => save.mutate(draft)} isSaving={save.isPending} failure={save.error}
            />
          ) : selected && (
            <TerritoryPanel
              key={selected.id} territory={selected} territories={territories} agents={agents} counts={counts} onClose={() => select(null)} onSelect={select}
              onEdit={() => begin(draftOf(selected))} onAddBelow={() => begin(newDraft(selected.id, freshColour(territories)))}
            />
          )}
        </section>
      )}
    </div>
  )
}

const SHEET = 'inset-x-0 bottom-0 h-[58%] rounded-t-2xl border-t'
