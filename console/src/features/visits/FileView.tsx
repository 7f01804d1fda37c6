import type { VisitFile } from '../../api/visits'
import { fileUrl } from '../../api/visits'
import { FormIcon } from '../../ui/icons'
import { clockOf } from '../../util/zone'

/** A photo as small as it comes, with what its camera said; the whole of it opens beside. */
export function FileView({ file, zone }: { file: VisitFile; zone: string }) {
  const isPicture = file.media_type.startsWith('image/')
  const words = [file.purpose === 'signature' ? 'Signature' : file.purpose === 'check_in' ? 'At check-in' : file.purpose === 'check_out' ? 'At check-out' : 'Photo', file.taken_at != null ? `taken ${clockOf(Date.parse(file.taken_at), zone)}` : null, file.duplicate ? 'seen before' : null].filter((part) => part !== null).join(', ')
  return (
    <a href={fileUrl(file.id)} target="_blank" rel="noreferrer" className="group block w-28 text-xs">
      <span className="grid aspect-square place-items-center overflow-hidden rounded-xl border border-line bg-sunken group-hover:border-line-strong">
        {isPicture && file.has_thumbnail ? <img src={fileUrl(file.id, true)} alt={words} loading="lazy" className="size-full object-cover" /> : <FormIcon className="size-7 text-ink-3" />}
      </span>
      <span className="mt-1 block leading-snug text-ink-2">{words}</span>
    </a>
  )
}
