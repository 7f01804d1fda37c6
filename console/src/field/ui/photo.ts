/** From what the camera gave to what is kept: smaller where it is large, with the camera's words about it. */
import { withExifOf } from '../model/exif'

/** Enough to read a price tag on a shelf. */
const EDGE_MAX = 2_048
const QUALITY = 0.82
/** Smaller files are kept as they are. */
const SMALL_BYTES = 900_000

/** Throws what to tell the agent where the file is no picture: found out now, while another can be taken, and not when it is sent. */
export async function reduced(file: Blob): Promise<{ bytes: ArrayBuffer; type: string }> {
  const original = await file.arrayBuffer()
  const type = pictureType(new Uint8Array(original, 0, Math.min(16, original.byteLength)))
  if (type !== null && file.size <= SMALL_BYTES) return { bytes: original, type }
  try {
    const bitmap = await createImageBitmap(file, { imageOrientation: 'from-image' })
    const scale = Math.min(1, EDGE_MAX / Math.max(bitmap.width, bitmap.height))
    const [width, height] = [Math.round(bitmap.width * scale), Math.round(bitmap.height * scale)]
    const canvas = document.createElement('canvas')
    canvas.width = width
    canvas.height = height
    canvas.getContext('2d')!.drawImage(bitmap, 0, 0, width, height)
    bitmap.close()
    const blob = await new Promise<Blob | null>((resolve) => canvas.toBlob(resolve, 'image/jpeg', QUALITY))
    if (type !== null && (blob === null || blob.size >= file.size)) return { bytes: original, type }
    if (blob === null) throw new Error('not drawn')
    return { bytes: withExifOf(original, await blob.arrayBuffer()), type: 'image/jpeg' }
  } catch {
    // A picture this browser cannot draw is the server's to judge.
    if (type !== null) return { bytes: original, type }
    throw new Error('This file is no picture that can be read. Take another one.')
  }
}

/** By its first bytes: what the server takes as a photo. */
export function pictureType(head: Uint8Array): string | null {
  const text = String.fromCharCode(...head)
  if (text.startsWith('\xff\xd8\xff')) return 'image/jpeg'
  if (text.startsWith('\x89PNG\r\n')) return 'image/png'
  if (text.startsWith('RIFF') && text.slice(8, 12) === 'WEBP') return 'image/webp'
  return text.slice(4, 8) === 'ftyp' && /^(heic|heix|heim|heis|hevc|hevx|mif1|msf1)/.test(text.slice(8, 12)) ? 'image/heic' : null
}
