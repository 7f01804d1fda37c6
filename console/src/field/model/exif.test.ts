import { expect, it } from 'vitest'
import { exifOf, withExifOf } from './exif'

const bytes = (...parts: (number | string)[]): number[] => parts.flatMap((part) => (typeof part === 'string' ? [...part].map((letter) => letter.charCodeAt(0)) : [part]))
const short = (n: number, isLittle: boolean): number[] => (isLittle ? [n & 0xff, n >> 8] : [n >> 8, n & 0xff])
const long = (n: number, isLittle: boolean): number[] => (isLittle ? [...short(n, true), 0, 0] : [0, 0, ...short(n, false)])

/** Two tags: a make, and an orientation. */
function segment(isLittle: boolean, orientation: number): number[] {
  const tiff = [
    ...bytes(isLittle ? 'II' : 'MM'), ...short(42, isLittle), ...long(8, isLittle), ...short(2, isLittle),
    ...short(0x010f, isLittle), ...short(2, isLittle), ...long(4, isLittle), ...bytes('cam', 0),
    ...short(0x0112, isLittle), ...short(3, isLittle), ...long(1, isLittle), ...short(orientation, isLittle), 0, 0, ...long(0, isLittle),
  ]
  const body = [...bytes('Exif', 0, 0), ...tiff]
  return [0xff, 0xe1, ...short(body.length + 2, false), ...body]
}
const app0 = [0xff, 0xe0, 0, 4, 1, 2]
const picture = (n: number) => [0xff, 0xda, 0, 3, n, 0xff, 0xd9]
const jpeg = (...parts: number[][]) => new Uint8Array([0xff, 0xd8, ...parts.flat()]).buffer

it.each([true, false])('a smaller picture keeps what the camera wrote, but stands upright (little-endian: %s)', (isLittle) => {
  const made = withExifOf(jpeg(app0, segment(isLittle, 6), picture(1)), jpeg(app0, picture(2)))
  expect([...new Uint8Array(made)]).toEqual([...new Uint8Array(jpeg(segment(isLittle, 1), app0, picture(2)))])
})

it('what is not understood is left alone', () => {
  const plain = jpeg(app0, picture(2))
  expect(withExifOf(jpeg(app0, picture(1)), plain)).toBe(plain)
  expect(withExifOf(new TextEncoder().encode('\x89PNG, not a JPEG at all').buffer, plain)).toBe(plain)
  expect(withExifOf(new ArrayBuffer(0), plain)).toBe(plain)
  const cut = jpeg(segment(true, 6)).slice(0, 20)
  expect(exifOf(cut)).toBeNull()
  expect(exifOf(jpeg([0xff, 0xe1, 0, 0, 0, 0, 0, 0, 0, 0]))).toBeNull()
})
