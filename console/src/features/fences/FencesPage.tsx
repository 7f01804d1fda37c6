/** Fences: found by name, seen on the map, drawn, changed, deleted. On a phone the panel is a sheet under the map. */
import { useCallback, useState } from 'react'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useSearchParams } from 'react-router'
import { useMay } from '../../api/access'
import { api } from '../../api/client'
import type { FenceKind } from '../../api/queries'
import type { Fence } from '../../api/types'
import { useDrawingKeys } from '../../map/useDrawingKeys'
import { cx } from '../../ui/cx'
import { useIsWide } from '../../util/useMedia'
import { bodyOf, cornerTakenBack, draftOf, finished, isFlaw, newCircle, newCorridor, newPolygon, type Draft } from './draft'
import { FenceForm } from './FenceForm'
import { FenceList } from './FenceList'
import { FenceMap } from './FenceMap'

export function FencesPage() {
  const [search, setSearch] = useSearchParams()
  const selected = search.get('fence')
  const given = search.get('of')
  const kind: FenceKind = given === 'place' || given === 'territory' || given === 'ad_hoc' ? given : null
  const canEdit = useMay()('fences', 'update')
  const isWide = useIsWide()
  const [draft, setDraft] = useState<Draft | null>(null)
  /** Whatever list or map it was chosen from. */
  const [chosen, setChosen] = useState<Fence | null>(null)

  const choose = useCallback((fence: Fence | null) => {
    setChosen(fence)
    setSearch((before) => {
      const after = new URLSearchParams(before)
      if (fence) after.set('fence', fence.id)
      else after.delete('fence')
      return after
    }, { replace: true })
  }, [setSearch])

  const show = (of: FenceKind) => setSearch((before) => {
    const after = new URLSearchParams(before)
    if (of === null) after.delete('of')
    else after.set('of', of)
    return after
  }, { replace: true })
  const leave = () => {
    setDraft(null)
    choose(null)
  }
  const client = useQueryClient()
  const settle = () => {
    leave()
    return client.invalidateQueries({ queryKey: ['fences'] })
  }
  const save = useMutation({
    mutationFn: async (made: Draft) => {
      const body = bodyOf(made)
      if (isFlaw(body)) throw new Error(body.message)
      return made.id === null ? api.createFence(body) : api.updateFence(made.id, body)
    },
    onSuccess: settle,
  })
  const remove = useMutation({ mutationFn: (fence: string) => api.deleteFence(fence), onSuccess: settle })
  useDrawingKeys(draft && {
    onEnd: () => setDraft(finished(draft)), onTakeBack: () => setDraft(cornerTakenBack(draft)), onLeave: leave,
  })

  const begin = (made: Draft) => {
    save.reset()
    remove.reset()
    choose(null)
    setDraft(made)
  }
  const open = useCallback((fence: Fence) => {
    save.reset()
    remove.reset()
    choose(fence)
    setDraft(canEdit ? draftOf(fence) : null)
  }, [canEdit, choose, save, remove])

  return (
    <div className="absolute inset-0">
      <title>Fences · SalesSync</title>
      <h1 className="sr-only">Fences</h1>
      <FenceMap kind={kind} selected={selected} focus={chosen} draft={draft} onDraft={setDraft} onSelect={open} isWide={isWide} />
      <section
        aria-label="Fences"
        className={cx(
          'absolute z-10 flex flex-col overflow-hidden border-line bg-surface shadow-panel',
          isWide ? 'top-3 bottom-3 left-3 w-[340px] rounded-2xl border' : 'inset-x-0 bottom-0 h-[55%] rounded-t-2xl border-t',
        )}
      >
        {draft ? (
          <FenceForm
            key={draft.id ?? draft.ground.kind} draft={draft} onChange={setDraft} onCancel={leave}
            onSave={() => save.mutate(draft)} isSaving={save.isPending} failure={save.error ?? remove.error}
            onDelete={draft.id === null ? null : () => remove.mutate(draft.id!)} isDeleting={remove.isPending}
          />
        ) : (
          <FenceList
            kind={kind} onKind={show} selected={selected} onSelect={open} canEdit={canEdit}
            onCircle={() => begin(newCircle())} onPolygon={() => begin(newPolygon())} onCorridor={() => begin(newCorridor())}
          />
        )}
      </section>
    </div>
  )
}
