import { SelectField } from '../../ui/fields'
import type { OfferedRole } from './useRoles'

type RoleSelectProps = { roles: readonly OfferedRole[]; value: string; onChange: (role: string) => void; complaint?: string | null; hint?: string; disabled?: boolean }

/** Roles with more rights than one's own are listed, but cannot be given. */
export function RoleSelect({ roles, value, onChange, complaint, hint, disabled }: RoleSelectProps) {
  return (
    <SelectField label="Role" value={value} onChange={onChange} complaint={complaint} hint={hint} disabled={disabled}>
      {!roles.some(({ name }) => name === value) && <option value={value}>{value}</option>}
      {roles.map(({ name, title, isBeyond }) => <option key={name} value={name} disabled={isBeyond && name !== value}>{title}{isBeyond && name !== value ? ' (beyond your own rights)' : ''}</option>)}
    </SelectField>
  )
}
