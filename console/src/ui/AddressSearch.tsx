import { useId, useState, type KeyboardEvent } from 'react'
import { TextField } from './fields'
import { cx } from './cx'

/** What a geocoder answered. */
export type FoundPlace = { id: string; name: string; note: string; point: { lat: number; lon: number }; quality: number | null }

type AddressSearchProps = {
  address: string
  onAddress: (address: string) => void
  found: readonly FoundPlace[] | null
  isBusy: boolean
  failure: string | null
  onSearch: (address: string) => void
  onTake: (place: FoundPlace) => void
  complaint: string | null
}

/** An address that is typed, and the places a geocoder knows by it. */
export function AddressSearch({ address, onAddress, found, isBusy, failure, onSearch, onTake, complaint }: AddressSearchProps) {
  const id = useId()
  const [active, setActive] = useState(0)
  const [isClosed, setClosed] = useState(false)
  const shown = isClosed ? [] : (found ?? [])
  const onKeyDown = (event: KeyboardEvent) => {
    switch (event.key) {
      case 'Escape':
        if (found === null || isClosed) return
        // The page's own Escape is another one.
        event.preventDefault()
        event.stopPropagation()
        return setClosed(true)
      case 'Enter':
        event.preventDefault()
        setClosed(false)
        if (shown[active]) onTake(shown[active])
        else onSearch(address)
        return
      case 'ArrowDown':
      case 'ArrowUp':
        if (shown.length === 0) return
        event.preventDefault()
        return setActive((at) => (at + (event.key === 'ArrowDown' ? 1 : -1) + shown.length) % shown.length)
    }
  }
  return (
    <div onKeyDown={onKeyDown} onBlur={() => setClosed(true)}>
      <TextField
        label="Address" value={address} maxLength={300} autoComplete="off" complaint={complaint} placeholder="Street and number, town" role="combobox" aria-expanded={shown.length > 0} aria-controls={`${id}-list`}
        aria-activedescendant={shown.length > 0 ? `${id}-${active}` : undefined} onChange={(text) => { onAddress(text); onSearch(text); setActive(0); setClosed(false) }}
      />
      <ul id={`${id}-list`} role="listbox" aria-label="Places found" hidden={found === null || isClosed} className="mt-1.5 overflow-hidden rounded-xl border border-line bg-surface p-1 shadow-raised">
        {shown.map((place, at) => (
          <li
            key={place.id} id={`${id}-${at}`} role="option" aria-selected={at === active} onPointerDown={(event) => { event.preventDefault(); onTake(place) }} onPointerMove={() => setActive(at)}
            className={cx('flex items-baseline justify-between gap-3 rounded-lg px-2.5 py-1.5 text-[13px]', at === active && 'bg-hover')}
          >
            <span className="truncate">{place.name}</span><span className="shrink-0 text-xs text-ink-3">{place.note}</span>
          </li>
        ))}
        {found !== null && shown.length === 0 && <li className="px-2.5 py-2 text-[13px] text-ink-3">{isBusy ? 'Looking…' : 'No place of that address. Put the pin on the map instead.'}</li>}
      </ul>
      {failure !== null && <p className="mt-1.5 text-xs text-warn">{failure}</p>}
    </div>
  )
}
