import type { ReactNode } from 'react'
import type { Me } from '../api/identity'
import { useLive } from '../live/live'
import { IconButton } from '../ui/Button'
import { CloseIcon, PersonIcon, ShieldIcon } from '../ui/icons'

/** What somebody should know on whichever page they are. */
export function Banners({ me }: { me: Me }) {
  const accessTaken = useLive((state) => state.accessTaken)
  const by = me.impersonated_by?.name ?? null
  return (
    <div role="status">
      {by !== null && <Banner icon={<PersonIcon />}>{by} is seeing the console as <strong className="font-semibold">{me.name}</strong>. Everything done here is in the audit log.</Banner>}
      {accessTaken && (
        <Banner icon={<ShieldIcon />} onClose={() => useLive.setState({ accessTaken: false })}>
          What you may see has changed. The console shows what is yours now.
        </Banner>
      )}
    </div>
  )
}

function Banner({ icon, onClose, children }: { icon: ReactNode; onClose?: () => void; children: ReactNode }) {
  return (
    <div className="flex items-center gap-2.5 border-b border-line bg-warn-soft px-4 py-1.5 text-[13px] text-warn">
      {icon}
      <p className="min-w-0 flex-1">{children}</p>
      {onClose && <IconButton label="Close this message" className="size-7!" onClick={onClose}><CloseIcon /></IconButton>}
    </div>
  )
}
