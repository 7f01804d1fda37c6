/** Icons of the phone's page, on the console's grid. */
type IconProps = { className?: string }
const line = (children: React.ReactNode) =>
  function Icon({ className = 'size-5' }: IconProps) {
    return <svg viewBox="0 0 20 20" className={className} fill="none" stroke="currentColor" strokeWidth="1.6" strokeLinecap="round" strokeLinejoin="round" aria-hidden="true">{children}</svg>
  }

export const TodayIcon = line(<><rect x="3.2" y="4.2" width="13.6" height="12.6" rx="2.4" /><path d="M3.2 8.2h13.6M6.8 2.6v3M13.2 2.6v3M7 12.4l2 2 4-4" /></>)
export const BellIcon = line(<path d="M10 2.8a4.8 4.8 0 0 0-4.8 4.8c0 4.6-1.8 5.8-1.8 5.8h13.2s-1.8-1.2-1.8-5.8A4.8 4.8 0 0 0 10 2.800ZM8.300 16.200a1.9 1.9 0 0 0 3.4 0" />)
export const SyncIcon = line(<path d="M3.600 10a6.400 6.400 0 0 1 11-4.400l1.8 1.800M16.400 3.600v3.800h-3.800M16.400 10a6.400 6.400 0 0 1-11 4.400l-1.8-1.800M3.600 16.400v-3.800h3.800" />)
export const NavigateIcon = line(<path d="M17 3 3.200 8.600l6 2.200 2.200 6Z" />)
export const CallIcon = line(<path d="M4.800 3.200h2.600l1.300 3.600-1.700 1.300a9.500 9.500 0 0 0 4.900 4.900l1.300-1.700 3.600 1.300v2.600a1.600 1.600 0 0 1-1.800 1.600A13.400 13.400 0 0 1 3.200 5a1.600 1.600 0 0 1 1.600-1.800Z" />)
export const CameraIcon = line(<><path d="M3 7.400a1.800 1.800 0 0 1 1.800-1.800h1.700L7.800 3.800h4.4l1.300 1.800h1.7A1.8 1.800 0 0 1 17 7.400v7a1.800 1.800 0 0 1-1.800 1.800H4.800A1.800 1.800 0 0 1 3 14.400Z" /><circle cx="10" cy="10.600" r="2.900" /></>)
export const ScanIcon = line(<path d="M3 6.600V4.800A1.800 1.800 0 0 1 4.800 3h1.800M13.400 3h1.800A1.800 1.800 0 0 1 17 4.800v1.800M17 13.400v1.800a1.800 1.800 0 0 1-1.800 1.800h-1.800M6.600 17H4.800A1.800 1.800 0 0 1 3 15.200v-1.800M6.400 6.800v6.400M9.200 6.800v6.400M11.600 6.800v6.400M13.800 6.800v6.400" />)
export const PenIcon = line(<path d="M2.800 15.600c2.200-.4 2.900-6.400 5-6.400 1.800 0-.5 5 1.200 5 1.500 0 1.600-2.400 3-2.400 1 0 .8 1.800 2 1.800.9 0 1.500-.6 3.200-.6M3 17.600h14" />)
export const ClockIcon = line(<><circle cx="10" cy="10" r="7" /><path d="M10 5.800V10l2.800 1.800" /></>)
export const PinIcon = line(<><path d="M10 17.400s5.600-4.600 5.600-9.200a5.600 5.600 0 0 0-11.200 0c0 4.600 5.600 9.200 5.600 9.200Z" /><circle cx="10" cy="8.200" r="2" /></>)
export const CloudOffIcon = line(<path d="M6.300 6.500A4.600 4.600 0 0 1 14.400 9a3.400 3.400 0 0 1 1.900 6.200M13 15.600H5.700a3.700 3.700 0 0 1-.7-7.300M3 3l14 14" />)
export const StoreIcon = line(<path d="M3.600 8.200 4.800 3.600h10.400l1.200 4.600M3.600 8.200a2.100 2.100 0 0 0 4.200 0 2.100 2.100 0 0 0 4.300 0 2.100 2.100 0 0 0 4.300 0M4.600 10v6.400h10.800V10M8 16.400v-3.600h4v3.600" />)
export const FormIcon = line(<path d="M6.600 4H5a1.400 1.400 0 0 0-1.400 1.400v10A1.400 1.400 0 0 0 5 16.800h10a1.400 1.400 0 0 0 1.400-1.400v-10A1.400 1.400 0 0 0 15 4h-1.600M7.600 2.800h4.800v2.600H7.600ZM6.800 9.400h6.400M6.800 12.800h4" />)
export const ForwardIcon = line(<path d="m7.500 4.500 5.500 5.500-5.500 5.500" />)
export const SmileIcon = line(<><circle cx="10" cy="10" r="7.200" /><path d="M7 11.800a3.600 3.600 0 0 0 6 0M7.600 8v.2M12.400 8v.2" /></>)
export const StopIcon = line(<><circle cx="10" cy="10" r="7.200" /><path d="m5 5 10 10" /></>)
