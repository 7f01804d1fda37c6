/** What a visit must be and show: versions with a beginning; what was derived before stays as it is. */
import { useState } from 'react'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useMay } from '../../api/access'
import { classesQuery } from '../../api/customerQueries'
import { complaintOf, unsaid } from '../../api/problem'
import { activityTypesQuery, visitSettingsQuery } from '../../api/visitQueries'
import { visitSettings, type VisitRules } from '../../api/visits'
import { Loadable } from '../../shell/Loadable'
import { tell } from '../../shell/toasts'
import { Button } from '../../ui/Button'
import { Notice } from '../../ui/Notice'
import { draftOf, flawsOf, rulesOf } from './rulesDraft'
import { RulesForm } from './RulesForm'
import { VisitsFrame } from './VisitsFrame'

export function SettingsPage() {
  const query = useQuery(visitSettingsQuery)
  return (
    <VisitsFrame title="Visit settings" width="reading">
      <Loadable what="The settings" query={query} skeleton={<div role="status" aria-label="Loading the settings" className="space-y-5"><div className="skeleton h-56" /><div className="skeleton h-40" /></div>}>
        {query.data && <Settings key={query.data.versions.length} rules={query.data.current} />}
      </Loadable>
    </VisitsFrame>
  )
}

function Settings({ rules }: { rules: VisitRules }) {
  const may = useMay()
  const client = useQueryClient()
  const canEdit = may('settings', 'update')
  const { data: classes = [] } = useQuery({ ...classesQuery, enabled: may('customers') })
  const { data: activities = [] } = useQuery(activityTypesQuery)
  const [draft, setDraft] = useState(() => draftOf(rules))
  const [isTried, setTried] = useState(false)
  const flaws = flawsOf(draft)
  const isChanged = JSON.stringify(draft) !== JSON.stringify(draftOf(rules))
  const save = useMutation({
    mutationFn: () => visitSettings.put(rulesOf(draft)),
    onSuccess: async () => {
      await client.invalidateQueries({ queryKey: visitSettingsQuery.queryKey })
      tell('Saved. It holds for what happens from now on.')
    },
  })
  const submit = () => {
    setTried(true)
    if (flaws.length === 0) save.mutate()
  }
  const said = (field: string) => complaintOf(save.error, `rules.${field}`)
  const rest = unsaid(save.error, Object.keys(rules).map((field) => `rules.${field}`))
  return (
    <>
      <RulesForm draft={draft} onChange={setDraft} flaws={isTried ? flaws : []} said={said} classes={classes.map(({ code, name }) => ({ id: code, name }))} activities={activities} disabled={!canEdit} />
      {canEdit && (isChanged || save.error) && (
        <div className="sticky bottom-4 z-10 mt-5 flex flex-wrap items-center gap-3 rounded-2xl border border-line bg-surface px-4 py-3 shadow-panel">
          <p className="min-w-48 flex-1 text-[13px] text-ink-2">{isTried && flaws.length > 0 ? <span className="text-danger">{flaws.length === 1 ? 'One value is' : `${flaws.length} values are`} out of range.</span> : rest !== null ? <span className="text-danger">{rest}</span> : 'Holds for what happens from now on.'}</p>
          <Button onClick={() => { setDraft(draftOf(rules)); setTried(false) }}>Discard</Button>
          <Button look="primary" isBusy={save.isPending} onClick={submit}>{save.isPending ? 'Saving…' : 'Save'}</Button>
        </div>
      )}
      {!canEdit && <div className="mt-5"><Notice title="To look at">Who may change settings can change these.</Notice></div>}
    </>
  )
}
