import { expect, it } from 'vitest'
import { pictureType } from './photo'

const bytes = (text: string) => Uint8Array.from(text, (letter) => letter.charCodeAt(0))

it('a picture is known by its first bytes, whatever its name says', () => {
  const heads: [string, string | null][] = [
    ['\xff\xd8\xff\xe0\x00\x10JFIF', 'image/jpeg'], ['\x89PNG\r\n\x1a\n', 'image/png'], ['RIFF\x10\x00\x00\x00WEBPVP8 ', 'image/webp'], ['\x00\x00\x00\x18ftypheic', 'image/heic'],
    ['GIF89a', null], ['RIFF\x10\x00\x00\x00WAVEfmt ', null], ['\x00\x00\x00\x18ftypmp42', null], ['%PDF-1.7', null], ['', null],
  ]
  for (const [head, type] of heads) expect(pictureType(bytes(head)), head).toBe(type)
})
