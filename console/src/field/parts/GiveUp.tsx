/** A visit that cannot be made: why, in the organisation's words where it has some. */
import { useState } from 'react'
import { useNavigate } from 'react-router'
import { explain } from '../../api/problem'
import { Dialog } from '../../ui/Dialog'
import { useRuntime } from '../app'
import type { Visit } from '../model/day'
import type { DayView } from '../model/project'
import { plain } from '../model/words'
import { Choice, TextArea } from '../ui/answers'
import { Tap, Word } from '../ui/phone'

export function GiveUp({ visit, day }: { visit: Visit; day: DayView }) {
  const runtime = useRuntime()
  const navigate = useNavigate()
  const [isAsking, setAsking] = useState(false)
  const [reason, setReason] = useState('')
  const [note, setNote] = useState('')
  const [error, setError] = useState<string | null>(null)
  const give = async () => {
    try {
      await runtime.act({ kind: 'told', visit: visit.id, title: visit.customer, told: { type: 'abandon', reason: reason.trim(), ...(note.trim() !== '' && { note: note.trim() }) } })
      void navigate('/', { replace: true })
    } catch (problem) {
      setError(explain(problem))
    }
  }
  return (
    <>
      <Tap look="danger" className="w-full" onClick={() => setAsking(true)}>Cannot visit</Tap>
      {isAsking && (
        <Dialog
          title="Cannot visit" subtitle={visit.customer} onClose={() => setAsking(false)}
          footer={<div className="flex w-full gap-2.5"><Tap className="flex-1" onClick={() => setAsking(false)}>Back</Tap><Tap look="primary" className="flex-1" disabled={reason.trim() === ''} onClick={() => void give()}>Tell the office</Tap></div>}
        >
          <div className="space-y-5 pb-2">
            <Choice label="Why?" isRequired choices={day.rules.abandon_reasons.map((code) => ({ value: code, label: plain(code) }))} value={reason} onChange={setReason} />
            <TextArea label="Note (if you like)" value={note} onChange={setNote} max={2_000} />
            {error !== null && <Word tone="danger" title={error} />}
          </div>
        </Dialog>
      )}
    </>
  )
}
