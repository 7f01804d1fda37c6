/** The person who is signed in: who they are, how they sign in, and where. */
import { useEffect } from 'react'
import { titleOfRole } from '../../api/roles'
import { useSession } from '../../api/session'
import { reloadMe } from '../../api/who'
import { PageFrame } from '../../shell/PageFrame'
import { Avatar } from '../../ui/Avatar'
import { Badge } from '../../ui/Badge'
import { Contact } from '../../ui/Masked'
import { PasswordCard } from './PasswordCard'
import { SecondFactorCard } from './SecondFactorCard'
import { SessionsCard } from './SessionsCard'

export function ProfilePage() {
  const me = useSession((state) => state.me)
  useEffect(() => void reloadMe(), [])
  if (!me) return null
  return (
    <PageFrame title="Profile" hint="How you are known here, and how you sign in." width="reading">
      <section aria-label="You" className="flex flex-wrap items-center gap-x-5 gap-y-4 rounded-2xl border border-line bg-surface p-5 shadow-raised">
        <Avatar name={me.name} className="size-14 text-lg" />
        <div className="min-w-0 flex-1 basis-52">
          <p className="truncate text-[17px] font-semibold tracking-[-0.015em]">{me.name}</p>
          <Contact text={me.email} className="block truncate text-[13px] text-ink-2" />
        </div>
        <dl className="flex flex-wrap gap-x-8 gap-y-3 text-[13px]">
          <div><dt className="text-xs text-ink-3">Role</dt><dd className="mt-1"><Badge tone="accent">{titleOfRole(me.role)}</Badge></dd></div>
          <div>
            <dt className="text-xs text-ink-3">Territories</dt>
            <dd className="mt-1 flex max-w-64 flex-wrap gap-1">
              {me.territories.length === 0 ? <span className="text-ink-2">{me.permissions.some(({ scope }) => scope === 'all') ? 'All' : 'None'}</span> : me.territories.map(({ id, name }) => <Badge key={id}>{name}</Badge>)}
            </dd>
          </div>
        </dl>
      </section>
      <PasswordCard changedAt={me.password_changed_at ?? null} />
      <SecondFactorCard isOn={me.second_factor} email={me.email} />
      <SessionsCard />
    </PageFrame>
  )
}
