/** Line icons on a 20-unit grid. Decorative: whoever uses one gives the name. */
import type { ReactNode } from 'react'

type IconProps = { className?: string }

const line = (children: ReactNode) =>
  function Icon({ className = 'size-4' }: IconProps) {
    return (
      <svg viewBox="0 0 20 20" className={className} fill="none" stroke="currentColor" strokeWidth="1.6" strokeLinecap="round" strokeLinejoin="round" aria-hidden="true">
        {children}
      </svg>
    )
  }

export const SearchIcon = line(<><circle cx="9" cy="9" r="5.2" /><path d="m13 13 3.6 3.6" /></>)
export const CloseIcon = line(<path d="m5.5 5.5 9 9m0-9-9 9" />)
export const CheckIcon = line(<path d="m4.5 10.5 3.6 3.6 7.4-8" />)
export const ChevronIcon = line(<path d="m6 8 4 4 4-4" />)
export const SunIcon = line(<><circle cx="10" cy="10" r="3.2" /><path d="M10 2.8v1.6M10 15.6v1.6M2.8 10h1.6M15.6 10h1.6M4.9 4.9 6 6M14 14l1.1 1.1M4.9 15.1 6 14M14 6l1.1-1.1" /></>)
export const MoonIcon = line(<path d="M16.4 11.8A6.8 6.8 0 0 1 8.2 3.6a6.8 6.8 0 1 0 8.2 8.2Z" />)
export const ScreenIcon = line(<><rect x="3" y="4" width="14" height="9.5" rx="1.6" /><path d="M7.5 16.5h5" /></>)
export const CopyIcon = line(<><rect x="7" y="7" width="9.5" height="9.5" rx="2" /><path d="M13 4.8A1.8 1.8 0 0 0 11.4 3.5H5.3a1.8 1.8 0 0 0-1.8 1.8v6.1A1.8 1.8 0 0 0 4.8 13" /></>)
export const TargetIcon = line(<><circle cx="10" cy="10" r="5.4" /><circle cx="10" cy="10" r="1.2" fill="currentColor" /><path d="M10 2.4v2.2M10 15.4v2.2M2.4 10h2.2M15.4 10h2.2" /></>)
export const RouteIcon = line(<><circle cx="5" cy="15" r="1.9" /><circle cx="15" cy="5" r="1.9" /><path d="M6.9 15h5.6a2.5 2.5 0 0 0 0-5h-5a2.5 2.5 0 0 1 0-5h5.6" /></>)
export const WarningIcon = line(<><path d="M10 3.4 17.6 16H2.4Z" /><path d="M10 8.3v3.6M10 14v.1" /></>)
export const PauseIcon = line(<><circle cx="10" cy="10" r="7" /><path d="M8.2 7.6v4.8M11.8 7.6v4.8" /></>)
export const SignOutIcon = line(<><path d="M8 3.5H5.3a1.8 1.8 0 0 0-1.8 1.8v9.4a1.8 1.8 0 0 0 1.8 1.8H8M12.5 13.5 16.5 10l-4-3.5M16 10H8" /></>)
export const FilterIcon = line(<path d="M3 5.5h14M6 10h8M8.5 14.5h3" />)
export const MapIcon = line(<path d="m2.8 5.4 4.8-1.9 4.8 1.9 4.8-1.9v11.1l-4.8 1.9-4.8-1.9-4.8 1.9ZM7.6 3.5v11.1M12.4 5.4v11.1" />)
export const PhoneIcon = line(<><rect x="5.5" y="2.5" width="9" height="15" rx="2" /><path d="M9 14.8h2" /></>)
export const BackIcon = line(<path d="M12 4.5 6.5 10l5.5 5.5" />)
export const FenceIcon = line(<><path d="m10 2.6 6.6 4.8-2.5 7.8H5.9L3.4 7.4Z" strokeDasharray="3 2.4" /><circle cx="10" cy="9.6" r="1.4" fill="currentColor" /></>)
export const PlaybackIcon = line(<><circle cx="10" cy="10" r="7.2" /><path d="M10 5.8V10l2.8 1.7" /></>)
export const AsideIcon = line(<><path d="M3.2 12.4h3.4l1.4 2h4l1.4-2h3.4" /><path d="m3.2 12.4 2-7.6a1.6 1.6 0 0 1 1.5-1.2h6.6a1.6 1.6 0 0 1 1.5 1.2l2 7.6v2.4a1.6 1.6 0 0 1-1.6 1.6H4.8a1.6 1.6 0 0 1-1.6-1.6Z" /></>)
export const PlayIcon = line(<path d="M6.8 4.6v10.8L15.4 10Z" fill="currentColor" />)
export const HaltIcon = line(<path d="M7 5v10M13 5v10" strokeWidth="2.6" />)
export const SkipIcon = line(<path d="M4.4 5.4v9.2L11 10ZM11.4 5.4v9.2L18 10Z" fill="currentColor" strokeWidth="1" />)
export const PlusIcon = line(<path d="M10 4.5v11M4.5 10h11" />)
export const MinusIcon = line(<path d="M4.5 10h11" />)
export const ListIcon = line(<path d="M7 5.5h9.5M7 10h9.5M7 14.5h9.5M3.5 5.5h.1M3.5 10h.1M3.5 14.5h.1" />)
export const RefreshIcon = line(<path d="M15.8 12.2A6.2 6.2 0 1 1 15 6.4l1.2 1.4M16.4 4v3.9h-3.9" />)
export const RestoreIcon = line(<path d="M4 8.4h7.6a4 4 0 0 1 0 8H8.4M4 8.4l3.4-3.4M4 8.4l3.4 3.4" />)
export const PulseIcon = line(<path d="M2.5 10.5h3.3l2-5.5 4 10 2-4.5h3.7" />)

export const PeopleIcon = line(<><circle cx="7.6" cy="7" r="2.9" /><path d="M2.4 16.4a5.2 5.2 0 0 1 10.4 0M13 4.4a2.9 2.9 0 0 1 0 5.2M14.6 11.8a5.2 5.2 0 0 1 3 4.6" /></>)
export const PersonIcon = line(<><circle cx="10" cy="6.8" r="3.2" /><path d="M3.8 17a6.2 6.2 0 0 1 12.4 0" /></>)
export const AreaIcon = line(<><path d="M4 5.2 11.4 3.4 16.6 8.4 14 16 5.4 15.2Z" /><g fill="currentColor"><circle cx="4" cy="5.2" r="1.2" /><circle cx="11.4" cy="3.4" r="1.2" /><circle cx="16.6" cy="8.4" r="1.2" /><circle cx="14" cy="16" r="1.2" /><circle cx="5.4" cy="15.2" r="1.2" /></g></>)
export const LedgerIcon = line(<><path d="M5 2.8h7l3.4 3.4v11H5Z" /><path d="M7.8 9h4.8M7.8 11.8h4.8M7.8 14.4h2.8" /></>)
export const KeyIcon = line(<><circle cx="6.6" cy="13.2" r="3.2" /><path d="m9 10.8 7-7M13.2 6.6l2.2 2.2" /></>)
export const ShieldIcon = line(<><path d="M10 2.6 16 5v4.4c0 3.8-2.4 6.6-6 8-3.6-1.4-6-4.2-6-8V5Z" /><path d="m7.4 10 1.9 1.9 3.4-3.7" /></>)
export const LockIcon = line(<><rect x="4.4" y="8.8" width="11.2" height="8" rx="1.8" /><path d="M7 8.800V6.400a3 3 0 0 1 6 0v2.4" /></>)
export const EyeIcon = line(<><path d="M1.9 10S4.8 4.6 10 4.6 18.1 10 18.1 10 15.2 15.4 10 15.4 1.9 10 1.9 10Z" /><circle cx="10" cy="10" r="2.3" /></>)
export const EyeOffIcon = line(<><path d="M8.2 4.800A8.4 8.4 0 0 1 10 4.600c5.2 0 8.1 5.4 8.1 5.400a14 14 0 0 1-2.3 2.900M5 6.400A13.6 13.6 0 0 0 1.9 10s2.9 5.4 8.1 5.400a8 8 0 0 0 4-1.1" /><path d="m3 3 14 14" /></>)
export const MoreIcon = line(<g fill="currentColor"><circle cx="4.6" cy="10" r=".9" /><circle cx="10" cy="10" r=".9" /><circle cx="15.4" cy="10" r=".9" /></g>)
export const MailIcon = line(<><rect x="2.8" y="4.4" width="14.4" height="11.2" rx="1.8" /><path d="m3.4 5.6 6.6 5.2 6.6-5.2" /></>)
export const TrashIcon = line(<path d="M3.8 5.400h12.400M8 5.400V3.600h4v1.800M5.4 5.400l.7 11.200h7.800l.7-11.200M8.4 8.600v5M11.6 8.600v5" />)
export const EditIcon = line(<path d="m3.6 16.4.8-3.5 8.9-8.900a1.5 1.5 0 0 1 2.1 0l.6.6a1.5 1.5 0 0 1 0 2.100l-8.9 8.900Z" />)
export const DownloadIcon = line(<path d="M10 3.400v8.800m0 0 3.4-3.400M10 12.2 6.6 8.800M3.6 15.800h12.8" />)
export const LinkIcon = line(<path d="M8.4 11.600a3 3 0 0 0 4.3 0l2.9-2.900a3 3 0 0 0-4.3-4.300l-1 1M11.6 8.400a3 3 0 0 0-4.3 0l-2.9 2.900a3 3 0 0 0 4.3 4.300l1-1" />)

/** The fill tells the charge, the colour warns below a fifth. */
export function BatteryIcon({ fraction, className = 'h-3.5 w-6' }: { fraction: number; className?: string }) {
  const charge = Math.max(0, Math.min(1, fraction))
  return (
    <svg viewBox="0 0 26 14" className={className} aria-hidden="true">
      <rect x="0.75" y="0.75" width="21.5" height="12.5" rx="3.4" fill="none" stroke="currentColor" strokeWidth="1.5" opacity="0.5" />
      <path d="M24 4.8v4.4a2.3 2.3 0 0 0 0-4.4Z" fill="currentColor" opacity="0.5" />
      <rect x="2.75" y="2.75" width={Math.max(1.5, 17.5 * charge)} height="8.5" rx="1.8" fill={charge <= 0.2 ? 'var(--danger)' : 'var(--moving)'} />
    </svg>
  )
}

export const GripIcon = line(<g fill="currentColor" stroke="none">{[6, 10, 14].flatMap((y) => [7.6, 12.4].map((x) => <circle key={`${x} ${y}`} cx={x} cy={y} r="1.2" />))}</g>)
export const UndoIcon = line(<path d="M7.4 4.600 4 8l3.400 3.400M4 8h7.600a4.400 4.400 0 0 1 0 8.800H9" />)
export const BoltIcon = line(<path d="M11 2.800 4.600 11.400h4.600l-.6 5.800 6.800-9h-4.800Z" />)
export const SparkIcon = line(<><path d="M9 3.200l1.500 4.300L14.800 9l-4.300 1.500L9 14.800l-1.500-4.300L3.200 9l4.300-1.500Z" /><path d="M15.400 12.800l.7 1.900 1.900.7-1.900.7-.7 1.900-.7-1.900-1.900-.7 1.900-.7Z" /></>)
export const LayersIcon = line(<><path d="m10 3 7 3.600-7 3.600-7-3.600Z" /><path d="m3 10.200 7 3.600 7-3.600M3 13.600l7 3.600 7-3.600" /></>)
export const CalendarIcon = line(<><rect x="3.200" y="4.400" width="13.600" height="12.200" rx="1.800" /><path d="M3.200 8.400h13.600M6.800 2.600v3.200M13.200 2.600v3.200" /></>)
export const ShopIcon = line(<><path d="M3.400 7.600 4.600 3.600h10.800l1.200 4M4.400 9.400v7h11.200v-7M8 16.400v-4h4v4" /><path d="M3.400 7.600a2.200 2.200 0 0 0 4.400 0 2.200 2.200 0 0 0 4.400 0 2.200 2.200 0 0 0 4.400 0" /></>)
export const CheckInIcon = line(<><path d="M10 17s5.600-4.600 5.600-9A5.600 5.600 0 0 0 4.400 8c0 4.400 5.600 9 5.600 9Z" /><path d="m7.600 8 1.700 1.700 3.100-3.300" /></>)
export const UnlockIcon = line(<><rect x="4.4" y="8.8" width="11.2" height="8" rx="1.8" /><path d="M7 8.800V6.400a3 3 0 0 1 5.600-1.500" /></>)
export const SwapIcon = line(<path d="M4 7.200h11m0 0-3-3m3 3-3 3M16 12.800H5m0 0 3-3m-3 3 3 3" />)
export const CameraIcon = line(<><path d="M3 7.200a1.600 1.600 0 0 1 1.600-1.600h2L8 3.800h4l1.400 1.800h2A1.600 1.600 0 0 1 17 7.200v7a1.600 1.600 0 0 1-1.600 1.600H4.600A1.600 1.600 0 0 1 3 14.200Z" /><circle cx="10" cy="10.600" r="2.900" /></>)
export const FormIcon = line(<><rect x="4.200" y="3" width="11.600" height="14" rx="1.600" /><path d="M7.200 7h.1M7.200 10.200h.1M7.200 13.400h.1M9.600 7h3.600M9.600 10.200h3.600M9.600 13.400h3.600" /></>)
export const CarIcon = line(<><path d="M3.400 12.400v-2l1.600-4A1.600 1.600 0 0 1 6.500 5.400h7a1.600 1.600 0 0 1 1.500 1l1.600 4v2M3.400 10.400h13.200M3.400 12.400h13.200v2.800h-2.400v-1.400H5.800v1.400H3.400Z" /></>)
