import { useQuery } from '@tanstack/react-query'
import { useMay } from '../api/access'
import { visitSettingsQuery } from '../api/visitQueries'
import { SelectField, TextField } from '../ui/fields'
import { inWords } from '../util/code'

/** Why a visit is cancelled: one of the organisation's reasons, where it has some, for then the server takes no other. */
export function CancelReason({ value, onChange, hint }: { value: string; onChange: (reason: string) => void; hint?: string }) {
  const { data: settings } = useQuery({ ...visitSettingsQuery, enabled: useMay()('settings') })
  const reasons = settings?.current.cancel_reasons ?? []
  if (reasons.length === 0) return <TextField label="Why" value={value} onChange={onChange} maxLength={200} required autoFocus hint={hint} />
  return (
    <SelectField label="Why" value={value} onChange={onChange} required hint={hint}>
      <option value="">Choose a reason</option>
      {reasons.map((reason) => <option key={reason} value={reason}>{inWords(reason)}</option>)}
    </SelectField>
  )
}
