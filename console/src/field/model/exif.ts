/**
 * A photo made smaller loses what the camera wrote about it: when and where it was taken, which is what it proves. This puts it back.
 * Pure, over the bytes of JPEG files; whatever is not understood is left alone.
 */
const SOI = 0xffd8
const APP1 = 0xffe1
const SOS = 0xffda
const ORIENTATION = 0x0112
const UPRIGHT = 1

/** `reduced` with the camera's words of `original`, turned upright as its picture is by now. */
export function withExifOf(original: ArrayBuffer, reduced: ArrayBuffer): ArrayBuffer {
  const exif = exifOf(original)
  const view = new DataView(reduced)
  if (exif === null || reduced.byteLength < 4 || view.getUint16(0) !== SOI || exifOf(reduced) !== null) return reduced
  setUpright(exif)
  const out = new Uint8Array(reduced.byteLength + exif.byteLength)
  out.set(new Uint8Array(reduced, 0, 2), 0)
  out.set(exif, 2)
  out.set(new Uint8Array(reduced, 2), 2 + exif.byteLength)
  return out.buffer
}

/** The whole segment, marker and length included; a copy. */
export function exifOf(jpeg: ArrayBuffer): Uint8Array<ArrayBuffer> | null {
  const view = new DataView(jpeg)
  if (jpeg.byteLength < 4 || view.getUint16(0) !== SOI) return null
  for (let at = 2; at + 10 <= jpeg.byteLength;) {
    const marker = view.getUint16(at)
    if (marker < 0xff00 || marker === SOS) return null
    const length = view.getUint16(at + 2)
    const end = at + 2 + length
    if (length < 2 || end > jpeg.byteLength) return null
    if (marker === APP1 && view.getUint32(at + 4) === 0x45786966) return new Uint8Array(jpeg.slice(at, end))
    at = end
  }
  return null
}

function setUpright(segment: Uint8Array<ArrayBuffer>): void {
  const tiff = 10
  const view = new DataView(segment.buffer)
  if (segment.byteLength < tiff + 8) return
  const isLittle = view.getUint16(tiff) === 0x4949
  const first = tiff + view.getUint32(tiff + 4, isLittle)
  if (first + 2 > segment.byteLength) return
  const count = view.getUint16(first, isLittle)
  for (let i = 0; i < count; i += 1) {
    const entry = first + 2 + i * 12
    if (entry + 12 > segment.byteLength) return
    if (view.getUint16(entry, isLittle) === ORIENTATION) view.setUint16(entry + 8, UPRIGHT, isLittle)
  }
}
