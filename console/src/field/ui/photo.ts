/** From what the camera gave to what is kept: smaller where it is large, with the camera's words about it. */
import { withExifOf } from '../model/exif'

/** Enough to read a price tag on a shelf. */
const EDGE_MAX = 2_048
const QUALITY = 0.82
/** Smaller files are kept as they are. */
const SMALL_BYTES = 900_000

export async function reduced(file: Blob): Promise<{ bytes: ArrayBuffer; type: string }> {
  const original = await file.arrayBuffer()
  const type = file.type || 'image/jpeg'
  if (file.size <= SMALL_BYTES) return { bytes: original, type }
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
    if (blob === null || blob.size >= file.size) return { bytes: original, type }
    return { bytes: withExifOf(original, await blob.arrayBuffer()), type: 'image/jpeg' }
  } catch {
    // A picture this browser cannot draw is the server's to judge.
    return { bytes: original, type }
  }
}
