/** UUIDs of version 7: minted on the phone, in the order of their making, so that the same thing sent twice is known for the same. */

type Bytes = Uint8Array<ArrayBuffer>
let last_ms = 0
let counter = 0

/** `random` fills the bytes it is given; ids of one millisecond count up in their 12 bits behind the time. */
export function uuid7(now_ms: number, random: (bytes: Bytes) => Bytes = (bytes) => crypto.getRandomValues(bytes)): string {
  const bytes = random(new Uint8Array(16))
  // A clock that is set back, or 4,096 ids within a millisecond: time stands still, or goes on ahead, but never back.
  if (now_ms > last_ms) {
    last_ms = now_ms
    counter = bytes[6]! & 0x07
  } else {
    counter += 1
    if (counter > 0xfff) {
      last_ms += 1
      counter = 0
    }
  }
  let time = last_ms
  for (let i = 5; i >= 0; i -= 1) {
    bytes[i] = time % 256
    time = Math.floor(time / 256)
  }
  bytes[6] = 0x70 | (counter >> 8)
  bytes[7] = counter & 0xff
  bytes[8] = 0x80 | (bytes[8]! & 0x3f)
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`
}
